"""How many threads NumPy's matrix products take."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

_lock = Lock()
_limits: list[Any] = []
"""What restores the number of threads, where it is limited, once for each that asked."""


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Give NumPy's matrix products one thread for a while; several Python threads may ask at once.

    The threads of a matrix product wait for one another many times a millisecond. On a machine that is busy otherwise,
    two were measured 80 times slower than one; one never waits. To use more processors, let several Python threads
    work, each on its own part: NumPy lets them run side by side.
    """
    from threadpoolctl import threadpool_limits

    with _lock:
        # The limit is the process's own: the first sets it, and the last to leave restores what the first found.
        _limits.append(_limits[0] if _limits else threadpool_limits(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _lock:
            limit = _limits.pop()
            if not _limits:
                limit.restore_original_limits()
