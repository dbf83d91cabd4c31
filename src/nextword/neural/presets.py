"""Settings that go well together: a small, a medium and a large one of each network."""

from typing import Any, Literal, get_args

from nextword.errors import SettingError
from nextword.neural.settings import NETWORK_KINDS, NetworkKind, NeuralSettings

Preset = Literal["small", "medium", "large"]
"""small: a minute or so on 200,000 words; medium: for a laptop; large: an hour of two million words on two cores."""
USUAL_PRESET: Preset = "medium"

_LARGE = {
    "size": 400, "input_dropout": 0.35, "hidden_dropout": 0.2, "output_dropout": 0.35, "word_dropout": 0.05,
    "activation_penalty": 2.0, "change_penalty": 1.0, "warm_up": 0.1,
}  # fmt: skip
"""What a network of 400 numbers a word must do without for it not to learn two million words by heart."""

PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "window": {
        "small": {"size": 100, "layers": 1, "batch": 64, "steps": 32, "epochs": 5},
        "medium": {"size": 200, "layers": 1, "batch": 64, "steps": 32},
        "large": {**_LARGE, "hidden": 800, "layers": 2, "batch": 64, "steps": 32},
    },
    "rnn": {
        "small": {"size": 200, "layers": 1, "epochs": 5},
        "medium": {"size": 200, "layers": 1},
        "large": {**_LARGE, "layers": 1},
    },
    "gru": {
        "small": {"size": 200, "layers": 1, "epochs": 5},
        "medium": {"size": 200, "layers": 2},
        "large": {**_LARGE, "layers": 2, "recurrent_dropout": 0.25},
    },
    "lstm": {
        "small": {"size": 200, "layers": 1, "epochs": 5},
        "medium": {"size": 200, "layers": 2},
        "large": {**_LARGE, "layers": 2, "recurrent_dropout": 0.25},
    },
}
"""The settings of each preset that differ from the usual ones of `NeuralSettings`."""

UNUSED: dict[str, frozenset[str]] = {
    "window": frozenset({"learned_start", "recurrent_dropout", "forget_bias"}),
    "rnn": frozenset({"window", "forget_bias"}),
    "gru": frozenset({"window", "activation", "forget_bias"}),
    "lstm": frozenset({"window", "activation"}),
}
"""The settings that a network has no use for."""


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
