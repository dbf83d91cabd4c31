"""The training of a tagger, a classifier or a forecaster as it stands, kept beside the place of its model."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nextword.errors import ModelFormatError, shown
from nextword.store.config import KINDS, TASK_TRAINING_TYPES
from nextword.store.fingerprints import Fingerprint
from nextword.store.tensors import Array
from nextword.store.training_folder import Saved, TrainingFolder

PARTS = frozenset({"settings", "data", "threads", "position"})
"""What ``config.json`` says of a training."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What a training began with, and must be gone on with to be the same training."""

    settings: Mapping[str, Any]
    """Settings by name, of the values that JSON has."""
    data: Mapping[str, Fingerprint | None]
    """By what a message calls it, all that was learned from or judged by; None where it was not given."""


@dataclass(frozen=True, kw_only=True)
class KeptTask:
    """A training that was kept: its snapshot, in three parts, and what led there."""

    begun: Begun
    threads: int | None
    """How many there were; another number adds up in another order, and so to other last digits."""
    tensors: Mapping[str, Array]
    content: Mapping[str, Any]
    log: list[dict[str, Any]] = field(default_factory=list)


class TaskKeeper(TrainingFolder):
    """Keeps the training of a ``model_type`` whose model will stand at ``output`` in a folder beside it."""

    def __init__(self, output: Path, model_type: str) -> None:
        what = KINDS[model_type]
        super().__init__(output, TASK_TRAINING_TYPES[model_type], f"trainings of {what.removeprefix('a ')}s")

    def keep(self, kept: KeptTask) -> None:
        """Save a training; an older state of it is replaced once this one is whole.

        Raises StorageError where the disk refuses: the older state is still there.
        """
        prints = {name: None if value is None else asdict(value) for name, value in kept.begun.data.items()}
        model = {
            "settings": dict(kept.begun.settings),
            "data": prints,
            "threads": kept.threads,
            "position": dict(kept.content),
        }
        self.write(Saved(model=model, tensors=kept.tensors, log=kept.log))

    def load(self) -> KeptTask:
        """Return the training that was kept.

        Raises SettingError where there is none, ModelFormatError where it is damaged.
        """
        saved = self.read()
        with self.in_order():
            return _kept(saved)

    def check_same(self, kept: Begun, now: Begun) -> None:
        """Raise SettingError for the first data or setting that is another than when a training began."""
        for what in sorted({*kept.data, *now.data}):
            self.refuse_data(what, kept.data.get(what), now.data.get(what))
        for name in sorted({*kept.settings, *now.settings}):
            self.refuse_setting(name, kept.settings.get(name), now.settings.get(name))


def _kept(saved: Saved) -> KeptTask:
    model = saved.model
    if set(model) != PARTS:
        raise ValueError(f"its parts are {', '.join(sorted(PARTS))}, got {shown(sorted(model))}")
    for name in ("settings", "data", "position"):
        if not isinstance(model[name], dict):
            raise ValueError(f"{name} is {shown(model[name])}")  # noqa: TRY004
    threads = model["threads"]
    if threads is not None and (type(threads) is not int or threads < 1):
        raise ValueError(f"threads is {shown(threads)}")
    for name, tensor in saved.tensors.items():
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise ModelFormatError(
                f"{shown(name)} of the training holds numbers that are not finite; begin again"
            )
    data = {what: None if value is None else Fingerprint(**value) for what, value in model["data"].items()}
    return KeptTask(
        begun=Begun(settings=model["settings"], data=data),
        threads=threads,
        tensors=saved.tensors,
        content=model["position"],
        log=saved.log,
    )
