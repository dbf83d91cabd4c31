"""Settings that go well together: a small, a medium and a large one of each network."""

from typing import Any, Literal, get_args

from nextword.errors import SettingError
from nextword.neural.settings import NETWORK_KINDS, NetworkKind, NeuralSettings

Preset = Literal["small", "medium", "large"]
"""small: a minute or so on 200,000 words; medium: for a laptop; large: an hour of two million words on two cores."""
USUAL_PRESET: Preset = "medium"

_DROPOUTS = {"input_dropout": 0.3, "hidden_dropout": 0.3, "output_dropout": 0.3}

PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "window": {
        "small": {"size": 100, "layers": 1, "batch": 64, "steps": 32, "epochs": 5},
        "medium": {"size": 200, "layers": 1, "batch": 64, "steps": 32},
        "large": {"size": 400, "hidden": 800, "layers": 1, "batch": 64, "steps": 32, **_DROPOUTS},
    },
    "rnn": {
        "small": {"size": 200, "layers": 1, "epochs": 5},
        "medium": {"size": 200, "layers": 1},
        "large": {"size": 400, "layers": 1, **_DROPOUTS},
    },
    "gru": {
        "small": {"size": 200, "layers": 1, "epochs": 5},
        "medium": {"size": 200, "layers": 2},
        "large": {"size": 400, "layers": 2, **_DROPOUTS},
    },
    "lstm": {
        "small": {"size": 200, "layers": 1, "epochs": 5},
        "medium": {"size": 200, "layers": 2},
        "large": {"size": 400, "layers": 2, **_DROPOUTS},
    },
}
"""The settings of each preset that differ from the usual ones of `NeuralSettings`."""

UNUSED: dict[str, frozenset[str]] = {
    "window": frozenset({"learned_start", "recurrent_dropout"}),
    "rnn": frozenset({"window"}),
    "gru": frozenset({"window", "activation"}),
    "lstm": frozenset({"window", "activation"}),
}
"""The settings that a network has no use for."""

TYPED = {"output": "softmax"}
"""Settings that people type by another name: --output is where a model goes."""


def preset_settings(network: NetworkKind, preset: Preset = USUAL_PRESET, **changed: Any) -> NeuralSettings:
    """Return a preset's settings, some of them changed.

    Raises SettingError for a network or preset that does not exist, and for settings that are none.

    >>> preset_settings("lstm", "large", epochs=3).size
    400
    """
    if network not in PRESETS:
        raise SettingError(f"a network is {', '.join(NETWORK_KINDS)}, got {network!r}")
    if preset not in PRESETS[network]:
        raise SettingError(f"a preset is {', '.join(get_args(Preset))}, got {preset!r}")
    return NeuralSettings.from_dict({**PRESETS[network][preset], **changed, "network": network})
