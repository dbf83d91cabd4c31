"""A fuzz target: any bytes as an ARPA file are refused in our own words, or are a sound model.

python fuzz/arpa.py [SECONDS]    under atheris where it is installed, which then takes libFuzzer's options
"""

import tempfile
from pathlib import Path

from loop import fuzz, probes

with probes():
    from arpa_edits import edit_arpa
    from bases import make_arpa_files
    from exercise import exercise

    from nextword.errors import NextwordError
    from nextword.ngram.arpa import read_arpa


def test_one_input(data: bytes) -> None:
    """Read some bytes as an ARPA file."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "model.arpa"
        path.write_bytes(data)
        try:
            model = read_arpa(path)
        except NextwordError:
            return
        exercise(model, Path(place), contexts=2)


if __name__ == "__main__":
    fuzz(test_one_input, make_arpa_files(), edit_arpa)
