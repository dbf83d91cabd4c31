"""Training on disk gives, to the last bit, what training in memory gives."""

import resource
import tracemalloc
from dataclasses import fields
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError, SettingError, StorageError
from nextword.ngram.counting.counts import count_ngrams
from nextword.ngram.estimation.smoothing import SMOOTHINGS, ModifiedKneserNey, make_smoothing
from nextword.ngram.external import merge
from nextword.ngram.external.count import bytes_a_token, count_within, cut_sentences
from nextword.ngram.train import make_scratch, train_ngram, train_on_corpus
from nextword.scratch import Scratch
from nextword.text.corpus import learn_corpus, learn_from_lines
from nextword.text.vocabulary import VocabularyLimits
from support import small_lines

METHODS = [*map(make_smoothing, SMOOTHINGS), ModifiedKneserNey(interpolate_unigrams=False)]
sentences_of_ids = st.lists(st.lists(st.integers(3, 7), max_size=9), min_size=1, max_size=25)


class Narrow(Scratch):
    """A workspace with room for a few n-grams at a time."""

    SHARD = 3

    def __init__(self, folder, room, threads=1):
        super().__init__(folder, 0, threads)
        self.bytes = room

    def room(self):
        super().room()
        return self.bytes


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


def assert_same(one, other):
    """Assert that two trees or automata are equal to the last bit."""
    for field in fields(one):
        left, right = np.asarray(getattr(one, field.name)), np.asarray(getattr(other, field.name))
        assert (left.dtype, left.shape) == (right.dtype, right.shape), field.name
        assert left.tobytes() == right.tobytes(), field.name


def stream_of(sentences):
    return np.array([token for sentence in sentences for token in [*sentence, 2]], dtype=np.int32)


@given(
    sentences_of_ids,
    st.integers(1, 6),
    st.integers(1, 3000),
    st.integers(2, 4),
    st.integers(1, 5),
    st.sampled_from([1, 3]),
)
def test_counts_are_the_same_however_many_runs(folder, sentences, order, room, fan_in, buffer, threads):
    ids = stream_of(sentences)
    with patch.object(merge, "FAN_IN", fan_in), patch.object(merge, "BUFFER", buffer):
        counted = count_within(ids, 9, order, Narrow(folder, room, threads))
    assert_same(count_ngrams(ids, 9, order), counted)
    assert np.array_equal(counted.left_counts(Narrow(folder, room, threads)), counted.left_counts())


@given(
    small_lines,
    st.integers(1, 5),
    st.sampled_from(METHODS),
    st.lists(st.integers(0, 3), max_size=2).map(sorted),
    st.integers(1, 3000),
    st.sampled_from([1, 2]),
)
def test_models_are_the_same(folder, lines, order, method, prune, room, threads):
    corpus = learn_from_lines(lines)
    prune = prune[:order]
    one = train_on_corpus(corpus, order, method, prune=prune)
    other = train_on_corpus(corpus, order, method, prune=prune, scratch=Narrow(folder, room, threads))
    assert_same(one.automaton, other.automaton)
    assert one.settings == other.settings
    assert one.tokenizer.tokens == other.tokenizer.tokens


@pytest.mark.parametrize("method", METHODS, ids=str)
@pytest.mark.parametrize("prune", [(), (0, 1), (1, 1, 2)], ids=str)
def test_larger_models_are_the_same_with_every_method(folder, lines, method, prune):
    corpus = learn_from_lines(lines[:60])
    one = train_on_corpus(corpus, 4, method, prune=prune)
    other = train_on_corpus(corpus, 4, method, prune=prune, scratch=Narrow(folder, 6000, 2))
    assert_same(one.automaton, other.automaton)
    assert one.settings == other.settings


def test_hundreds_of_runs_need_no_more_files_than_a_few(folder):
    chance = np.random.default_rng(0)
    ids = stream_of([chance.integers(3, 50, 6).tolist() for _ in range(300)])
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, limits[1]))
    try:
        counted = count_within(ids, 50, 3, Narrow(folder, 7 * bytes_a_token(3)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert_same(count_ngrams(ids, 50, 3), counted)


@given(sentences_of_ids, st.integers(0, 30))
def test_pieces_are_whole_sentences_of_at_most_a_size(folder, sentences, size):
    ids = stream_of(sentences)
    pieces = list(cut_sentences(ids, size, Scratch(folder, 0)))
    assert [first for first, _ in pieces] == [0, *(last for _, last in pieces[:-1])]
    assert pieces[-1][1] == len(ids)
    for first, last in pieces:
        assert ids[last - 1] == 2
        assert last - first <= size or np.count_nonzero(ids[first:last] == 2) == 1


@pytest.mark.parametrize("order", [1, 3, 5])
def test_counting_takes_no_more_memory_a_token_than_is_planned(order):
    tokens = 200_000
    ids = np.random.default_rng(0).integers(3, 1000, tokens).astype(np.int32)  # nearly all n-grams differ
    ids[9::10] = 2
    count_ngrams(ids[:10], 1000, order)
    tracemalloc.start()
    count_ngrams(ids, 1000, order, threads=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= tokens * bytes_a_token(order) + 1_000_000


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"tokenizer": "words", "lowercase": True, "limits": VocabularyLimits(min_count=2)},
        {"tokenizer": "characters"},
        {"tokenizer": "bpe", "limits": VocabularyLimits(max_size=300)},
    ],
    ids=str,
)
def test_a_corpus_on_disk_is_the_same(folder, lines, tmp_path, settings, monkeypatch):
    (tmp_path / "text").write_text("\n".join(lines).replace("cat", "Cat, naïve") + "\n")
    monkeypatch.setattr("nextword.text.corpus.SPILLED_BLOCK_BYTES", 100)
    one = learn_corpus([tmp_path / "text"], **settings)
    other = learn_corpus([tmp_path / "text"], **settings, scratch=Scratch(folder, 0))
    again = learn_corpus([tmp_path / "text"], tokenizer=one.tokenizer, scratch=Scratch(folder, 0))
    assert one.tokenizer.to_json() == other.tokenizer.to_json()
    assert one.ids.tobytes() == other.ids.tobytes() == again.ids.tobytes()


def test_from_files_with_a_bound(lines, tmp_path):
    (tmp_path / "text").write_text("\n".join(lines) + "\n")
    models = [train_ngram([tmp_path / "text"], 3, memory=memory) for memory in (None, 10**9)]
    assert_same(models[0].automaton, models[1].automaton)
    assert models[0].next_words("the", k=3) == models[1].next_words("the", k=3)


def test_what_counting_refuses_is_refused_on_disk_too(folder):
    scratch = Scratch(folder, 0)
    with pytest.raises(SettingError, match="from 1 to 32, got 0"):
        count_within(stream_of([[3]]), 4, 0, scratch)
    for ids in ([], [3, 4]):
        with pytest.raises(InputError, match="sentence"):
            count_within(np.array(ids, dtype=np.int32), 5, 2, scratch)
    with patch.object(merge, "MAX_NODES", 20), pytest.raises(InputError, match="more than 20 n-grams"):
        count_within(stream_of([[3, 4, 5], [5, 4, 3, 4]]), 6, 4, Narrow(folder, 1))


def test_bounds_that_make_no_sense_are_errors(tmp_path):
    with pytest.raises(SettingError, match="at least 250,000,000 bytes, got 1,000,000"):
        train_ngram([tmp_path / "text"], memory=1_000_000)
    with pytest.raises(SettingError, match="give memory too"):
        make_scratch(None, tmp_path)
    (tmp_path / "text").write_text("a\n")
    with pytest.raises(StorageError, match="nowhere"):
        train_ngram([tmp_path / "text"], memory=10**9, scratch_folder=tmp_path / "nowhere")
