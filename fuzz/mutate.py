"""Load many damaged ARPA files, model folders and files of vectors: each is refused in our own words, or is sound.

    python fuzz/mutate.py --count 10000 --seed 1
    python fuzz/mutate.py --kind folder --seed 1 --case 4711     # one case again, with its traceback

A worker process with bounded memory does the loading; it is killed after a minute with one file, and each death is
a violation.
"""

import argparse
import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from arpa_edits import edit_arpa
from bases import make_arpa_files, make_folders
from exercise import ask_for_information, exercise
from exercise_vectors import exercise_vectors
from folder_edits import edit_folder
from vector_edits import edit_vectors, make_vector_files

from nextword.embedding.formats import read_vectors
from nextword.errors import NextwordError
from nextword.lm.conformance import ConformanceError
from nextword.ngram.arpa import read_arpa
from nextword.store.models import load_model

KINDS = ("arpa", "folder", "vectors")
REFUSED, SOUND, VIOLATION = "refused", "loaded, sound", "violation"
MEMORY = 1 << 30
SECONDS = 60


def main() -> None:
    """Run the cases asked for, and leave with 1 where there was a violation."""
    options = _options()
    if options.worker:
        work(options.kind, options.seed, options.case, options.count)
    elif options.case is not None:
        print(outcome_of(options.kind, options.seed, options.case, show=True))
    else:
        kinds = KINDS if options.kind is None else (options.kind,)
        violations = [run_cases(kind, options.count, options.seed) for kind in kinds]
        sys.exit(any(violations))


def run_cases(kind: str, count: int, seed: int) -> int:
    """Run the cases of one kind in workers, print a line of figures, and return the number of violations."""
    began, tally, done = time.perf_counter(), Counter[str](), 0
    while done < count:
        command = [sys.executable, __file__, "--worker", "--kind", kind, "--seed", str(seed)]
        with subprocess.Popen(
            [*command, "--case", str(done), "--count", str(count - done)], stdout=subprocess.PIPE, text=True
        ) as worker:
            for line in worker.stdout or ():
                case, outcome, what = json.loads(line)
                tally[outcome] += 1
                done = case + 1
                if outcome == VIOLATION:
                    print(f"{kind} {case}: {what}", flush=True)
        if worker.returncode != 0:
            tally[VIOLATION] += 1
            print(f"{kind} {done}: the worker died with {worker.returncode}", flush=True)
            done += 1
    figures = ", ".join(f"{name} {tally[name]:,}" for name in (REFUSED, SOUND, VIOLATION))
    print(f"{kind}: {count:,} cases, seed {seed}: {figures}; {time.perf_counter() - began:.0f} s", flush=True)
    return tally[VIOLATION]


def work(kind: str, seed: int, first: int, count: int) -> None:
    """Run cases one after the other and print the outcome of each as a line of JSON."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with _Workshop(kind) as workshop:
        for case in range(first, first + count):
            signal.alarm(SECONDS)  # which ends the process, in a kernel too
            outcome, what = workshop.outcome(seed, case)
            print(json.dumps([case, outcome, what]), flush=True)


def outcome_of(kind: str, seed: int, case: int, *, show: bool = False) -> tuple[str, str]:
    """Run one case in this process."""
    with _Workshop(kind, show=show) as workshop:
        return workshop.outcome(seed, case)


class _Workshop:
    """Sound models and a place to damage copies of them in."""

    def __init__(self, kind: str, *, show: bool = False) -> None:
        self.kind, self.show = kind, show
        self.place = Path(tempfile.mkdtemp(prefix="nextword-mutate-"))
        self.target, self.scratch = self.place / "target", self.place / "scratch"
        warnings.simplefilter("error")
        self.arpa_files = make_arpa_files() if kind == "arpa" else []
        self.vector_files = make_vector_files() if kind == "vectors" else []
        self.folders = make_folders(self.place / "bases") if kind == "folder" else []

    def __enter__(self) -> "_Workshop":
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.place)

    def outcome(self, seed: int, case: int) -> tuple[str, str]:
        chance = random.Random(f"{self.kind} {seed} {case}")
        for path in (self.target, self.scratch):
            if path.is_dir():
                shutil.rmtree(path)
        self.target.unlink(missing_ok=True)
        self.scratch.mkdir()
        try:
            work = {"arpa": self._arpa, "folder": self._folder, "vectors": self._vectors}[self.kind]
            return work(chance), ""
        except BaseException as error:  # a panic of a library is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            if self.show:
                traceback.print_exc()
            return VIOLATION, f"{type(error).__name__}: {str(error)[:200]}"

    def _arpa(self, chance: random.Random) -> str:
        self.target.write_bytes(
            edit_arpa(chance.choice(self.arpa_files), chance, chance.choice(self.arpa_files))
        )
        try:
            model = read_arpa(self.target)
        except NextwordError as error:
            _check_message(error)
            return REFUSED
        exercise(model, self.scratch)
        return SOUND

    def _vectors(self, chance: random.Random) -> str:
        files = self.vector_files
        self.target.write_bytes(edit_vectors(chance.choice(files), chance, chance.choice(files)))
        try:
            vectors = read_vectors(self.target, errors=chance.choice(("strict", "replace", "ignore")))
        except NextwordError as error:
            _check_message(error)
            return REFUSED
        exercise_vectors(vectors, self.scratch)
        return SOUND

    def _folder(self, chance: random.Random) -> str:
        shutil.copytree(chance.choice(self.folders), self.target)
        edit_folder(self.target, chance, chance.choice(self.folders))
        try:
            model = load_model(self.target)
        except NextwordError as error:
            _check_message(error)
            return REFUSED
        exercise(model, self.scratch)
        ask_for_information(self.target)
        return SOUND


def _check_message(error: NextwordError) -> None:
    if isinstance(error, ConformanceError):
        raise error
    message = str(error)
    if not message or "\n" in message or len(message) > 2000:
        raise AssertionError(
            f"an error is one line of moderate length, got {len(message)}: {message[:300]!r}"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000, help="cases of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, help="only this kind")
    parser.add_argument("--case", type=int, help="only this case, in this process")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case is not None and options.kind is None:
        parser.error("--case needs --kind")
    return options


if __name__ == "__main__":
    main()
