"""Stupid backoff: ratios of counts, prices, and nowhere a claim to be a probability."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import ModelFormatError, NotADistributionError
from nextword.lm import LinearMixture, Sampling, evaluate, generate, score_lines, tune_weights
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.estimation.smoothing import StupidBackoff
from nextword.ngram.train import train_on_lines
from nextword.store.models import load_model, save_model
from nextword.text.corpus import encode_lines
from support import counts_of, rows_after, small_lines


@given(small_lines, st.integers(1, 5), st.sampled_from([0.4, 1.0]), st.booleans())
def test_every_score_is_the_papers(lines, order, alpha, is_pruned):
    prune = [0, 1] if is_pruned and order > 1 else []
    model = train_on_lines(lines, order, StupidBackoff(alpha=alpha), prune=prune)
    counts = {length: counts_of(model, lines, length) for length in range(1, order + 1)}
    tokens = sum(count for ngram, count in counts[1].items() if ngram != (1,))
    contexts = {ngram[:-1] for ngram in counts[order] if 2 not in ngram[:-1]}

    def is_kept(ngram):
        return counts[len(ngram)][ngram] > (1 if prune and len(ngram) > 1 else 0)

    def score(context, word):
        if not context:
            return (counts[1][(word,)] or alpha) / tokens
        followers = {ngram: c for ngram, c in counts[len(context) + 1].items() if ngram[:-1] == context}
        if not any(is_kept(ngram) for ngram in followers):
            return score(context[1:], word)
        if is_kept((*context, word)):
            return followers[*context, word] / sum(followers.values())
        return alpha * score(context[1:], word)

    for context, row in rows_after(model, sorted(contexts)[:6]):
        for word in [0, *range(2, model.vocabulary_size)]:
            assert row[word] == pytest.approx(score(context, word), rel=1e-12)


@pytest.fixture
def scores(lines):
    return train_on_lines(lines, 3, "stupid-backoff")


def test_scores_have_no_perplexity_and_do_not_mix(scores, lines):
    stream = encode_lines(lines, scores.tokenizer)
    model = train_on_lines(lines, 2, tokenizer=scores.tokenizer)
    with pytest.raises(NotADistributionError):
        evaluate(scores, [stream])
    with pytest.raises(NotADistributionError):
        LinearMixture([model, scores], [0.5, 0.5])
    with pytest.raises(NotADistributionError):
        tune_weights([model, scores], [stream])


def test_what_is_saved_or_exported_still_knows(scores, lines, tmp_path):
    save_model(scores, tmp_path / "model")
    assert "score, which is no probability" in (tmp_path / "model" / "README.md").read_text()
    write_arpa(scores, tmp_path / "scores.arpa")
    read = read_arpa(tmp_path / "scores.arpa")
    write_arpa(read, tmp_path / "again.arpa")
    for model in (load_model(tmp_path / "model"), read, read_arpa(tmp_path / "again.arpa")):
        assert not model.is_distribution
        assert model.score(lines[0]) == pytest.approx(scores.score(lines[0]), abs=1e-5)
        with pytest.raises(NotADistributionError):
            evaluate(model, [encode_lines(lines, model.tokenizer)])


def test_other_models_are_exported_without_a_word_of_scores(model, tmp_path):
    write_arpa(model, tmp_path / "model.arpa")
    assert "scores" not in (tmp_path / "model.arpa").read_text()[:100]
    assert read_arpa(tmp_path / "model.arpa").is_distribution


@pytest.mark.parametrize(
    "comment",
    [
        "{",
        "[]",
        '{"name": "katz", "alpha": 0.4}',
        '{"name": "stupid-backoff"}',
        '{"name": "stupid-backoff", "alpha": 2}',
    ],
)
def test_a_damaged_comment_is_an_error_with_its_line(scores, tmp_path, comment):
    path = tmp_path / "scores.arpa"
    write_arpa(scores, path)
    first, rest = path.read_text().split("\n", 1)
    assert first == '# nextword scores {"name": "stupid-backoff", "alpha": 0.4}'
    path.write_text(f"# nextword scores {comment}\n{rest}")
    with pytest.raises(ModelFormatError, match=r"line 1: the comment .* is damaged"):
        read_arpa(path)


def test_sampling_draws_in_proportion_to_the_scores(scores):
    state = scores.initial_state()
    row = np.exp(scores.log_probs(state)[0])
    assert abs(row.sum() - 1) > 0.01
    drawn = np.exp(Sampling().reshape(scores.log_probs(state), [[]])[0])
    row[:2] = 0
    assert drawn == pytest.approx(row / row.sum())
    assert generate(scores, "the", length=5, sampling=Sampling(seed=1))


def test_the_reason_says_what_giving_up_a_context_costs():
    model = train_on_lines(["in the end", "at the end", "at the door"], 3, StupidBackoff())
    assert model.why("in the", "door") == (
        'saw "in the" once, never with "door" next (times 0.4); saw "the" 3 times; "door" followed once'
    )
    score = float(
        np.exp(model.log_probs(model.read(model.tokenizer.encode("in the")))[0, model.tokenizer.ids["door"]])
    )
    assert score == pytest.approx(0.4 / 3)
    assert not score_lines(model, ["in the end"])[0].is_distribution


def test_a_word_never_seen_scores_less_than_one_seen_once():
    model = train_on_lines(["a b"], 1, StupidBackoff())
    row = np.exp(model.log_probs(model.initial_state())[0])
    assert row[[0, 3]] == pytest.approx([0.4 / 3, 1 / 3])
    assert math.isinf(model.log_probs(model.initial_state())[0, 1])
