"""The gates of a text as arrays in one file, for whoever goes on with them elsewhere."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from nextword.arrays import FloatArray
from nextword.errors import SettingError
from nextword.neural.inside.gates import GateRecord
from nextword.text.output import check_output, open_output

ENDING = ".safetensors"


def check_arrays(path: Path) -> None:
    """Raise SettingError for a name that is not that of such a file, and what `check_output` does."""
    if path.suffix.lower() != ENDING:
        raise SettingError(
            f"arrays are written in the safetensors format, to NAME{ENDING}; got {path.name!r}"
        )
    check_output(path)


def gate_arrays(record: GateRecord) -> dict[str, FloatArray]:
    """Return all parts of all layers by name, ``layers.0.forget`` for example, each (T, H) in float32."""
    return {
        f"layers.{place}.{name}": np.ascontiguousarray(layer[name], dtype=np.float32)
        for place, layer in enumerate(record.layers)
        for name in layer.parts
    }


def save_arrays(record: GateRecord, path: Path) -> None:
    """Write the arrays as safetensors; the tokens stand in its metadata, as JSON. Raises what `check_arrays` does."""
    check_arrays(path)
    told = {"model": record.model, "tokens": json.dumps(record.tokens)}
    with open_output(path) as file:
        file.write(save(gate_arrays(record), metadata=told))
