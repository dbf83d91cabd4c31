"""The image: it can be read as PNG, no label hides another, and no word is a command to matplotlib."""

import io
import sys

import numpy as np
import pytest
from matplotlib.image import imread

from nextword.embedding.maps import map_words
from nextword.embedding.maps import picture as module
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import MissingDependencyError


def pixels(image: bytes):
    return imread(io.BytesIO(image), format="png")[:, :, :3]


def share_of(image, colour: str) -> float:
    """The share of pixels of a colour."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return float((np.abs(image - wanted).max(axis=2) < 0.02).mean())


def test_the_image_holds_points_labels_and_arrows(vectors):
    plain = pixels(map_words(vectors).png())
    assert plain.shape == (1548, 1980, 3)
    assert share_of(plain, module.PAPER) > 0.8
    assert share_of(plain, module.INK) > 0.001
    assert share_of(plain, module.ACCENT) == 0
    assert share_of(pixels(map_words(vectors, analogy=("man", "woman", "king")).png()), module.ACCENT) > 0.001


def test_no_label_hides_another(vectors, monkeypatch):
    kept = []
    take = module._Labels._take

    def watched(self, box):
        has_room = take(self, box)
        if has_room:
            kept.append(box)
        return has_room

    monkeypatch.setattr(module._Labels, "_take", watched)
    map_words(vectors, analogy=("man", "woman", "king")).png()
    boxes = np.array(kept)
    assert len(boxes) > 60
    apart = (boxes[:, None, :2] >= boxes[None, :, 2:]).any(axis=2)
    apart |= apart.T
    np.fill_diagonal(apart, True)
    assert apart.all()


def test_words_are_no_commands_to_matplotlib():
    words = ["$\\frac{1}{", "$x$", "\u202eright", "x" * 500, "", "\ud800", "王", "🙂", "a\nb"]
    matrix = np.random.default_rng(0).normal(size=(len(words), 5)).astype(np.float32)
    drawn = map_words(WordVectors(words, matrix), analogy=tuple(words[:3]))
    assert drawn.png().startswith(b"\x89PNG")


def test_the_same_map_is_the_same_image(vectors):
    drawn = map_words(vectors, top=20)
    assert drawn.png() == drawn.png()


def test_matplotlib_is_asked_for_where_it_is_missing(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'nextword\[plot\]'"):
        map_words(vectors).png()
