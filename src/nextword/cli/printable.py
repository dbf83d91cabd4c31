"""Text from strangers, made fit for a terminal."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return a text with its control characters spelled out: a word of a stranger's model is no command.

    >>> printable("\x1b[2J")
    '\\x1b[2J'
    """
    return _CONTROL.sub(lambda match: repr(match[0])[1:-1], text)
