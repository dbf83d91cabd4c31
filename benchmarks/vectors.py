"""Loading, neighbours and analogies of word vectors beside gensim's, in one run.

    python benchmarks/vectors.py [--data DIR] [--megabytes 1000] [--write FILE]

DIR holds ``analogies/questions-words.txt``; without it as many questions are made up. The vectors are random, in a
temporary folder that is removed: speed does not depend on what they mean. Loading is measured in a process of its own
that finds one word; gensim's is of its own format, mapped.
"""

import argparse
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors
from numpy.typing import NDArray

from nextword.embedding.evaluation.analogies import evaluate_analogies
from nextword.embedding.evaluation.questions import Section, read_analogies
from nextword.embedding.vectors.vectors import WordVectors
from nextword.store.vectors import save_vectors

SIZE = 100
WORDS, QUERIES, TOP = 80_000, 1_000, 10
GENSIM_QUERIES = 100
QUESTIONS = 19_544
GENSIM_QUESTIONS = 300

LOADS = {
    "nextword": "from nextword import load_vectors as load; import time; begin = time.perf_counter(); "
    "wv = load({path!r}); wv['w5']; print(time.perf_counter() - begin)",
    "gensim": "from gensim.models import KeyedVectors; import time; begin = time.perf_counter(); "
    "wv = KeyedVectors.load({path!r}, mmap='r'); wv['w5']; print(time.perf_counter() - begin)",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    questions = asked(options.data)
    rows = [
        (f"loading {options.megabytes:,} MB, first word found, s", *loading(options.megabytes)),
        (f"{TOP} neighbours among {WORDS:,}, ms a query", *neighbours()),
        (
            "analogies among 30,000, 3CosAdd and 3CosMul (gensim: 3CosAdd), ms a question",
            *analogies(questions),
        ),
    ]
    lines = ["| | nextword | gensim | times |", "|---|---|---|---|"]
    lines += [f"| {name} | {ours:.3g} | {theirs:.3g} | {theirs / ours:.1f} |" for name, ours, theirs in rows]
    total = sum(len(section.questions) for section in questions)
    lines += ["", f"All {total:,} questions by both methods: {rows[2][1] * total / 1000:.1f} s."]
    print("\n".join(lines))
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def loading(megabytes: int) -> tuple[float, float]:
    """Return the seconds from an import to the vector of a word, of a store of this size; the median of three."""
    words = [f"w{row}" for row in range(megabytes * 1_000_000 // (4 * SIZE))]
    vectors = random_vectors(len(words))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_vectors(WordVectors(words, vectors), folder / "nextword")
        ours = median(lambda: load("nextword", folder / "nextword"))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "gensim"
        as_gensim(words, vectors).save(str(path))
        return ours, median(lambda: load("gensim", path))


def load(tool: str, path: Path) -> float:
    command = [sys.executable, "-c", LOADS[tool].format(path=str(path))]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def neighbours() -> tuple[float, float]:
    """Return the milliseconds a query takes, in a batch of ours and one after the other."""
    words = [f"w{row}" for row in range(WORDS)]
    vectors = random_vectors(WORDS)
    ours, theirs = WordVectors(words, vectors), as_gensim(words, vectors)
    ours.fill_norms()
    theirs.fill_norms()
    batch = median(lambda: clock(lambda: ours.most_similar_batch(words[:QUERIES], TOP)))
    singly = median(
        lambda: clock(lambda: [theirs.most_similar(word, topn=TOP) for word in words[:GENSIM_QUERIES]])
    )
    return batch / QUERIES * 1000, singly / GENSIM_QUERIES * 1000


def analogies(sections: list[Section]) -> tuple[float, float]:
    """Return the milliseconds a question takes, all of whose words are among those asked."""
    asked_words = {
        word.lower() for section in sections for question in section.questions for word in question
    }
    words = [*sorted(asked_words), *(f"w{row}" for row in range(30_000 - len(asked_words)))]
    vectors = random_vectors(len(words))
    ours, theirs = WordVectors(words, vectors), as_gensim(words, vectors)
    total = sum(len(section.questions) for section in sections)
    batch = median(lambda: clock(lambda: evaluate_analogies(ours, sections)))
    with tempfile.TemporaryDirectory() as name:
        few = Path(name) / "questions.txt"
        first = sections[0].questions[:GENSIM_QUESTIONS]
        few.write_text("\n".join([": first", *(" ".join(question) for question in first)]), encoding="utf-8")
        singly = median(
            lambda: clock(lambda: theirs.evaluate_word_analogies(str(few), restrict_vocab=30_000))
        )
    return batch / total * 1000, singly / len(first) * 1000


def asked(data: Path | None) -> list[Section]:
    """Return the questions of a file, or as many made of 30 pairs a section."""
    if data is not None:
        return read_analogies(data / "analogies" / "questions-words.txt")
    sections: list[Section] = []
    for number in itertools.count():
        pairs = [(f"a{number}x{pair}", f"b{number}x{pair}") for pair in range(30)]
        made = [(*one, *other) for one, other in itertools.permutations(pairs, 2)]
        left = QUESTIONS - sum(len(section.questions) for section in sections)
        sections.append(Section(f"section {number}", made[:left]))
        if len(made) >= left:
            break
    return sections


def random_vectors(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((count, SIZE), dtype=np.float32)


def as_gensim(words: list[str], vectors: NDArray[np.float32]) -> KeyedVectors:
    made = KeyedVectors(SIZE)
    made.vectors, made.index_to_key = vectors, list(words)
    made.key_to_index = {word: row for row, word in enumerate(words)}
    return made


def clock(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def median(measure: Callable[[], float]) -> float:
    """Return the median of three measurements."""
    return sorted(measure() for _ in range(3))[1]


if __name__ == "__main__":
    main()
