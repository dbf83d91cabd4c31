"""A training as it stands, in a folder beside the place of its model, so that none of it is lost."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, SettingError, StorageError, shown
from nextword.store.atomic import check_replaceable, new_folder, recovered
from nextword.store.config import FORMAT_VERSION, KINDS, Config, check_kind
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


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What is in the folder of a training."""

    model: Mapping[str, Any]
    """What ``config.json`` says: what the training began with, and where it stands."""
    tensors: Mapping[str, Array]
    log: list[dict[str, Any]]


class TrainingFolder:
    """Keeps a training of one ``model_type``, whose model will stand at ``output``, in a folder beside it.

    ``plural`` is what a message calls such trainings.
    """

    def __init__(self, output: Path, model_type: str, plural: str) -> None:
        self.folder = output.parent / f"{output.name}{ENDING}"
        self.model_type, self.plural = model_type, plural

    def check(self) -> None:
        """Raise StorageError unless a training can be kept there: what is there is removed in the end."""
        self._check_target(self.folder)

    def exists(self) -> bool:
        """Whether a training is kept there."""
        return recovered(self.folder).exists()

    def write(self, saved: Saved, tokenizer: Tokenizer | None = None) -> None:
        """Save a training; an older state of it is replaced once this one is whole.

        Raises StorageError where the disk refuses: the older state is still there.
        """
        with new_folder(self.folder, self._check_target) as folder:
            write_tensors(folder / TRAINING_FILE, saved.tensors)
            lines = "".join(json.dumps(entry, allow_nan=False) + "\n" for entry in saved.log)
            (folder / LOG_FILE).write_text(lines, encoding="utf-8")
            cutting = None if tokenizer is None else write_tokenizer(tokenizer, folder)
            Config(
                model_type=self.model_type,
                format_version=FORMAT_VERSION,
                nextword_version=version("nextword"),
                tokenizer=cutting,
                model=saved.model,
                provenance={"saved": datetime.now(UTC).isoformat(timespec="seconds")},
                files=settle_files(folder),
            ).write(folder)

    def read(self) -> Saved:
        """Return what was kept.

        Raises SettingError where there is nothing, ModelFormatError where it is damaged.
        """
        folder = recovered(self.folder)
        if not folder.exists():
            raise SettingError(
                f"there is no training to go on with at {self.folder}; leave --resume out to begin one"
            )
        config = Config.read(folder)
        if config.model_type != self.model_type:
            found = KINDS.get(config.model_type, f"a {shown(config.model_type)}")
            raise ModelFormatError(
                f"{folder} holds {found}, which is not a training that this command goes on with"
            )
        check_files(folder, config.files, verify=True)
        with self.in_order():
            lines = read_bounded(folder / LOG_FILE, MAX_LOG_BYTES).splitlines()
            log = [parse_json(line) for line in lines]
            return Saved(model=config.model, tensors=map_tensors(folder / TRAINING_FILE), log=log)

    @contextmanager
    def in_order(self) -> Iterator[None]:
        """Say of whatever does not fit together that the folder is damaged, by ModelFormatError."""
        try:
            yield
        except FileNotFoundError as error:
            raise ModelFormatError(f"{error.filename} is missing; begin again without --resume") from None
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            if isinstance(error, ModelFormatError):
                raise
            raise ModelFormatError(
                f"{self.folder}: what it says of the training is not in order ({error!s:.200}); begin again "
                "without --resume"
            ) from None

    def remove(self) -> None:
        """Remove what was kept, once the model is saved; nothing but a training that was kept is removed."""
        try:
            self._check_target(self.folder)
        except StorageError:
            return
        shutil.rmtree(self.folder, ignore_errors=True)

    def refuse_setting(self, name: str, before: object, now: object) -> None:
        """Raise SettingError where a setting is another than before."""
        if before != now:
            raise SettingError(
                f"the training in {self.folder} began with {name} {shown(before)}, this command says "
                f"{shown(now)}; give the command that began it, and --resume"
            )

    def refuse_data(self, what: str, before: Fingerprint | None, now: Fingerprint | None) -> None:
        """Raise SettingError where a training goes on with other data than it began with."""
        if before != now:
            raise SettingError(
                f"the training in {self.folder} began with another {what} ({_told(before)}; this command has "
                f"{_told(now)}); give the {what} it began with, read in the same way"
            )

    def _check_target(self, folder: Path) -> None:
        check_replaceable(folder, FILES)
        check_kind(folder, {self.model_type}, self.plural)


def _told(fingerprint: Fingerprint | None) -> str:
    return "none" if fingerprint is None else str(fingerprint)
