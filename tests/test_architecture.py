"""The house has one direction: files -> text -> ids -> model -> answers -> people."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nextword

PACKAGE = Path(nextword.__file__).parent
FLOORS = ["text", "lm", "ngram", "embedding", "neural", "tasks", "store", "server", "cli"]
GROUND = {"errors", "arrays", "compile", "workspace", "scratch"}
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))


def imported_by(path: Path) -> set[str]:
    """The parts of nextword that a file imports, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("nextword."):
            names.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("nextword.")}
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_folder_imports_only_from_those_before_it(path):
    floor = path.relative_to(PACKAGE).parts[0]
    if floor in ("__init__.py", "__main__.py"):
        return
    if floor.removesuffix(".py") in GROUND:
        assert imported_by(path) <= GROUND
        return
    allowed = GROUND | set(FLOORS[: FLOORS.index(floor) + 1])
    assert imported_by(path) <= allowed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_is_over_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_loading_can_run_no_code():
    forbidden = re.compile(
        r"import pickle|pickle\.load|allow_pickle=True|torch\.load\(|(?<!\.)\b(?:eval|exec)\(|joblib\.load"
    )
    for path in SOURCES:
        assert not forbidden.search(path.read_text(encoding="utf-8")), path


def test_help_needs_neither_numba_nor_torch():
    script = (
        "import sys; from nextword.cli.main import run; assert run(['--help']) == 0; "
        "heavy = {'numba', 'torch', 'numpy', 'tokenizers'} & set(sys.modules); assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "train" in done.stdout


def test_every_public_name_exists():
    for name in nextword.__all__:
        assert getattr(nextword, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'trainn'"):
        nextword.trainn  # noqa: B018
