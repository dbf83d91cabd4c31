"""Generation: ask what comes next, draw a token, go on from there.

``generate`` gives whole texts, ``iterate_samples`` each as soon as it is done, ``stream`` one text piece by
piece; all grow the same `Sample`.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.errors import SettingError
from nextword.lm.growth import Growing
from nextword.lm.model import LanguageModel
from nextword.lm.prompt import Prompt
from nextword.lm.sampling import PLAIN, Sampling, tokens_at
from nextword.lm.settings import check_whole

_BATCH_NUMBERS = 2_000_000
"""About how many log-probabilities, B x V, are held at once: 16 MB, however many texts are asked for."""
_BATCH_ROWS = 256
"""The most texts that grow together; more gain no speed, and the first ones would come later."""


@dataclass(frozen=True)
class Sample:
    """One finished continuation of a prompt."""

    text: str
    """The continuation without the prompt; prompt + text reads as one."""
    tokens: list[int]
    """The ids drawn, the ``</s>`` or the tokens of the stop string that ended them included."""
    log_probs: list[float]
    """The model's own log P of each token drawn, before the sampling settings reshaped it."""
    finish_reason: str
    """``stop`` (a sentence's end or a stop string) or ``length``."""


def generate(
    model: LanguageModel,
    prompt: str = "",
    *,
    length: int = 50,
    n: int = 1,
    sampling: Sampling = PLAIN,
    stop: str | Sequence[str] | None = None,
    stop_at_sentence_end: bool = True,
) -> list[str]:
    """Return ``n`` continuations of a prompt, the prompt not included.

    A text ends before the first stop string, at the sentence's end, or after ``length`` tokens. Without
    ``stop_at_sentence_end`` it goes on with the next sentence on a new line. A line break in the prompt ends
    a sentence there. Text i is the same for a seed whether it is drawn alone or with others, as far as the
    model gives the same log-probabilities for a batch as for one.

    Raises SettingError for a negative length, no texts, an empty stop string or a sampling that is none.
    """
    plan = _plan(model, prompt, length, sampling, stop, stop_at_sentence_end)
    return [sample.text for sample in _samples(plan, n)]


def generate_samples(
    model: LanguageModel,
    prompt: str = "",
    *,
    length: int = 50,
    n: int = 1,
    sampling: Sampling = PLAIN,
    stop: str | Sequence[str] | None = None,
    stop_at_sentence_end: bool = True,
) -> list[Sample]:
    """Return what `generate` does, with the tokens, their log-probabilities and why each text ended."""
    plan = _plan(model, prompt, length, sampling, stop, stop_at_sentence_end)
    return list(_samples(plan, n))


def iterate_samples(
    model: LanguageModel,
    prompt: str = "",
    *,
    length: int = 50,
    n: int = 1,
    sampling: Sampling = PLAIN,
    stop: str | Sequence[str] | None = None,
    stop_at_sentence_end: bool = True,
) -> Iterator[Sample]:
    """Return an iterator over what `generate_samples` returns, in the same order, as texts are finished.

    Texts grow in batches of bounded size, so the first come soon and the memory does not grow with ``n``
    times the vocabulary. Settings are checked at the call, before the first text.
    """
    plan = _plan(model, prompt, length, sampling, stop, stop_at_sentence_end)
    return _samples(plan, n)


def stream(
    model: LanguageModel,
    prompt: str = "",
    *,
    length: int = 50,
    sampling: Sampling = PLAIN,
    stop: str | Sequence[str] | None = None,
    stop_at_sentence_end: bool = True,
) -> Generator[str, None, Sample]:
    """Return an iterator over the pieces of one continuation as it is made.

    The pieces joined are the first text that `generate` gives for the same settings and seed. Text that may
    be the beginning of a stop string, or a character whose bytes are not all there, waits until that is
    clear. The generator's return value is the finished `Sample`. Settings are checked at the call, before the
    first piece.
    """
    return _stream(_plan(model, prompt, length, sampling, stop, stop_at_sentence_end))


@dataclass(frozen=True)
class _Plan:
    """What all texts of one call have in common, with its settings checked."""

    prompt: Prompt
    length: int
    sampling: Sampling
    stops: tuple[str, ...]
    stop_at_sentence_end: bool

    def plant(self) -> Growing:
        """Return a new text with nothing drawn yet."""
        return Growing(self.prompt, self.length, self.stops, self.stop_at_sentence_end)


def _plan(
    model: LanguageModel,
    prompt: str,
    length: int,
    sampling: Sampling,
    stop: str | Sequence[str] | None,
    stop_at_sentence_end: bool,
) -> _Plan:
    check_whole("length", length, 0, "try 50")
    _check_sampling(sampling)
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    if "" in stops:
        raise SettingError(
            "a stop string must not be empty, got ''; leave it out to stop at the sentence's end"
        )
    return _Plan(Prompt(model, prompt), length, sampling, stops, stop_at_sentence_end)


def _check_sampling(sampling: object) -> None:
    if not isinstance(sampling, Sampling):
        raise SettingError(
            f"sampling must be a Sampling, got {sampling!r}; pass for example Sampling(temperature=0.8)"
        )


def _samples(plan: _Plan, n: int) -> Iterator[Sample]:
    check_whole("n", n, 1, "try 1")
    return _in_batches(plan, plan.sampling.generators(n))


def _in_batches(plan: _Plan, generators: Sequence[np.random.Generator]) -> Iterator[Sample]:
    """Yield a sample for each generator, in order, growing a batch of them at a time."""
    size = _batch_size(plan.prompt.model.vocabulary_size)
    for begin in range(0, len(generators), size):
        # Text i has its own generator whatever its batch, so the batches change no text.
        batch = generators[begin : begin + size]
        growing = [plan.plant() for _ in batch]
        for _ in _grow(plan, growing, batch):
            pass
        yield from map(_finish, growing)


def _batch_size(vocabulary_size: int) -> int:
    """Return how many texts grow together.

    >>> _batch_size(30), _batch_size(50_000), _batch_size(10**7)
    (256, 40, 1)
    """
    return min(max(_BATCH_NUMBERS // vocabulary_size, 1), _BATCH_ROWS)


def _stream(plan: _Plan) -> Generator[str, None, Sample]:
    text = plan.plant()
    for _ in _grow(plan, [text], plan.sampling.generators(1)):
        if piece := text.new_piece():
            yield piece
    return _finish(text)


def _grow(
    plan: _Plan, growing: Sequence[Growing], generators: Sequence[np.random.Generator]
) -> Iterator[None]:
    """Draw token after token for all texts at once, and yield after each step."""
    model, sampling = plan.prompt.model, plan.sampling
    active = np.array([row for row, text in enumerate(growing) if not text.finish_reason], dtype=np.int64)
    state: Any = plan.prompt.state(len(active)) if len(active) else None
    while len(active):
        texts = [growing[row] for row in active]
        tokens, log_probs = _draw(model, sampling, state, texts, [generators[row] for row in active])
        for text, token, log_prob in zip(texts, tokens.tolist(), log_probs.tolist(), strict=True):
            text.add(token, log_prob)
        yield
        # A finished text leaves the batch, so that the last ones do not pay for it.
        going_on = np.flatnonzero([not text.finish_reason for text in texts])
        active = active[going_on]
        if len(active):
            state = model.advance(state[going_on], tokens[going_on])


def _draw(
    model: LanguageModel,
    sampling: Sampling,
    state: Any,
    texts: Sequence[Growing],
    generators: Sequence[np.random.Generator],
) -> tuple[IntArray, FloatArray]:
    """Return the next token of each text, and the model's own log P of it, both (B,)."""
    shares = [generator.random() for generator in generators]
    drawn = model.draw(state, shares, sampling.forbidden) if sampling.is_plain else None
    if drawn is not None:
        return drawn
    log_probs = model.log_probs(state)  # (B, V)
    tokens = tokens_at(sampling.reshape(log_probs, [text.history for text in texts]), shares)
    return tokens, log_probs[np.arange(len(tokens)), tokens]


def _finish(text: Growing) -> Sample:
    return Sample(text.text, text.tokens, text.log_probs, text.finish_reason)
