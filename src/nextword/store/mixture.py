"""Mixtures on disk: the weights, and every component as a model folder of its own."""

from pathlib import Path
from typing import Any

from nextword.errors import ModelFormatError, NextwordError, shown
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


def read(folder: Path, config: Config, verify: bool | None) -> LinearMixture:
    """Read a mixture; raises ModelFormatError where weights and components do not fit."""
    from nextword.store.models import load_model, saved_config

    unknown = sorted(set(config.model) - {"weights"})
    if unknown:
        raise ModelFormatError(f"{folder}: unknown key {shown(unknown[0])} under model in config.json")
    weights = config.model.get("weights")
    if not isinstance(weights, list) or not all(type(weight) in (int, float) for weight in weights):
        raise ModelFormatError(f"{folder}: a mixture needs a list of weights, got {shown(weights)}")
    if not all(0 <= weight <= 1 for weight in weights):
        raise ModelFormatError(f"{folder}: the weights of a mixture are from 0 to 1, got {shown(weights)}")
    models = []
    for number in range(len(weights)):
        component = folder / COMPONENTS_FOLDER / str(number)
        # Mixtures of mixtures are saved as one; a link that leads back to this folder must not be followed.
        if saved_config(component).model_type == LinearMixture.model_type:
            raise ModelFormatError(f"{component} is a mixture; the components of a mixture are not")
        models.append(load_model(component, verify=verify))
    try:
        return LinearMixture(models, weights)
    except NextwordError as error:
        raise ModelFormatError(f"{folder}: {error}") from None
