"""One text as it grows token by token: when it ends, and how much of it can be shown already."""

from collections.abc import Sequence

from nextword.lm.prompt import Prompt
from nextword.text.vocabulary import SENTENCE_END

_INCOMPLETE = "\ufffd"
"""What a decoder writes for bytes that are not, or not yet, a character."""


class Growing:
    """A continuation of a prompt that is being generated."""

    def __init__(self, prompt: Prompt, length: int, stops: Sequence[str], stop_at_sentence_end: bool) -> None:
        self.prompt = prompt
        self.length = length
        self.stops = tuple(stops)
        self.stop_at_sentence_end = stop_at_sentence_end
        self.history: list[int] = prompt.tokens.tolist()
        self.tokens: list[int] = []
        self.log_probs: list[float] = []
        self.finish_reason = "" if length else "length"
        self._shown = 0
        self._finished_lines = ""
        self._line_begin = 0  # among the tokens

    def add(self, token: int, log_prob: float) -> None:
        """Take one more token, with its log-probability, and notice whether the text ends with it."""
        self.tokens.append(token)
        self.history.append(token)
        self.log_probs.append(log_prob)
        if self._sentence_ended() or self._stop_string_found():
            self.finish_reason = "stop"
        elif len(self.tokens) == self.length:
            self.finish_reason = "length"
        if token == SENTENCE_END and not self.finish_reason:
            self._finished_lines, self._line_begin = self._decoded(), len(self.tokens)

    @property
    def text(self) -> str:
        """The continuation so far, cut before the first stop string."""
        decoded = self._decoded()
        place = self._stop_place(decoded)
        return decoded if place < 0 else decoded[:place]

    def new_piece(self) -> str:
        """Return the text that has become certain since the last call."""
        certain = self.text
        if not self.finish_reason:
            certain = _without_beginning_of(self.stops, certain.rstrip(_INCOMPLETE))
        piece = certain[self._shown :]
        self._shown += len(piece)
        return piece

    def _decoded(self) -> str:
        # Lines are decoded each for itself, so the finished ones need not be decoded again for every token.
        line = self.tokens[self._line_begin :]
        if self._sentence_ended():
            line.pop()
        if not self._line_begin:
            return self.prompt.continuation(line)
        return self._finished_lines + self.prompt.model.tokenizer.decode(line)

    def _sentence_ended(self) -> bool:
        return self.stop_at_sentence_end and self.tokens[-1:] == [SENTENCE_END]

    def _stop_string_found(self) -> bool:
        # Nothing is decoded without need: that takes time that grows with the text.
        return bool(self.stops) and self._stop_place(self._decoded()) >= 0

    def _stop_place(self, decoded: str) -> int:
        """Return where the first stop string begins, -1 where there is none."""
        places = [decoded.find(stop) for stop in self.stops]
        return min((place for place in places if place >= 0), default=-1)


def _without_beginning_of(stops: Sequence[str], text: str) -> str:
    """Return the text without a tail that a stop string begins with.

    >>> _without_beginning_of(["the end"], "this is the")
    'this is '
    """
    longest = max((len(stop) for stop in stops), default=1) - 1
    for size in range(min(longest, len(text)), 0, -1):
        if any(stop.startswith(text[-size:]) for stop in stops):
            return text[:-size]
    return text
