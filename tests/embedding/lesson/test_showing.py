"""What people read, what programs read, and the picture all show the step's own numbers."""

import json

import numpy as np
import pytest

from nextword.embedding.lesson import word2vec_step
from nextword.embedding.lesson.picture import draw_step, save_step
from nextword.embedding.lesson.record import step_record
from nextword.embedding.lesson.text import step_text
from nextword.errors import SettingError, StorageError

WAYS = [
    {"architecture": architecture, "objective": objective}
    for architecture in ("cbow", "skipgram")
    for objective in ("softmax", "negative-sampling", "hierarchical-softmax")
]


@pytest.fixture(params=WAYS, ids=lambda way: "-".join(way.values()))
def step(request):
    return word2vec_step(**request.param)


def written(figure):
    return [text.get_text().replace("−", "-") for text in figure.axes[0].texts]


def test_the_text_tells_the_loss_and_the_words(step):
    text = step_text(step)
    assert "the cat [sat] on the floor" in text
    assert f"{step.loss:.3f} -> {step.loss_after:.3f}" in text
    for number in [*step.examples[0].hidden, *step.examples[0].scores]:
        assert f"{number:.3f}" in text


def test_the_record_is_json_and_its_numbers_agree(step):
    record = json.loads(json.dumps(step_record(step), allow_nan=False))
    rows = np.array([given["one_hot"] for given in record["inputs"]]) @ np.array(record["W"])
    assert rows == pytest.approx(np.array([given["row"] for given in record["inputs"]]))
    v = np.array(record["hidden_vector"])
    assert rows.mean(axis=0) == pytest.approx(v)
    for group in record["outputs"]:
        for row in group["rows"]:
            assert row["score"] == pytest.approx(float(np.dot(record["W_out"][row["row"]], v)))
    assert sum(group["loss"] for group in record["outputs"]) == pytest.approx(record["loss"])
    assert record["loss_after"] < record["loss"]


def test_the_picture_shows_every_number_of_the_forward_pass(step):
    shown = written(draw_step(step))
    example = step.examples[0]
    for number in [*example.hidden, *example.scores, *step.W.flat]:
        assert f"{number:.2f}".replace("-0.00", "0.00") in shown
    for word in step.vocabulary:
        assert word in shown


def test_a_path_of_the_tree_is_shown():
    step = word2vec_step(objective="hierarchical-softmax")
    points, codes = step.tree.path(step.vocabulary.index("sat"))
    branches = " ".join(map(str, codes))
    assert f"path to sat: branches {branches}" in written(draw_step(step))
    path = " -> ".join(
        f"{step.output_name(point)} takes {code}" for point, code in zip(points, codes, strict=True)
    )
    assert f"{path} -> sat" in step_text(step)
    assert step_record(step)["codes"]["sat"] == "".join(map(str, codes))


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_the_same_step_gives_the_same_file(ending, tmp_path):
    first, again = tmp_path / f"first{ending}", tmp_path / f"again{ending}"
    for path in (first, again):
        save_step(word2vec_step("prix $5 et $6 水 a"), path)
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes().startswith({".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[ending])


def test_what_cannot_be_drawn_is_refused(tmp_path):
    with pytest.raises(SettingError, match=r"ends in .png, .svg, .pdf, got 'step.gif'"):
        save_step(word2vec_step(), tmp_path / "step.gif")
    with pytest.raises(SettingError, match="too many for a picture"):
        save_step(word2vec_step(size=17), tmp_path / "step.png")
    with pytest.raises(StorageError, match=r"does not exist; make it with mkdir -p"):
        save_step(word2vec_step(), tmp_path / "no folder" / "step.png")


def test_long_vectors_and_vocabularies_are_cut_short_in_the_text():
    words = " ".join(f"w{number}" for number in range(50))
    text = step_text(word2vec_step(words, size=20, objective="negative-sampling")).split("\n", 1)[1]
    assert max(map(len, text.splitlines())) < 200
    assert "1 at place 24 of 50" in text
