"""Folders of counts: whole or not at all, mapped, checked, and told apart from models."""

import json

import numpy as np
import pytest

from counted_samples import ARRAYS, assert_same
from nextword.errors import ModelFormatError, StorageError
from nextword.lm import LinearMixture
from nextword.ngram.counting.counted import count_lines
from nextword.store.counts import holds_counts, load_counts, save_counts
from nextword.store.models import load_model, save_model, saved_config
from nextword.store.tensors import map_tensors, write_tensors
from nextword.text.vocabulary import VocabularyLimits


@pytest.fixture(scope="module")
def counted(lines):
    return count_lines(lines, 3)


@pytest.fixture
def folder(counted, tmp_path):
    save_counts(counted, tmp_path / "counts", {"command": "nextword count", "data": ["text.txt"]})
    return tmp_path / "counts"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"tokenizer": "words", "lowercase": True},
        {"tokenizer": "characters"},
        {"tokenizer": "bpe"},
        {"special_tokens": "keep"},
        {"limits": VocabularyLimits(min_count=3)},
    ],
    ids=str,
)
@pytest.mark.parametrize("order", [1, 4, 9])
def test_saved_counts_are_the_same_counts(tmp_path, order, settings):
    counted = count_lines(["the cat sat", "the cat", "a dog sat on the cat"], order, **settings)
    save_counts(counted, tmp_path / "counts")
    assert_same(load_counts(tmp_path / "counts"), counted)


def test_the_same_counts_give_the_same_bytes(counted, folder, tmp_path):
    save_counts(load_counts(folder), tmp_path / "again")
    for name in ("counts.safetensors", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_loading_maps_the_file(folder):
    for name in ARRAYS:
        base = getattr(load_counts(folder).tree, name)
        assert not base.flags.writeable
        while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
            base = base.base
        assert isinstance(base, np.memmap)


def test_the_card_says_what_it_is_and_how_it_was_made(folder):
    card = (folder / "README.md").read_text(encoding="utf-8")
    for word in ("# Counts of n-grams", "nextword count", "text.txt", "sentences", "share this folder"):
        assert word in card
    assert saved_config(folder).model_type == "ngram-counts"


def test_counts_are_no_model_and_models_no_counts(folder, model, tmp_path):
    save_model(model, tmp_path / "model")
    with pytest.raises(ModelFormatError, match=r"holds counts, .* nextword train ngram .*counts -o MODEL"):
        load_model(folder)
    with pytest.raises(ModelFormatError, match="a model of type ngram, not counts; nextword count TEXT"):
        load_counts(tmp_path / "model")
    with pytest.raises(ModelFormatError, match="there are no counts at"):
        load_counts(tmp_path / "nothing")
    assert [holds_counts(tmp_path / name) for name in ("counts", "model", "nothing")] == [True, False, False]


def test_counts_and_models_never_replace_one_another(folder, counted, model, tmp_path):
    save_model(model, tmp_path / "model")
    save_model(LinearMixture([model, model], [0.5, 0.5]), tmp_path / "mixed")
    for name in ("model", "mixed"):
        with pytest.raises(StorageError, match="holds a model, which counts do not replace"):
            save_counts(counted, tmp_path / name)
    with pytest.raises(StorageError, match=r"not a model's \(counts.safetensors\)"):
        save_model(model, folder)
    with pytest.raises(StorageError, match="does not exist"):
        save_counts(counted, tmp_path / "no" / "where")
    assert load_model(tmp_path / "model").order == 3
    assert_same(load_counts(folder), counted)


def test_older_counts_are_replaced_even_while_they_are_read(folder, counted):
    older = load_counts(folder)
    other = count_lines(["a b c"], 2)
    save_counts(other, folder)
    assert_same(load_counts(folder), other)
    assert_same(older, counted)


def rewrite(folder, **changes):
    path = folder / "counts.safetensors"
    tensors = {name: tensor.copy() for name, tensor in map_tensors(path).items()}
    for name, change in changes.items():
        tensors[name] = change(tensors[name])
        if tensors[name] is None:
            del tensors[name]
    write_tensors(path, tensors)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"words": lambda words: words[:-1]}, "counts.safetensors: words is"),
        ({"counts": lambda counts: None}, "counts.safetensors lacks 'counts'"),
        ({"counts": lambda counts: counts.astype(np.int64)}, "not int32"),
        ({"starts": lambda starts: starts[::-1].copy()}, "not in sequence"),
        ({"starts": lambda starts: starts[:2].copy()}, "not in sequence"),
        ({"children": lambda children: children + np.int32(1)}, "not closed"),
        ({"suffixes": lambda suffixes: suffixes[::-1].copy()}, "not 0 to V - 1"),
        ({"suffixes": lambda suffixes: np.append(suffixes[:-1], np.int32(2**31 - 1))}, "is no n-gram"),
        ({"counts": lambda counts: counts * np.int32(0)}, "is no n-gram"),
        ({"counts": lambda counts: counts + np.int32(1)}, "add up to"),
    ],
)
def test_arrays_that_are_no_tree_are_format_errors(folder, changes, message):
    rewrite(folder, **changes)
    with pytest.raises(ModelFormatError, match=message):
        load_counts(folder)


@pytest.mark.parametrize("name", ["config.json", "counts.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("part", [0, 0.5, 0.99])
def test_a_file_cut_short_or_missing_is_a_format_error(folder, name, part):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(len(data) * part)])
    with pytest.raises(ModelFormatError):
        load_counts(folder)
    (folder / name).unlink()
    with pytest.raises(ModelFormatError, match=name):
        load_counts(folder)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"order": 3, "tokens": 1, "sentences": 300, "open_vocabulary": True},
        {"order": [3]},
        {"open_vocabulary": 1},
        {"typo": 1},
    ],
    ids=str,
)
def test_settings_that_are_not_in_order_are_format_errors(folder, settings):
    path = folder / "config.json"
    content = json.loads(path.read_text())
    content["model"] = {**content["model"], **settings} if settings else {}
    path.write_text(json.dumps(content))
    with pytest.raises(ModelFormatError):
        load_counts(folder)


def test_a_tokenizer_of_other_counts_is_a_format_error(folder, tmp_path):
    save_counts(count_lines(["a b"], 3), tmp_path / "other")
    (folder / "tokenizer.json").write_text((tmp_path / "other" / "tokenizer.json").read_text())
    with pytest.raises(ModelFormatError, match="their tokenizer 5"):
        load_counts(folder)


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_an_error_or_another_tree(folder, seed):
    path = folder / "counts.safetensors"
    chance = np.random.default_rng(seed)
    data = bytearray(path.read_bytes())
    for place in chance.integers(0, len(data), 3):
        data[place] = chance.integers(256)
    path.write_bytes(data)
    try:
        counted = load_counts(folder)
    except ModelFormatError:
        return
    save_counts(counted, folder)
    assert_same(load_counts(folder), counted)
