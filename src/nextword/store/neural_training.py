"""A network's training as it stands, kept beside the place of its model, so that none of it is lost."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, SettingError, StorageError, shown
from nextword.neural.settings import NeuralSettings
from nextword.store.atomic import check_replaceable, new_folder, recovered
from nextword.store.config import FORMAT_VERSION, NEURAL_TRAINING_TYPE, Config, check_kind
from nextword.store.files import LOG_FILE, TRAINING_FILE, check_files, read_bounded, settle_files
from nextword.store.fingerprints import Fingerprint
from nextword.store.json_files import parse_json
from nextword.store.tensors import Array, map_tensors, write_tensors
from nextword.store.tokenizers import write_tokenizer
from nextword.text.tokenizer import Tokenizer

ENDING = ".training"
FILES = frozenset(
    {"config.json", "README.md", TRAINING_FILE, LOG_FILE, "tokenizer.json", "tokenizer_config.json"}
)
MAX_LOG_BYTES = 1 << 28
LOG_KEYS = frozenset(
    {"epoch", "share", "tokens", "perplexity", "valid_perplexity", "rate", "tokens_per_second", "seconds"}
)
LOG_TYPES = (int, float, type(None))
MAY_CHANGE = ("epochs", "patience", "rate", "clip")
"""Settings that say how a training goes on, and not what it is: they may be others when it is gone on with."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What a training began with, and must be gone on with to be the same training."""

    settings: NeuralSettings
    text: Fingerprint
    valid: Fingerprint | None = None
    vectors: Fingerprint | None = None
    processes: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Return it as ``config.json`` keeps it."""
        prints = {name: getattr(self, name) for name in ("text", "valid", "vectors")}
        return {
            "settings": self.settings.as_dict(),
            **{name: None if value is None else asdict(value) for name, value in prints.items()},
            "processes": self.processes,
        }


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A training that was kept: its snapshot, in two parts, and what led there."""

    begun: Begun
    threads: int | None
    """How many there were; another number adds up in another order, and so to other last digits."""
    seconds: float | None
    """The time it was given."""
    tensors: Mapping[str, Array]
    content: Mapping[str, Any]
    log: list[dict[str, Any]]


class TrainingKeeper:
    """Keeps the training whose model will stand at ``output`` in a folder beside it."""

    def __init__(self, output: Path) -> None:
        self.folder = output.parent / f"{output.name}{ENDING}"

    def check(self) -> None:
        """Raise StorageError unless a training can be kept there: what is there is removed in the end."""
        _check_target(self.folder)

    def exists(self) -> bool:
        """Whether a training is kept there."""
        return recovered(self.folder).exists()

    def keep(self, kept: Kept, tokenizer: Tokenizer) -> None:
        """Save a training; an older state of it is replaced once this one is whole.

        Raises StorageError where the disk refuses: the older state is still there.
        """
        with new_folder(self.folder, _check_target) as folder:
            write_tensors(folder / TRAINING_FILE, kept.tensors)
            lines = "".join(json.dumps(entry, allow_nan=False) + "\n" for entry in kept.log)
            (folder / LOG_FILE).write_text(lines, encoding="utf-8")
            cutting = write_tokenizer(tokenizer, folder)
            Config(
                model_type=NEURAL_TRAINING_TYPE,
                format_version=FORMAT_VERSION,
                nextword_version=version("nextword"),
                tokenizer=cutting,
                model={
                    **kept.begun.as_dict(),
                    "threads": kept.threads,
                    "seconds": kept.seconds,
                    "position": dict(kept.content),
                },
                provenance={"saved": datetime.now(UTC).isoformat(timespec="seconds")},
                files=settle_files(folder),
            ).write(folder)

    def load(self) -> Kept:
        """Return the training that was kept.

        Raises SettingError where there is none, ModelFormatError where it is damaged.
        """
        folder = recovered(self.folder)
        if not folder.exists():
            raise SettingError(
                f"there is no training to go on with at {self.folder}; leave --resume out to begin one"
            )
        return load_kept(folder)

    def remove(self) -> None:
        """Remove what was kept, once the model is saved; nothing but a training that was kept is removed."""
        try:
            _check_target(self.folder)
        except StorageError:
            return
        shutil.rmtree(self.folder, ignore_errors=True)

    def check_same(self, kept: Begun, now: Begun) -> list[str]:
        """Return which settings have changed that may; raises SettingError where another difference stands."""
        old, new = kept.settings.as_dict(), now.settings.as_dict()
        changed = [name for name in old if old[name] != new[name]]
        for name in changed:
            if name not in MAY_CHANGE:
                raise SettingError(
                    f"the training in {self.folder} began with {name} {shown(old[name])}, this command says "
                    f"{shown(new[name])}; give the command that began it, and --resume"
                )
        for what, before, after in (
            ("text", kept.text, now.text),
            ("validation text", kept.valid, now.valid),
            ("set of vectors", kept.vectors, now.vectors),
        ):
            if before != after:
                raise SettingError(
                    f"the training in {self.folder} began with another {what} ({_told(before)}; this command has "
                    f"{_told(after)}); give the {what} it began with, read in the same way"
                )
        if kept.processes != now.processes:
            raise SettingError(
                f"the training in {self.folder} began with {kept.processes} processes, now there are {now.processes}; "
                "start as many as before"
            )
        return changed


def load_kept(folder: Path) -> Kept:
    """Return the training that a folder keeps, every byte of it checked.

    Raises ModelFormatError where it is damaged.
    """
    config = Config.read(folder)
    if config.model_type != NEURAL_TRAINING_TYPE:
        raise ModelFormatError(f"{folder} holds a {config.model_type}, not a training of a network")
    check_files(folder, config.files, verify=True)
    try:
        return _kept(config.model, folder)
    except FileNotFoundError as error:
        raise ModelFormatError(f"{error.filename} is missing; begin again without --resume") from None
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, ModelFormatError):
            raise
        raise ModelFormatError(
            f"{folder}: what config.json says of the training is not in order ({error!s:.200}); begin again "
            "without --resume"
        ) from None


def _check_target(folder: Path) -> None:
    check_replaceable(folder, FILES)
    check_kind(folder, {NEURAL_TRAINING_TYPE}, "trainings of networks")


def _kept(model: Mapping[str, Any], folder: Path) -> Kept:
    prints = {
        name: None if model[name] is None else Fingerprint(**model[name])
        for name in ("text", "valid", "vectors")
    }
    if prints["text"] is None:
        raise ValueError("text is missing")
    threads, seconds, content = model["threads"], model["seconds"], model["position"]
    is_count = threads is None or (type(threads) is int and threads > 0)
    is_count = is_count and type(model["processes"]) is int
    is_time = seconds is None or (type(seconds) in (int, float) and seconds > 0)
    if not is_count or not is_time or not isinstance(content, dict):
        raise ValueError("threads, processes, seconds or position")
    log = [parse_json(line) for line in read_bounded(folder / LOG_FILE, MAX_LOG_BYTES).splitlines()]
    for entry in log:
        if not LOG_KEYS.issubset(entry) or not all(type(entry[key]) in LOG_TYPES for key in LOG_KEYS):
            raise ValueError(f"{LOG_FILE} has {shown(entry)}")
    if not log:
        raise ValueError(f"{LOG_FILE} is empty")
    return Kept(
        begun=Begun(
            settings=NeuralSettings.from_dict(model["settings"]),
            text=prints["text"],
            valid=prints["valid"],
            vectors=prints["vectors"],
            processes=model["processes"],
        ),
        threads=threads,
        seconds=seconds,
        tensors=map_tensors(folder / TRAINING_FILE),
        content=content,
        log=log,
    )


def _told(fingerprint: Fingerprint | None) -> str:
    return "none" if fingerprint is None else str(fingerprint)
