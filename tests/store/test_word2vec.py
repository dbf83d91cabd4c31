"""A training on disk goes on as if it had never been there."""

import json

import numpy as np
import pytest

from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.train import start
from nextword.embedding.word2vec.training import Training
from nextword.errors import ModelFormatError, SettingError, StorageError
from nextword.store.keeping import Keeper
from nextword.store.vectors import load_vectors, save_vectors
from nextword.store.word2vec import load_word2vec, save_word2vec
from nextword.text.corpus import learn_from_lines

LINES = ["the cat sat on the floor", "the dog lay on the floor", "a cat met a dog"] * 20


def begun(**settings):
    return start(
        learn_from_lines(LINES), Word2VecSettings(**{"size": 10, "sample": 0, "epochs": 4, **settings})
    )


@pytest.mark.parametrize("objective", ["negative-sampling", "hierarchical-softmax", "softmax"])
def test_a_saved_training_goes_on_to_the_same_vectors(tmp_path, objective):
    model, sentences = begun(objective=objective)
    steps = iter(Training(model, sentences, 1))
    for step in steps:
        if step.ends_epoch and step.epoch == 2:
            break
    save_word2vec(model, tmp_path / "half", text_words=len(sentences.words))
    for _ in steps:
        pass
    loaded, words = load_word2vec(tmp_path / "half")
    assert words == len(sentences.words)
    for _ in Training(loaded, sentences, 1):
        pass
    assert np.array_equal(loaded.inputs.flat, model.inputs.flat)
    assert np.array_equal(loaded.outputs.flat, model.outputs.flat)


def test_questions_are_answered_by_the_matrix_that_was_chosen(tmp_path):
    model, sentences = begun()
    for _ in Training(model, sentences, 1):
        pass
    save_word2vec(model, tmp_path / "v", matrix="average")
    average = load_vectors(tmp_path / "v").vectors
    np.testing.assert_allclose(average, (model.inputs.rows + model.outputs.rows) / 2, atol=1e-7)
    np.testing.assert_array_equal(load_vectors(tmp_path / "v", matrix="input").vectors, model.inputs.rows)
    np.testing.assert_array_equal(load_vectors(tmp_path / "v", matrix="output").vectors, model.outputs.rows)


def test_the_nodes_of_a_tree_are_no_vectors_of_words(tmp_path):
    model, _ = begun(objective="hierarchical-softmax")
    save_word2vec(model, tmp_path / "v")
    with pytest.raises(SettingError, match="output"):
        load_vectors(tmp_path / "v", matrix="output")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("training", {"epoch": 1}, "not in order"),
        ("training", {"epochs_before": 0, "epoch": -1, "block": 0, "words": 1}, "not in order"),
        ("training", None, "train word2vec anew"),
        ("settings", {"word2vec": {"size": 10, "tempo": 1}}, "make no sense"),
        ("settings", {"word2vec": {"size": "ten"}}, "make no sense"),
        ("settings", {"word2vec": {"size": 11}}, "size"),
        ("settings", {}, "train word2vec anew"),
        ("settings", {"word2vec": {"size": 10}, "tokenizer": [1]}, "tokenizer"),
    ],
)
def test_a_damaged_training_is_refused(tmp_path, key, value, message):
    model, _ = begun()
    save_word2vec(model, tmp_path / "v")
    config = json.loads((tmp_path / "v" / "config.json").read_text())
    config["model"][key] = value
    (tmp_path / "v" / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelFormatError, match=message):
        load_word2vec(tmp_path / "v")


def test_what_is_kept_is_checked_against_the_command_that_goes_on(tmp_path):
    keeper = Keeper(tmp_path / "v")
    with pytest.raises(SettingError, match="no training to go on with"):
        keeper.load()
    model, sentences = begun()
    keeper.keep(model, len(sentences.words), {})
    kept = keeper.load()
    assert keeper.checked(kept, begun()[0], len(sentences.words)).words == model.words
    with pytest.raises(SettingError, match="began with epochs 4, this command says 5"):
        keeper.checked(kept, begun(epochs=5)[0], len(sentences.words))
    with pytest.raises(SettingError, match="another text"):
        keeper.checked(kept, model, 7)
    kept[0].counts[0] += 1
    with pytest.raises(SettingError, match="another text"):
        keeper.checked(kept, model, len(sentences.words))
    keeper.remove()
    assert not keeper.folder.exists()


def test_only_a_training_that_was_kept_is_ever_removed(tmp_path):
    keeper = Keeper(tmp_path / "v")
    keeper.check()
    model, sentences = begun(epochs=1)
    for _ in Training(model, sentences, 1):
        pass
    save_word2vec(model, keeper.folder)  # somebody's vectors, which happen to be called v.training
    with pytest.raises(StorageError, match="holds other vectors"):
        keeper.check()
    keeper.remove()
    assert len(load_vectors(keeper.folder)) == len(model.words)
    (tmp_path / "w.training").mkdir()
    (tmp_path / "w.training" / "log.txt").write_text("a week of work")
    with pytest.raises(StorageError, match=r"log\.txt"):
        Keeper(tmp_path / "w").check()
    Keeper(tmp_path / "w").remove()
    assert (tmp_path / "w.training" / "log.txt").exists()


def test_vectors_that_were_chosen_can_be_saved_alone(tmp_path):
    model, _ = begun()
    save_word2vec(model, tmp_path / "v", matrix="average")
    average = load_vectors(tmp_path / "v")
    save_vectors(average, tmp_path / "alone")
    assert np.array_equal(load_vectors(tmp_path / "alone").vectors, average.vectors)


def test_vectors_from_elsewhere_cannot_go_on(tmp_path):
    (tmp_path / "v.vec").write_text("1 2\ncat 0.5 1\n")
    with pytest.raises(ModelFormatError, match="folder that nextword train word2vec wrote"):
        load_word2vec(tmp_path / "v.vec")


def test_a_store_says_what_it_holds(tmp_path):
    model, _ = begun()
    save_word2vec(model, tmp_path / "v")
    assert repr(load_vectors(tmp_path / "v")) == "WordVectors(9 words of 10 numbers)"
