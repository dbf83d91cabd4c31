"""The GRU (Cho et al. 2014): two gates, and no memory beside h."""

import torch
from torch import Tensor

from nextword.neural.networks.network import State
from nextword.neural.networks.recurrent import Layer, RecurrentNetwork


class GRULayer(Layer):
    """One layer of GRUs; the rows of its weights are those of r, z and the candidate n, as PyTorch has them."""

    gates = 3
    recurrent_biases = True

    def step(self, x: Tensor, state: State, W_h: Tensor) -> State:
        """Return h after one more vector.

        r = sigmoid(W_r h + U_r x + b_r)    how much of the past the candidate sees
        z = sigmoid(W_z h + U_z x + b_z)    how much of the past is kept
        n = tanh(r * (W_n h + b_n') + U_n x + b_n)
        h = z * h + (1 - z) * n
        """
        (h,) = state
        below_r, below_z, below_n = (x @ self.W_x.T + self.b).chunk(3, dim=-1)  # each (B, H)
        past_r, past_z, past_n = (h @ W_h.T + self.b_h).chunk(3, dim=-1)
        r = torch.sigmoid(past_r + below_r)
        z = torch.sigmoid(past_z + below_z)
        n = torch.tanh(r * past_n + below_n)
        return (z * h + (1 - z) * n,)

    def fused(self, vectors: Tensor, state: State, W_h: Tensor) -> tuple[Tensor, State]:
        """Return h after each vector, by PyTorch's kernel."""
        weights = [self.W_x, W_h, *self.biases()]
        start = state[0].unsqueeze(0)
        hidden, h = torch.gru(vectors, start, weights, True, 1, 0.0, self.training, False, False)
        return hidden, (h[0],)


class GRU(RecurrentNetwork):
    """Layers of GRUs."""

    layer_kind = GRULayer
