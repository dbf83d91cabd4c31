"""What ``nextword info`` tells of each kind of folder: sizes, labels, settings, scores, and nothing twice."""

import numpy as np
import pytest

from nextword.neural.settings import NeuralSettings
from nextword.store.config import KINDS, TASK_TRAINING_TYPES
from nextword.store.fingerprints import of_text
from nextword.store.neural_training import Begun, Kept, TrainingKeeper
from nextword.text.corpus import learn_from_lines

SMALL = "--size 4 --hidden 4 --epochs 1 --batch 2 -q"
REACHED = {
    "epoch": 1,
    "share": 0.5,
    "tokens": 9,
    "perplexity": 7.5,
    "valid_perplexity": 8.5,
    "rate": 0.003,
    "tokens_per_second": 100.0,
    "seconds": 1.5,
}


def make_tagger(shell):
    row = "{} B-PER\nlives O\n\n"
    (shell.folder / "tagged").write_text("".join(map(row.format, ["Ann", "Bob", "Eva"])))
    shell(f"tag train tagged -o made --valid tagged --threads 1 {SMALL}")


def make_classifier(shell):
    (shell.folder / "texts.tsv").write_text(
        "good\ta lovely case\nbad\tan awful case\ngood\tlovely\nbad\tawful\n"
    )
    shell(f"classify train texts.tsv -o made {SMALL}")


def make_forecaster(shell):
    values = 100 + 20 * np.sin(np.arange(36) * np.pi / 6)
    (shell.folder / "sales.csv").write_text("sales\n" + "".join(f"{value:.3f}\n" for value in values))
    shell("forecast train sales.csv -o made --period 12 --epochs 1 --hidden 4 -q")


def make_vectors(shell):
    (shell.folder / "text").write_text("the cat sat\nthe dog sat\n" * 9)
    shell("train word2vec text -o made --size 4 --epochs 1 --min-count 1 --sample 0 --threads 1 -q")


def make_counts(shell):
    (shell.folder / "text").write_text("the cat sat\nthe dog sat\n")
    shell("count text -o made --order 2 -q")


def make_training(shell):
    corpus = learn_from_lines(["the cat sat on the mat", "the dog"])
    begun = Begun(settings=NeuralSettings(network="gru", size=4), text=of_text(corpus.ids, corpus.tokenizer))
    content = {"position": {"epoch": 1}, "threads": 2, "dtype": "float32"}
    tensors = {"random": np.arange(7, dtype=np.uint8)}
    kept = Kept(begun=begun, threads=2, seconds=60.0, tensors=tensors, content=content, log=[REACHED])
    TrainingKeeper(shell.folder / "network").keep(kept, corpus.tokenizer)
    (shell.folder / "network.training").rename(shell.folder / "made")


MADE = {
    "sequence-tagger": make_tagger,
    "classifier": make_classifier,
    "forecaster": make_forecaster,
    "word-vectors": make_vectors,
    "ngram-counts": make_counts,
    "neural-training": make_training,
}


def test_every_kind_is_asked():
    # Trainings of tasks are asked in test_task_resume.py, where there are some.
    assert set(MADE) == set(KINDS) - set(TASK_TRAINING_TYPES.values())


@pytest.fixture(params=MADE)
def told(request, shell):
    MADE[request.param](shell)
    content = shell.json("info made --verify")
    assert content["model_type"] == request.param
    assert content["verified"] is True
    return content, shell("info made").out


EXPECTED = {
    "sequence-tagger": {"scheme": "bio"},
    "classifier": {"labels": ["bad", "good"]},
    "forecaster": {"numbers": 36},
    "word-vectors": {"vocabulary": 4, "size": 4},
    "ngram-counts": {"vocabulary": 7, "ngrams": [7, 6]},
    "neural-training": {"numbers": 7, "threads": 2, "seconds": 60.0},
}
SETTINGS = {
    "sequence-tagger": ("hidden", 4),
    "classifier": ("hidden", 4),
    "forecaster": ("hidden", 4),
    "neural-training": ("size", 4),
}
PARTS = {
    "neural-training": ("position", "threads"),
    "sequence-tagger": ("training", "valid_f1"),
    "classifier": ("training", "loss"),
    "forecaster": ("series", "period"),
}


def test_sizes_labels_settings_and_scores_are_told(told):
    content, text = told
    kind = content["model_type"]
    assert EXPECTED[kind].items() <= content.items()
    if kind in SETTINGS:
        name, value = SETTINGS[kind]
        assert content["settings"][name] == value
    if kind in PARTS:
        part, name = PARTS[kind]
        assert name in content[part]
    for name in EXPECTED[kind]:
        assert f"\n{name}" in text


def test_nothing_is_told_twice(told):
    content, text = told
    assert "settings" not in content["settings"]
    names = [line.split(" ")[0] for line in text.split("\n") if line and not line.startswith(" ")]
    assert len(names) == len(set(names))
    assert "words" not in content
