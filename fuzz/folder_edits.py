"""Edits of a model folder: its bytes, its numbers, its settings, and what stands in the place of a file."""

import json
import os
import random
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from byte_edits import edit_bytes

from nextword.store.files import describe_files
from nextword.store.tensors import map_tensors, write_tensors

FILES = (
    "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "README.md", "training.jsonl",
)  # fmt: skip
FLOATS = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 1e-12, 1e308, -1e308, -1e-300, -1e-4, 5.0, 228.0)
INTEGERS = (0, 1, -1, 2, 3, 2**31 - 1, -(2**31), 2**30, 255, 65536)
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    3,
    10**6,
    10**30,
    -(10**30),
    1.5,
    -0.5,
    1e300,
    "",
    "x",
    "<unk>",
    "</s>",
    "\0",
    "\x1b[2J",
    "\u202e",
    "a" * 5000,
    "mle",
    "keep",
    "words",
    "bpe",
    "characters",
    "mixture",
    "ngram",
    [],
    [0],
    [1, [2]],
    [None],
    {},
    {"a": 1},
    {"name": "additive"},
    {"name": []},
    "\ud800",
    float("nan"),
    float("inf"),
)

_NOTHING_LEFT = (LookupError, ValueError, TypeError, AttributeError, OSError, RecursionError, struct.error)
"""What an edit meets where an earlier one has left nothing to edit."""


def edit_folder(folder: Path, chance: random.Random, other: Path) -> None:
    """Damage a model folder as a disk, a careless hand or a stranger would; ``other`` is another model."""
    if (folder / "components").is_dir() and chance.random() < 0.8:
        return _edit_mixture(folder, chance, other)
    edits: tuple[Callable[[Path, random.Random, Path], None], ...] = (
        _edit_file,
        _edit_numbers,
        _edit_numbers,
        _edit_numbers,
        _edit_header,
        _edit_config,
        _edit_vocabulary,
        _take_file,
        _replace_file,
    )
    for _ in range(chance.choice((1, 1, 1, 2))):
        if not _is_ordinary(folder):
            break
        try:
            chance.choice(edits)(folder, chance, other)
        except _NOTHING_LEFT:
            pass
    if chance.random() < 0.8:  # a disk would not, but a stranger writes checksums that fit
        sign(folder)
    return None


def sign(folder: Path) -> None:
    """Record the sizes and checksums of a folder's files as they are."""
    try:
        if _is_ordinary(folder):
            content = json.loads((folder / "config.json").read_text())
            content["files"] = describe_files(folder)
            (folder / "config.json").write_text(json.dumps(content))
    except (ValueError, TypeError, RecursionError, OSError):
        pass  # no longer a config


def _is_ordinary(folder: Path) -> bool:
    """Whether no file was replaced by a pipe, which would never end, or by a hole of a terabyte."""
    paths = list(folder.iterdir())
    in_place = (folder / "config.json").is_file()
    return in_place and all(
        path.is_dir() or (path.is_file() and path.stat().st_size < 1 << 24) for path in paths
    )


def _edit_mixture(folder: Path, chance: random.Random, other: Path) -> None:
    component = folder / "components" / str(chance.randrange(2))
    match chance.randrange(8):
        case 0:
            shutil.rmtree(component)
            component.symlink_to(folder)  # a mixture that contains itself
        case 1:
            shutil.rmtree(component)
            component.symlink_to(component)
        case 2:
            shutil.rmtree(component)
            shutil.copytree(other, component)
        case 3:
            shutil.rmtree(component)
        case _:
            edit_folder(component, chance, other)


def _edit_file(folder: Path, chance: random.Random, other: Path) -> None:
    name = chance.choice(FILES)
    stranger = (other / name).read_bytes() if (other / name).is_file() else b""
    (folder / name).write_bytes(edit_bytes((folder / name).read_bytes(), chance, stranger))


def _edit_numbers(folder: Path, chance: random.Random, other: Path) -> None:
    tensors = {name: tensor.copy() for name, tensor in map_tensors(folder / "model.safetensors").items()}
    tensor = tensors[chance.choice(sorted(name for name, tensor in tensors.items() if len(tensor)))]
    place, another = chance.randrange(len(tensor)), chance.randrange(len(tensor))
    is_float = tensor.dtype.kind == "f"
    match chance.randrange(6):
        case 0:
            tensor[place] = _of_type(chance.choice(FLOATS if is_float else INTEGERS), tensor.dtype)
        case 1:
            with np.errstate(over="ignore"):
                tensor[place] += _of_type(
                    chance.choice((1e-11, 1e-5, 0.1, -0.1) if is_float else (1, -1)), tensor.dtype
                )
        case 2:
            tensor[[place, another]] = tensor[[another, place]]
        case 3:
            tensor[min(place, another) : max(place, another)] = _of_type(
                chance.choice(FLOATS) if is_float else place, tensor.dtype
            )
        case 4:
            tensor[place] = tensor[another]
        case 5:
            bits = tensor.view(f"u{tensor.itemsize}")
            bits[place] ^= bits.dtype.type(1 << chance.randrange(8 * tensor.itemsize))
    write_tensors(folder / "model.safetensors", tensors)


def _of_type(number: float, dtype: np.dtype[Any]) -> Any:
    """Return a number as an array of some type would hold it: whole numbers wrap around."""
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            return dtype.type(number)
    return np.array(int(number) % 2 ** (8 * dtype.itemsize), dtype=np.uint64).astype(dtype)


def _edit_header(folder: Path, chance: random.Random, other: Path) -> None:
    path = folder / "model.safetensors"
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    names = [name for name in header if name != "__metadata__"]
    entry = header[chance.choice(names)]
    match chance.randrange(8):
        case 0:
            entry["dtype"] = chance.choice(
                ("F64", "F32", "I64", "I32", "U8", "BOOL", "BF16", "F8_E4M3", "X", 1)
            )
        case 1:
            entry["shape"] = chance.choice(
                ([], [0], [1], [2**62, 4], [2**64 - 1], [-1], [1, 1], "x", entry["shape"] + [1])
            )
        case 2:
            entry["data_offsets"] = chance.choice(
                ([0, 0], [8, 0], [0, 2**63], [-8, 8], [0, len(data)], [0], "x")
            )
        case 3:
            twin = header[chance.choice(names)]
            entry["data_offsets"], twin["data_offsets"] = twin["data_offsets"], entry["data_offsets"]
        case 4:
            header[chance.choice(("x" * 1000, "__metadata__", "\x1b[2J", "words"))] = header.pop(
                chance.choice(names)
            )
        case 5:
            header["__metadata__"] = chance.choice(({"a": "b"}, {"a": 1}, [], {"a" * 10_000: "b"}))
        case 6:
            length = chance.choice((0, 1, length + 1, length - 1, 2**32, 2**63, 2**64 - 1))
    text = json.dumps(header).encode()
    if chance.random() < 0.2:  # a key that stands twice
        text = text[:-1] + b"," + text[1:]
    if chance.random() < 0.8:
        text, length = text.ljust(-(-len(text) // 8) * 8), -(-len(text) // 8) * 8
    path.write_bytes(struct.pack("<Q", length) + text + data[8 + struct.unpack("<Q", data[:8])[0] :])


def _edit_config(folder: Path, chance: random.Random, other: Path) -> None:
    path = folder / "config.json"
    content = json.loads(path.read_text())
    _edit_json(content, chance)
    text = json.dumps(content)
    if chance.random() < 0.05:
        text = text.replace(
            "1", chance.choice(("1e999", "NaN", "9" * 5000, "[" * 3000, '{"a":' * 900 + "1" + "}" * 900)), 1
        )
    path.write_text(text)


def _edit_json(content: Any, chance: random.Random) -> None:
    """Replace, remove or add one value somewhere below."""
    while True:
        keys = list(content) if isinstance(content, dict) else list(range(len(content)))
        key = chance.choice(keys)
        inner = content[key]
        if not (isinstance(inner, dict | list) and inner and chance.random() < 0.8):
            break
        content = inner
    match chance.randrange(4):
        case 0:
            del content[key]
        case 1 if isinstance(content, dict):
            content[chance.choice(("typo", "", "\x1b", "order", "prune", "scores"))] = chance.choice(VALUES)
        case _:
            content[key] = chance.choice(VALUES)


def _edit_vocabulary(folder: Path, chance: random.Random, other: Path) -> None:
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text())
    vocabulary = content["model"]["vocab"]
    token, another = chance.choice(list(vocabulary)), chance.choice(list(vocabulary))
    strange = (
        "",
        " ",
        "\0",
        "\n",
        "a b",
        "\ud800",
        "\udc00",
        "\x1b[31m",
        "\u202eabc",
        "x" * 100_000,
        "<UNK>",
        "<S>",
        "é",
        "e\u0301",
    )
    match chance.randrange(5):
        case 0:
            vocabulary[token], vocabulary[another] = vocabulary[another], vocabulary[token]
        case 1:
            vocabulary[chance.choice(strange)] = vocabulary.pop(token)
        case 2:
            vocabulary[token] = chance.choice(VALUES)
        case 3:
            vocabulary.pop(token)
        case 4:
            _edit_json(content, chance)
    path.write_text(json.dumps(content))


def _take_file(folder: Path, chance: random.Random, other: Path) -> None:
    name = chance.choice(FILES[:3])
    (folder / name).write_bytes((other / name).read_bytes())


def _replace_file(folder: Path, chance: random.Random, other: Path) -> None:
    path = folder / chance.choice(FILES[:3])
    match chance.randrange(8):
        case 0:
            os.truncate(path, chance.choice((1 << 25, 1 << 40)))  # a hole, which takes no place on the disk
        case number:
            path.unlink()
            if number == 1:
                path.mkdir()
            elif number == 2:
                os.mkfifo(path)
            elif number == 3:
                path.symlink_to(path)
            elif number == 4:
                path.symlink_to("/dev/zero")
            elif number == 5:
                path.touch()
            elif number == 6:
                path.symlink_to(folder)
