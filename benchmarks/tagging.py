"""Taggers on two known test sets: parts of speech of UD English-EWT, and the chunks of CoNLL-2000.

    python benchmarks/tagging.py --data DIR [--only ud-ewt conll2000] [--keep FOLDER] [--write FILE] [-- OPTION ...]

DIR holds ``ud-ewt/en_ewt-ud-{train,dev,test}.conllu`` and ``conll2000/{train,test}.txt``. Each tagger trains with the
settings as they are, or with the options after ``--``, and sees nothing but its training file: no vectors from
elsewhere. The chunks are found with the column of parts of speech as a feature, as the task of 2000 gave it; nothing is
held out from them, so the last weights are measured. Processor seconds tell how long a training takes without
neighbours. Models found in ``--keep`` are measured again, not trained again.
"""

import argparse
import resource
import tempfile
from pathlib import Path
from typing import Any

from commands import nextword

TASKS: dict[str, dict[str, Any]] = {
    "ud-ewt": {
        "what": "UD English-EWT, universal parts of speech",
        "train": ["ud-ewt/en_ewt-ud-train.conllu", "--valid", "ud-ewt/en_ewt-ud-dev.conllu"],
        "test": "ud-ewt/en_ewt-ud-test.conllu",
        "options": [],
        "measure": "accuracy",
    },
    "conll2000": {
        "what": "CoNLL-2000, chunks",
        "train": ["conll2000/train.txt"],
        "test": "conll2000/test.txt",
        "options": ["--features", "2", "--held-out", "0"],
        "measure": "f1",
    },
}


def row(task: dict[str, Any], data: Path, model: Path, options: list[str]) -> str:
    """Train where there is no model yet, measure, and return a line of the table."""
    seconds = "kept"
    if not model.exists():
        files = [part if part.startswith("--") else str(data / part) for part in task["train"]]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        trained = nextword("tag", "train", *files, "-o", str(model), *task["options"], *options, quiet=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        seconds = f"{trained['seconds']:,.0f} s, of the processor {spent:,.0f} s"
    test = str(data / task["test"])
    found = nextword("tag", "evaluate", str(model), test)
    # Kernels are compiled and caches filled: what a second run takes is the speed.
    speed = nextword("tag", "evaluate", str(model), test)["words_per_second"]
    name = {"accuracy": "words right", "f1": "F1 of spans"}[task["measure"]]
    return f"| {task['what']} | {name} {found[task['measure']]:.2%} | {seconds} | {speed:,.0f} |"


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("options", nargs="*", help="options of nextword tag train, after --")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["| test set | quality | training | words tagged a second |", "|---|---|---|---|"]
        lines += [row(TASKS[name], given.data, folder / name, given.options) for name in given.only]
    table = "\n".join(lines)
    print(table)
    if given.write is not None:
        given.write.write_text(f"# Tagging\n\n{table}\n")


if __name__ == "__main__":
    main()
