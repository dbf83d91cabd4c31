"""The LSTM from inside: three gates, and the cell state, which a change flows back through by the forget gate alone."""

import numpy as np

from nextword.arrays import FloatArray
from nextword.neural.inference.lstm import LSTMLayer
from nextword.neural.inference.recurrent import Vectors
from nextword.neural.inside.cell import Cell, Values


class LSTMCell(Cell):
    """c = f * c + i * candidate; h = o * tanh(c)."""

    shown = ("input", "forget", "output", "candidate", "cell", "hidden")
    gates = ("input", "forget", "output")
    keeper = "forget"
    layer: LSTMLayer

    def look(self, below: FloatArray, state: Vectors) -> tuple[dict[str, FloatArray], Vectors]:
        """Return the gates, the candidate, c and h by name, with the c before; and h and c as the state."""
        h, c = state
        i, f, candidate, o = self.layer.gate_values(below, h)
        after = f * c + i * candidate
        hidden = o * np.tanh(after)
        values = {
            "input": i,
            "forget": f,
            "output": o,
            "candidate": candidate,
            "cell": after,
            "hidden": hidden,
        }
        return values | {"cell before": c}, (hidden, after)

    def back(self, at: Values, change: Vectors) -> tuple[FloatArray, Vectors]:
        """Return the gradients of what the gates are made of, and of h and c before.

        do = dh * tanh(c)
        dc = dc + dh * o * (1 - tanh(c)^2)
        di = dc * candidate, d candidate = dc * i, df = dc * c(before)
        dc(before) = dc * f                     the conveyor belt: with f at 1, nothing is lost
        """
        dh, dc = change
        i, f, candidate, o = at["input"], at["forget"], at["candidate"], at["output"]
        bent = np.tanh(at["cell"])
        dc = dc + dh * o * (1 - bent * bent)
        summed = np.concatenate(
            [
                dc * candidate * i * (1 - i),
                dc * at["cell before"] * f * (1 - f),
                dc * i * (1 - candidate * candidate),
                dh * bent * o * (1 - o),
            ],
            axis=-1,
        )  # (..., 4H)
        return summed, (summed @ self.layer.W_h, dc * f)
