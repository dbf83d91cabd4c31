"""Katz's back-off against a plain reference: dictionaries, and sums over the whole vocabulary."""

import math
import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_lines
from nextword.lm import check_language_model, evaluate
from nextword.ngram.estimation.smoothing import Katz
from nextword.ngram.train import train_on_lines
from nextword.text.corpus import encode_lines
from support import counts_of, rows_after, small_lines


def zipf_lines(count):
    """Lines whose words are as unevenly frequent as those of a language, so that counts of counts fall."""
    chance = random.Random(0)
    words = [f"w{number}" for number in range(100)]
    weights = [1 / (number + 1) for number in range(100)]
    return [" ".join(chance.choices(words, weights, k=chance.randint(1, 10))) for _ in range(count)]


class PlainKatz:
    """Chen and Goodman's section 2.5 with the choices that `Katz` documents; a context is a tuple of ids."""

    def __init__(self, model, lines, order, method, prune=()):
        self.words = [0, *range(2, model.vocabulary_size)]
        self.k = method.trust_above
        self.counts, self.kept = {}, {}
        limits = [*prune, *[prune[-1] if prune else 0] * order]
        for length in range(1, order + 1):
            counts = {ngram: c for ngram, c in counts_of(model, lines, length).items() if ngram != (1,)}
            self.counts[length] = counts
            self.kept[length] = {ngram for ngram, c in counts.items() if c > limits[length - 1]}
        self.kept[1] |= {(word,) for word in (0, 2) if (word,) in self.counts[1]}
        self.ratios = {length: self.good_turing(counts) for length, counts in self.counts.items()}
        self.probability = cache(self.probability)
        self.alpha = cache(self.alpha)
        self.share = cache(self.share)

    def good_turing(self, counts):
        k = self.k
        n = {r: sum(c == r for c in counts.values()) for r in range(1, k + 2)}
        fallback = {r: 1 - 0.5 / r for r in range(1, k + 1)}
        if not all(n[r] for r in range(1, k + 1)) or (k + 1) * n[k + 1] >= n[1]:
            return fallback
        common = (k + 1) * n[k + 1] / n[1]
        found = {r: ((r + 1) * n[r + 1] / (r * n[r]) - common) / (1 - common) for r in range(1, k + 1)}
        return found if all(0 < d <= 1 for d in found.values()) else fallback

    def share(self, context):
        """The seen words of a context with their probabilities, and what is left."""
        length = len(context) + 1
        followers = {ngram[-1]: c for ngram, c in self.counts[length].items() if ngram[:-1] == context}
        kept = {word: c for word, c in followers.items() if (*context, word) in self.kept[length]}
        if len(kept) == len(self.words):
            return {word: c / sum(kept.values()) for word, c in kept.items()}, 0.0
        total = sum(followers.values())
        own = {word: self.ratios[length].get(c, 1.0) * c for word, c in kept.items()}
        left = math.fsum([c - own[word] if word in own else c for word, c in followers.items()])
        if left == 0:
            total, left = total + 1, 1.0
        return {word: value / total for word, value in own.items()}, left / total

    def alpha(self, context):
        seen, left = self.share(context)
        unseen = [self.probability(context[1:], word) for word in self.words if word not in seen]
        return left / math.fsum(unseen) if unseen else 1.0

    def probability(self, context, word):
        seen, left = self.share(context)
        if word in seen:
            return seen[word]
        if not context:
            return left / (len(self.words) - len(seen))
        return self.alpha(context) * self.probability(context[1:], word)


def compare(model, plain, contexts):
    for context, row in rows_after(model, contexts):
        for word in plain.words:
            assert row[word] == pytest.approx(plain.probability(context, word), rel=1e-9, abs=1e-15)


@given(
    lines=small_lines,
    order=st.integers(1, 5),
    trusted=st.sampled_from([2, 5]),
    prune=st.sampled_from([(), (0, 1), (0, 0, 2)]),
)
def test_every_probability_is_the_textbooks(lines, order, trusted, prune):
    method, prune = Katz(trust_above=trusted), prune[:order]
    model = train_on_lines(lines, order, method, prune=prune)
    plain = PlainKatz(model, lines, order, method, prune)
    contexts = sorted({ngram[:-1] for ngram in plain.counts[order] if 2 not in ngram[:-1]})
    compare(model, plain, contexts[:6])


@pytest.mark.parametrize("order", [1, 2, 3])
def test_so_it_is_where_the_counts_determine_the_discounts(order):
    lines, method = zipf_lines(200), Katz(trust_above=3)
    model = train_on_lines(lines, order, method)
    plain = PlainKatz(model, lines, order, method)
    contexts = sorted({ngram[:-1] for ngram in plain.counts[order] if 2 not in ngram[:-1]})
    compare(model, plain, contexts[::17])
    if order > 1:
        assert order not in model.settings["fallback_orders"]
        assert model.settings["discounts"][-1] == pytest.approx(list(plain.ratios[order].values()))


def test_discounts_by_hand():
    n1, n2, n3 = 100, 40, 10
    common = 3 * n3 / n1
    wanted = ((2 * n2 / n1 - common) / (1 - common), (3 * n3 / (2 * n2) - common) / (1 - common))
    assert Katz(trust_above=2).ratios(np.array([0, n1, n2, n3])) == pytest.approx(wanted)
    # The n-grams discounted free what Good and Turing say is unseen: n(1) tokens.
    assert (1 - wanted[0]) * n1 + (1 - wanted[1]) * 2 * n2 == pytest.approx(n1)


@pytest.mark.parametrize(
    "tally", [[0, 0, 4, 1], [0, 9, 0, 1], [0, 9, 4, 0], [0, 9, 4, 3], [0, 9, 8, 9], [0, 9, 6, 1]]
)
def test_discounts_that_are_no_discounts_fall_back(tally):
    assert Katz(trust_above=2).ratios(np.array(tally)) is None
    assert Katz(trust_above=2).fallback_ratios() == (0.5, 0.75)


def test_fallback_orders_are_reported():
    model = train_on_lines(["a b", "a c"], 2, Katz())
    assert model.settings["fallback_orders"] == [1, 2]
    assert model.settings["discounts"][1] == [0.5, 0.75, 2.5 / 3, 0.875, 0.9]


def test_a_trusted_context_leaves_one_occurrence_for_the_others():
    model = train_on_lines(["a b"] * 9, 2, Katz())
    # 9 times b after a, and one more for <unk>, a and </s>, who share it as words alone do.
    assert model.probability("b", after="a") == pytest.approx(0.9)
    unigrams = np.exp(model.log_probs(model.empty_state())[0])
    row = np.exp(model.log_probs(model.read(model.tokenizer.encode("a"), model.empty_state()))[0])
    others = [0, 2, model.tokenizer.ids["a"]]
    assert row[others] == pytest.approx(0.1 * unigrams[others] / unigrams[others].sum())


def test_where_every_word_follows_nothing_is_taken():
    lines = ["<unk> a", "a a", "a <unk>"]
    model = train_on_lines(lines, 2, Katz(), special_tokens="keep")
    row = np.exp(model.log_probs(model.read(model.tokenizer.encode("a"), model.empty_state()))[0])
    ids = model.tokenizer.ids
    assert [row[ids[word]] for word in ("</s>", "a", "<unk>")] == pytest.approx([2 / 4, 1 / 4, 1 / 4])
    assert model.settings["fallback_orders"] == [2]


@pytest.mark.parametrize("repeats", [10, 10_000])
def test_what_is_left_does_not_drown_in_rounding(repeats):
    """After "b", nearly all is "c": one less its probability has few digits, and a longer context divides by it."""
    lines = ["b c"] * repeats + ["a b c", "d b c", "b d", "a"]
    model = train_on_lines(lines, 3, Katz())
    check_language_model(model, contexts=30, tolerance=1e-12)
    compare(model, PlainKatz(model, lines, 3, Katz()), [(3, 4), (1, 3), (5, 3), (6, 3)])


def test_a_back_off_weight_may_be_above_one():
    lines = ["a b"] * 20 + ["c b", "c d", "c e", "c a"]
    model = train_on_lines(lines, 2, Katz())
    assert model.automaton.backoffs.max() > 0
    check_language_model(model, tolerance=1e-12)


def test_the_reason_says_what_giving_up_a_context_costs():
    model = train_on_lines(["in the end", "at the end", "at the door"], 3, Katz())
    # "end" followed "in the" once, of which half is left, to share over all but what "the" gives "end".
    alpha = 0.5 / (1 - model.probability("end", after="the"))
    assert model.why("in the", "door") == (
        f'saw "in the" once, never with "door" next (times {alpha:.3g}); saw "the" 3 times; "door" followed once'
    )
    assert model.probability("door", "in the") == pytest.approx(alpha * model.probability("door", "the"))


def test_longer_contexts_help_on_held_out_text(lines):
    held_out = make_lines(400)[300:]
    models = [train_on_lines(lines, order, Katz()) for order in (1, 2)]
    first, second = (
        evaluate(model, [encode_lines(held_out, model.tokenizer)]).perplexity for model in models
    )
    assert second < first
