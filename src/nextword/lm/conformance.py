"""The promises of a language model, checked: every family, smoothing and mixture is held to them.

`check_language_model` raises ConformanceError with the first promise that is broken and the value seen.
"""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.errors import NextwordError
from nextword.lm.model import LanguageModel
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START, UNKNOWN


class ConformanceError(NextwordError, AssertionError):
    """A language model that breaks a promise of the contract: the fault is the model's, not its user's."""


@dataclass(frozen=True)
class _Trial:
    """A model under test, some batches of contexts for it, and what counts as equal."""

    model: LanguageModel
    batches: list[IntArray]
    """Each (B, T): B contexts of T ids; T is 0 for the empty context."""
    tolerance: float
    random: np.random.Generator

    def read(self, contexts: IntArray) -> Any:
        """Return the state after each context, all read at once."""
        state = self.model.initial_state(len(contexts))
        for tokens in contexts.T:
            state = self.model.advance(state, tokens)
        return state

    def require(self, kept: bool, promise: str, seen: object) -> None:
        """Raise ConformanceError unless the promise is kept."""
        if not kept:
            raise ConformanceError(f"{type(self.model).__name__}: {promise}; seen: {seen}")

    def require_equal(self, left: FloatArray, right: FloatArray, promise: str) -> None:
        """Raise ConformanceError unless the shapes are equal and the values too, within the tolerance."""
        self.require(left.shape == right.shape, promise, f"shapes {left.shape} and {right.shape}")
        # Equal infinities count as equal, and NaN as different from all.
        unequal = ~np.isclose(left, right, rtol=self.tolerance, atol=self.tolerance)
        if unequal.any():
            place = tuple(int(index[0]) for index in np.nonzero(unequal))
            self.require(False, promise, f"{left[place]} and {right[place]} at {place}")


def check_language_model(
    model: LanguageModel, seed: int = 0, contexts: int = 20, tolerance: float = 1e-9
) -> None:
    """Check that a model keeps every promise of `LanguageModel`.

    ``contexts`` is the number of random contexts, drawn by ``seed``; the empty context and one of unknown
    words alone are always among those checked. ``tolerance`` bounds, relatively and absolutely, how far rows
    may be from sum one and fast paths from the defaults: 1e-9 suits float64, 1e-4 float32.

    Raises ConformanceError for the first promise broken. Rows need not sum to one where ``is_distribution``
    is False.
    """
    random = np.random.default_rng(seed)
    trial = _Trial(model, _contexts(model.vocabulary_size, contexts, random), tolerance, random)
    # The simplest promises come first, so that the error names the cause and not what follows from it.
    for check in (
        _check_log_probs, _check_state_copies, _check_purity, _check_rows, _check_top_k, _check_draw,
    ):  # fmt: skip
        for batch in trial.batches:
            check(trial, batch)
    _check_token_log_probs(trial)
    _check_stream_log_probs(trial)


def _contexts(vocabulary_size: int, count: int, random: np.random.Generator) -> list[IntArray]:
    """Return random contexts in batches of equal length, with unknown words and sentence ends among them."""
    # <s> is never read: the initial state has read it already.
    ids = np.setdiff1d(np.arange(vocabulary_size), [SENTENCE_START])
    lengths = (1, 2, 3, 7)
    batches = [
        np.empty((2, 0), dtype=np.int64),
        np.full((2, 3), UNKNOWN),
        np.array([[ids[-1], SENTENCE_END]]),
    ]
    for place, length in enumerate(lengths):
        rows = len(range(place, count, len(lengths)))
        if rows:
            # Half frequent ids, which a model has seen together, and half any, which it has not.
            frequent = random.choice(ids[: max(5, len(ids) // 1000)], size=(rows, length))
            anything = random.choice(ids, size=(rows, length))
            batches.append(np.where(random.random((rows, 1)) < 0.5, frequent, anything))
    return batches


def _check_log_probs(trial: _Trial, batch: IntArray) -> None:
    state = trial.read(batch)
    trial.require(len(state) == len(batch), f"a state of {len(batch)} texts has that length", len(state))
    log_probs = trial.model.log_probs(state)
    expected = (len(batch), trial.model.vocabulary_size)
    trial.require(log_probs.shape == expected, f"log_probs has shape (B, V) = {expected}", log_probs.shape)
    trial.require(not np.isnan(log_probs).any(), "no log-probability is NaN", "NaN")
    highest = log_probs.max()
    trial.require(highest <= trial.tolerance, "no log-probability is above 0", highest)
    if trial.model.is_distribution:
        for row in np.exp(log_probs):
            total = math.fsum(row.tolist())
            trial.require(abs(total - 1) <= trial.tolerance, "probabilities sum to one in each row", total)


def _check_purity(trial: _Trial, batch: IntArray) -> None:
    state = trial.read(batch)
    kept, log_probs = copy.deepcopy(state), trial.model.log_probs(state).copy()
    for token in (UNKNOWN, SENTENCE_END, trial.model.vocabulary_size - 1):
        trial.model.advance(state, np.full(len(batch), token))
    after = trial.model.log_probs(state)
    same = np.array_equal(log_probs, after)
    trial.require(same, "advance does not edit the state it is given", "other log-probabilities after it")
    _require_equal_states(trial, state, kept, "advance does not edit the state it is given")


def _check_rows(trial: _Trial, batch: IntArray) -> None:
    """Check that state[rows] picks and repeats, and that each row is what it would be alone."""
    state = trial.read(batch)
    log_probs = trial.model.log_probs(state)
    rows = trial.random.integers(len(batch), size=len(batch) + 2)
    picked = state[rows]
    trial.require(len(picked) == len(rows), f"state[rows] has {len(rows)} rows", len(picked))
    trial.require_equal(
        trial.model.log_probs(picked), log_probs[rows], "state[rows] picks and repeats the rows asked for"
    )
    first = trial.model.log_probs(state[:1])
    trial.require_equal(first, log_probs[:1], "state[:1] is the first row")
    tokens = trial.random.choice([UNKNOWN, SENTENCE_END, trial.model.vocabulary_size - 1], size=len(rows))
    together = trial.model.log_probs(trial.model.advance(picked, tokens))
    for place, row in enumerate(rows):
        alone = trial.model.log_probs(trial.model.read([*batch[row], tokens[place]]))
        trial.require_equal(together[place, None], alone, "a text in a batch gets what it gets alone")


def _check_state_copies(trial: _Trial, batch: IntArray) -> None:
    state = trial.read(batch)
    log_probs = trial.model.log_probs(state)
    _require_equal_states(trial, state, trial.read(batch), "states with the same history are equal")
    for name, copied in (("copy.copy", copy.copy(state)), ("copy.deepcopy", copy.deepcopy(state))):
        _require_equal_states(trial, state, copied, f"{name} of a state equals it")
        trial.require_equal(
            trial.model.log_probs(copied), log_probs, f"{name} of a state has the same futures"
        )


def _require_equal_states(trial: _Trial, left: Any, right: Any, promise: str) -> None:
    equal = left == right
    trial.require(isinstance(equal, bool | np.bool_), "== of two states is True or False", repr(equal))
    trial.require(bool(equal), promise, f"{left!r} and {right!r}")


def _check_top_k(trial: _Trial, batch: IntArray) -> None:
    state = trial.read(batch)
    log_probs = trial.model.log_probs(state)
    size = trial.model.vocabulary_size
    for k in (1, 3, size, size + 5):
        best, found = trial.model.top_k(state, k)
        _, expected = LanguageModel.top_k(trial.model, state, k)
        trial.require_equal(
            found, expected, f"top_k with k = {k} gives the log-probabilities of the k likeliest"
        )
        trial.require(best.shape == found.shape, "top_k gives as many ids as log-probabilities", best.shape)
        trial.require(bool((found[:, :-1] >= found[:, 1:]).all()), "top_k gives the likeliest first", found)
        distinct = all(len(np.unique(row)) == len(row) for row in best)
        trial.require(distinct, "top_k gives each id once", best)
        # Ids may differ from the default's, but only among equals.
        own = np.take_along_axis(log_probs, best, axis=1)
        trial.require_equal(found, own, f"top_k with k = {k} gives each id its own log-probability")


def _check_draw(trial: _Trial, batch: IntArray) -> None:
    state = trial.read(batch)
    shares = trial.random.random(len(batch))
    drawn = trial.model.draw(state, shares.tolist(), [SENTENCE_START])
    if drawn is None:
        return
    tokens, found = drawn
    log_probs = trial.model.log_probs(state)
    own = np.take_along_axis(log_probs, tokens[:, None], axis=1)[:, 0]
    trial.require_equal(found, own, "draw gives each token its own log-probability")
    probabilities = np.exp(log_probs)
    probabilities[:, SENTENCE_START] = 0
    ends = np.cumsum(probabilities, axis=1)
    rows = np.arange(len(tokens))
    lengths, end = probabilities[rows, tokens], ends[rows, tokens]
    distance = np.maximum(end - lengths - shares * ends[:, -1], shares * ends[:, -1] - end)
    promise = "draw gives the token at the share that was asked for"
    trial.require(bool((distance <= trial.tolerance).all()), promise, f"{distance.max()} beside it")


def _check_token_log_probs(trial: _Trial) -> None:
    sequences = [row.astype(np.int32) for batch in trial.batches for row in batch]
    fast = trial.model.token_log_probs(sequences)
    trial.require(
        len(fast) == len(sequences), f"token_log_probs answers {len(sequences)} sequences", len(fast)
    )
    default = LanguageModel.token_log_probs(trial.model, sequences)
    for left, right in zip(fast, default, strict=True):
        trial.require_equal(left, right, "token_log_probs equals what advance and log_probs give")
    nothing = trial.model.token_log_probs([])
    trial.require(len(nothing) == 0, "token_log_probs of no sequences is an empty list", nothing)


def _check_stream_log_probs(trial: _Trial) -> None:
    sentences = [np.append(row, SENTENCE_END) for batch in trial.batches for row in batch]
    stream = np.concatenate(sentences).astype(np.int32)
    fast = trial.model.stream_log_probs(stream)
    promise = "stream_log_probs equals reading sentence by sentence, or reading on across sentences"
    for expected in _stream_references(trial.model, stream):
        if fast.shape == expected.shape and np.allclose(fast, expected, trial.tolerance, trial.tolerance):
            break
    else:
        trial.require_equal(fast, expected, promise)
    parts = [
        np.concatenate(sentences[begin : begin + 5]).astype(np.int32) for begin in range(0, len(sentences), 5)
    ]
    _check_score_streams(trial, parts, fast)
    nothing = trial.model.stream_log_probs(stream[:0])
    trial.require(len(nothing) == 0, "stream_log_probs of nothing is empty", nothing)


def _check_score_streams(trial: _Trial, parts: list[Any], whole: FloatArray) -> None:
    """Check that a text in parts gets what it gets as a whole, each part before the next one is asked for."""
    asked = 0

    def arriving() -> Iterator[Any]:
        nonlocal asked
        for part in parts:
            asked += 1
            yield part

    scored = []
    for log_probs in trial.model.score_streams(arriving()):
        scored.append(log_probs)
        trial.require(asked == len(scored), "score_streams answers a part before it asks for the next", asked)
    together = np.concatenate([*scored, np.empty(0)])
    trial.require_equal(together, whole, "score_streams of the parts equals stream_log_probs of the whole")


def _stream_references(model: LanguageModel, stream: Any) -> Iterator[FloatArray]:
    """Yield what a stream's log-probabilities may be: memory may end with a sentence, or go on."""
    yield LanguageModel.token_log_probs(model, [stream])[0]
    ends = np.flatnonzero(stream == SENTENCE_END) + 1
    yield np.concatenate(LanguageModel.token_log_probs(model, np.split(stream, ends)[:-1]))
