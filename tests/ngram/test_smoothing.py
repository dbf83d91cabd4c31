"""Each smoothing against a plain reference: dictionaries and the textbook's formula."""

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import SettingError
from nextword.lm import check_language_model
from nextword.ngram.estimation.estimate import check_thresholds
from nextword.ngram.estimation.smoothing import (
    SMOOTHINGS,
    AbsoluteDiscounting,
    Additive,
    JelinekMercer,
    Katz,
    KneserNey,
    MaximumLikelihood,
    ModifiedKneserNey,
    StupidBackoff,
    WittenBell,
    make_smoothing,
)
from nextword.ngram.train import train_on_lines
from nextword.store.models import load_model, save_model
from support import counts_of, small_lines

METHODS = [
    MaximumLikelihood(),
    Additive(),
    Additive(delta=0.1),
    WittenBell(),
    AbsoluteDiscounting(),
    AbsoluteDiscounting(discount=0.75),
    KneserNey(),
    ModifiedKneserNey(),
    ModifiedKneserNey(discount=(0.2, 1.0, 3.0)),
    Katz(),
    Katz(trust_above=2),
    JelinekMercer(),
    StupidBackoff(),
]
thresholds = st.lists(st.integers(0, 3), max_size=2).map(sorted)


def probability(model, context, word):
    return float(np.exp(model.log_probs(model.read(context))[0, word]))


@given(small_lines, st.integers(1, 5), st.sampled_from(METHODS), thresholds, st.integers(0, 1000))
def test_every_method_gives_a_distribution_pruned_or_not(lines, order, method, prune, seed):
    prune = prune[:order]
    model = train_on_lines(lines, order, method, prune=prune)
    check_language_model(model, seed=seed, contexts=4, tolerance=1e-9)


@given(small_lines, st.integers(1, 4), st.booleans())
def test_unigrams_not_interpolated_are_a_distribution_too(lines, order, prune):
    method = ModifiedKneserNey(interpolate_unigrams=False)
    model = train_on_lines(lines, order, method, prune=[0, 1][: 1 + (prune and order > 1)])
    check_language_model(model, contexts=4, tolerance=1e-9)


@given(small_lines, st.integers(1, 4))
def test_maximum_likelihood_is_a_ratio_of_counts(lines, order):
    model = train_on_lines(lines, order, MaximumLikelihood())
    ngrams = counts_of(model, lines, order)
    for ngram, count in ngrams.items():
        context = ngram[:-1]
        total = sum(c for other, c in ngrams.items() if other[:-1] == context and other[-1] != 1)
        if ngram[-1] == 1 or (context and context[0] != 1 and order == 1):
            continue
        history = context[1:] if context[:1] == (1,) else context
        state = model.read(history) if context[:1] == (1,) else model.read(history, model.empty_state())
        assert math.exp(model.log_probs(state)[0, ngram[-1]]) == pytest.approx(count / total, rel=1e-12)


@given(small_lines, st.integers(1, 4), st.sampled_from([1.0, 0.5, 0.01]))
def test_additive_smoothing_is_lidstones_law(lines, order, delta):
    model = train_on_lines(lines, order, Additive(delta=delta))
    size = model.vocabulary_size - 1
    ngrams, contexts = counts_of(model, lines, order), defaultdict(int)
    for ngram, count in ngrams.items():
        contexts[ngram[:-1]] += count if ngram[-1] != 1 else 0
    for context in list(contexts)[:10]:
        if order > 1 and context[-1] == 2:
            continue
        history = context[1:] if context[:1] == (1,) else context
        state = model.read(history) if context[:1] == (1,) else model.read(history, model.empty_state())
        for word in [0, *range(2, model.vocabulary_size)]:
            wanted = (ngrams[(*context, word)] + delta) / (contexts[context] + delta * size)
            assert math.exp(model.log_probs(state)[0, word]) == pytest.approx(wanted, rel=1e-12)


def test_additive_smoothing_is_uniform_after_a_context_never_seen():
    model = train_on_lines(["a b c", "b a"], 3, Additive())
    words = [model.tokenizer.ids[word] for word in "cb"]
    row = np.exp(model.log_probs(model.read(words)))[0]
    assert row[[0, *range(2, len(row))]] == pytest.approx(1 / (len(row) - 1))


def test_kneser_ney_by_hand():
    """Left words counted by hand: a after <s>, b; b after a; c after a, b; </s> after a, c (and b never)."""
    lines = ["a b a c", "a b c", "a"]
    model = train_on_lines(lines, 2, ModifiedKneserNey())
    # Unigrams, by left words: a 2, b 1, c 2, </s> 2; 7 in all. No word has three, so D = 0.5, 1, 1.5.
    assert model.settings["fallback_orders"] == [1]
    gamma = (1.0 + 0.5 + 1.0 + 1.0) / 7
    uniform = gamma / 5  # <unk>, </s>, a, b, c
    unigram = {"<unk>": uniform, "</s>": 1 / 7 + uniform, "a": 1 / 7 + uniform, "b": 0.5 / 7 + uniform}
    for word, wanted in unigram.items():
        node = 1 + model.tokenizer.ids[word]
        assert math.exp(model.automaton.log_probs[node]) == pytest.approx(wanted, rel=1e-14)
    # Pairs: four once, two twice, one three times. Y = 4 / 8, D(1) = 1 - 2 Y 2/4, D(2) = 2 - 3 Y 1/2.
    # After a: b twice, c once, </s> once; gamma = (D(2) + 2 D(1)) / 4.
    gamma = (1.25 + 0.5 + 0.5) / 4
    ids = model.tokenizer.ids
    assert probability(model, [ids["a"]], ids["b"]) == pytest.approx(0.75 / 4 + gamma * unigram["b"])
    assert probability(model, [ids["a"]], ids["a"]) == pytest.approx(gamma * unigram["a"])


def test_discounts_follow_chen_and_goodman():
    n1, n2, n3, n4 = 100, 40, 20, 10
    ratio = n1 / (n1 + 2 * n2)
    wanted = (1 - 2 * ratio * n2 / n1, 2 - 3 * ratio * n3 / n2, 3 - 4 * ratio * n4 / n3)
    assert ModifiedKneserNey().discounts(2, np.array([0, n1, n2, n3, n4])) == pytest.approx(wanted)


@pytest.mark.parametrize("tally", [[0, 0, 1, 1, 1], [0, 5, 0, 1, 0], [0, 5, 2, 0, 1], [0, 1, 1, 9, 1]])
def test_undefined_discounts_fall_back(tally):
    assert ModifiedKneserNey().discounts(1, np.array(tally)) == (0.5, 1.0, 1.5)


def test_no_fours_are_no_reason_to_fall_back():
    assert ModifiedKneserNey().discounts(1, np.array([0, 10, 5, 2, 0]))[2] == 3.0


def test_pruning_drops_by_plain_count_and_keeps_the_special_words():
    lines = ["a b"] * 3 + ["a c", "d"]
    model = train_on_lines(lines, 2, prune=[1])
    assert model.tokenizer.tokens == ["<unk>", "<s>", "</s>", "a", "b"]
    assert model.automaton.ngrams == [5, 3]
    assert model.why("a", "b") == 'saw "a" 4 times; "b" followed 3 times'
    assert model.tokenizer.encode("d").tolist() == [0]


@pytest.mark.parametrize("prune", [[-1], [1, 0], [0, 0, 0, 0]])
def test_thresholds_that_fall_are_errors(prune):
    with pytest.raises(SettingError):
        check_thresholds(prune, 3)


def test_settings_that_make_no_sense_are_errors():
    with pytest.raises(SettingError, match="known are mle"):
        make_smoothing("katzz")
    with pytest.raises(SettingError, match="no such parameter: delta"):
        make_smoothing("mle", delta=1.0)
    for delta in (0, -1, float("nan"), float("inf")):
        with pytest.raises(SettingError, match="positive"):
            Additive(delta=delta)


@pytest.mark.parametrize("name", SMOOTHINGS)
def test_more_context_helps_smoothed_models_on_their_own_text(name, lines):
    method = make_smoothing(name)
    scores = [train_on_lines(lines, order, method).score(lines[0]) for order in (1, 2)]
    assert scores[1] > scores[0]


class Plain:
    """Interpolated smoothing by dictionaries, as the textbook writes it; a context is a tuple of ids."""

    def __init__(self, model, lines, order, method):
        self.order, self.method, self.size = order, method, model.vocabulary_size - 1
        raw = {length: counts_of(model, lines, length) for length in range(1, order + 1)}
        self.counts = {}
        for length, ngrams in raw.items():
            left = defaultdict(set)
            for ngram in raw.get(length + 1, ()):
                left[ngram[1:]].add(ngram[0])
            keeps_plain = length == order or not method.left_counts
            self.counts[length] = {
                ngram: count if keeps_plain or ngram[0] == 1 else len(left[ngram])
                for ngram, count in ngrams.items()
                if ngram != (1,)
            }

    def discount(self, length, count):
        tally = np.zeros(5, dtype=np.int64)
        for other in self.counts[length].values():
            if other < 5:
                tally[other] += 1
        return (0.0, *self.method.discounts(length, tally))[min(count, 3)]

    def probability(self, context, word):
        length = len(context) + 1
        shorter = self.probability(context[1:], word) if context else 1 / self.size
        followers = {ngram: c for ngram, c in self.counts[length].items() if ngram[:-1] == context}
        if not followers:
            return shorter
        total = sum(followers.values())
        constant, per_type, _ = self.method.added_mass(self.size)
        mass = constant + per_type * len(followers)
        taken = sum(self.discount(length, count) for count in followers.values())
        count = followers.get((*context, word), 0)
        own = (count - self.discount(length, count)) / (total + mass)
        return own + (mass + taken) / (total + mass) * shorter


@pytest.mark.parametrize(
    "method",
    [
        WittenBell(),
        AbsoluteDiscounting(),
        AbsoluteDiscounting(discount=0.75),
        KneserNey(),
        ModifiedKneserNey(),
    ],
    ids=str,
)
@given(lines=small_lines, order=st.integers(1, 4))
def test_interpolated_methods_are_the_textbooks(method, lines, order):
    model = train_on_lines(lines, order, method)
    plain = Plain(model, lines, order, method)
    contexts = {ngram[:-1] for ngram in plain.counts[order] if 2 not in ngram[:-1]}
    for context in sorted(contexts)[:6]:
        history = context[1:] if context[:1] == (1,) else context
        state = model.read(history, None if context[:1] == (1,) else model.empty_state())
        row = np.exp(model.log_probs(state)[0])
        for word in [0, *range(2, model.vocabulary_size)]:
            assert row[word] == pytest.approx(plain.probability(context, word), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("kneser-ney", {"discount": 1.5}),
        ("absolute-discounting", {"discount": -0.1}),
        ("modified-kneser-ney", {"discount": (0.5, 1.0)}),
        ("modified-kneser-ney", {"discount": (1.5, 1.0, 1.0)}),
        ("witten-bell", {"discount": 0.5}),
        ("katz", {"discount": 0.5}),
        ("katz", {"trust_above": 1}),
        ("katz", {"trust_above": 5.0}),
        ("stupid-backoff", {"alpha": 0}),
        ("stupid-backoff", {"alpha": 1.5}),
        ("stupid-backoff", {"alpha": float("nan")}),
        ("jelinek-mercer", {"weights": (((2, 0.5),),)}),
        ("jelinek-mercer", {"weights": (((1, 0.5), (1, 0.6)),)}),
        ("jelinek-mercer", {"weights": (((1, 1.0),),)}),
    ],
)
def test_settings_out_of_range_are_errors(name, parameters):
    with pytest.raises(SettingError):
        make_smoothing(name, **parameters)


@pytest.mark.parametrize("name", SMOOTHINGS)
@pytest.mark.parametrize("prune", [(), (0, 1)])
def test_every_method_is_saved_whole(name, prune, lines, tmp_path):
    model = train_on_lines(lines, 3, name, prune=prune)
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    check_language_model(loaded, contexts=8)
    assert loaded.is_distribution == model.is_distribution == (name != "stupid-backoff")
    assert loaded.score(lines[0]) == model.score(lines[0])


@pytest.mark.parametrize("name", SMOOTHINGS)
def test_the_highest_order_and_a_single_word_are_no_special_cases(name):
    for text in (["a b a b a b a a b"] * 2, ["a"], ["", "a"]):
        check_language_model(train_on_lines(text, 32, name), contexts=4)


@pytest.mark.parametrize("name", sorted(set(SMOOTHINGS) - {"mle"}))
@given(lines=small_lines, order=st.integers(1, 5), prune=thresholds)
def test_no_smoothed_word_is_impossible(name, lines, order, prune):
    model = train_on_lines(lines, order, name, prune=prune[:order])
    states = [model.initial_state(), model.empty_state(), model.read([0, 2, model.vocabulary_size - 1])]
    for state in states:
        row = model.log_probs(state)[0]
        assert np.isfinite(np.delete(row, 1)).all()
