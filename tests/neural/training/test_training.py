"""Training: what it reaches, that it goes on exactly, and how it ends."""

import math

import numpy as np
import pytest
import torch

from neural.samples import NETWORKS, TEN_WORDS, settings, zipf_corpus
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import DivergedError, InputError, ModelFormatError, SettingError, VocabularyError
from nextword.neural.training import training as module
from nextword.neural.training.training import Training
from nextword.text.corpus import Corpus, learn_from_lines
from nextword.text.vocabulary import UNKNOWN

CORPUS = zipf_corpus()


def finished(training):
    """Run a training to its end and return it with its last event."""
    last = None
    for last in training:  # noqa: B007
        pass
    return training, last


def same(left, right):
    return left.arrays.keys() == right.arrays.keys() and all(
        np.array_equal(left.arrays[name], right.arrays[name]) for name in left.arrays
    )


@pytest.fixture
def _every_step(monkeypatch):
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.0)


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_network_learns_ten_words_by_heart(kind):
    corpus = learn_from_lines(TEN_WORDS)
    training = Training(
        corpus, settings(network=kind, size=16, epochs=150, rate=0.03, weight_decay=0.0), threads=1
    )
    _, last = finished(training)
    assert math.exp(last.loss) < 1.1
    assert math.exp(-training.model().stream_log_probs(corpus.ids).mean()) < 1.1


HOW = {
    "adamw with all dropouts": {
        "network": "lstm", "layers": 2, "input_dropout": 0.2, "hidden_dropout": 0.1, "output_dropout": 0.2,
        "word_dropout": 0.1, "recurrent_dropout": 0.2, "learned_start": True, "change_penalty": 1.0,
    },
    "sgd with averaging": {"network": "gru", "optimiser": "sgd", "rate": 2.0, "average_from": 0.4},
    "sampled": {"network": "rnn", "softmax": "sampled", "shortlist": 10, "clusters": (20,), "samples": 10},
    "adaptive window": {"network": "window", "softmax": "adaptive", "shortlist": 10, "clusters": (20,)},
}  # fmt: skip


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("stop", [0, 30, 49, 77])
@pytest.mark.usefixtures("_every_step")
def test_a_training_that_goes_on_ends_in_the_weights_of_one_that_never_stopped(how, stop):
    def begin():
        return Training(
            CORPUS, settings(**HOW[how], epochs=2, batch=8, steps=10), valid=CORPUS.ids, threads=1
        )

    unbroken, end = finished(begin())
    stopped = begin()
    for number, _ in enumerate(stopped):
        if number == stop:
            break
    snapshot = stopped.snapshot()
    for array in stopped.weights.values():  # whatever happens to the one that was stopped
        array.data.zero_()
    gone_on = begin()
    gone_on.restore(snapshot)
    gone_on, end_after_all = finished(gone_on)
    assert end.step == end_after_all.step
    assert end.valid_perplexity == end_after_all.valid_perplexity
    assert same(unbroken.model(), gone_on.model())


def test_a_snapshot_without_a_copy_is_as_good_until_the_next_step():
    training = Training(CORPUS, settings(epochs=1), valid=CORPUS.ids, threads=1)
    finished(training)
    copied, shared = training.snapshot(), training.snapshot(copy=False)
    assert copied.content == shared.content
    assert copied.tensors.keys() == shared.tensors.keys()
    for name, array in copied.tensors.items():
        np.testing.assert_array_equal(array, shared.tensors[name])
        assert not np.shares_memory(array, shared.tensors[name])
    assert np.shares_memory(shared.tensors["weights/embedding"], training.network.embedding.detach().numpy())


def test_a_snapshot_of_other_settings_is_refused():
    training = Training(CORPUS, settings(epochs=1), threads=1)
    next(iter(training))
    snapshot = training.snapshot()
    for other in (settings(size=9), settings(network="gru"), settings(layers=2)):
        with pytest.raises(ModelFormatError, match=r"of (another network|other settings)"):
            Training(CORPUS, other, threads=1).restore(snapshot)


@pytest.mark.parametrize("damage", [{"position": {}}, {"dtype": "int8"}, {"threads": 0}, {"extra": 1}])
def test_a_snapshot_that_is_not_in_order_is_refused(damage):
    training = Training(CORPUS, settings(epochs=1), threads=1)
    snapshot = training.snapshot()
    snapshot.content.update(damage)
    with pytest.raises(ModelFormatError):
        training.restore(snapshot)


@pytest.mark.usefixtures("_every_step")
def test_a_loss_that_is_not_finite_stops_the_training_and_spoils_no_weight():
    training = Training(CORPUS, settings(epochs=3), threads=1)
    events = iter(training)
    next(events)
    before = training.snapshot()
    training.network.output.bias.data[5] = math.nan
    with pytest.raises(DivergedError, match=r"no longer finite after 1 steps .*; try a lower rate"):
        next(events)
    assert all(np.isfinite(array).all() for array in before.tensors.values() if array.dtype == np.float32)


def test_patience_ends_a_training_and_the_best_weights_are_kept():
    # A validation text that has nothing to do with the training text gets worse as that is learned.
    valid = np.random.default_rng(1).integers(3, 40, 400).astype(np.int32)
    training = Training(CORPUS, settings(epochs=50, patience=2, batch=4, rate=0.02), valid=valid, threads=1)
    perplexities = [event.valid_perplexity for event in training if event.ends_epoch]
    assert len(perplexities) < 50
    assert training.model().details["valid_perplexity"] == min(perplexities)
    assert perplexities.index(min(perplexities)) == len(perplexities) - 3


def test_a_time_bounds_a_training_and_its_rate_comes_down_within_it():
    training = Training(CORPUS, settings(batch=4), seconds=1.0, threads=1)
    _, last = finished(training)
    assert 0.9 < last.seconds < 3
    assert last.epochs is None
    assert last.total_tokens is None
    assert last.rate < 0.003 * 0.1


def test_sgd_lowers_its_rate_where_nothing_improves():
    valid = np.random.default_rng(1).integers(3, 40, 400).astype(np.int32)
    training = Training(
        CORPUS, settings(epochs=8, optimiser="sgd", rate=5.0, batch=4), valid=valid, threads=1
    )
    events = [event for event in training if event.ends_epoch]
    for before, after, later in zip(events, events[1:], events[2:], strict=False):
        is_best = after.valid_perplexity < min(e.valid_perplexity for e in events[: events.index(after)])
        assert later.rate == after.rate * (1 if is_best else 0.25)
        assert before.rate >= after.rate


def test_weights_can_be_averaged():
    plain, _ = finished(Training(CORPUS, settings(epochs=2, batch=4), threads=1))
    averaged, _ = finished(Training(CORPUS, settings(epochs=2, batch=4, average_from=0.5), threads=1))
    assert same(plain.model(), Training.model(plain))
    assert not same(plain.model(), averaged.model())
    distance = np.abs(plain.model().arrays["embedding"] - averaged.model().arrays["embedding"]).max()
    assert 0 < distance < 0.1


@pytest.mark.parametrize("kind", ["lstm", "window"])
def test_texts_of_any_length_can_be_learned_from(kind):
    for lines in (["word"], ["a b"], ["a"] * 3):
        corpus = learn_from_lines(lines)
        _, last = finished(Training(corpus, settings(network=kind, epochs=2), valid=corpus.ids, threads=1))
        assert math.isfinite(last.loss)
        assert math.isfinite(last.valid_perplexity)


def test_an_empty_text_is_refused():
    empty = Corpus(CORPUS.tokenizer, CORPUS.ids[:0])
    with pytest.raises(InputError, match="nothing to learn from"):
        Training(empty, settings())
    with pytest.raises(InputError, match="nothing to learn from"):
        Training(CORPUS, settings(), valid=CORPUS.ids[:0])


def test_validation_words_that_were_never_seen_have_a_finite_perplexity():
    valid = np.array([UNKNOWN] * 10 + [2], dtype=np.int32)
    _, last = finished(Training(CORPUS, settings(epochs=1), valid=valid, threads=1))
    assert math.isfinite(last.valid_perplexity)


def test_a_vocabulary_in_any_order_gives_the_same_probabilities():
    kept = settings(network="gru", softmax="adaptive", shortlist=8, clusters=(20,), epochs=1)
    training, _ = finished(Training(CORPUS, kept, threads=1))
    assert training.ranks is None
    order = np.concatenate(
        [np.arange(3), 3 + np.random.default_rng(0).permutation(len(CORPUS.tokenizer) - 3)]
    )
    new_ids = np.argsort(order)
    tokens = [CORPUS.tokenizer.tokens[place] for place in order]
    corpus = Corpus(type(CORPUS.tokenizer)(tokens), new_ids[CORPUS.ids].astype(np.int32))
    moved, _ = finished(Training(corpus, kept, threads=1))
    assert moved.ranks is not None
    assert (np.diff(np.bincount(moved.ranks[corpus.ids])[3:]) <= 0).all()
    # Words of one count may have changed places, so the two began a little differently.
    ours = training.model().stream_log_probs(CORPUS.ids).mean()
    assert moved.model().stream_log_probs(corpus.ids).mean() == pytest.approx(ours, rel=0.02)


class TestVectors:
    def test_an_embedding_can_begin_from_vectors(self):
        words = CORPUS.tokenizer.tokens[5:9]
        vectors = WordVectors(list(words), np.random.default_rng(0).normal(size=(4, 8)).astype(np.float32))
        plain = Training(CORPUS, settings(), threads=1).network.embedding
        begun = Training(CORPUS, settings(), vectors=vectors, threads=1).network.embedding
        cosines = torch.nn.functional.cosine_similarity(begun[5:9], torch.from_numpy(vectors.vectors))
        assert cosines.tolist() == pytest.approx([1] * 4, abs=1e-5)
        assert torch.equal(begun[9:], plain[9:])
        assert begun[5:9].std().item() == pytest.approx(0.1 / 3**0.5, rel=0.1)

    def test_vectors_that_do_not_fit_are_refused(self):
        with pytest.raises(SettingError, match="the vectors have 4 numbers and the network's words 8"):
            Training(CORPUS, settings(), vectors=WordVectors(["w1"], np.ones((1, 4), np.float32)))
        with pytest.raises(VocabularyError, match="no word of the text has a vector"):
            Training(CORPUS, settings(), vectors=WordVectors(["x"], np.ones((1, 8), np.float32)))


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(SettingError, match="the device 'tpu9' is not there"):
        Training(CORPUS, settings(), device="tpu9")
