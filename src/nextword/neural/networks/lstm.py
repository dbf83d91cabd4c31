"""The LSTM (Hochreiter and Schmidhuber 1997): beside h a memory c, erased, written and read by three gates."""

import torch
from torch import Tensor

from nextword.neural.networks.network import State
from nextword.neural.networks.recurrent import Layer, RecurrentNetwork
from nextword.neural.settings import NeuralSettings


class LSTMLayer(Layer):
    """One layer of LSTMs; the rows of its weights are those of i, f, the candidate and o, as PyTorch has them."""

    gates = 4
    memories = 2

    def __init__(self, below: int, hidden: int, settings: NeuralSettings) -> None:
        super().__init__(below, hidden, settings)
        with torch.no_grad():
            self.b[hidden : 2 * hidden] += settings.forget_bias

    def step(self, x: Tensor, state: State, W_h: Tensor) -> State:
        """Return h and c after one more vector.

        f = sigmoid(W_f h + U_f x + b_f)    what is kept of the memory; i what is written, o what is read
        candidate = tanh(W_c h + U_c x + b_c)
        c = f * c + i * candidate
        h = o * tanh(c)
        """
        h, c = state
        i, f, candidate, o = (h @ W_h.T + x @ self.W_x.T + self.b).chunk(4, dim=-1)  # each (B, H)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(
            candidate
        )  # f near 1 keeps the gradient's path open
        return torch.sigmoid(o) * torch.tanh(c), c

    def fused(self, vectors: Tensor, state: State, W_h: Tensor) -> tuple[Tensor, State]:
        """Return h after each vector, by PyTorch's kernel."""
        weights = [self.W_x, W_h, *self.biases()]
        start = [part.unsqueeze(0) for part in state]
        hidden, h, c = torch.lstm(vectors, start, weights, True, 1, 0.0, self.training, False, False)
        return hidden, (h[0], c[0])


class LSTM(RecurrentNetwork):
    """Layers of LSTMs."""

    layer_kind = LSTMLayer
