"""Mixtures on disk: the weights, and every component as a model folder of its own."""

from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, NextwordError
from nextword.lm.mixture import LinearMixture
from nextword.store.config import Config

COMPONENTS_FOLDER = "components"


def write(model: LinearMixture, folder: Path) -> dict[str, Any]:
    """Write the components of a mixture and return the model part of its ``config.json``."""
    from nextword.store.models import write_files

    (folder / COMPONENTS_FOLDER).mkdir()
    for number, component in enumerate(model.models):
        inner = folder / COMPONENTS_FOLDER / str(number)
        inner.mkdir()
        write_files(component, inner, {})
    return {"model": {"weights": [float(weight) for weight in model.weights]}}


def read(folder: Path, config: Config) -> LinearMixture:
    """Read a mixture; raises ModelFormatError where weights and components do not fit."""
    from nextword.store.models import load_model

    weights = config.model.get("weights")
    if not isinstance(weights, list) or not all(isinstance(weight, int | float) for weight in weights):
        raise ModelFormatError(f"{folder}: a mixture needs a list of weights, got {weights!r}")
    models = [load_model(folder / COMPONENTS_FOLDER / str(number)) for number in range(len(weights))]
    try:
        return LinearMixture(models, weights)
    except NextwordError as error:
        raise ModelFormatError(f"{folder}: {error}") from None
