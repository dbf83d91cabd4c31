"""gensim's names for files: what it writes is read, and what is written it reads."""

import numpy as np
import pytest
from gensim.models import KeyedVectors

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError

WORDS = ["king", "queen", "ünder"]
ROWS = np.random.default_rng(1).standard_normal((3, 4), dtype=np.float32)


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_loads_what_is_saved_and_the_other_way_round(tmp_path, binary):
    path, counts = str(tmp_path / "vectors"), str(tmp_path / "counts")
    WordVectors(WORDS, ROWS, np.array([9, 5, 1])).save_word2vec_format(path, counts, binary=binary)
    theirs = KeyedVectors.load_word2vec_format(path, counts, binary=binary)
    assert theirs.index_to_key == WORDS
    assert np.array_equal(theirs.vectors, ROWS)
    assert theirs.get_vecattr("queen", "count") == 5
    theirs.save_word2vec_format(path, counts, binary=binary)
    ours = WordVectors.load_word2vec_format(path, counts, binary=binary, limit=2)
    assert (ours.words, ours.counts.tolist()) == (WORDS[:2], [9, 5])
    assert np.array_equal(ours.vectors, ROWS[:2])


def test_text_without_a_header_is_that_of_glove(tmp_path):
    path = tmp_path / "vectors.txt"
    WordVectors(WORDS, ROWS).save_word2vec_format(path, write_header=False)
    assert path.read_text(encoding="utf-8").startswith("king ")
    assert WordVectors.load_word2vec_format(path, no_header=True).words == WORDS
    for ask in (
        lambda: WordVectors(WORDS, ROWS).save_word2vec_format(path, binary=True, write_header=False),
        lambda: WordVectors.load_word2vec_format(path, binary=True, no_header=True),
    ):
        with pytest.raises(SettingError, match="leave one of them out"):
            ask()
