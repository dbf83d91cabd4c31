"""Memory that is freed and asked for again at every step: kept by the process, in place of given back."""

import ctypes

MMAP_THRESHOLD, TRIM_THRESHOLD = -3, -1
"""The names that glibc's ``mallopt`` knows them by."""
LARGE = 1 << 30


def keep_freed_memory() -> bool:
    """Let this process keep what it frees, and return whether its C library can.

    A step of training frees and takes many megabytes. glibc gives large pieces back to the system, which hands them out
    again filled with zeros, page by page: a tenth of the time of a step. It is a setting of the whole process, so that
    commands choose it and `Training` does not.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # not glibc
        return False
    return bool(mallopt(MMAP_THRESHOLD, LARGE)) and bool(mallopt(TRIM_THRESHOLD, LARGE))
