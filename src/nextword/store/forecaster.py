"""Folders of forecasters: save, load, replace."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from nextword.errors import ModelFormatError, SettingError, shown
from nextword.store.config import CONFIG_FILE, FORECASTER_TYPE, Config
from nextword.store.task_folder import TENSORS_FILE, TaskFolder
from nextword.store.tensors import Array, map_tensors
from nextword.tasks.forecast.model import Forecaster
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.transform import Transform

FORECASTERS = TaskFolder(model_type=FORECASTER_TYPE, command="nextword forecast train CSV")
SHAPES: dict[str, tuple[str | int, ...]] = {
    "W_x": ("4H", 1),
    "W_h": ("4H", "H"),
    "b": ("4H",),
    "v": ("H",),
    "a": ("L",),
    "a_b": (1,),
}
"""The weights; all float32."""
SERIES = ("values", "errors")
"""What else is kept, float64: the series that was learned from, and the errors on what was held out."""


def save_forecaster(
    forecaster: Forecaster, path: str | Path, provenance: Mapping[str, Any] | None = None
) -> None:
    """Save a forecaster as a folder, which appears whole or not at all; an older one there is replaced.

    Raises StorageError where the place cannot be written or holds something else, SettingError for numbers that no
    training leaves.
    """
    series = forecaster.series
    last = forecaster.recent[-1] if forecaster.recent else str(len(series))
    said = {"name": series.name, "period": series.period, "last": last, "recent": list(forecaster.recent)}
    content = {
        "settings": asdict(forecaster.settings),
        "transform": asdict(forecaster.transform),
        "series": said,
    }
    arrays: dict[str, Array] = {
        **{name: np.ascontiguousarray(array, dtype=np.float32) for name, array in forecaster.arrays.items()},
        "values": np.ascontiguousarray(series.values),
        "errors": np.ascontiguousarray(forecaster.errors),
    }
    try:
        _check_transform(forecaster.transform)
        _check_tensors(arrays, forecaster.settings, forecaster.transform)
    except ModelFormatError as error:
        raise SettingError(f"this forecaster cannot be saved: {error}") from None
    FORECASTERS.save(path, arrays, content, provenance, card=lambda config: _card(config, len(series)))


def check_forecaster_target(path: str | Path) -> None:
    """Raise StorageError unless a forecaster can be saved at ``path``; worth asking before long work."""
    FORECASTERS.check_target(path)


def load_forecaster(path: str | Path, *, verify: bool | None = None) -> Forecaster:
    """Load a forecaster; runs no code. Raises ModelFormatError for anything else and for a damaged one."""
    folder, config = FORECASTERS.open(path, verify)
    try:
        return _made(config.model, map_tensors(folder / TENSORS_FILE))
    except (ModelFormatError, SettingError) as error:
        raise ModelFormatError(f"{folder} is damaged: {error}; copy it again, or make it again") from None


def _made(content: Mapping[str, Any], tensors: Mapping[str, Array]) -> Forecaster:
    if set(content) != {"settings", "transform", "series"}:
        raise ModelFormatError(
            f"{CONFIG_FILE} says {shown(sorted(content))} of the model, not settings, transform, series"
        )
    settings = _fields(ForecastSettings, content["settings"], "settings")
    transform = _fields(Transform, content["transform"], "transform")
    said = content["series"]
    period = said.get("period") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(said.get("name"), str) or not _is_period(period):
        raise ModelFormatError(f"series in {CONFIG_FILE} makes no sense: {shown(said)}")
    recent = said.get("recent")
    if not isinstance(recent, list) or len(recent) > 2 or not all(isinstance(each, str) for each in recent):
        raise ModelFormatError(f"recent times in {CONFIG_FILE} are two names at most, got {shown(recent)}")
    _check_transform(transform)
    _check_tensors(tensors, settings, transform)
    series = Series(said["name"], np.array(tensors["values"]), (), period)
    arrays = {name: np.array(tensors[name]) for name in SHAPES}
    return Forecaster(settings, transform, arrays, series, np.array(tensors["errors"]), recent)


def _fields(kind: type[Any], said: Any, what: str) -> Any:
    """Return a dataclass of exactly the fields that were saved."""
    names = {each.name for each in fields(kind)}
    if not isinstance(said, dict) or set(said) != names:
        raise ModelFormatError(
            f"{what} in {CONFIG_FILE} are to have {', '.join(sorted(names))}, got {shown(said)}"
        )
    try:
        return kind(**said)
    except (TypeError, ValueError) as error:
        raise ModelFormatError(f"{what} in {CONFIG_FILE} make no sense: {error}") from None


def _is_period(period: Any) -> bool:
    return period is None or (type(period) is int and period > 1)


def _check_transform(transform: Transform) -> None:
    is_sound = (
        type(transform.log) is bool
        and type(transform.difference) is bool
        and type(transform.period) is int
        and 0 <= transform.period <= 100_000
        and all(type(number) is float and np.isfinite(number) for number in (transform.mean, transform.scale))
        and transform.scale > 0
    )
    if not is_sound:
        raise ModelFormatError(f"transform in {CONFIG_FILE} makes no sense: {shown(asdict(transform))}")


def _check_tensors(tensors: Mapping[str, Array], settings: ForecastSettings, transform: Transform) -> None:
    if set(tensors) != {*SHAPES, *SERIES}:
        raise ModelFormatError(
            f"{TENSORS_FILE} is to hold {', '.join((*SHAPES, *SERIES))}, got {shown(sorted(tensors))}"
        )
    H, window = settings.hidden, settings.window
    sizes = {"H": H, "4H": 4 * H, "L": window}
    for name, shape in SHAPES.items():
        expected = tuple(sizes[size] if isinstance(size, str) else size for size in shape)
        if tensors[name].dtype != np.float32 or tensors[name].shape != expected:
            raise ModelFormatError(
                f"{name} is {tensors[name].dtype} of {tensors[name].shape}, expected float32 of {expected}"
            )
    for name in SERIES:
        if tensors[name].dtype != np.float64 or tensors[name].ndim != 1 or not len(tensors[name]):
            raise ModelFormatError(
                f"{name} is to be a row of float64, got {tensors[name].dtype} of {tensors[name].shape}"
            )
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise ModelFormatError(f"{name} holds numbers that are not finite")
    if len(tensors["values"]) < int(window or 0) + transform.lag:
        raise ModelFormatError(
            f"the series has {len(tensors['values'])} numbers, fewer than the window reads"
        )
    if transform.log and tensors["values"].min() <= 0:
        raise ModelFormatError("logarithms are taken of a series that is not above 0")


def _card(config: Config, length: int) -> str:
    said = config.model
    return f"""---
library_name: nextword
pipeline_tag: time-series-forecasting
tags: [forecasting, lstm]
---

# Forecaster: {said["series"]["name"]}

An LSTM that reads the last {said["settings"]["window"]} numbers of a series and tells the next. It learned from
{length:,} numbers, the last of them at {said["series"]["last"]}.

```
nextword forecast predict MODEL --steps 12
```

Settings:

```
{json.dumps(said["settings"], indent=2)}
```
"""
