import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextword.errors import SettingError
from nextword.lm import beam_search


def every_continuation(model, prompt, length):
    """Return (log_prob, tokens) of all continuations that end in </s> or at the length."""
    words = range(3, model.vocabulary_size)
    bodies = itertools.chain.from_iterable(itertools.product(words, repeat=size) for size in range(length))
    ended = [(*body, 2) for body in bodies]
    texts = ended + list(itertools.product(words, repeat=length))
    start = len(prompt)
    scores = model.token_log_probs([np.array([*prompt, *text], dtype=np.int32) for text in texts])
    return [(float(score[start:].sum()), text) for score, text in zip(scores, texts, strict=True)]


@settings(max_examples=30)
@given(
    st.integers(0, 1000),
    st.integers(1, 4),
    st.sampled_from(["", "the", "opened the"]),
    st.sampled_from([0, 0.7, 1, 3]),
)
def test_with_enough_beams_the_answer_is_exact(toy, seed, length, prompt, length_penalty):
    model = toy.random_bigram(seed, words=3)
    found = beam_search(model, prompt, length=length, beams=200, n=5, length_penalty=length_penalty)
    everything = every_continuation(model, model.tokenizer.encode(prompt).tolist(), length)
    scores = [log_prob / ((5 + len(text)) / 6) ** length_penalty for log_prob, text in everything]
    assert [hypothesis.score for hypothesis in found] == pytest.approx(sorted(scores, reverse=True)[:5])
    by_text = {text: log_prob for log_prob, text in everything}
    for hypothesis in found:
        assert hypothesis.log_prob == pytest.approx(by_text[hypothesis.tokens])


@given(st.integers(0, 1000), st.integers(1, 6))
def test_few_beams_still_tell_the_truth_about_what_they_find(toy, seed, beams):
    model = toy.random_bigram(seed)
    found = beam_search(model, "the", length=8, beams=beams, n=beams)
    scores = [hypothesis.score for hypothesis in found]
    assert scores == sorted(scores, reverse=True)
    assert len({hypothesis.tokens for hypothesis in found}) == len(found)
    for hypothesis in found:
        tokens = np.array([3, *hypothesis.tokens], dtype=np.int32)
        assert hypothesis.log_prob == pytest.approx(model.token_log_probs([tokens])[0][1:].sum())
        assert "the" + hypothesis.text == model.tokenizer.decode(tokens).rstrip("\n")


def test_a_wider_beam_finds_what_greed_misses(toy):
    table = np.zeros((6, 6))
    table[1] = [0, 0, 0, 0.6, 0.4, 0]
    table[3] = [0, 0, 0.5, 0, 0, 0.5]
    table[4] = [0, 0, 1, 0, 0, 0]
    table[[0, 2, 5], 2] = 1
    model = toy.Bigram(table)
    assert beam_search(model, beams=1)[0].log_prob == pytest.approx(np.log(0.3))
    (best,) = beam_search(model, beams=2)
    assert (best.text, best.tokens) == ("students", (4, 2))
    assert best.log_prob == pytest.approx(np.log(0.4))


def test_what_is_impossible_does_not_come_back(toy):
    found = beam_search(toy.saying("the students"), beams=5, n=5)
    assert [(hypothesis.text, hypothesis.log_prob) for hypothesis in found] == [("the students", 0.0)]


def test_unknown_words_come_only_when_asked_for(toy):
    model = toy.Bigram([[0.9, 0, 0.05, 0.05]] * 4)
    assert 0 not in beam_search(model, length=2)[0].tokens
    assert beam_search(model, length=2, allow_unknown=True)[0].tokens == (0, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"length": 0},
        {"beams": 0},
        {"n": 0},
        {"n": 6},
        {"length_penalty": -1},
        {"length_penalty": float("nan")},
    ],
)
def test_settings_that_make_no_sense_are_refused(model, options):
    with pytest.raises(SettingError, match="got"):
        beam_search(model, **options)
