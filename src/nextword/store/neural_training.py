"""A network's training as it stands, kept beside the place of its model, so that none of it is lost."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nextword.errors import SettingError, shown
from nextword.neural.settings import NeuralSettings
from nextword.store.config import NEURAL_TRAINING_TYPE
from nextword.store.files import LOG_FILE
from nextword.store.fingerprints import Fingerprint
from nextword.store.tensors import Array
from nextword.store.training_folder import Saved, TrainingFolder
from nextword.text.tokenizer import Tokenizer

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


class TrainingKeeper(TrainingFolder):
    """Keeps the training of a network whose model will stand at ``output`` in a folder beside it."""

    def __init__(self, output: Path) -> None:
        super().__init__(output, NEURAL_TRAINING_TYPE, "trainings of networks")

    def keep(self, kept: Kept, tokenizer: Tokenizer) -> None:
        """Save a training; an older state of it is replaced once this one is whole.

        Raises StorageError where the disk refuses: the older state is still there.
        """
        model = {
            **kept.begun.as_dict(),
            "threads": kept.threads,
            "seconds": kept.seconds,
            "position": dict(kept.content),
        }
        self.write(Saved(model=model, tensors=kept.tensors, log=kept.log), tokenizer)

    def load(self) -> Kept:
        """Return the training that was kept.

        Raises SettingError where there is none, ModelFormatError where it is damaged.
        """
        saved = self.read()
        with self.in_order():
            return _kept(saved)

    def check_same(self, kept: Begun, now: Begun) -> list[str]:
        """Return which settings have changed that may; raises SettingError where another difference stands."""
        old, new = kept.settings.as_dict(), now.settings.as_dict()
        changed = [name for name in old if old[name] != new[name]]
        for name in changed:
            if name not in MAY_CHANGE:
                self.refuse_setting(name, old[name], new[name])
        self.refuse_data("text", kept.text, now.text)
        self.refuse_data("validation text", kept.valid, now.valid)
        self.refuse_data("set of vectors", kept.vectors, now.vectors)
        if kept.processes != now.processes:
            raise SettingError(
                f"the training in {self.folder} began with {kept.processes} processes, now there are {now.processes}; "
                "start as many as before"
            )
        return changed


def _kept(saved: Saved) -> Kept:
    model = saved.model
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
    for entry in saved.log:
        if not LOG_KEYS.issubset(entry) or not all(type(entry[key]) in LOG_TYPES for key in LOG_KEYS):
            raise ValueError(f"{LOG_FILE} has {shown(entry)}")
    if not saved.log:
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
        tensors=saved.tensors,
        content=content,
        log=saved.log,
    )
