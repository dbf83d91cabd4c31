"""When to save what is under way, so that little is lost and saving takes little of the time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 50
"""Between two saves passes so many times what a save takes: saving is at most a fiftieth of the time."""
USUAL_SECONDS = 60.0


class Pace:
    """Measures what each save takes, and says when the next one is due.

    A save is due at the end of an epoch and about every minute, but not before fifty times as long as the last save
    took has passed: a kill costs a minute's work, or fifty times a save's time where that is more.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._since = clock()
        self._cost = 0.0

    def is_due(self, *, ends_epoch: bool) -> bool:
        """Whether to save now."""
        passed = self._clock() - self._since
        return passed >= SHARE * self._cost and (ends_epoch or passed >= USUAL_SECONDS)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the save that is made meanwhile."""
        began = self._clock()
        try:
            yield
        finally:
            self._since = self._clock()
            self._cost = self._since - began
