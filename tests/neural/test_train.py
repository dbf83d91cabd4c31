"""Training from Python: files and lines give the same model, and the best weights on a validation text."""

import sys

import numpy as np
import pytest

import nextword
from neural.samples import PLAIN, settings
from nextword.errors import InputError, MissingDependencyError

LINES = ["the cat sat on the mat", "the dog sat on the cat", "a cat ran"] * 5


def test_files_and_lines_give_the_same_model(tmp_path):
    (tmp_path / "t.txt").write_text("\n".join(LINES) + "\n")
    (tmp_path / "v.txt").write_text("the dog ran\n")
    how = settings(network="gru", epochs=3)
    limits = nextword.VocabularyLimits(min_count=2)
    from_lines = nextword.train_network_on_lines(LINES, how, valid=["the dog ran"], limits=limits, threads=1)
    from_files = nextword.train_network(
        [tmp_path / "t.txt"], how, valid=[tmp_path / "v.txt"], limits=limits, threads=1
    )
    assert from_lines.details["valid_perplexity"] == from_files.details["valid_perplexity"]
    for name, array in from_lines.arrays.items():
        np.testing.assert_array_equal(array, from_files.arrays[name])


def test_the_validation_perplexity_is_that_of_evaluation():
    model = nextword.train_network_on_lines(LINES, settings(epochs=2), valid=LINES[:3], threads=1)
    stream = nextword.encode_lines(LINES[:3], model.tokenizer)
    expected = nextword.evaluate(model, [stream]).perplexity
    # Training reads several sentence ends before a text, evaluation one.
    assert model.details["valid_perplexity"] == pytest.approx(expected, rel=2e-3)


def test_a_training_can_be_watched_and_stopped():
    corpus = nextword.learn_from_lines(LINES)
    training = nextword.network_training(
        corpus, nextword.NeuralSettings(size=8, epochs=50, **PLAIN), threads=1
    )
    for event in training:
        if event.epoch == 3:
            break
    assert training.model().details["epochs"] == 3


def test_a_validation_file_without_words_is_refused(tmp_path):
    (tmp_path / "t.txt").write_text("a b\n")
    (tmp_path / "v.txt").write_text("")
    with pytest.raises(InputError):
        nextword.train_network([tmp_path / "t.txt"], settings(), valid=[tmp_path / "v.txt"])


def test_without_pytorch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependencyError, match="needs PyTorch"):
        nextword.train_network_on_lines(LINES, settings())
