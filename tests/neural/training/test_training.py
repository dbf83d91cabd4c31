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
    "sgd that goes too far": {"network": "rnn", "optimiser": "sgd", "rate": 60.0, "epochs": 4, "patience": 2},
    "sampled": {"network": "rnn", "softmax": "sampled", "shortlist": 10, "clusters": (20,), "samples": 10},
    "adaptive window": {"network": "window", "softmax": "adaptive", "shortlist": 10, "clusters": (20,)},
}  # fmt: skip


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("stop", [0, 30, 49, 77])
@pytest.mark.usefixtures("_every_step")
def test_a_training_that_goes_on_ends_in_the_weights_of_one_that_never_stopped(how, stop):
    chosen = settings(**{"epochs": 2, "batch": 8, "steps": 10, **HOW[how]})

    def begin():
        return Training(CORPUS, chosen, valid=CORPUS.ids, threads=1)

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
    assert end.rate == end_after_all.rate
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


def test_without_a_validation_text_the_training_loss_decides_to_the_last_digit(monkeypatch):
    def ends(seconds):
        monkeypatch.setattr(module, "REPORT_SECONDS", seconds)
        how = settings(epochs=6, optimiser="sgd", rate=60.0, batch=8, steps=10)
        return [event for event in Training(CORPUS, how, threads=1) if event.ends_epoch]

    often, seldom = ends(0.0), ends(1e9)
    assert [event.loss for event in often] == [event.loss for event in seldom]
    assert [event.rate for event in often] == [event.rate for event in seldom]


def test_how_long_it_lasts_may_change_when_a_training_goes_on():
    def begin(epochs, seconds=None):
        return Training(CORPUS, settings(epochs=epochs, batch=8), seconds=seconds, threads=1)

    done, _ = finished(begin(2))
    longer = begin(3)
    longer.restore(done.snapshot())
    assert [event.epoch for event in longer if event.ends_epoch] == [3]
    for shorter in (begin(1), begin(3, seconds=1e-6)):
        shorter.restore(done.snapshot())
        assert list(shorter) == []
        assert same(shorter.model(), done.model())


@pytest.mark.usefixtures("_every_step")
def test_an_epoch_that_was_begun_is_judged_though_no_time_is_left():
    stopped = Training(CORPUS, settings(epochs=2, batch=8), valid=CORPUS.ids, threads=1)
    for event in stopped:
        if event.step == 5:
            break
    late = Training(CORPUS, settings(epochs=2, batch=8), valid=CORPUS.ids, seconds=1e-6, threads=1)
    late.restore(stopped.snapshot())
    (end,) = late
    assert (end.step, end.ends_epoch, end.share) == (5, True, 1.0)
    assert 1 < end.perplexity < 100
    assert late.model().details["valid_perplexity"] == end.valid_perplexity


def test_a_training_can_go_back_to_where_it_began():
    training = Training(CORPUS, settings(epochs=1, batch=8), threads=1)
    begun = training.snapshot()
    finished(training)
    first = training.model()
    training.restore(begun)
    finished(training)
    assert same(first, training.model())


@pytest.mark.parametrize(
    "damage", [{"position": {}}, {"position": 3}, {"dtype": "int8"}, {"threads": 0}, {"extra": 1}]
)
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
    training.network.output.bias.data[5] = math.nan
    before = {name: weight.detach().clone() for name, weight in training.weights.items()}
    with pytest.raises(DivergedError, match=r"no longer finite after 1 steps .*; try a lower rate"):
        next(events)
    for name, weight in training.weights.items():
        torch.testing.assert_close(weight.detach(), before[name], rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_weights_that_are_not_finite_are_neither_kept_nor_a_model(number):
    training, _ = finished(Training(CORPUS, settings(epochs=1), threads=1))
    training.weights["layers.0.W_h"].data[1, 2] = number
    with pytest.raises(DivergedError, match=r"weights/layers\.0\.W_h is no longer finite after \d+ steps"):
        training.snapshot()
    with pytest.raises(DivergedError, match=r"layers\.0\.W_h is no longer finite"):
        training.model()


@pytest.mark.usefixtures("_every_step")
def test_a_perplexity_that_is_no_number_stops_the_training():
    training = Training(CORPUS, settings(epochs=1, batch=8), valid=CORPUS.ids, threads=1)
    for event in training:
        if event.share == 1:  # after the last step
            training.weights["output.bias"].data[5] = math.nan
            break
    with pytest.raises(DivergedError, match="perplexity is no longer a number"):
        next(iter(training))


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
    assert events[-1].rate < 5.0


@pytest.mark.parametrize("kind", NETWORKS)
def test_sgd_learns_with_its_usual_rate_and_decay(kind):
    corpus = learn_from_lines(TEN_WORDS)
    how = settings(network=kind, size=16, epochs=100, optimiser="sgd")
    _, last = finished(Training(corpus, how, threads=1))
    assert math.exp(last.loss) < 1.5


def test_matrices_decay_and_biases_and_the_first_state_do_not():
    how = settings(network="lstm", learned_start=True, tied=False)
    training = Training(CORPUS, how, threads=1)
    names = {id(weight): name for name, weight in training.weights.items()}
    decaying, others = (
        {names[id(weight)] for weight in group["params"]} for group in training.optimiser.param_groups
    )
    assert decaying == {"embedding", "output.U", "layers.0.W_x", "layers.0.W_h"}
    assert others == {"output.bias", "layers.0.b", "layers.0.start"}
    assert [group["weight_decay"] for group in training.optimiser.param_groups] == [0.05, 0]


@pytest.mark.usefixtures("_every_step")
def test_the_average_is_the_mean_of_the_weights_after_each_step_of_the_last_part():
    training = Training(CORPUS, settings(epochs=2, batch=8, steps=10, average_from=0.5), threads=1)
    after = [
        training.weights["embedding"].detach().clone().numpy() for event in training if not event.ends_epoch
    ]
    expected = np.mean(after[len(after) // 2 :], axis=0)
    np.testing.assert_allclose(training.model().arrays["embedding"], expected, rtol=1e-4, atol=1e-6)
    assert not np.allclose(after[-1], expected, rtol=1e-2)


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
    with pytest.raises(InputError, match="the validation text has 0 tokens"):
        Training(CORPUS, settings(), valid=CORPUS.ids[:0])


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"threads": 0}, "threads is a whole number from 1"),
        ({"threads": 1.5}, "threads is a whole number"),
        ({"seconds": 0}, "seconds are above 0"),
        ({"seconds": -1.0}, "seconds is a number of at least 0"),
        ({"seconds": math.nan}, "seconds is a number"),
    ],
)
def test_times_and_threads_that_make_no_sense_are_refused(how, message):
    with pytest.raises(SettingError, match=message):
        Training(CORPUS, settings(), **how)


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

    def test_vectors_that_are_all_the_same_are_no_larger_than_others(self):
        vectors = WordVectors(["w1", "w2"], np.full((2, 8), 0.5, np.float32))
        begun = Training(CORPUS, settings(), vectors=vectors, threads=1).network.embedding
        assert begun.abs().max().item() <= 0.1

    def test_vectors_that_do_not_fit_are_refused(self):
        with pytest.raises(SettingError, match="the vectors have 4 numbers and the network's words 8"):
            Training(CORPUS, settings(), vectors=WordVectors(["w1"], np.ones((1, 4), np.float32)))
        with pytest.raises(VocabularyError, match="no word of the text has a vector"):
            Training(CORPUS, settings(), vectors=WordVectors(["x"], np.ones((1, 8), np.float32)))


@pytest.mark.parametrize("device", ["tpu9", "meta"])
def test_a_device_that_is_not_there_is_refused(device):
    with pytest.raises(SettingError, match=f"the device '{device}' is not there"):
        Training(CORPUS, settings(), device=device)
