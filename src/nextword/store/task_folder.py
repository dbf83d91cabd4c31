"""Folders of what is no language model, such as taggers: saved whole, replaced by their like alone, and opened."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, shown
from nextword.store.atomic import check_replaceable, new_folder, recovered
from nextword.store.card import CARD_FILE
from nextword.store.config import CONFIG_FILE, FORMAT_VERSION, KINDS, Config, check_kind
from nextword.store.files import LOG_FILE, check_files, settle_files
from nextword.store.tensors import Array, write_tensors
from nextword.store.tokenizers import write_tokenizer
from nextword.text.tokenizer import Tokenizer

TENSORS_FILE = "model.safetensors"
USUAL_FILES = frozenset({CONFIG_FILE, CARD_FILE, TENSORS_FILE})


@dataclass(frozen=True, kw_only=True)
class TaskFolder:
    """What folders of one ``model_type`` have in common."""

    model_type: str
    command: str
    """The command that makes one, as a message advises it, without its output."""
    other_files: frozenset[str] = frozenset()
    """What may be in such a folder beside the usual files."""

    @property
    def name(self) -> str:
        """What a message calls one of them."""
        return KINDS[self.model_type]

    @property
    def plural(self) -> str:
        """What a message calls some of them."""
        one = self.name.removeprefix("a ")
        return self.name if one == self.name else f"{one}s"

    def check_target(self, path: str | Path) -> None:
        """Raise StorageError unless such a folder can be saved at ``path``; worth asking before long work."""
        check_replaceable(Path(path), USUAL_FILES | self.other_files)
        check_kind(Path(path), {self.model_type}, self.plural)

    def save(
        self,
        path: str | Path,
        tensors: Mapping[str, Array],
        model: Mapping[str, Any],
        provenance: Mapping[str, Any] | None,
        *,
        card: Callable[[Config], str],
        tokenizer: Tokenizer | None = None,
        log: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Save a folder, which appears whole or not at all; an older one of its kind there is replaced.

        ``model`` is what ``config.json`` says of it, ``card`` makes the card of that.

        Raises StorageError where the place cannot be written or holds something else.
        """
        with new_folder(Path(path), self.check_target) as folder:
            write_tensors(folder / TENSORS_FILE, tensors)
            if log:
                lines = [json.dumps(entry, allow_nan=False) + "\n" for entry in log]
                (folder / LOG_FILE).write_text("".join(lines), encoding="utf-8")
            config = Config(
                model_type=self.model_type,
                format_version=FORMAT_VERSION,
                nextword_version=version("nextword"),
                tokenizer=None if tokenizer is None else write_tokenizer(tokenizer, folder),
                model=model,
                provenance={"created": datetime.now(UTC).isoformat(timespec="seconds"), **(provenance or {})},
                files=settle_files(folder),
            )
            config.write(folder)
            (folder / CARD_FILE).write_text(card(config), encoding="utf-8")

    def open(self, path: str | Path, verify: bool | None) -> tuple[Path, Config]:
        """Return the folder at ``path`` and what it says of itself, its files compared as `check_files` does.

        Raises ModelFormatError for anything else.
        """
        folder = self.existing(path)
        config = Config.read(folder)
        if config.model_type != self.model_type:
            raise ModelFormatError(
                f"{path} holds {shown(config.model_type)}, not {self.name}; {self._advice('MODEL')}"
            )
        check_files(folder, config.files, verify)
        return folder, config

    def holds(self, path: str | Path) -> bool:
        """Whether a folder that says it is of this kind is at ``path``; raises ModelFormatError where there is none."""
        return Config.read(self.existing(path)).model_type == self.model_type

    def existing(self, path: str | Path) -> Path:
        """Return the folder at ``path``; raises ModelFormatError where there is none."""
        try:
            folder = recovered(Path(path))
            exists = folder.exists()
        except OSError as error:
            raise ModelFormatError(f"cannot read {path}: {error.strerror}; check the path") from None
        if not exists:
            none = (
                f"are no {self.name}" if self.name == self.plural else f"is no {self.name.removeprefix('a ')}"
            )
            raise ModelFormatError(f"there {none} at {path}; {self._advice(path)}")
        return folder

    def _advice(self, output: object) -> str:
        return f"{self.command} -o {output} makes {'some' if self.name == self.plural else 'one'}"
