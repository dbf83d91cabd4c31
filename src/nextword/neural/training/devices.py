"""Where a training runs, and in what numbers: settled by measuring, since no table knows the machine."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from nextword.compile import available_threads
from nextword.errors import SettingError
from nextword.neural.settings import Precision
from nextword.neural.training import distributed

MOST_THREADS = 1 << 12


def find_device(name: str) -> torch.device:
    """Return the device of a name: ``auto`` is a GPU where PyTorch finds one, and the processor elsewhere.

    Of several processes on a machine each has a GPU of its own. Raises SettingError for a device that is not there.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = own_gpu(torch.device(name))
        torch.zeros(1, device=device).item()  # which "meta" cannot
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise SettingError(f"the device {name!r} is not there ({reason:.100}); try auto or cpu") from None
    return device


def own_gpu(device: torch.device) -> torch.device:
    """Return the GPU that is this process's, where several train together and none is named."""
    is_any = str(device) == "cuda"  # as opposed to cuda:1
    return (
        torch.device("cuda", distributed.local_rank()) if is_any and distributed.world_size() > 1 else device
    )


def find_dtype(precision: Precision, device: torch.device) -> torch.dtype:
    """Return what products are computed in; ``auto`` is bfloat16 where the device has it."""
    if precision != "auto":
        return torch.bfloat16 if precision == "bfloat16" else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if _has_bfloat16() else torch.float32


def _has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself: emulated, it is slower than float32."""
    tests = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, test)() for test in tests if hasattr(torch.cpu, test))


@contextmanager
def computing_with(threads: int) -> Iterator[None]:
    """Let PyTorch compute with so many threads, and afterwards with as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def fastest_threads(work: Callable[[], object]) -> int:
    """Return the number of threads with which ``work`` takes the least time, and leave PyTorch with it.

    Two threads that wait for one another beside a busy neighbour can be far slower than one alone.
    """
    most, best, shortest = available_threads(), 1, float("inf")
    for threads in sorted({1, (most + 1) // 2, most}, reverse=True):
        torch.set_num_threads(threads)
        seconds = _usual_seconds(work, tries=3)
        if seconds < shortest:
            best, shortest = threads, seconds
    torch.set_num_threads(best)
    return best


def _usual_seconds(work: Callable[[], object], tries: int) -> float:
    work()
    seconds = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return sorted(seconds)[len(seconds) // 2]
