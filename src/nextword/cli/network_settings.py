"""The settings of a network from where people give them: a flag before a TOML file before a preset."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from nextword.errors import InputError, SettingError, disk_reason
from nextword.neural.presets import UNUSED, USUAL_PRESET, Preset, preset_settings
from nextword.neural.settings import NetworkKind, NeuralSettings

MAX_TOML_BYTES = 1 << 20


def gather_settings(
    network: NetworkKind,
    flags: Mapping[str, Any],
    preset: Preset | None = None,
    config: Path | None = None,
    *,
    is_timed: bool = False,
) -> NeuralSettings:
    """Return the settings of a command: flags go before the TOML file, that before the preset, that before the usual.

    Where a time is given (``is_timed``), a preset does not say how many epochs fit into it. Raises SettingError for
    settings that make no sense or do not exist, InputError for a file that is not TOML.
    """
    read = {} if config is None else read_toml(config, network)
    given = {**read, **flags}
    if is_timed:
        given.setdefault("epochs", None)
    return preset_settings(network, preset or USUAL_PRESET, **given)


def read_toml(path: Path, network: NetworkKind) -> dict[str, Any]:
    """Return the settings of a TOML file, ``name = value`` on each line and no tables.

    ``network`` may stand there, and must be this one.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TOML_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {disk_reason(error)}") from None
    if len(data) > MAX_TOML_BYTES:
        raise InputError(f"{path} has more than {MAX_TOML_BYTES:,} bytes; it is no file of settings")
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is an error of its own
        raise InputError(
            f"{path} is not TOML: {error!s:.200}; write a setting a line, for example size = 200"
        ) from None
    names = [field.name for field in fields(NeuralSettings) if field.name not in UNUSED[network]]
    for key, value in content.items():
        if key not in names:
            close = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
            advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
            raise SettingError(f"{path}: the {network} has no setting {key!r}; {advice}")
        if isinstance(value, dict):
            raise SettingError(f"{path}: {key} is a table, and a setting is one value; write {key} = ...")
    if content.pop("network", network) != network:
        raise SettingError(f"{path} is for another network, and this command trains the {network}")
    return content
