"""Leaving in order: Ctrl-C and SIGTERM are noted, and obeyed where nothing is half done."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Leave:
    """Whether we were asked to leave."""

    def __init__(self) -> None:
        self.asked_by: int | None = None
        """The number of the signal."""

    def note(self, number: int, _: FrameType | None = None) -> None:
        """Take note of a signal; the second one is obeyed at once."""
        if self.asked_by is not None:
            self.asked_by = number
            self.now()
        self.asked_by = number

    def now(self) -> None:
        """Leave, as the signal would have made us."""
        if self.asked_by == signal.SIGINT:
            raise KeyboardInterrupt
        if self.asked_by is not None:
            sys.exit(128 + self.asked_by)


@contextmanager
def leaving() -> Iterator[Leave]:
    """Yield what knows of a Ctrl-C or SIGTERM that has come; the old ways to take them return at the end."""
    leave = Leave()
    old = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            old[number] = signal.signal(number, leave.note)
    except ValueError:  # not the main thread: a test or an embedding program
        pass
    try:
        yield leave
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
