"""Every command and every line of Python in the README and the guide runs, on a page's own folder."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = ("README.md", "lecture.md", "inside.md", "neural.md", "classify.md", "ngram.md")
"""Pages whose commands take longest come first, so that processes which share the pages end together."""
PAGES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md")],
    key=lambda page: (LONGEST.index(page.name) if page.name in LONGEST else len(LONGEST), page.name),
)
pytestmark = pytest.mark.timeout(900)  # a page has dozens of commands, and the first may wait for the tour
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def page_folder(toured, tmp_path, monkeypatch):
    """A folder with what the tour leaves; commands compute on one thread, since others work beside them."""
    folder, _ = toured
    shutil.copytree(folder, tmp_path / "demo")
    monkeypatch.setenv("NEXTWORD_THREADS", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text(encoding="utf-8")) if found == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_run(page, page_folder):
    commands = [line for block in blocks(page, "sh") for line in block.splitlines()]
    for command in commands:
        if command == "nextword demo":
            continue  # its output is in the folder already
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail; {command}"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stderr)
        assert done.stdout or "gzip" in command or "printf" in command, command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page, page_folder):
    examples = [block for block in blocks(page, "python") if ">>>" in block]
    scripts = [block for block in blocks(page, "python") if ">>>" not in block]
    for script in scripts:
        subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
    text = "\n".join(examples)
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


def test_the_guide_has_commands():
    assert sum(len(blocks(page, "sh")) for page in PAGES) > 10
