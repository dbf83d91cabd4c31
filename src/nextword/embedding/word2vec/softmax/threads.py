"""How many threads NumPy's matrix products take."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def blas_threads(number: int = 1) -> Iterator[None]:
    """Give NumPy's matrix products this many threads for a while.

    The threads of a matrix product wait for one another many times a millisecond. On a machine that is busy otherwise,
    two were measured 80 times slower than one; one never waits. To use more processors, let several Python threads
    train, each with its own examples: NumPy lets them run side by side.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=number, user_api="blas"):
        yield
