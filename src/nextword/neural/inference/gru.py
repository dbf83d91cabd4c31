"""The GRU (Cho et al. 2014): two gates, and no memory beside h."""

from dataclasses import dataclass, field

import numpy as np

from nextword.arrays import FloatArray
from nextword.neural.inference.activations import sigmoid, tanh
from nextword.neural.inference.recurrent import Layer, Vectors


@dataclass(frozen=True, eq=False)
class GRULayer(Layer):
    """One layer of GRUs; its rows are those of r, z and the candidate n."""

    b_h: FloatArray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    """(gates H,), added to what comes from h."""

    gates = 3
    recurrent_biases = True

    def gate_values(self, below: FloatArray, h: FloatArray) -> Vectors:
        """Return r, z, the candidate n and what it sees of the past, each (B, H).

        r = sigmoid(W_r h + U_r x + b_r)    how much of the past the candidate sees
        z = sigmoid(W_z h + U_z x + b_z)    how much of the past is kept
        n = tanh(r * (W_n h + b_n') + U_n x + b_n)
        """
        below_r, below_z, below_n = self.chunks(below)  # each (B, H)
        past_r, past_z, past_n = self.chunks(h @ self.W_h.T + self.b_h)
        r = sigmoid(past_r + below_r)
        z = sigmoid(past_z + below_z)
        n = tanh(r * past_n + below_n)
        return r, z, n, past_n

    def step(self, below: FloatArray, state: Vectors) -> Vectors:
        """Return h after one more vector: h = z * h + (1 - z) * n."""
        (h,) = state
        _, z, n, _ = self.gate_values(below, h)
        return (z * h + (1 - z) * n,)
