"""Text from strangers, made fit for a terminal."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile(r"[\t\n]")


def printable(text: str) -> str:
    r"""Return a text with its control characters spelled out: a word of a stranger's model is no command.

    >>> printable("\x1b[2J")
    '\\x1b[2J'
    """
    return _CONTROL.sub(_spelled, text)


def printable_word(word: str) -> str:
    r"""Return a word as it stands in a line: breaks of lines and tabs are spelled out too, so it makes no line.

    >>> printable_word("king\nqueen  1.0000")
    'king\\nqueen  1.0000'
    """
    return printable(_BREAK.sub(_spelled, word))


def _spelled(match: re.Match[str]) -> str:
    return repr(match[0])[1:-1]
