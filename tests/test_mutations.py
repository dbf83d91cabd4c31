"""Damaged ARPA files and model folders: each is refused in our own words or is a sound model, within 1 GB.

`python fuzz/mutate.py --count 10000` does more of the same.
"""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nextword.store.models import load_model
from nextword.store.tensors import map_tensors, write_tensors

FUZZ = Path(__file__).parents[1] / "fuzz"
FIGURES = re.compile(r"refused ([\d,]+), loaded, sound ([\d,]+), violation ([\d,]+)")


def run(script: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, FUZZ / script, *options], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", ["arpa", "folder", "vectors"])
def test_damaged_files_hurt_nobody(kind):
    shown = run("mutate.py", "--kind", kind, "--count", "200", "--seed", str(random.randrange(10**6)))
    refused, sound, violations = (int(figure.replace(",", "")) for figure in FIGURES.search(shown).groups())
    assert (refused + sound, violations) == (200, 0), shown
    assert refused > 50
    assert sound > 2


@pytest.mark.parametrize("script", ["arpa.py", "folder.py", "vectors.py"])
def test_the_fuzz_targets_run(script, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Where atheris is installed, these are its options; the loop takes the first as its seconds.
    run(script, "0.5") if not _has_atheris() else run(script, "-runs=50")


def _has_atheris() -> bool:
    return (
        subprocess.run([sys.executable, "-c", "import atheris"], capture_output=True, check=False).returncode
        == 0
    )


def test_the_harness_finds_what_is_wrong(model, tmp_path):
    """Without verification, a damaged model loads, and the harness says what promise it breaks."""
    sys.path.insert(0, str(FUZZ))
    try:
        from exercise import exercise
    finally:
        sys.path.remove(str(FUZZ))
    from nextword.lm.conformance import ConformanceError
    from nextword.store.models import save_model

    save_model(model, tmp_path / "model")
    arrays = {
        name: array.copy() for name, array in map_tensors(tmp_path / "model" / "model.safetensors").items()
    }
    arrays["log_probs"][30:] = np.nan
    write_tensors(tmp_path / "model" / "model.safetensors", arrays)
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    del config["files"]
    (tmp_path / "model" / "config.json").write_text(json.dumps(config))
    with pytest.raises(ConformanceError, match="NaN"):
        exercise(load_model(tmp_path / "model", verify=False), tmp_path)
