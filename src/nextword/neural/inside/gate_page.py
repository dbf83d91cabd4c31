"""The gates of a text as one HTML page: heat maps to point at, and each unit's course through the text."""

import base64
import math
from typing import Any

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.errors import SettingError
from nextword.neural.inside.gate_colours import OPEN, SIGNED
from nextword.neural.inside.gates import GateRecord, LayerRecord
from nextword.neural.inside.holding import ORDERS, half_lives, unit_order
from nextword.text.pages import page, source

_FILES = ("gates.html", "gates.css", "gates_draw.js", "gates.js")
STEPS = 32_767
"""Values are whole numbers of this part of their unit's largest: two bytes each, and finer than a screen."""
CHARACTERS_A_VALUE = 8 / 3
"""Two bytes in base64."""
MOST_BYTES = 30_000_000
"""Of a page that browsers still open quickly."""


def check_page(record: GateRecord) -> None:
    """Raise SettingError for a text so long that the page would be too large."""
    values = sum(len(layer.parts) * layer.units for layer in record.layers)
    size = len(record.tokens) * values * CHARACTERS_A_VALUE
    if size > MOST_BYTES:
        most = int(MOST_BYTES / (values * CHARACTERS_A_VALUE))
        raise SettingError(
            f"a page of {len(record.tokens):,} words of this {record.model} would have {size / 1e6:,.0f} MB, and "
            f"browsers are slow beyond {MOST_BYTES / 1e6:.0f}; give a shorter text, of at most {most:,} words"
        )


def gate_page(record: GateRecord) -> str:
    """Return the page; raises what `check_page` does."""
    check_page(record)
    body, style, *scripts = (source(__package__, name) for name in _FILES)
    return page("The gates of a network", body, style, scripts, gate_data(record))


def gate_data(record: GateRecord) -> dict[str, Any]:
    """Return what the page knows: arrays as base64, token by token."""
    return {
        "model": record.model,
        "tokens": list(record.tokens),
        "orders": ORDERS,
        "colours": {"gate": OPEN, "signed": SIGNED},
        "layers": [_layer(layer) for layer in record.layers],
    }


def _layer(layer: LayerRecord) -> dict[str, Any]:
    lives = half_lives(layer)
    return {
        "units": layer.units,
        "keeper": layer.keeper,
        "parts": [_part(layer, name) for name in layer.parts],
        "orders": {name: _encoded(unit_order(layer, name), "<u2") for name in ORDERS},
        "halfLives": [round(life, 3) if math.isfinite(life) else None for life in lives.tolist()],
    }


def _part(layer: LayerRecord, name: str) -> dict[str, Any]:
    """Return a part with a scale for each unit: beside a memory of thousands, another's hundredths still count."""
    values = layer[name]
    most = np.abs(values).max(axis=0).astype(np.float32)  # (H,)
    most[most == 0] = 1
    return {
        "name": name,
        "isGate": name in layer.gates,
        "most": _encoded(most, "<f4"),
        "values": _encoded(np.rint(values / most * STEPS), "<i2"),
    }


def _encoded(values: FloatArray | IntArray, kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode()
