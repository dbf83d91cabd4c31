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
GROUND = {"errors", "arrays", "blas", "compile", "simd", "workspace", "scratch"}
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


RUNS_CODE = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "dbm",
    "runpy",
    "code",
}
"""Modules that run what they read."""
CALLS = re.compile(
    r"(?<![\w.])(?:eval|exec|__import__)\(|allow_pickle\s*=\s*True|torch\.load\(|yaml\.(?:unsafe_|full_)?load\("
    r"|(?:np|numpy)\.(?:load|fromfile)\(|spec_from_file_location|load_module\(|ctypes\.(?:cdll|windll|PyDLL|pydll)\b"
    r"|shell\s*=\s*True|os\.(?:system|popen)\("
)
"""Ways to run what was read."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_loading_can_run_no_code(path):
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not RUNS_CODE & {name.split(".")[0] for name in names}
        # A name to import, or a library to open, never comes from a file: it stands in the source.
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "CDLL":
            assert [ast.unparse(argument) for argument in node.args] == ["None"]
    assert not CALLS.search(text)


def test_modules_are_imported_by_names_from_fixed_tables():
    asked = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
                asked.setdefault(str(path.relative_to(PACKAGE)), []).append(ast.unparse(node.args[0]))
    assert asked == {"__init__.py": ["_HOMES[name]"], "store/models.py": ["FAMILIES[model_type]"]}


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
