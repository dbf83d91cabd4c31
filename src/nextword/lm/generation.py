"""Generation: ask what comes next, draw a token, go on from there.

``generate`` gives whole texts, ``stream`` one text piece by piece; both grow the same `Sample`.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextword.errors import SettingError
from nextword.lm.growth import Growing
from nextword.lm.model import LanguageModel
from nextword.lm.prompt import Prompt
from nextword.lm.sampling import PLAIN, Sampling, draw
from nextword.lm.settings import check_whole


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

    Raises SettingError for a negative length, no texts or an empty stop string.
    """
    return [
        sample.text
        for sample in generate_samples(
            model,
            prompt,
            length=length,
            n=n,
            sampling=sampling,
            stop=stop,
            stop_at_sentence_end=stop_at_sentence_end,
        )
    ]


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
    growing = _plant(model, prompt, length, n, stop, stop_at_sentence_end)
    for _ in _grow(model, growing, sampling):
        pass
    return [_finish(text) for text in growing]


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
    growing = _plant(model, prompt, length, 1, stop, stop_at_sentence_end)
    return _stream(model, growing, sampling)


def _stream(model: LanguageModel, growing: list[Growing], sampling: Sampling) -> Generator[str, None, Sample]:
    (text,) = growing
    for _ in _grow(model, growing, sampling):
        if piece := text.new_piece():
            yield piece
    return _finish(text)


def _plant(
    model: LanguageModel,
    prompt: str,
    length: int,
    n: int,
    stop: str | Sequence[str] | None,
    stop_at_sentence_end: bool,
) -> list[Growing]:
    check_whole("length", length, 0, "try 50")
    check_whole("n", n, 1, "try 1")
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    if "" in stops:
        raise SettingError(
            "a stop string must not be empty, got ''; leave it out to stop at the sentence's end"
        )
    read = Prompt(model, prompt)
    return [Growing(read, length, stops, stop_at_sentence_end) for _ in range(n)]


def _grow(model: LanguageModel, growing: list[Growing], sampling: Sampling) -> Iterator[None]:
    """Draw token after token for all texts at once, and yield after each step."""
    generators = sampling.generators(len(growing))
    active = np.array([row for row, text in enumerate(growing) if not text.finish_reason], dtype=np.int64)
    state: Any = growing[0].prompt.state(len(active)) if len(active) else None
    while len(active):
        texts = [growing[row] for row in active]
        log_probs = model.log_probs(state)  # (B, V)
        shaped = sampling.reshape(log_probs, [text.history for text in texts])
        tokens = draw(shaped, [generators[row] for row in active])
        for place, text in enumerate(texts):
            text.add(int(tokens[place]), float(log_probs[place, tokens[place]]))
        yield
        # A finished text leaves the batch, so that the last ones do not pay for it.
        going_on = np.flatnonzero([not text.finish_reason for text in texts])
        active = active[going_on]
        if len(active):
            state = model.advance(state[going_on], tokens[going_on])


def _finish(text: Growing) -> Sample:
    return Sample(text.text, text.tokens, text.log_probs, text.finish_reason)
