"""Word vectors on disk: what is saved comes back, mapped; what a stranger put there hurts nobody."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import nextword
from nextword.embedding.vectors.vectors import WordVectors
from nextword.embedding.vectors.words import WordTable
from nextword.errors import ModelFormatError, NextwordError, SettingError, StorageError, VocabularyError
from nextword.store.models import load_model, save_model
from nextword.store.tensors import map_tensors, write_tensors
from nextword.store.vectors import holds_vectors, load_vectors, open_saved, open_vectors, save_vectors

WORDS = ["the", "king", "émigré", "日本", "a b", "x" * 300, ""]


@pytest.fixture
def vectors():
    chance = np.random.default_rng(0)
    matrix = chance.standard_normal((len(WORDS), 5), dtype=np.float32)
    return WordVectors(WORDS, matrix, np.arange(9, 2, -1), {"architecture": "skipgram", "window": 5})


@pytest.fixture
def folder(vectors, tmp_path):
    save_vectors(vectors, tmp_path / "v", {"data": ["text"]}, tensors={"output": vectors.vectors * 3})
    return tmp_path / "v"


def rewrite(folder, change):
    """Change the arrays of a folder, and take back what was recorded of the file."""
    tensors = {name: tensor.copy() for name, tensor in map_tensors(folder / "model.safetensors").items()}
    change(tensors)
    write_tensors(folder / "model.safetensors", tensors)
    reconfigure(folder, lambda config: config.pop("files"))


def reconfigure(folder, change):
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


def test_what_is_saved_comes_back(folder, vectors):
    loaded = load_vectors(folder)
    assert list(loaded.words) == WORDS
    assert np.array_equal(loaded.vectors, vectors.vectors)
    assert np.array_equal(loaded.counts, vectors.counts)
    assert loaded.settings == vectors.settings
    assert [loaded.get_index(word) for word in WORDS] == list(range(len(WORDS)))
    assert "absent" not in loaded
    assert "\ud800" not in loaded
    assert loaded.most_similar("king") == vectors.most_similar("king")
    assert holds_vectors(folder)
    assert (folder / "README.md").read_text().startswith("---\nlibrary_name: nextword")
    assert open_saved(folder).config.provenance["data"] == ["text"]


def test_a_loaded_store_is_mapped_and_its_words_stay_bytes_until_they_are_all_asked_for(folder):
    loaded = load_vectors(folder)
    base = loaded.vectors
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    loaded.most_similar("king")
    assert not {"key_to_index", "index_to_key"} & set(vars(loaded))
    assert loaded.key_to_index["日本"] == 3
    save_vectors(loaded, folder)  # over itself
    assert list(load_vectors(folder, verify=True).words) == WORDS


def test_input_output_and_average(folder, vectors):
    assert np.array_equal(load_vectors(folder, matrix="output").vectors, vectors.vectors * 3)
    assert np.allclose(load_vectors(folder, matrix="average").vectors, vectors.vectors * 2)
    with pytest.raises(SettingError, match="'middle'"):
        load_vectors(folder, matrix="middle")
    save_vectors(vectors, folder)
    with pytest.raises(SettingError, match="no output vectors"):
        load_vectors(folder, matrix="output")


def test_vectors_of_any_matrix_are_saved_alone_and_loaded_again(tmp_path, folder, vectors):
    for matrix in ("output", "average"):
        taken = load_vectors(folder, matrix=matrix)
        save_vectors(taken, tmp_path / matrix)
        again = load_vectors(tmp_path / matrix)
        assert np.array_equal(again.vectors, taken.vectors)
        assert again.settings["matrix"] == matrix


def test_empty_and_countless_stores(tmp_path):
    save_vectors(WordVectors([], np.zeros((0, 3), dtype=np.float32)), tmp_path / "v")
    loaded = load_vectors(tmp_path / "v")
    assert (len(loaded), loaded.counts, list(loaded.words)) == (0, None, [])
    with pytest.raises(VocabularyError, match="'king' has no vector"):
        loaded.most_similar("king")


@pytest.mark.parametrize(
    ("words", "change", "error", "message"),
    [
        (["a", "b", "a"], {}, VocabularyError, "'a' stands twice"),
        (["a", "b", "\ud800"], {}, VocabularyError, "half a character"),
        (["a", "b", "c"], {"vectors": np.full((3, 2), np.nan, dtype=np.float32)}, SettingError, "finite"),
        (["a", "b", "c"], {"counts": np.array([1, 2, -3])}, SettingError, "below zero"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(tmp_path, words, change, error, message):
    parts = {"vectors": np.ones((3, 2), dtype=np.float32), **change}
    with pytest.raises(error, match=message):
        save_vectors(WordVectors(words, **parts), tmp_path / "v")
    assert not list(tmp_path.iterdir())


def test_unknown_tensors_and_settings_are_not_saved(vectors, tmp_path):
    with pytest.raises(SettingError, match="'extra', which is unknown"):
        save_vectors(vectors, tmp_path / "v", tensors={"extra": np.zeros(3, dtype=np.float32)})
    with pytest.raises(SettingError, match=r"output is float32 \(2, 5\)"):
        save_vectors(vectors, tmp_path / "v", tensors={"output": vectors.vectors[:2]})
    with pytest.raises(SettingError, match="unknown key 'typo'"):
        save_vectors(vectors, tmp_path / "v", model={"typo": 1})


def test_models_and_vectors_do_not_stand_in_for_one_another(folder, vectors, model, tmp_path):
    save_model(model, tmp_path / "m")
    with pytest.raises(ModelFormatError, match="'ngram', not word vectors"):
        load_vectors(tmp_path / "m")
    with pytest.raises(ModelFormatError, match="nextword similar, analogy"):
        load_model(folder)
    with pytest.raises(StorageError, match="choose another name"):
        save_vectors(vectors, tmp_path / "m")
    with pytest.raises(ModelFormatError, match="no word vectors at"):
        load_vectors(tmp_path / "absent")
    with pytest.raises(ModelFormatError):
        load_vectors(folder / "config.json")


def test_files_of_other_tools_are_opened_by_their_reader(folder, vectors, tmp_path, monkeypatch):
    formats = SimpleNamespace(read_vectors=lambda path: (path, vectors))
    monkeypatch.setitem(sys.modules, "nextword.embedding.formats", formats)
    file = tmp_path / "vectors.txt"
    file.write_text("1 1\na 1\n")
    assert open_vectors(file) == (file, vectors)
    with pytest.raises(SettingError, match="holds one matrix"):
        open_vectors(file, matrix="output")
    assert np.array_equal(open_vectors(folder, matrix="output").vectors, vectors.vectors * 3)


def swap(name, first, second):
    def change(tensors):
        tensors[name][[first, second]] = tensors[name][[second, first]]

    return change


def put(name, place, value):
    def change(tensors):
        tensors[name][place] = value

    return change


def double(tensors):
    """Make the word after `the`, `king`, another `the`, with an index that is in order."""
    table = WordTable.build(["the", "xxx", *WORDS[2:]])
    tensors["word_bytes"] = np.frombuffer(table.text.tobytes().replace(b"xxx", b"the"), dtype=np.uint8)
    tensors["word_starts"] = table.starts


HOSTILE = {
    "starts out of order": swap("word_starts", 2, 3),
    "starts far outside": put("word_starts", 2, 2**62),
    "starts below zero": put("word_starts", 1, -5),
    "the last start short": put("word_starts", -1, 3),
    "not UTF-8": put("word_bytes", 9, 0xFF),
    "hashes out of order": swap("word_hashes", 0, 3),
    "one hash for all": put("word_hashes", slice(None), 7),
    "rows far outside": put("word_rows", slice(None), 2**31 - 1),
    "rows below zero": put("word_rows", 1, -3),
    "rows exchanged": swap("word_rows", 0, 1),
    "a word twice": double,
    "NaN": put("input", 2, np.nan),
    "infinite output": put("output", (3, 1), np.inf),
    "counts below zero": put("counts", 2, -1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_arrays(folder, name):
    """Small files are verified; what is asked of those that are not answers, or is refused in our own words."""
    rewrite(folder, HOSTILE[name])
    for verify in (None, True):
        with pytest.raises(ModelFormatError, match="is damaged"):
            load_vectors(folder, verify=verify)
    loaded = load_vectors(folder, verify=False)
    questions = [
        lambda: [word in loaded for word in (*WORDS, "absent")],
        lambda: [loaded.words[row] for row in range(len(loaded))],
        lambda: loaded.most_similar("king", topn=20),
        lambda: loaded.most_similar_batch(["the", "king"], topn=3),
        lambda: loaded.most_similar_cosmul(["king"], ["the"]),
        lambda: loaded.index_to_key,
        lambda: loaded.key_to_index,
        lambda: loaded["kinh"],
        lambda: loaded.closer_than("the", "king"),
    ]
    for ask in questions:
        try:
            ask()
        except NextwordError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tensors: tensors.pop("word_rows"), "lacks 'word_rows'"),
        (lambda tensors: tensors.update(more=np.zeros(1, dtype=np.float32)), "'more', which is unknown"),
        (lambda tensors: tensors.update(input=tensors["input"].astype(np.float64)), "input is float64"),
        (lambda tensors: tensors.update(input=tensors["input"][:, :4].copy()), "input is float32"),
        (lambda tensors: tensors.update(input=tensors["input"].reshape(-1).copy()), "input is float32"),
        (lambda tensors: tensors.update(counts=tensors["counts"][:2].copy()), "counts is int64"),
        (lambda tensors: tensors.update(word_starts=tensors["word_starts"][:-1].copy()), "word_starts is"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_unread(folder, change, message):
    rewrite(folder, change)
    with pytest.raises(ModelFormatError, match=message):
        load_vectors(folder, verify=False)


@pytest.mark.parametrize(
    "model", [{}, {"words": 7}, {"words": -1, "size": 5}, {"words": 7, "size": True}, {"words": "7", "size": 5},
              {"words": 7, "size": 5, "typo": 1}, {"words": 7, "size": 5, "settings": []}, {"words": 8, "size": 5},
              {"words": 7, "size": 0}, {"words": 1 << 70, "size": 5}], ids=str)  # fmt: skip
def test_settings_that_are_not_in_order(folder, model):
    reconfigure(folder, lambda config: config.update(model=model))
    with pytest.raises(ModelFormatError):
        load_vectors(folder)


def test_a_flipped_bit_is_found(folder):
    path = folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-30] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelFormatError, match="not as it was saved"):
        load_vectors(folder)


def test_the_public_names(folder, vectors, tmp_path):
    nextword.save_vectors(nextword.load_vectors(folder), tmp_path / "again")
    assert isinstance(nextword.load_vectors(tmp_path / "again"), nextword.WordVectors)
