"""A fuzz target: any bytes as a file of a model folder are refused in our own words, or make a sound model.

The first byte of the input says which file of which model the others replace.

python fuzz/folder.py [SECONDS]    under atheris where it is installed, which then takes libFuzzer's options
"""

import random
import shutil
import tempfile
from functools import cache
from pathlib import Path

from byte_edits import edit_bytes
from loop import fuzz, probes

with probes():
    from bases import make_folders
    from exercise import exercise
    from folder_edits import sign

    from nextword.errors import NextwordError
    from nextword.store.models import load_model

FILES = ("config.json", "model.safetensors", "tokenizer.json")


@cache
def folders() -> list[Path]:
    """Sound models, saved once."""
    return [
        folder
        for folder in make_folders(Path(tempfile.mkdtemp(prefix="nextword-fuzz-")) / "bases")
        if (folder / "model.safetensors").exists()
    ]


def test_one_input(data: bytes) -> None:
    """Load a model one of whose files has some bytes instead of its own."""
    if not data:
        return
    number, name = divmod(data[0], len(FILES))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        shutil.copytree(folders()[number % len(folders())], folder)
        (folder / FILES[name]).write_bytes(data[1:])
        sign(folder)
        try:
            model = load_model(folder)
        except NextwordError:
            return
        exercise(model, Path(place), contexts=2)


def seeds() -> list[bytes]:
    """Return an input for each file of each model that leaves the model as it is."""
    return [
        bytes([number * len(FILES) + place]) + (folder / name).read_bytes()
        for number, folder in enumerate(folders())
        for place, name in enumerate(FILES)
    ]


def edit_input(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Change the file, and not which file it is."""
    return data[:1] + edit_bytes(data[1:], chance, other[1:])


if __name__ == "__main__":
    try:
        fuzz(test_one_input, seeds(), edit_input)
    finally:
        shutil.rmtree(folders()[0].parents[1])
