"""Jelinek-Mercer smoothing against a plain reference: dictionaries, tokens one by one, EM in loops."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_lines
from nextword.errors import InputError, SettingError, VocabularyError
from nextword.lm import evaluate
from nextword.ngram.counting.counts import count_ngrams
from nextword.ngram.estimation.held_out import jelinek_mercer
from nextword.ngram.estimation.held_out.evidence import leave_one_out, read_evidence
from nextword.ngram.estimation.held_out.maximise import HIGHEST, maximise
from nextword.ngram.estimation.smoothing import JelinekMercer
from nextword.ngram.train import estimate_model, train_on_lines
from nextword.text.corpus import encode_lines
from support import counts_of, rows_after, small_lines


class PlainJelinekMercer:
    """Interpolated maximum likelihood by dictionaries; weights[k - 1] lists (lowest count, weight) of order k."""

    def __init__(self, model, lines, order):
        self.order, self.size = order, model.vocabulary_size - 1
        self.ngrams, self.contexts = {}, {}
        for length in range(1, order + 1):
            for ngram, count in counts_of(model, lines, length).items():
                if ngram != (1,):
                    self.ngrams[ngram] = count
                    self.contexts[ngram[:-1]] = self.contexts.get(ngram[:-1], 0) + count

    def evidence(self, sentences, left_out):
        """For each token: [(c(hw) / c(h), c(h))] by the length of h, less one occurrence if it is left out."""
        rows = []
        for words in sentences:
            for place in range(1, len(words)):
                row = []
                for length in range(min(self.order - 1, place) + 1):
                    context = tuple(words[place - length : place])
                    total = self.contexts.get(context, 0) - left_out
                    count = self.ngrams.get((*context, words[place]), 0) - left_out
                    row.append((count / total, total) if total > 0 else (0.0, 0))
                rows.append(row)
        return rows

    def fit(self, rows, bucket_tokens, steps):
        self.weights = [self.cut(rows, k, bucket_tokens) for k in range(self.order)]
        for _ in range(steps):
            reached, stopped = {}, {}
            for row in rows:
                mixed = [1 / self.size]
                for k, (ratio, total) in enumerate(row):
                    weight = self.weight(k, total)[1] if total else 0.0
                    mixed.append(weight * ratio + (1 - weight) * mixed[-1])
                reach = 1.0
                for k in range(len(row) - 1, -1, -1):
                    ratio, total = row[k]
                    if total:
                        lowest, weight = self.weight(k, total)
                        here = weight * ratio / mixed[k + 1]
                        reached[k, lowest] = reached.get((k, lowest), 0) + reach
                        stopped[k, lowest] = stopped.get((k, lowest), 0) + reach * here
                        reach *= 1 - here
            self.weights = [
                [
                    (low, min(stopped[k, low] / reached[k, low], HIGHEST) if (k, low) in reached else weight)
                    for low, weight in buckets
                ]
                for k, buckets in enumerate(self.weights)
            ]
        return self.weights

    def cut(self, rows, k, bucket_tokens):
        totals = sorted(row[k][1] for row in rows if len(row) > k and row[k][1])
        lowest, held = [1], 0
        for before, total in pairwise([0, *totals]):
            if total != before and held >= bucket_tokens:
                lowest.append(total)
                held = 0
            held += 1
        if held < bucket_tokens and len(lowest) > 1:
            lowest.pop()
        return [(low, 0.5) for low in lowest]

    def weight(self, k, total):
        return max(pair for pair in self.weights[k] if pair[0] <= total)

    def probability(self, context, word):
        shorter = self.probability(context[1:], word) if context else 1 / self.size
        total = self.contexts.get(context, 0)
        if total == 0:
            return shorter
        weight = self.weight(len(context), total)[1]
        return weight * self.ngrams.get((*context, word), 0) / total + (1 - weight) * shorter


def sentences_of(model, lines):
    return [[1, *model.tokenizer.encode(line).tolist(), 2] for line in lines]


@given(
    lines=small_lines,
    held_out=st.none() | small_lines,
    order=st.integers(1, 5),
    bucket_tokens=st.sampled_from([3, 1000]),
)
def test_weights_and_probabilities_are_the_textbooks(lines, held_out, order, bucket_tokens):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jelinek_mercer, "BUCKET_TOKENS", bucket_tokens)
        model = train_on_lines(lines, order, "jelinek-mercer", held_out=held_out)
    plain = PlainJelinekMercer(model, lines, order)
    report = model.settings["held_out"]
    text = sentences_of(model, lines if held_out is None else held_out)
    rows = plain.evidence(text, left_out=held_out is None)
    assert report["tokens"] == len(rows)
    weights = plain.fit(rows, bucket_tokens, report["steps"])
    for ours, theirs in zip(model.smoothing["weights"], weights, strict=True):
        assert [count for count, _ in ours] == [count for count, _ in theirs]
        assert [weight for _, weight in ours] == pytest.approx(
            [weight for _, weight in theirs], rel=1e-9, abs=1e-12
        )
    contexts = sorted({ngram[:-1] for ngram in plain.ngrams if len(ngram) == order and 2 not in ngram[:-1]})
    for context, row in rows_after(model, contexts[:6]):
        for word in [0, *range(2, model.vocabulary_size)]:
            assert row[word] == pytest.approx(plain.probability(context, word), rel=1e-9)


@given(small_lines, small_lines, st.integers(1, 4))
def test_the_likelihood_never_falls(lines, held_out, order):
    model = train_on_lines(lines, order, "mle")
    counts = count_ngrams(encode_lines(lines, model.tokenizer), model.vocabulary_size, order)
    evidence = read_evidence(counts, encode_lines(held_out, model.tokenizer))
    slots = np.where(evidence.totals > 0, np.arange(order, dtype=np.int32), np.int32(-1))
    fit = maximise(evidence, slots, order, 1 / (model.vocabulary_size - 1))
    assert all(now >= before - 1e-9 for before, now in pairwise(fit.log_likelihoods))
    assert fit.weights.min() >= 0
    assert fit.weights.max() <= HIGHEST


def test_the_weights_are_the_best_there_are(lines):
    """No weight moved a little makes the held-out text likelier."""
    held_out = make_lines(400)[300:]
    model = train_on_lines(lines, 3, "jelinek-mercer", held_out=held_out)
    stream = encode_lines(held_out, model.tokenizer)
    best = evaluate(model, [stream]).perplexity
    assert best == pytest.approx(model.settings["held_out"]["perplexity"], rel=1e-9)
    weights = [list(buckets) for buckets in model.smoothing["weights"]]
    for order, buckets in enumerate(weights):
        for place, (count, weight) in enumerate(buckets):
            for moved in (weight - 0.1, weight + 0.1):
                if 0 <= moved < 1:
                    changed = [list(other) for other in weights]
                    changed[order][place] = (count, moved)
                    given_weights = JelinekMercer(weights=tuple(map(tuple, changed)))
                    other = train_on_lines(lines, 3, given_weights)
                    assert evaluate(other, [stream]).perplexity > best


def test_leaving_one_out_is_nearly_as_good_as_other_text(lines):
    more = make_lines(700)
    test = more[300:500]
    fitted, left_out = (
        train_on_lines(lines, 3, "jelinek-mercer", held_out=held_out) for held_out in (more[500:], None)
    )
    stream = encode_lines(test, fitted.tokenizer)
    perplexities = [evaluate(model, [stream]).perplexity for model in (fitted, left_out)]
    assert perplexities[1] < 1.03 * perplexities[0]


def test_leaving_out_some_of_many_ngrams_stands_for_all(lines):
    model = train_on_lines(lines, 3, "mle")
    stream = encode_lines(lines, model.tokenizer)
    counts = count_ngrams(stream, model.vocabulary_size, 3)
    assert leave_one_out(counts).tokens.sum() == len(stream)
    some = leave_one_out(counts, most=100)
    assert 60 <= len(some.tokens) <= 100


def test_the_same_text_gives_the_same_weights(lines, monkeypatch):
    models = []
    for threads in ("1", "3"):
        monkeypatch.setenv("NEXTWORD_THREADS", threads)
        models.append(train_on_lines(lines, 3, "jelinek-mercer"))
    assert models[0].settings == models[1].settings
    assert np.array_equal(models[0].automaton.log_probs, models[1].automaton.log_probs)


def test_orders_that_the_held_out_text_never_reaches_keep_one_half():
    model = train_on_lines(["a b c d"], 4, "jelinek-mercer", held_out=["d c b a"])
    assert model.settings["fallback_orders"] == [3, 4]
    assert model.smoothing["weights"][3] == ((1, 0.5),)


def test_pruned_ngrams_give_their_share_to_shorter_contexts():
    lines = ["a b", "a b", "a c"]
    weights = (((1, 0.9),), ((1, 0.6), (3, 0.8)))
    model = train_on_lines(lines, 2, JelinekMercer(weights=weights), prune=[0, 1])
    unigram = {word: 0.9 * count / 9 + 0.1 / 5 for word, count in (("b", 2), ("c", 1), ("</s>", 3))}
    assert model.probability("b", after="a") == pytest.approx(0.8 * 2 / 3 + (0.2 + 0.8 / 3) * unigram["b"])
    assert model.probability("c", after="a") == pytest.approx((0.2 + 0.8 / 3) * unigram["c"])
    assert model.probability("</s>", after="b") == pytest.approx(0.6 + 0.4 * unigram["</s>"])


def test_held_out_text_must_be_of_use(lines):
    with pytest.raises(SettingError, match="modified-kneser-ney smoothing fits no weights"):
        train_on_lines(lines, 2, held_out=lines)
    given_weights = JelinekMercer(weights=(((1, 0.5),), ((1, 0.5),)))
    with pytest.raises(SettingError, match="fits no weights"):
        train_on_lines(lines, 2, given_weights, held_out=lines)
    with pytest.raises(SettingError, match="weights of 2 orders for a model of order 3"):
        train_on_lines(lines, 3, given_weights)
    with pytest.raises(InputError, match="0 tokens"):
        train_on_lines(lines, 2, "jelinek-mercer", held_out=[])


def test_held_out_ids_outside_the_vocabulary_are_errors(lines):
    model = train_on_lines(lines, 2)
    counts = count_ngrams(encode_lines(lines, model.tokenizer), model.vocabulary_size, 2)
    for ids in ([99, 2], [-1, 2]):
        with pytest.raises(VocabularyError, match="0 to 16"):
            estimate_model(counts, model.tokenizer, "jelinek-mercer", held_out=np.array(ids, dtype=np.int32))


def test_the_bottom_is_uniform():
    model = train_on_lines(["a b"], 1, JelinekMercer(weights=(((1, 0.75),),)))
    row = np.exp(model.log_probs(model.initial_state())[0])
    assert row[[0, 3]] == pytest.approx([0.25 / 4, 0.75 / 3 + 0.25 / 4])
    assert math.fsum(row) == pytest.approx(1)
