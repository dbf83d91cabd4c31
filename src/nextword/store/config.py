"""``config.json``: what kind of model a folder holds, how it was made, and how to read its text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError

FORMAT_VERSION = 1
CONFIG_FILE = "config.json"
COUNTS_TYPE = "ngram-counts"
"""The ``model_type`` of a folder that holds counts, and no model yet."""
MAX_CONFIG_BYTES = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The content of ``config.json``; unknown keys are errors."""

    model_type: str
    format_version: int
    nextword_version: str
    tokenizer: Mapping[str, Any] | None = None
    model: Mapping[str, Any] = field(default_factory=dict)
    """The family's own settings."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """The command, the data and the time that made the model."""

    def write(self, folder: Path) -> None:
        """Write ``config.json``."""
        content = {name: getattr(self, name) for name in self.__slots__}
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Config":
        """Read ``config.json``; raises ModelFormatError where it is missing, damaged or too new."""
        path = folder / CONFIG_FILE
        content = read_json(path)
        unknown = sorted(set(content) - set(cls.__slots__))
        if unknown:
            raise ModelFormatError(
                f"{path}: unknown key {unknown[0]!r}; known are {', '.join(cls.__slots__)}"
            )
        missing = sorted({"model_type", "format_version", "nextword_version"} - set(content))
        if missing:
            raise ModelFormatError(f"{path} lacks {missing[0]!r}; is it the config.json of another tool?")
        version = content["format_version"]
        if type(version) is not int or version != FORMAT_VERSION:
            raise ModelFormatError(
                f"{path}: format version {version!r}, this nextword reads {FORMAT_VERSION}; upgrade nextword"
            )
        if not isinstance(content["model_type"], str):
            raise ModelFormatError(f"{path}: model_type must be a name, got {content['model_type']!r}")
        for name in ("tokenizer", "model", "provenance"):
            is_absent = name == "tokenizer" and content.get(name) is None  # a mixture has none of its own
            if not is_absent and not isinstance(content.get(name, {}), dict):
                raise ModelFormatError(f"{path}: {name} must be an object, got {content[name]!r}")
        return cls(**content)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of bounded size; raises ModelFormatError where there is none."""
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise ModelFormatError(f"{path} has {path.stat().st_size} bytes, more than {MAX_CONFIG_BYTES}")
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ModelFormatError(f"{path} is missing; is {path.parent} a nextword model folder?") from None
    except NotADirectoryError:
        raise ModelFormatError(f"{path.parent} is a file, not a nextword model folder") from None
    except OSError as error:
        raise ModelFormatError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ModelFormatError(f"{path} is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ModelFormatError(f"{path} must hold a JSON object, it holds a {type(content).__name__}")
    return content
