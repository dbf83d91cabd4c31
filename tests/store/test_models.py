import json
import os
import stat
import struct

import numpy as np
import pytest

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError, StorageError
from nextword.lm import LinearMixture, check_language_model
from nextword.ngram.estimation.smoothing import Additive
from nextword.ngram.train import train_on_lines
from nextword.store.models import check_target, load_model, save_model, saved_config
from nextword.store.tensors import map_tensors, write_tensors
from nextword.store.vectors import load_vectors, save_vectors


@pytest.fixture
def folder(model, tmp_path):
    save_model(model, tmp_path / "model", {"command": "nextword train", "data": ["text.txt"]})
    return tmp_path / "model"


def test_a_saved_model_gives_the_same_bits(model, folder, lines):
    loaded = load_model(folder)
    for line in [*lines[:50], "a word never seen"]:
        assert loaded.score(line) == model.score(line)
    state = loaded.read(loaded.tokenizer.encode("the cat"))
    assert np.array_equal(loaded.log_probs(state), model.log_probs(state))
    assert loaded.settings == model.settings
    assert loaded.why("the", "cat") == model.why("the", "cat")


def test_a_loaded_model_keeps_the_contract(folder):
    check_language_model(load_model(folder), contexts=10)


def test_the_same_model_gives_the_same_bytes(model, folder, tmp_path):
    save_model(model, tmp_path / "again")
    for name in ("model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_loading_maps_the_file_and_does_not_read_it(folder):
    automaton = load_model(folder).automaton
    base = automaton.log_probs
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    assert not automaton.log_probs.flags.writeable


def test_the_card_says_how_the_model_was_made(folder):
    card = (folder / "README.md").read_text(encoding="utf-8")
    for word in ("nextword train", "text.txt", "modified-kneser-ney", "library_name: nextword"):
        assert word in card
    assert saved_config(folder).provenance["data"] == ["text.txt"]


def test_files_can_be_read_by_others_as_the_umask_allows(folder):
    mask = os.umask(0)
    os.umask(mask)
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask, path.name


def test_mixtures_are_saved_whole(model, lines, tmp_path):
    other = train_on_lines(lines, 1, Additive())
    mixture = LinearMixture([model, other], [0.7, 0.3])
    save_model(mixture, tmp_path / "mixed")
    loaded = load_model(tmp_path / "mixed")
    assert loaded.weights == pytest.approx((0.7, 0.3))
    assert loaded.score(lines[0]) == pytest.approx(mixture.score(lines[0]), rel=1e-14)
    check_language_model(loaded, contexts=5)


def edit_config(folder, **changes):
    path = folder / "config.json"
    content = json.loads(path.read_text())
    for name, value in changes.items():
        content.pop(name, None) if value is None else content.update({name: value})
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"oder": 3}, "unknown key 'oder'"),
        ({"format_version": 99}, "format version 99"),
        ({"format_version": None}, "lacks 'format_version'"),
        ({"model_type": "transformer"}, "unknown model type 'transformer'"),
        ({"model_type": ["ngram"]}, "model_type must be a name"),
        ({"model": [1]}, "model must be an object"),
        ({"tokenizer": {"kind": "words", "locale": "fr"}}, "unknown tokenizer setting 'locale'"),
        ({"tokenizer": {"kind": "sentencepiece"}}, "unknown tokenizer kind"),
        ({"tokenizer": {"kind": "words", "lowercase": "yes"}}, "not in order"),
    ],
    ids=str,
)
def test_a_config_that_is_not_in_order_is_named(folder, changes, message):
    edit_config(folder, **changes)
    with pytest.raises(ModelFormatError, match=message):
        load_model(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelFormatError, match=name):
        load_model(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("part", [0, 1, 0.5, 0.99])
def test_a_file_cut_short_is_a_format_error(folder, name, part):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: part if part == 1 else int(len(data) * part)])
    with pytest.raises(ModelFormatError):
        load_model(folder)


def test_a_folder_without_checksums_is_verified_all_the_same(folder):
    edit_config(folder, files=None)
    assert load_model(folder, verify=True).order == 3
    rewrite(folder, log_probs=lambda log_probs: log_probs * 1.001)
    with pytest.raises(ModelFormatError, match="sum to"):
        load_model(folder)


@pytest.mark.parametrize(
    ("recorded", "message"),
    [
        ({"../secret": {}}, "no file of a model"),
        ({"model.safetensors": None}, "not as it was saved"),
        ({"model.safetensors": {"bytes": "x"}}, "not as it was saved"),
        ([], "must be an object"),
    ],
    ids=str,
)
def test_records_of_files_that_make_no_sense(folder, recorded, message):
    edit_config(folder, files=recorded)
    with pytest.raises(ModelFormatError, match=message):
        load_model(folder)


def test_sizes_are_compared_without_reading(folder):
    with (folder / "model.safetensors").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ModelFormatError, match="not as it was saved"):
        load_model(folder, verify=False)


def test_no_model_at_all(tmp_path):
    with pytest.raises(ModelFormatError, match="there is no model at"):
        load_model(tmp_path / "nothing")
    with pytest.raises(ModelFormatError, match="is missing"):
        load_model(tmp_path)
    (tmp_path / "file").write_text("hello")
    with pytest.raises(ModelFormatError, match="is a file"):
        load_model(tmp_path / "file")


def rewrite(folder, **changes):
    tensors = {name: tensor.copy() for name, tensor in map_tensors(folder / "model.safetensors").items()}
    for name, change in changes.items():
        tensors[name] = change(tensors[name])
        if tensors[name] is None:
            del tensors[name]
    write_tensors(folder / "model.safetensors", tensors)


@pytest.mark.parametrize(
    "changes",
    [
        {"words": lambda words: words[:-1]},
        {"words": lambda words: words.astype(np.int64)},
        {"words": lambda words: None},
        {"counts": lambda counts: counts[:5]},
        {"starts": lambda starts: starts[::-1].copy()},
        {"starts": lambda starts: np.array([0, 1], dtype=np.int64)},
        {"children": lambda children: children + np.int32(1)},
        {"backoffs": lambda backoffs: backoffs.reshape(1, -1)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_arrays_that_do_not_fit_together_are_format_errors(folder, changes):
    rewrite(folder, **changes)
    with pytest.raises(ModelFormatError):
        load_model(folder)


def test_a_header_that_lies_is_a_format_error(folder):
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[:8] = struct.pack("<Q", 2**62)
    (folder / "model.safetensors").write_bytes(data)
    with pytest.raises(ModelFormatError):
        load_model(folder)


def test_what_is_not_a_model_is_never_replaced(model, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("words")
    with pytest.raises(StorageError, match=r"not a model's \(chapter1.tex\)"):
        save_model(model, tmp_path / "thesis")
    (tmp_path / "file").write_text("words")
    with pytest.raises(StorageError, match="in the way"):
        save_model(model, tmp_path / "file")
    with pytest.raises(StorageError, match="does not exist"):
        save_model(model, tmp_path / "no" / "where")
    with pytest.raises(StorageError, match="not a name"):
        save_model(model, "..")
    assert (tmp_path / "thesis" / "chapter1.tex").read_text() == "words"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "thesis"]


@pytest.mark.parametrize("names", [["README.md"], ["config.json", "model.safetensors"]])
def test_files_of_others_with_names_like_ours_are_never_replaced(model, tmp_path, names):
    other = tmp_path / "other"
    other.mkdir()
    for name in names:
        (other / name).write_text('{"architectures": ["BertModel"]}')
    vectors = WordVectors(["the"], np.ones((1, 2), np.float32))
    for save in (lambda: save_model(model, other), lambda: save_vectors(vectors, other)):
        with pytest.raises(StorageError, match="what it holds is unknown"):
            save()
    assert sorted(path.name for path in other.iterdir()) == sorted(names)


def test_models_and_vectors_never_replace_one_another(model, folder, tmp_path):
    vectors = WordVectors(["the"], np.ones((1, 2), np.float32))
    save_vectors(vectors, tmp_path / "vectors")
    for ask in (lambda path: save_model(model, path), check_target):
        with pytest.raises(StorageError, match="holds word vectors, which language models do not replace"):
            ask(tmp_path / "vectors")
    assert list(load_vectors(tmp_path / "vectors").words) == ["the"]
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink(missing_ok=True)
    with pytest.raises(StorageError, match="holds a model, which word vectors do not replace"):
        save_vectors(vectors, folder)
    assert not any(path.name.startswith(".") for path in tmp_path.iterdir())


def test_an_older_model_and_an_empty_folder_are_replaced(model, folder, tmp_path, lines):
    other = train_on_lines(lines[:5], 2)
    save_model(other, folder)
    assert load_model(folder).order == 2
    (tmp_path / "empty").mkdir()
    save_model(other, tmp_path / "empty")
    assert load_model(tmp_path / "empty").order == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "model"]
