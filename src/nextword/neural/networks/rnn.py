"""The vanilla RNN (Elman 1990): h(t) = sigma(W_h h(t-1) + W_e e(t) + b_1), the same weights at every step."""

import torch
from torch import Tensor

from nextword.neural.networks.activations import ACTIVATIONS
from nextword.neural.networks.network import State
from nextword.neural.networks.recurrent import Layer, RecurrentNetwork


class RNNLayer(Layer):
    """One layer of the vanilla RNN."""

    def step(self, x: Tensor, state: State, W_h: Tensor) -> State:
        """Return h after one more vector: h = sigma(W_h h + W_x x + b)."""
        (h,) = state
        sigma = ACTIVATIONS[self.activation]
        return (sigma(h @ W_h.T + x @ self.W_x.T + self.b),)  # (B, H)

    def fused(self, vectors: Tensor, state: State, W_h: Tensor) -> tuple[Tensor, State]:
        """Return h after each vector, by PyTorch's kernel; it has none for the sigmoid."""
        if self.activation == "sigmoid":
            return self.plain(vectors, state, W_h)
        run = torch.rnn_relu if self.activation == "relu" else torch.rnn_tanh
        weights = [self.W_x, W_h, *self.biases()]
        hidden, h = run(vectors, state[0].unsqueeze(0), weights, True, 1, 0.0, self.training, False, False)
        return hidden, (h[0],)


class RNN(RecurrentNetwork):
    """Layers of vanilla RNNs."""

    layer_kind = RNNLayer
