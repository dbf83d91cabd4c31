"""Files that try to hurt whoever loads them: those of attacks/, and those that no repository can keep."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nextword.cli.main import run
from nextword.embedding.formats import read_vectors
from nextword.errors import NextwordError
from nextword.lm import LinearMixture, Sampling, check_language_model, generate
from nextword.ngram.arpa import read_arpa
from nextword.store.models import load_model, save_model

ATTACKS = Path(__file__).parents[1] / "attacks"
KINDS = ("arpa", "folders", "vectors")
ROW = re.compile(r"\| `(?P<name>.+?)` \| .+? \| (?P<outcome>refused|loads): (?P<what>.+?) \|")
ROWS = [match.groups() for match in ROW.finditer((ATTACKS / "README.md").read_text(encoding="utf-8"))]
BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
from nextword.embedding.formats import read_vectors
from nextword.errors import NextwordError
from nextword.ngram.arpa import read_arpa
from nextword.store.models import load_model
try:
    {"folders": load_model, "arpa": read_arpa, "vectors": read_vectors}[sys.argv[1]](sys.argv[2])
except NextwordError as error:
    print("refused:", error)
"""


def path_of(name: str) -> Path:
    return next(path for kind in KINDS if (path := ATTACKS / kind / name).exists())


def load(path: Path):
    return {"folders": load_model, "arpa": read_arpa, "vectors": read_vectors}[path.parent.name](path)


def test_every_attack_has_its_line():
    files = {path.name for kind in KINDS for path in (ATTACKS / kind).iterdir()}
    assert files == {name for name, _, _ in ROWS}
    assert len(ROWS) == len(files)
    assert sum(path.stat().st_size for path in ATTACKS.rglob("*") if path.is_file()) < 400_000


def test_the_attacks_can_be_made_again(tmp_path):
    for script in ("make", "make_vectors"):
        spec = importlib.util.spec_from_file_location(script, ATTACKS / f"{script}.py")
        make = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(make)
        make.main(tmp_path)
    for kept in [path for kind in KINDS for path in (ATTACKS / kind).rglob("*")]:
        assert (tmp_path / kept.relative_to(ATTACKS)).exists(), kept
    for name in ("nul.arpa", "order-gap.arpa", "shifted.bin", "sound.ftbin"):
        kept = path_of(name)
        assert (tmp_path / kept.relative_to(ATTACKS)).read_bytes() == kept.read_bytes()


@pytest.mark.parametrize(("name", "outcome", "what"), ROWS)
def test_what_each_attack_comes_to(name, outcome, what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if outcome == "refused":
        with pytest.raises(NextwordError) as caught:
            load(path_of(name))
        assert what in str(caught.value)
        assert "\n" not in str(caught.value)
        assert "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 1000
    elif path_of(name).parent.name == "vectors":
        vectors = load(path_of(name))
        assert what == f"{len(vectors)} words"
        assert np.isfinite(vectors.vectors).all()
    else:
        model = load(path_of(name))
        assert model.is_distribution == (what == "probabilities")
        check_language_model(model, contexts=5, tolerance=1e-3)
        generate(model, "the cat", length=5, sampling=Sampling(seed=1))
    assert list(tmp_path.iterdir()) == []  # nothing was run that leaves a file


def test_a_word_is_no_command_to_the_terminal():
    command = [
        sys.executable,
        "-m",
        "nextword",
        "next",
        path_of("vocabulary-controls-terminal"),
        "the",
        "-k",
        "10",
    ]
    shown = subprocess.run(command, capture_output=True, check=True).stdout
    assert b"\\x1b[2J" in shown
    assert b"\x1b" not in shown


def test_what_a_model_says_of_its_making_is_no_command_to_the_terminal(capsys):
    assert run(["info", str(path_of("network-controls-terminal"))]) == 0
    shown = capsys.readouterr().out
    assert "\\x1b[2J" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def bounded(kind: str, path: Path) -> str:
    """Load a file in a process of its own that may have 1 GB and half a minute."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BOUNDED, kind, path],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "link to itself", "terabyte"])
def test_what_is_no_file_is_refused(model, tmp_path, name, kind):
    save_model(model, tmp_path / "model")
    path = tmp_path / "model" / name
    path.unlink()
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "link to itself":
            path.symlink_to(path)
        case "terabyte":
            path.touch()
            os.truncate(path, 1 << 40)  # a hole, which takes no place on the disk
    with pytest.raises(NextwordError) as caught:
        load_model(tmp_path / "model")
    assert name in str(caught.value)


def test_a_mixture_that_contains_itself_is_refused(model, tmp_path):
    folder = tmp_path / "mixed"
    save_model(LinearMixture([model, model], [0.5, 0.5]), folder)
    shutil.rmtree(folder / "components" / "1")
    (folder / "components" / "1").symlink_to(folder)
    with pytest.raises(NextwordError, match="is a mixture"):
        load_model(folder)


def test_a_folder_that_links_to_itself_is_refused(tmp_path):
    (tmp_path / "model").symlink_to(tmp_path / "model")
    with pytest.raises(NextwordError, match="model"):
        load_model(tmp_path / "model")


def test_a_log_without_end_is_refused(tmp_path):
    for lines, message in ((1_000_000, "lines"), (20_000_000, "bytes")):
        folder = shutil.copytree(path_of("network-controls-terminal"), tmp_path / f"{lines}")
        (folder / "training.jsonl").write_bytes(b"{}\n" * lines)
        assert message in bounded("folders", folder)


def test_a_line_of_100_megabytes_is_refused(tmp_path):
    path = tmp_path / "long.arpa"
    path.write_bytes(b"\\data\\\nngram 1=4\n\n\\1-grams:\n-1\t" + b"x" * 100_000_000 + b"\n")
    assert "longer than" in bounded("arpa", path)


@pytest.mark.parametrize(
    "name",
    [
        "bomb.arpa.gz",
        "bomb.arpa.xz",
        "a-trillion-lines.arpa",
        "bomb.txt.gz",
        "a-trillion-words.bin",
        "quantised-bomb.ftbin",
    ],
)  # fmt: skip
def test_bombs_take_little_memory(name):
    assert "refused" in bounded(path_of(name).parent.name, path_of(name))


def test_endless_bytes_are_refused():
    assert "NUL" in bounded("arpa", Path("/dev/zero"))
