import copy
import pickle

import numpy as np
import pytest

from nextword.errors import NextwordError
from nextword.lm import ConformanceError, LinearMixture, check_language_model


def test_sound_models_pass(toy, model):
    check_language_model(model)
    check_language_model(toy.random_bigram(words=1), contexts=3)
    check_language_model(toy.saying("the students opened"))
    check_language_model(LinearMixture([model, toy.random_bigram(2)], [0.5, 0.5]))


def test_a_large_vocabulary_is_checked_in_a_moment(toy):
    class Uniform(toy.Bigram):
        def log_probs(self, state):
            return np.full((len(state), 50_000), -np.log(50_000))

    check_language_model(
        Uniform(np.eye(4), toy.Tokenizer([str(number) for number in range(49_997)])), contexts=4
    )


def test_scores_need_not_sum_to_one_when_they_say_so(toy):
    scores = toy.Bigram(toy.random_bigram().table * 0.4)
    with pytest.raises(ConformanceError, match="sum to one"):
        check_language_model(scores)
    scores.is_distribution = False
    check_language_model(scores)


def test_states_survive_pickle(model):
    mixture = LinearMixture([model, model], [0.5, 0.5])
    for each in (model, mixture):
        state = each.read([3, 4])
        again = pickle.loads(pickle.dumps(state))
        assert again == state == copy.deepcopy(state)
        assert np.array_equal(each.log_probs(again), each.log_probs(state))


def broken_models(toy):
    """Return (promise, model) for one model per broken promise."""

    class EditsInPlace(toy.Bigram):
        def advance(self, state, tokens):
            state.last[:] = tokens
            return state

    class BatchWide(toy.Bigram):
        def log_probs(self, state):
            best = state[np.zeros(len(state), dtype=np.int64)] if len(state) > 2 else state
            return super().log_probs(best)

    class WrongOrder(toy.Bigram):
        def top_k(self, state, k):
            ids, log_probs = super().top_k(state, k)
            return ids[:, ::-1], log_probs[:, ::-1]

    class WrongIds(toy.Bigram):
        def top_k(self, state, k):
            ids, log_probs = super().top_k(state, k)
            return np.roll(ids, 1, axis=1), log_probs

    class TooFew(toy.Bigram):
        def top_k(self, state, k):
            return super().top_k(state, min(k, 4))

    class Repeats(toy.Bigram):
        def top_k(self, state, k):
            ids, log_probs = super().top_k(state, k)
            return np.repeat(ids[:, :1], ids.shape[1], axis=1), log_probs

    class DrawsTheLast(toy.Bigram):
        def draw(self, state, shares, forbidden):
            tokens = np.full(len(state), self.vocabulary_size - 1)
            return tokens, self.log_probs(state)[:, -1]

    class DrawsWithoutProbability(toy.Bigram):
        def draw(self, state, shares, forbidden):
            return np.full(len(state), 2), np.zeros(len(state))

    class WrongTokens(toy.Bigram):
        def token_log_probs(self, sequences):
            return [scores + 1e-6 for scores in super().token_log_probs(sequences)]

    class DropsTheLast(toy.Bigram):
        def token_log_probs(self, sequences):
            return super().token_log_probs(sequences)[:-1]

    class WrongStream(toy.Bigram):
        def stream_log_probs(self, stream):
            return super().stream_log_probs(stream)[::-1]

    class ReadsAhead(toy.Bigram):
        def score_streams(self, streams):
            return super().score_streams(list(streams))

    class NeverEqual(toy.State):
        def __eq__(self, other):
            return self is other

    class ArrayEqual(toy.State):
        def __eq__(self, other):
            return self.last == other.last

    class NoCopy(toy.State):
        def __deepcopy__(self, memo):
            return toy.State(np.full_like(self.last, 5))

    class IgnoresRows(toy.State):
        def __getitem__(self, rows):
            return type(self)(np.resize(self.last, len(self.last[rows])))

    def with_state(state_type):
        class Model(toy.Bigram):
            def initial_state(self, batch=1):
                return state_type(np.ones(batch, dtype=np.int64))

            def advance(self, state, tokens):
                return state_type(super().advance(state, tokens).last)

        return Model

    good = toy.random_bigram(3)
    heavy, holed, certain = good.table.copy(), good.table.copy(), good.table.copy()
    heavy[8] *= 1.01
    holed[2:, 4] = np.nan
    certain[:, 3] = 1.5
    unshaped = toy.Bigram(good.table, toy.Tokenizer(("too", "few")))
    ties = np.tile([0.2, 0, 0.2, 0.2, 0.2, 0.2], (6, 1))
    return [
        ("sum to one", toy.Bigram(heavy)),
        ("NaN", toy.Bigram(holed)),
        ("above 0", toy.Bigram(certain)),
        ("shape", unshaped),
        ("does not edit", EditsInPlace(good.table)),
        ("batch", BatchWide(good.table)),
        ("likeliest", WrongOrder(good.table)),
        ("own log-probability", WrongIds(good.table)),
        ("likeliest", TooFew(good.table)),
        ("each id once", Repeats(ties)),
        ("share that was asked for", DrawsTheLast(good.table)),
        ("draw gives each token its own", DrawsWithoutProbability(good.table)),
        ("token_log_probs", WrongTokens(good.table)),
        ("token_log_probs", DropsTheLast(good.table)),
        ("stream_log_probs", WrongStream(good.table)),
        ("before it asks for the next", ReadsAhead(good.table)),
        ("same history are equal", with_state(NeverEqual)(good.table)),
        ("True or False", with_state(ArrayEqual)(good.table)),
        ("deepcopy", with_state(NoCopy)(good.table)),
        ("rows", with_state(IgnoresRows)(good.table)),
    ]


@pytest.mark.parametrize("number", range(20))
def test_a_broken_promise_is_named(toy, number):
    promise, broken = broken_models(toy)[number]
    with pytest.raises(ConformanceError, match=promise) as caught:
        check_language_model(broken)
    assert "seen: " in str(caught.value)


def test_every_broken_model_is_tried(toy):
    assert len(broken_models(toy)) == 20


def test_the_error_is_both_ours_and_an_assertion():
    assert issubclass(ConformanceError, NextwordError)
    assert issubclass(ConformanceError, AssertionError)


def test_ids_may_differ_among_equals(toy):
    class OtherTies(toy.Bigram):
        def top_k(self, state, k):
            log_probs = self.log_probs(state)
            best = np.argsort(-log_probs[:, ::-1], axis=1, kind="stable")[:, :k]
            best = log_probs.shape[1] - 1 - best
            return best, np.take_along_axis(log_probs, best, axis=1)

    check_language_model(OtherTies(np.tile([0.2, 0, 0.2, 0.2, 0.2, 0.2], (6, 1))))


def test_a_stream_may_be_read_on_across_sentences(toy):
    class RemembersEnds(toy.Bigram):
        def advance(self, state, tokens):
            return toy.State(np.asarray(tokens))

    class ForgetsBlocks(RemembersEnds):
        def stream_log_probs(self, stream):
            return self.token_log_probs([stream])[0] if len(stream) else np.empty(0)

    class Streams(ForgetsBlocks):
        def score_streams(self, streams):
            last = []  # the last token of the stream before
            for stream in streams:
                yield self.token_log_probs([np.append(last, stream).astype(np.int32)])[0][len(last) :]
                last = stream[-1:]

    table = toy.random_bigram().table
    check_language_model(RemembersEnds(table))
    check_language_model(Streams(table))
    with pytest.raises(ConformanceError, match="score_streams of the parts"):
        check_language_model(ForgetsBlocks(table))


def test_the_tolerance_is_what_single_precision_needs(toy, model):
    class Single(toy.Bigram):
        def log_probs(self, state):
            return super().log_probs(state).astype(np.float32)

    with pytest.raises(ConformanceError):
        check_language_model(Single(model.table))
    check_language_model(Single(model.table), tolerance=1e-4)
