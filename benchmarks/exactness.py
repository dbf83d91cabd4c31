"""How exactly the estimates are lmplz's, and the scores KenLM's.

    python benchmarks/exactness.py --data DIR

DIR holds ``corpus.txt`` and, from ``lmplz`` with the flags below, ``NAME.arpa.xz`` files. For each, the model that
nextword estimates is written as ARPA and compared entry by entry; then kenlm loads what nextword wrote and both score
1,000 sentences with unknown words among them.
"""

import argparse
import lzma
import random
import tempfile
from pathlib import Path
from typing import TextIO

from nextword.errors import NextwordError
from nextword.lm.surprisal import score_lines
from nextword.ngram.arpa import write_arpa
from nextword.ngram.estimation.smoothing import ModifiedKneserNey
from nextword.ngram.model import NgramModel
from nextword.ngram.train import train_ngram

# Name, order, --prune, --interpolate_unigrams
CASES = [
    ("order2", 2, (), True),
    ("order3", 3, (), True),
    ("order5", 5, (), True),
    ("order5-prune-0-0-1", 5, (0, 0, 1), True),
    ("order3-prune-0-1-2", 3, (0, 1, 2), True),
    ("order4-no-unigram-interpolation", 4, (), False),
]
Entries = dict[str, tuple[float, float | None]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    data: Path = parser.parse_args().data
    print(
        "| lmplz | n-grams | same set | largest difference: log10 p | log10 back-off | beside kenlm, 1,000 sentences |"
    )
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, order, prune, interpolated in CASES:
            method = ModifiedKneserNey(interpolate_unigrams=interpolated)
            model = train_ngram([data / "corpus.txt"], order, method, prune=prune)
            written = Path(folder) / f"{name}.arpa"
            write_arpa(model, written)
            with lzma.open(data / f"{name}.arpa.xz", "rt", encoding="utf-8", newline="\n") as file:
                theirs = entries(file)
            with written.open(encoding="utf-8", newline="\n") as file:
                ours = entries(file)
            same = theirs.keys() == ours.keys()
            shared = theirs.keys() & ours.keys()
            probability = max(abs(theirs[key][0] - ours[key][0]) for key in shared)
            backoff = max(abs((theirs[key][1] or 0) - (ours[key][1] or 0)) for key in shared)
            scores = beside_kenlm(model, written, data / "corpus.txt")
            print(f"| {name} | {len(ours):,} | {same} | {probability:.1e} | {backoff:.1e} | {scores:.1e} |")


def entries(file: TextIO) -> Entries:
    """Return every n-gram with its two numbers, by the plainest of readings."""
    found: Entries = {}
    for line in file:
        parts = line.rstrip("\n").split("\t")
        if len(parts) > 1:
            found[parts[1]] = (float(parts[0]), float(parts[2]) if len(parts) > 2 else None)
    return found


def beside_kenlm(model: NgramModel, arpa: Path, corpus: Path) -> float:
    """Return the largest difference of a word's log10 probability from kenlm's."""
    import kenlm

    config = kenlm.Config()
    config.show_progress = False
    config.arpa_complain = kenlm.ARPALoadComplain.NONE
    oracle = kenlm.Model(str(arpa), config)
    chance = random.Random(0)
    lines = corpus.read_text(encoding="utf-8").splitlines()
    largest = 0.0
    for line in chance.choices(lines, k=1000):
        words = [word if chance.random() > 0.1 else f"unseen{chance.random()}" for word in line.split()]
        chance.shuffle(words)
        sentence = " ".join(words)
        theirs = [score for score, _, _ in oracle.full_scores(sentence)]
        ours = score_lines(model, [sentence])[0].tokens
        if len(theirs) != len(ours):
            raise NextwordError(f"kenlm sees {len(theirs)} tokens and nextword {len(ours)} in {sentence!r}")
        largest = max(
            largest, *(abs(one - other.log10_prob) for one, other in zip(theirs, ours, strict=True))
        )
    return largest


if __name__ == "__main__":
    main()
