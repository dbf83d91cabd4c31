"""Write the files of this folder again: each is a small sound model with one thing wrong.

    python attacks/make.py [FOLDER]

What each file tries, and what must happen, stands in README.md; tests/test_attacks.py holds nextword to it.
"""

import gzip
import io
import json
import lzma
import pickle
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nextword.lm import LinearMixture
from nextword.neural.inference.make import array_shapes
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings
from nextword.ngram.arpa import write_arpa
from nextword.ngram.train import train_on_lines
from nextword.store.files import describe_files
from nextword.store.models import save_model
from nextword.store.tensors import map_tensors, write_tensors
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import VocabularyLimits

LINES = ["the cat sat", "the dog sat on the cat", "the cat ran", "a dog ran"]
BOMB_LINES = 2_500_000


class Touch:
    """What a pickle runs when it is loaded; no file of that name may ever appear."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("nextword-was-here"),)


PICKLE = pickle.dumps(Touch())


def main(target: Path) -> None:
    """Write all files below a folder."""
    for name in ("arpa", "folders"):
        shutil.rmtree(target / name, ignore_errors=True)
        (target / name).mkdir(parents=True)
    for name, data in arpa_files().items():
        (target / "arpa" / name).write_bytes(data)
    with tempfile.TemporaryDirectory() as place:
        plain, sound = Path(place) / "plain", sound_folders(Path(place))
        for name, damage in FOLDERS.items():
            folder = target / "folders" / name
            shutil.copytree(sound.get(name.partition("-")[0], plain), folder)
            damage(folder)
            if (folder / "model.safetensors").exists() and not name.startswith(UNSIGNED):
                sign(folder)


# ARPA files


def arpa_files() -> dict[str, bytes]:
    """Return the files by name."""
    file = io.BytesIO()
    write_arpa(train_on_lines(LINES, 3), file)
    sound = file.getvalue()
    lines = sound.split(b"\n")
    counts = [line for line in lines if line.startswith(b"ngram ")]
    the = next(line for line in lines if b"\tthe\t" in line)
    first_bigram = lines[lines.index(b"\\2-grams:") + 1]

    def swap(old: bytes, new: bytes) -> bytes:
        assert old in sound, old
        return sound.replace(old, new, 1)

    number, words = first_bigram.split(b"\t")[:2]
    return {
        "gzip-by-another-name.arpa": gzip.compress(sound, mtime=0),
        "crlf.arpa": sound.replace(b"\n", b"\r\n"),
        "kenlm-binary.arpa": b"mmap lm http://kheafield.com/code format version 5\n\0" + bytes(200),
        "irstlm-binary.arpa": b"blmt 3 100 200\n" + bytes(200),
        "irstlm-text.arpa": b"iARPA\n\n" + sound,
        "pickle.arpa": PICKLE,
        "zip.arpa": b"PK\x03\x04" + bytes(40),
        "utf-16.arpa": sound.decode().encode("utf-16"),
        "no-end.arpa": swap(b"\\end\\\n", b""),
        "order-gap.arpa": swap(counts[1] + b"\n", b""),
        "section-gap.arpa": swap(b"\\2-grams:", b"\\3-grams:"),
        "a-trillion-lines.arpa": swap(counts[2], b"ngram 3=1000000000000"),
        "order-33.arpa": b"\\data\\\n" + b"".join(b"ngram %d=1\n" % order for order in range(1, 34)),
        "probability-above-one.arpa": swap(first_bigram, b"0.1\t" + words),
        "nan.arpa": swap(first_bigram, b"nan\t" + words),
        "infinite-backoff.arpa": swap(first_bigram, number + b"\t" + words + b"\tinf"),
        "backoff-above-one.arpa": swap(the, the[: the.rindex(b"\t")] + b"\t3"),
        "repeated.arpa": swap(first_bigram, first_bigram + b"\n" + first_bigram).replace(
            counts[1], b"ngram 2=%d" % (int(counts[1].split(b"=")[1]) + 1)
        ),
        "nul.arpa": swap(b"dog", b"d\0g"),
        "latin-1.arpa": sound.replace(b"dog", b"d\xf4g"),
        "unknown-word.arpa": swap(first_bigram, number + b"\tno such"),
        "deep-comment.arpa": b"# nextword tokenizer " + b"[" * 5000 + b"\n" + sound,
        "rows-off.arpa": swap(first_bigram, b"-3\t" + words),
        "bomb.arpa.xz": lzma.compress(_endless(sound)),
        "bomb.arpa.gz": gzip.compress(_endless(sound), mtime=0),
        "cut-short.arpa.gz": gzip.compress(sound, mtime=0)[:-40],
        "cut-short.arpa.xz": lzma.compress(sound)[:-40],
    }


def _endless(sound: bytes) -> bytes:
    head = sound[: sound.index(b"\\2-grams:")]
    counted = b"\n".join(
        b"ngram 2=1000000000" if line.startswith(b"ngram 2") else line for line in head.split(b"\n")
    )
    return counted + b"\\2-grams:\n" + b"-1\tthe the\n" * BOMB_LINES


# Model folders


def sound_folders(place: Path) -> dict[str, Path]:
    """Save the models that are to be damaged, with the same bytes each time."""
    model = train_on_lines(LINES, 3)
    pieces = train_on_lines(LINES, 2, tokenizer="bpe", limits=VocabularyLimits(max_size=260))
    mixture = LinearMixture([model, train_on_lines(LINES, 1, tokenizer=model.tokenizer)], [0.5, 0.5])
    folders = {}
    network = random_network(model.tokenizer)
    for name, sound in (("plain", model), ("bpe", pieces), ("mixture", mixture), ("network", network)):
        folders[name] = place / name
        save_model(sound, folders[name])
    for config in place.rglob("config.json"):
        config.write_text(json.dumps({**json.loads(config.read_text()), "provenance": {}}))
    for useless in [*place.rglob("README.md"), *place.rglob("tokenizer_config.json")]:
        useless.unlink()
    return folders


def random_network(tokenizer: Tokenizer) -> NeuralModel:
    """Return an RNN of random numbers, its words numbered in another order."""
    V, random = len(tokenizer), np.random.default_rng(1)
    settings = NeuralSettings(network="rnn", size=4, layers=1, softmax="adaptive", shortlist=4, clusters=(7,))
    arrays = {
        name: random.random(shape, dtype=np.float32) - np.float32(0.5)
        for name, shape in array_shapes(settings, V).items()
    }
    ranks = np.array([0, 1, 2, *range(V - 1, 2, -1)])
    return NeuralModel(settings, arrays, tokenizer, ranks, {"epochs": 1})


def sign(folder: Path) -> None:
    """Record sizes and checksums of the files as they are, as a stranger would."""
    content = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**content, "files": describe_files(folder)}))


def tensors(name: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    """Change one array."""

    def damage(folder: Path) -> None:
        arrays = {key: array.copy() for key, array in map_tensors(folder / "model.safetensors").items()}
        change(arrays[name])
        write_tensors(folder / "model.safetensors", arrays)

    return damage


def put(place: int, value: float) -> Callable[[Any], None]:
    """Write one number."""

    def change(array: Any) -> None:
        array[place] = value

    return change


def in_circles(array: Any) -> None:
    """Let each link lead to where it comes from."""
    array[20:] = np.arange(20, len(array))


def unsort(folder: Path) -> None:
    """Exchange the first two words that follow a context."""
    arrays = {key: array.copy() for key, array in map_tensors(folder / "model.safetensors").items()}
    context = next(h for h in range(1, 9) if arrays["children"][h + 1] - arrays["children"][h] > 1)
    place = int(arrays["children"][context])
    arrays["words"][[place, place + 1]] = arrays["words"][[place + 1, place]]
    write_tensors(folder / "model.safetensors", arrays)


def header(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """Change the header of the safetensors file."""

    def damage(folder: Path) -> None:
        path = folder / "model.safetensors"
        data = path.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        content = json.loads(data[8 : 8 + length])
        change(content)
        text = aligned(json.dumps(content).encode())
        path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])

    return damage


def aligned(text: bytes) -> bytes:
    """Fill up a header, so that the arrays behind it begin where they should."""
    return text.ljust(-(-len(text) // 8) * 8)


def header_text(edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the bytes of the safetensors file."""

    def damage(folder: Path) -> None:
        path = folder / "model.safetensors"
        path.write_bytes(edit(path.read_bytes()))

    return damage


def twice(data: bytes) -> bytes:
    """Write every entry of the header twice."""
    (length,) = struct.unpack("<Q", data[:8])
    text = data[8 : 8 + length].strip()
    text = aligned(text[:-1] + b"," + text[1:])
    return struct.pack("<Q", len(text)) + text + data[8 + length :]


def shifted(data: bytes) -> bytes:
    """Let the arrays begin at an odd byte."""
    (length,) = struct.unpack("<Q", data[:8])
    return struct.pack("<Q", length + 1) + data[8 : 8 + length] + b" " + data[8 + length :]


def config(**changes: Any) -> Callable[[Path], None]:
    """Change settings of the model part."""

    def damage(folder: Path) -> None:
        content = json.loads((folder / "config.json").read_text())
        content["model"].update(changes)
        (folder / "config.json").write_text(json.dumps(content))

    return damage


def network(**changes: Any) -> Callable[[Path], None]:
    """Change settings of a network."""

    def damage(folder: Path) -> None:
        content = json.loads((folder / "config.json").read_text())
        content["model"]["settings"].update(changes)
        (folder / "config.json").write_text(json.dumps(content))

    return damage


def provenance(value: str) -> Callable[[Path], None]:
    """Write JSON where the model says how it was made."""
    return text("config.json", lambda t: t.replace('"provenance": {}', f'"provenance": {value}'))


def text(name: str, edit: Callable[[str], str]) -> Callable[[Path], None]:
    """Change a file as text."""

    def damage(folder: Path) -> None:
        before = (folder / name).read_text()
        after = edit(before)
        assert after != before
        (folder / name).write_text(after)

    return damage


def replaced(name: str, data: bytes) -> Callable[[Path], None]:
    """Put other bytes in the place of a file."""
    return lambda folder: (folder / name).write_bytes(data) and None


def nested(folder: Path) -> None:
    """Put a mixture among the components of a mixture."""
    inner = folder / "components" / "1"
    shutil.rmtree(inner)
    inner.mkdir()
    (inner / "config.json").write_text((folder / "config.json").read_text())


def longer_vocabulary(folder: Path) -> None:
    """Give the tokenizer a word that the arrays do not have."""
    content = json.loads((folder / "tokenizer.json").read_text())
    vocabulary = content["model"]["vocab"]
    vocabulary["zebra"] = len(vocabulary)
    (folder / "tokenizer.json").write_text(json.dumps(content))


def endless_pattern(folder: Path) -> None:
    """Let the tokenizer cut by a pattern that backtracks for ever."""
    content = json.loads((folder / "tokenizer.json").read_text())
    content["pre_tokenizer"] = {
        "type": "Split",
        "pattern": {"Regex": "(a+)+$"},
        "behavior": "Removed",
        "invert": False,
    }
    content["padding"] = {
        "strategy": {"Fixed": 10**9},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "<unk>",
    }
    (folder / "tokenizer.json").write_text(json.dumps(content))


def flip_low_bit(folder: Path) -> None:
    """Flip one bit, as a disk does: the number stays plausible."""
    path = folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)


FOLDERS: dict[str, Callable[[Path], None]] = {
    "flipped-bit": flip_low_bit,
    "cut-short": header_text(lambda data: data[:-8]),
    "nan": tensors("log_probs", put(-1, np.nan)),
    "probability-above-one": tensors("log_probs", put(-1, 0.5)),
    "infinite-backoff": tensors("backoffs", put(4, np.inf)),
    "rows-off": tensors("log_probs", put(-1, -9.0)),
    "words-unsorted": unsort,
    "word-out-of-range": tensors("words", put(-1, 2**31 - 1)),
    "suffix-to-itself": tensors("suffixes", in_circles),
    "suffix-to-the-wrong-word": tensors("suffixes", put(-1, 4)),
    "tree-backwards": tensors("children", put(12, 2**31 - 1)),
    "orders-out-of-sequence": tensors("starts", put(2, 2**62)),
    "counts-below-zero": tensors("counts", put(-1, -1)),
    "header-overlap": header(lambda h: h["suffixes"].update(data_offsets=h["words"]["data_offsets"])),
    "header-hole": header(lambda h: h.pop("counts")),
    "header-wrong-type": header(lambda h: h["log_probs"].update(dtype="I64")),
    "header-huge-shape": header(lambda h: h["words"].update(shape=[2**62, 8])),
    "header-repeated-keys": header_text(twice),
    "header-shifted": header_text(shifted),
    "header-too-long": header_text(lambda data: struct.pack("<Q", 2**62) + data[8:]),
    "unknown-array": header(lambda h: h.update({"\x1b[2J": h.pop("counts")})),
    "pickle-for-arrays": replaced("model.safetensors", PICKLE),
    "pickle-for-config": replaced("config.json", PICKLE),
    "config-repeated-key": text(
        "config.json", lambda t: t.replace('"model_type"', '"model_type": "mixture", "model_type"')
    ),
    "config-deep": provenance('{"a":' * 500 + "1" + "}" * 500),
    "config-infinity": provenance('{"seconds": 1e999}'),
    "config-surrogate": provenance('{"data": "\\ud800"}'),
    "config-other-tokenizer": text("config.json", lambda t: t.replace('"whitespace"', '"bpe"')),
    "config-wrong-smoothing": config(smoothing=["mle"]),
    "vocabulary-surrogate": text("tokenizer.json", lambda t: t.replace('"dog"', '"\\ud800"')),
    "vocabulary-repeated-word": text("tokenizer.json", lambda t: t.replace('"dog"', '"cat"')),
    "vocabulary-repeated-id": text(
        "tokenizer.json", lambda t: t.replace('"dog": 5', '"dog": 4').replace('"dog":5', '"dog":4')
    ),
    "vocabulary-too-long": longer_vocabulary,
    "vocabulary-controls-terminal": text(
        "tokenizer.json", lambda t: t.replace('"dog"', '"\\u001b[2J\\u202e\\n\\u0000"')
    ),
    "bpe-endless-pattern": endless_pattern,
    "mixture-huge-weight": text("config.json", lambda t: t.replace("0.5", "1" + "0" * 400)),
    "mixture-nested": nested,
    "network-nan": tensors("layers.0.W_h", put(2, np.nan)),
    "network-huge-numbers": tensors("embedding", put(3, 3e38)),
    "network-rank-twice": tensors("ranks", put(5, 4)),
    "network-rank-out-of-range": tensors("ranks", put(5, 2**31 - 1)),
    "network-without-layers": header(lambda h: h.update(other=h.pop("layers.0.b"))),
    "network-many-dimensions": header(lambda h: h["layers.0.b"].update(shape=[1] * 70 + [4])),
    "network-huge-sizes": network(size=1 << 14, layers=64),
    "network-size-overflows": network(size=1 << 62),
    "network-huge-rate": network(rate=10**400),
    "network-clusters-fall": network(clusters=list(range(2000, 0, -1))),
    "network-of-another-kind": network(network="lstm"),
    "network-log-of-infinities": replaced("training.jsonl", b'{"loss": 1e999}\n'),
    "network-controls-terminal": config(
        details={"\x1b[2J\u202e": "\x1b[2J\u202e", "valid_perplexity": 10**400}
    ),
}
"""What is done to each folder, by its name."""
UNSIGNED = ("config", "pickle-for-config", "flipped-bit", "cut-short")
"""Where nobody has made the checksums fit: accidents, and changes of the file that holds them."""

if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
