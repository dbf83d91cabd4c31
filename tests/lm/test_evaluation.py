import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError, NotADistributionError
from nextword.lm import evaluate


def stream(*ids):
    return np.array(ids, dtype=np.int32)


def uniform(toy, words=5):
    size = words + 3
    table = np.full((size, size), 1 / (size - 1))
    table[:, 1] = 0
    return toy.Bigram(table)


def test_a_uniform_model_hesitates_between_all_its_words(toy):
    result = evaluate(uniform(toy), [stream(3, 4, 2, 5, 2)])
    assert result.perplexity == pytest.approx(7)
    assert result.bits_per_token == pytest.approx(math.log2(7))
    assert (result.tokens, result.sentences, result.oov, result.zero_probability) == (5, 2, 0, 0)
    assert result.seconds > 0
    assert result.tokens_per_second == pytest.approx(5 / result.seconds)


def test_unknown_words_are_counted_and_reported_apart(toy):
    table = np.zeros((4, 4))
    table[:] = [0.125, 0, 0.5, 0.375]
    result = evaluate(toy.Bigram(table), [stream(0, 2), stream(2)])
    # By hand: (1/8 * 1/2 * 1/2) ** (-1/3), and (1/2 * 1/2) ** (-1/2) without the unknown word.
    assert result.perplexity == pytest.approx(32 ** (1 / 3))
    assert result.perplexity_without_oov == pytest.approx(2)
    assert (result.oov, result.sentences) == (1, 2)


def test_one_impossible_token_makes_perplexity_infinite_and_json_null(toy):
    table = np.zeros((4, 4))
    table[:] = [0, 0, 0.5, 0.5]
    result = evaluate(toy.Bigram(table), [stream(0, 3, 2)])
    assert result.perplexity == math.inf
    assert result.perplexity_without_oov == pytest.approx(2)
    assert result.zero_probability == 1
    fields = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    assert fields["perplexity"] is None
    assert fields["bits_per_token"] is None
    assert fields["tokens"] == 3


@given(cuts=st.lists(st.booleans(), min_size=19, max_size=19), seed=st.integers(0, 9))
def test_how_the_text_is_cut_into_blocks_does_not_matter(toy, model, cuts, seed):
    random = np.random.default_rng(seed)
    sentences = [np.append(random.integers(3, 9, random.integers(0, 5)), 2) for _ in range(20)]
    blocks = [[sentences[0]]]
    for sentence, cut in zip(sentences[1:], cuts, strict=True):
        blocks.append([sentence]) if cut else blocks[-1].append(sentence)
    pieces = evaluate(model, [np.concatenate(block) for block in blocks])
    whole = evaluate(model, [np.concatenate(sentences)])
    assert pieces.perplexity == pytest.approx(whole.perplexity, rel=1e-12)
    assert (pieces.tokens, pieces.sentences) == (whole.tokens, whole.sentences)


def test_perplexity_agrees_with_the_scores_of_the_sentences(model):
    sentences = ["the students opened their books", "their laptops"]
    ids = [np.append(model.tokenizer.encode(sentence), 2) for sentence in sentences]
    mean = sum(model.score(sentence) for sentence in sentences) / 9
    assert evaluate(model, [np.concatenate(ids)]).perplexity == pytest.approx(math.exp(-mean))


def test_progress_hears_the_tokens_read_so_far(model):
    heard = []
    evaluate(model, [stream(3, 2), stream(), stream(4, 5, 2)], heard.append)
    assert heard == [2, 5]


def test_what_cannot_be_evaluated_says_why(toy, model):
    with pytest.raises(InputError, match="0 tokens"):
        evaluate(model, [stream()])
    with pytest.raises(InputError, match="ends with id 3"):
        evaluate(model, [stream(2, 3)])
    scores = toy.random_bigram()
    scores.is_distribution = False
    with pytest.raises(NotADistributionError, match="Bigram gives scores"):
        evaluate(scores, [stream(2)])
