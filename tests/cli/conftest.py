import json
import shlex

import pytest

from nextword.cli.main import run


class Shell:
    """Runs commands as the command line does, in this process."""

    def __init__(self, capsys, folder):
        self.capsys, self.folder = capsys, folder

    def __call__(self, command: str, code: int = 0) -> tuple[str, str]:
        """Run a command, check its exit code, return what it wrote to stdout and stderr."""
        self.capsys.readouterr()
        assert run(shlex.split(command)) == code
        return self.capsys.readouterr()

    def json(self, command: str) -> dict:
        """Run a command with --json and return its one object."""
        return json.loads(self(f"{command} --json").out)

    def error(self, command: str, code: int) -> str:
        """Run a command that fails, check that it says so in one line, and return the line."""
        out, err = self(command, code)
        assert out == ""
        assert err.startswith("nextword: "), err
        assert err.count("\n") == 1, err
        assert "Traceback" not in err
        return err


@pytest.fixture
def shell(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Shell(capsys, tmp_path)


@pytest.fixture
def text(tmp_path, lines):
    (tmp_path / "text.txt").write_text("\n".join(lines) + "\n")
    (tmp_path / "other.txt").write_text("\n".join(lines[:40]) + "\nthe unicorn sat\n")
    return "text.txt"


@pytest.fixture
def five(shell, text):
    shell(f"train ngram {text} -o five -q")
    return "five"
