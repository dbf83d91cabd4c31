from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError, SettingError
from nextword.ngram.counting.counts import count_ngrams
from nextword.text.corpus import learn_from_lines


def plain_counts(sentences, order):
    """Count by dictionary: every n-gram of <s> w ... </s>, where <s> stands first only."""
    counts = Counter()
    for sentence in sentences:
        padded = [1, *sentence, 2]
        for length in range(1, order + 1):
            for begin in range(len(padded) - length + 1):
                counts[tuple(padded[begin : begin + length])] += 1
    return counts


def plain_left_counts(counts, order):
    left = defaultdict(set)
    for ngram in counts:
        if len(ngram) > 1:
            left[ngram[1:]].add(ngram[0])
    found = {}
    for ngram, count in counts.items():
        keeps = len(ngram) == order or ngram[0] == 1
        found[ngram] = 0 if ngram == (1,) else count if keeps else len(left[ngram])
    return found


def as_dictionary(tree, values):
    paths = {0: ()}
    for context in range(len(tree.children) - 1):
        for node in range(tree.children[context], tree.children[context + 1]):
            paths[node] = (*paths[context], int(tree.words[node]))
    return paths, {paths[node]: int(values[node]) for node in range(1, len(values))}


def stream_of(sentences):
    return np.array([token for sentence in sentences for token in [*sentence, 2]], dtype=np.int32)


sentences_of_words = st.lists(st.lists(st.integers(3, 7), max_size=9), min_size=1, max_size=15)


@given(sentences_of_words, st.integers(1, 6), st.integers(1, 3))
def test_counts_suffixes_and_left_words_are_those_of_a_dictionary(sentences, order, threads):
    tree = count_ngrams(stream_of(sentences), 8, order, threads=threads)
    wanted = plain_counts(sentences, order)
    paths, counted = as_dictionary(tree, tree.counts)
    assert {ngram: count for ngram, count in counted.items() if count} == wanted
    for node, path in paths.items():
        assert paths[int(tree.suffixes[node])] == path[1:]
    _, left = as_dictionary(tree, tree.left_counts())
    assert {ngram: left[ngram] for ngram in wanted} == plain_left_counts(wanted, order)


@given(sentences_of_words, st.integers(1, 5))
def test_children_are_contiguous_sorted_and_numbered_breadth_first(sentences, order):
    tree = count_ngrams(stream_of(sentences), 8, order)
    assert tree.children[0] == 1
    assert tree.children[-1] == len(tree.words) == tree.starts[-1]
    assert np.all(np.diff(tree.children) >= 0)
    for context in range(len(tree.children) - 1):
        words = tree.words[tree.children[context] : tree.children[context + 1]]
        assert np.all(np.diff(words) > 0)


def test_threads_change_nothing():
    chance = np.random.default_rng(0)
    sentences = [chance.integers(3, 300, chance.integers(0, 30)).tolist() for _ in range(3000)]
    stream = stream_of(sentences)
    one, several = (count_ngrams(stream, 300, 4, threads=threads) for threads in (1, 5))
    for name in ("starts", "words", "children", "suffixes", "counts"):
        assert np.array_equal(getattr(one, name), getattr(several, name))


def test_groups_of_any_size_are_sorted():
    # One word followed by hundreds of others: far over the size that is sorted by insertion.
    chance = np.random.default_rng(1)
    sentences = [[3, int(word)] for word in chance.permutation(np.repeat(np.arange(4, 500), 3))]
    tree = count_ngrams(stream_of(sentences), 500, 2)
    followers = slice(int(tree.children[4]), int(tree.children[5]))
    assert tree.words[followers].tolist() == list(range(4, 500))
    assert set(tree.counts[followers].tolist()) == {3}


@pytest.mark.parametrize("order", [0, -1, 33, 99])
def test_an_order_that_makes_no_sense_is_an_error(order):
    with pytest.raises(SettingError, match=f"from 1 to 32, got {order}"):
        count_ngrams(stream_of([[3]]), 4, order)


@pytest.mark.parametrize("ids", [[], [3, 4]])
def test_a_stream_without_a_whole_sentence_is_an_error(ids):
    with pytest.raises(InputError, match="sentence"):
        count_ngrams(np.array(ids, dtype=np.int32), 5, 2)


def test_an_order_longer_than_every_sentence_is_fine():
    corpus = learn_from_lines(["a b", "a"])
    tree = count_ngrams(corpus.ids, len(corpus.tokenizer), 9)
    assert np.diff(tree.starts)[-5:].tolist() == [0, 0, 0, 0, 0]
