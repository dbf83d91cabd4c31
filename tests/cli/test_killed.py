"""kill -9 at any moment, a save included: the training goes on, and ends in the weights of an unbroken one."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "killed.py"


def test_a_training_that_is_killed_again_and_again_ends_in_the_same_weights(tmp_path, lines):
    (tmp_path / "t").write_text("\n".join(lines) + "\n")
    network = shlex.split("lstm --size 8 --batch 4 --steps 5 --epochs 3 --average-from 0.5")
    options = shlex.split("--text t --valid t --kills 3 --in-saves 1 --save-every 0.05 --json")
    command = [sys.executable, str(SCRIPT), *options, "--", *network]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["same"]
    assert len(report["kills"]) == 3
    assert sum(kill["in_save"] for kill in report["kills"]) >= 1
    assert any(kill["kept"] != "nothing" for kill in report["kills"])
    assert report["left"] == ["broken", "whole"]  # neither checkpoints nor what killed saves left behind
