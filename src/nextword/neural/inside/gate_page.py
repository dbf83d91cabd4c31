"""The gates of a text as one HTML page: heat maps to point at, and each unit's course through the text."""

import base64
import math
from typing import Any

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inside.gates import GateRecord, LayerRecord
from nextword.neural.inside.holding import ORDERS, half_lives, unit_orders
from nextword.text.pages import page

STEPS = 32_767
"""Values are whole numbers of this part of the largest: two bytes each, and finer than a screen."""


def gate_page(record: GateRecord) -> str:
    """Return the page."""
    return page(__package__, "gates", ("gates_draw.js", "gates.js"), gate_data(record))


def gate_data(record: GateRecord) -> dict[str, Any]:
    """Return what the page knows: arrays as base64, token by token."""
    return {
        "model": record.model,
        "tokens": list(record.tokens),
        "orders": ORDERS,
        "layers": [_layer(layer) for layer in record.layers],
    }


def _layer(layer: LayerRecord) -> dict[str, Any]:
    lives = half_lives(layer)
    return {
        "units": layer.units,
        "keeper": layer.keeper,
        "parts": [_part(layer, name) for name in layer.parts],
        "orders": {name: _whole(order, "<u2") for name, order in unit_orders(layer).items()},
        "halfLives": [round(life, 3) if math.isfinite(life) else None for life in lives.tolist()],
    }


def _part(layer: LayerRecord, name: str) -> dict[str, Any]:
    values = layer[name]
    most = float(np.abs(values).max()) or 1.0
    return {"name": name, "isGate": name in layer.gates, "most": most, "values": _short(values / most)}


def _short(values: FloatArray) -> str:
    return _whole(np.rint(values * STEPS), "<i2")


def _whole(values: FloatArray | IntArray, kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode()
