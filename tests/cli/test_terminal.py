"""What a person at a terminal sees: a bar while something takes long, and completion."""

import os
import pty
import subprocess
import sys


def at_a_terminal(arguments, folder):
    """Run a command whose stderr is a terminal; return what the terminal received and what stdout did."""
    controller, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        [sys.executable, "-m", "nextword", *arguments],
        stdout=subprocess.PIPE, stderr=terminal, cwd=folder, env=environment, text=True,
    ) as process:  # fmt: skip
        os.close(terminal)
        shown = b""
        while True:
            try:
                piece = os.read(controller, 65536)
            except OSError:  # Linux's way to say that the other end has closed
                break
            if not piece:
                break
            shown += piece
        answer = process.stdout.read()
    os.close(controller)
    assert process.returncode == 0, shown
    return shown.decode(), answer


def test_long_work_shows_a_bar_and_its_stages(text, tmp_path):
    shown, answer = at_a_terminal(["train", "ngram", text, "-o", "model", "--order", "3"], tmp_path)
    assert "reading" in shown
    assert "\x1b[" in shown
    assert answer.startswith("model: order 3")
    shown, _ = at_a_terminal(["evaluate", "model", text], tmp_path)
    assert "evaluating" in shown
    shown, _ = at_a_terminal(["convert", "model", "model.arpa"], tmp_path)
    assert "writing" in shown


def test_quiet_means_quiet(text, tmp_path):
    shown, _ = at_a_terminal(["train", "ngram", text, "-o", "model", "-q"], tmp_path)
    assert shown == ""


def test_completion_is_installed_for_the_shell(tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "SHELL": "/bin/bash"}
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "nextword", "--install-completion"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    (path,) = [path for path in tmp_path.rglob("nextword") if path.is_file()]
    script = path.read_text()
    for word in ("evaluate", "--smoothing", "--order"):
        assert word in script
