"""The fixed window (Bengio et al. 2003): e = [e(1); ...; e(n)], h = f(W_e e + b_1), and each place has its weights."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from nextword.neural.networks.activations import ACTIVATIONS
from nextword.neural.networks.dropout import locked_dropout
from nextword.neural.networks.network import Network, State, uniform
from nextword.neural.settings import NeuralSettings
from nextword.text.vocabulary import SENTENCE_END


class Window(Network):
    """A network that sees the last n words, and nothing before them."""

    def __init__(self, settings: NeuralSettings, counts: Tensor) -> None:
        super().__init__(settings, counts)
        sizes = (settings.window * settings.size, *settings.layer_sizes)
        pairs = list(pairwise(sizes))
        self.W = nn.ParameterList(uniform((above, below), below) for below, above in pairs)
        self.b = nn.ParameterList(uniform((above,), below) for below, above in pairs)

    def initial_state(self, batch: int) -> State:
        """Return the n - 1 words before the text, (n - 1, B): it is as if a sentence had just ended."""
        shape = (self.settings.window - 1, batch)
        return (torch.full(shape, SENTENCE_END, dtype=torch.long, device=self.embedding.device),)

    def remember(self, words: Tensor, state: State) -> tuple[Tensor, State]:
        """Return h (T, B, H) after each of ``words`` (T, B), and the last n - 1 words."""
        T, n = len(words), self.settings.window
        seen = torch.cat([state[0], words])  # (n - 1 + T, B)
        vectors = self.look_up(seen)
        hidden = torch.cat([vectors[place : place + T] for place in range(n)], dim=-1)  # e: (T, B, nE)
        f = ACTIVATIONS[self.settings.activation]
        for place, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            if place:
                hidden = locked_dropout(hidden, self.settings.hidden_dropout, self.training)
            with torch.autocast(hidden.device.type, self.dtype, enabled=self.dtype != torch.float32):
                hidden = f(nn.functional.linear(hidden, W, b))
            hidden = hidden.float()
        return hidden, (seen[T:],)
