"""What the RNN, the GRU and the LSTM share: layers on top of each other, each with a state that is carried on."""

from abc import abstractmethod
from itertools import pairwise
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from nextword.neural.networks.dropout import drop_weights, locked_dropout
from nextword.neural.networks.network import Network, State, uniform
from nextword.neural.settings import NeuralSettings


class Layer(nn.Module):
    """One recurrent layer: W_x from below, W_h from the step before, and a bias, for each of its gates.

    ``step`` is the equation as the lecture writes it; ``fused`` is the same by PyTorch's own kernel.
    """

    gates: ClassVar[int] = 1
    """How many blocks of H rows the weights have."""
    memories: ClassVar[int] = 1
    """How many vectors are carried on: h, or h and c."""
    recurrent_biases: ClassVar[bool] = False

    def __init__(self, below: int, hidden: int, settings: NeuralSettings) -> None:
        super().__init__()
        rows = self.gates * hidden
        self.hidden = hidden
        self.activation = settings.activation
        self.W_x = uniform((rows, below), hidden)
        self.W_h = uniform((rows, hidden), hidden)
        self.b = uniform((rows,), hidden)
        if self.recurrent_biases:
            self.b_h = uniform((rows,), hidden)
        if settings.learned_start:
            self.start = nn.Parameter(torch.zeros(self.memories, hidden))

    @abstractmethod
    def step(self, x: Tensor, state: State, W_h: Tensor) -> State:
        """Return the state after one more vector ``x`` (B, below): (h,) or (h, c), each (B, H)."""

    @abstractmethod
    def fused(self, vectors: Tensor, state: State, W_h: Tensor) -> tuple[Tensor, State]:
        """Return h after each of ``vectors`` (T, B, below), and the state after all of them."""

    def plain(self, vectors: Tensor, state: State, W_h: Tensor) -> tuple[Tensor, State]:
        """Return what `fused` returns, step by step."""
        hidden = []
        for x in vectors:
            state = self.step(x, state, W_h)
            hidden.append(state[0])
        return torch.stack(hidden), state

    def initial_state(self, batch: int) -> State:
        """Return h(0), or h(0) and c(0): zeros, or what was learned."""
        if hasattr(self, "start"):
            return tuple(vector.expand(batch, -1).contiguous() for vector in self.start)
        return tuple(self.W_h.new_zeros(batch, self.hidden) for _ in range(self.memories))

    def biases(self) -> list[Tensor]:
        """Return the two biases that PyTorch's kernels want: one of them is zero where there is one."""
        return [self.b, self.b_h if self.recurrent_biases else torch.zeros_like(self.b)]


class RecurrentNetwork(Network):
    """Layers of one kind; ``is_plain`` takes their equations step by step, in place of the fused kernels."""

    layer_kind: ClassVar[type[Layer]]
    is_plain = False

    def __init__(self, settings: NeuralSettings, counts: Tensor) -> None:
        super().__init__(settings, counts)
        sizes = (settings.size, *settings.layer_sizes)
        self.layers = nn.ModuleList(
            self.layer_kind(below, hidden, settings) for below, hidden in pairwise(sizes)
        )

    def initial_state(self, batch: int) -> State:
        """Return h(0), for an LSTM with c(0), of each layer in turn: each (B, H)."""
        return tuple(part for layer in self.each_layer() for part in layer.initial_state(batch))

    def each_layer(self) -> list[Layer]:
        """Return the layers, from the lowest to the highest."""
        return [cast(Layer, layer) for layer in self.layers]

    def remember(self, words: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the last layer's h (T, B, H) after each of ``words`` (T, B), and the state of all layers."""
        settings, training = self.settings, self.training
        vectors, after = self.look_up(words), list[Tensor]()
        for place, layer in enumerate(self.each_layer()):
            if place:
                vectors = locked_dropout(vectors, settings.hidden_dropout, training)
            W_h = drop_weights(layer.W_h, settings.recurrent_dropout, training)
            memories = state[place * layer.memories : (place + 1) * layer.memories]
            read = layer.plain if self.is_plain else layer.fused
            with torch.autocast(vectors.device.type, self.dtype, enabled=self.dtype != torch.float32):
                vectors, memories = read(vectors, memories, W_h)
            vectors = vectors.float()
            after += [part.float() for part in memories]
        return vectors, tuple(after)
