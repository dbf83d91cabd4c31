"""The GRU from inside: its update gate keeps h as the forget gate keeps an LSTM's cell state."""

import numpy as np

from nextword.arrays import FloatArray
from nextword.neural.inference.gru import GRULayer
from nextword.neural.inference.recurrent import Vectors
from nextword.neural.inside.cell import Cell, Values


class GRUCell(Cell):
    """h = z * h + (1 - z) * n."""

    shown = ("reset", "update", "candidate", "hidden")
    gates = ("reset", "update")
    keeper = "update"
    layer: GRULayer

    def look(self, below: FloatArray, state: Vectors) -> tuple[dict[str, FloatArray], Vectors]:
        """Return the gates, the candidate and h by name, with the h before; and h as the state."""
        (h,) = state
        r, z, n, past = self.layer.gate_values(below, h)
        after = z * h + (1 - z) * n
        values = {"reset": r, "update": z, "candidate": n, "hidden": after}
        return values | {"hidden before": h, "candidate's past": past}, (after,)

    def back(self, at: Values, change: Vectors) -> tuple[FloatArray, Vectors]:
        """Return the gradients of what the gates are made of, and of h before.

        dz = dh * (h(before) - n), dn = dh * (1 - z)
        dr = dn * (1 - n^2) * past, and what the candidate sees of the past has dn * (1 - n^2) * r
        dh(before) = dh * z + what comes by way of the gates and the candidate
        """
        (dh,) = change
        r, z, n = at["reset"], at["update"], at["candidate"]
        of_n = dh * (1 - z) * (1 - n * n)  # (..., H)
        of_r = of_n * at["candidate's past"] * r * (1 - r)
        of_z = dh * (at["hidden before"] - n) * z * (1 - z)
        below = np.concatenate([of_r, of_z, of_n], axis=-1)  # (..., 3H)
        past = np.concatenate([of_r, of_z, of_n * r], axis=-1)
        return below, (past @ self.layer.W_h + dh * z,)
