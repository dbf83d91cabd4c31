"""A fuzz target: any bytes as a file of word vectors are refused in our own words, or are sound vectors.

python fuzz/vectors.py [SECONDS]    under atheris where it is installed, which then takes libFuzzer's options
"""

import tempfile
from pathlib import Path

from loop import fuzz, probes

with probes():
    from exercise_vectors import exercise_vectors
    from vector_edits import edit_vectors, make_vector_files

    from nextword.embedding.formats import read_vectors
    from nextword.errors import NextwordError


def test_one_input(data: bytes) -> None:
    """Read some bytes as a file of word vectors."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "vectors"
        path.write_bytes(data)
        try:
            vectors = read_vectors(path)
        except NextwordError:
            return
        exercise_vectors(vectors, Path(place))


if __name__ == "__main__":
    fuzz(test_one_input, make_vector_files(), edit_vectors)
