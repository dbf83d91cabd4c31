"""Run a fuzz target: under atheris where it is installed, else in a loop of random edits."""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

Target = Callable[[bytes], None]
Edit = Callable[[bytes, random.Random, bytes], bytes]


KERNELS = [
    f"nextword.{name}.kernels"
    for name in (
        "text",
        "ngram.counting",
        "ngram.estimation",
        "ngram.automaton",
        "ngram.arpa",
        "ngram.arpa.parsing",
        "embedding.formats",
        "embedding.formats.fasttext",
        "embedding.formats.shortest",
        "embedding.subwords",
    )
] + ["nextword.ngram.arpa.assembly.kernels"]
"""Modules that Numba compiles, which knows no probes."""


def probes() -> AbstractContextManager[object]:
    """Let atheris watch the code that is imported inside, where it is installed."""
    try:
        import atheris
    except ImportError:
        return nullcontext()
    watched: AbstractContextManager[object] = atheris.instrument_imports(
        include=["nextword"], exclude=KERNELS
    )
    return watched


def fuzz(target: Target, seeds: Sequence[bytes], edit: Edit) -> None:
    """Feed a target with edited seeds; what makes it fail is left in the working folder."""
    try:
        import atheris
    except ImportError:
        seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
        print(f"{feed(target, seeds, edit, seconds):,} inputs in {seconds:g} seconds, and none failed")
        return
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], target)
        atheris.Fuzz()


def feed(target: Target, seeds: Sequence[bytes], edit: Edit, seconds: float) -> int:
    """Feed a target until the time is over, and return how many inputs it took."""
    chance, end, count = random.Random(), time.monotonic() + seconds, 0
    while time.monotonic() < end or count == 0:
        data = edit(chance.choice(seeds), chance, chance.choice(seeds))
        try:
            target(data)
        except BaseException:
            failing = Path(f"fuzz-failure-{time.time_ns()}")
            failing.write_bytes(data)
            print(f"the input is in {failing}", file=sys.stderr)
            raise
        count += 1
    return count
