"""The vanilla RNN (Elman 1990): h(t) = sigma(W_h h(t-1) + W_e e(t) + b_1), the same weights at every step."""

from dataclasses import dataclass

from nextword.arrays import FloatArray
from nextword.neural.inference.activations import ACTIVATIONS
from nextword.neural.inference.recurrent import Layer, Vectors


@dataclass(frozen=True, eq=False)
class RNNLayer(Layer):
    """One layer of the vanilla RNN."""

    activation: str = "tanh"

    def step(self, below: FloatArray, state: Vectors) -> Vectors:
        """Return h after one more vector: h = sigma(W_h h + W_x x + b)."""
        (h,) = state
        sigma = ACTIVATIONS[self.activation]
        return (sigma(h @ self.W_h.T + below),)  # (B, H)
