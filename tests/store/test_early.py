"""Saving while estimating: the same folder as saving afterwards, or none."""

import pytest

from nextword.errors import StorageError
from nextword.ngram.counting.counts import count_ngrams
from nextword.ngram.train import estimate_model
from nextword.store.early import early_save
from nextword.store.models import load_model, save_model
from nextword.store.tensors import TensorFile
from nextword.text.corpus import learn_from_lines


@pytest.fixture(scope="module")
def corpus():
    return learn_from_lines(["a b c a b", "b c d", "", "a b d e"] * 3)


def train(corpus, save, prune=()):
    counts = count_ngrams(corpus.ids, len(corpus.tokenizer), 3)
    save.counted(counts)
    return estimate_model(counts, corpus.tokenizer, prune=prune)


@pytest.mark.parametrize("prune", [(), (0, 1)])
def test_the_folder_is_the_one_that_saving_afterwards_makes(tmp_path, corpus, prune):
    with early_save(tmp_path / "early") as save:
        model = train(corpus, save, prune)
        assert not (tmp_path / "early").exists()
        save.finish(model, {"created": "now"})
    save_model(model, tmp_path / "late", {"created": "now"})
    for name in ("model.safetensors", "config.json", "tokenizer.json", "README.md"):
        assert (tmp_path / "early" / name).read_bytes() == (tmp_path / "late" / name).read_bytes(), name
    assert load_model(tmp_path / "early").score("a b") == model.score("a b")


def test_an_error_in_between_leaves_nothing(tmp_path, corpus):
    with pytest.raises(ZeroDivisionError), early_save(tmp_path / "early") as save:  # noqa: PT012
        train(corpus, save)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_told_at_the_end(tmp_path, corpus, monkeypatch):
    def refuse(self, name, tensor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TensorFile, "write", refuse)
    with pytest.raises(StorageError, match="free some space"), early_save(tmp_path / "early") as save:
        save.finish(train(corpus, save), {})
    assert list(tmp_path.iterdir()) == []
