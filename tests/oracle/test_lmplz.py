"""Every number of our estimates is lmplz's, on files that lmplz has written (see lmplz/README.md)."""

from pathlib import Path

import pytest

from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.estimation.smoothing import ModifiedKneserNey
from nextword.ngram.train import train_ngram

FOLDER = Path(__file__).parent / "lmplz"
CASES = [
    ("order2", 2, (), True),
    ("order3", 3, (), True),
    ("order3-prune-0-1", 3, (0, 1), True),
    ("order2-prune-2", 2, (2,), True),
    ("order4-prune-0-0-1", 4, (0, 0, 1), True),
    ("order3-no-unigram-interpolation", 3, (), False),
]


def entries(path: Path) -> dict[str, tuple[float, float]]:
    found = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        parts = line.split("\t")
        if len(parts) > 1:
            found[parts[1]] = (float(parts[0]), float(parts[2]) if len(parts) > 2 else 0.0)
    return found


@pytest.mark.parametrize(("name", "order", "prune", "interpolated"), CASES, ids=[case[0] for case in CASES])
def test_the_same_ngrams_and_every_number_within_a_millionth(name, order, prune, interpolated, tmp_path):
    method = ModifiedKneserNey(interpolate_unigrams=interpolated)
    model = train_ngram([FOLDER / "text.txt"], order, method, prune=prune)
    write_arpa(model, tmp_path / "ours.arpa")
    ours, theirs = entries(tmp_path / "ours.arpa"), entries(FOLDER / f"{name}.arpa")
    assert ours.keys() == theirs.keys()
    for ngram, numbers in theirs.items():
        assert ours[ngram] == pytest.approx(numbers, abs=1e-6), ngram


@pytest.mark.parametrize("name", [case[0] for case in CASES])
def test_what_lmplz_wrote_can_be_read(name):
    theirs = entries(FOLDER / f"{name}.arpa")
    model = read_arpa(FOLDER / f"{name}.arpa")
    assert sum(model.automaton.ngrams) == len(theirs)
