"""The classifier that is trained: words to vectors, an LSTM, one vector of all, and the classes; in PyTorch."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nextword.neural.encoder.network import Encoder
from nextword.neural.networks.dropout import locked_dropout
from nextword.neural.outputs.rows import look_up
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.text.vocabulary import UNKNOWN

SPREAD = 0.25
"""Words' vectors begin evenly within these bounds (Kim 2014)."""


class ClassifierNetwork(nn.Module):
    """One LSTM over V words and C classes; weights are drawn by PyTorch's generator."""

    def __init__(self, settings: ClassifierSettings, words: int, classes: int) -> None:
        super().__init__()
        self.settings = settings
        self.embedding = nn.Parameter(torch.empty(words, settings.size).uniform_(-SPREAD, SPREAD))  # (V, E)
        self.encoder = Encoder(
            settings.encoder_shape,
            hidden_dropout=settings.hidden_dropout,
            recurrent_dropout=settings.recurrent_dropout,
        )
        shapes = settings.array_shapes(words, classes)
        if "attention" in settings.pools:
            self.attention = nn.Parameter(torch.zeros(*shapes["attention"]))
        bound = math.sqrt(1 / shapes["U"][1])
        self.U = nn.Parameter(torch.empty(*shapes["U"]).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(classes))

    def forward(self, words: Tensor, lengths: Tensor) -> Tensor:
        """Return the classes' scores, (B, C), for ``words`` (T, B) of which ``lengths`` (B,) are each text's own."""
        settings, training = self.settings, self.training
        if training and settings.word_dropout:
            is_dropped = torch.rand(words.shape, device=words.device) < settings.word_dropout
            words = words.masked_fill(is_dropped, UNKNOWN)
        vectors = locked_dropout(look_up(words, self.embedding), settings.input_dropout, training)
        hidden = self.encoder(vectors, lengths)  # (T, B, directions H)
        pooled = torch.cat([self._pool(way, hidden, lengths) for way in settings.pools], dim=-1)
        pooled = nn.functional.dropout(pooled, settings.output_dropout, training)
        return pooled @ self.U.T + self.bias

    def _pool(self, way: str, hidden: Tensor, lengths: Tensor) -> Tensor:
        """Return one vector of all words', (B, directions H)."""
        T, B, _ = hidden.shape
        is_own = (torch.arange(T, device=hidden.device)[:, None] < lengths).unsqueeze(-1)  # (T, B, 1)
        if way == "mean":
            return hidden.sum(0) / lengths[:, None]
        if way == "max":
            return hidden.masked_fill(~is_own, -torch.inf).amax(0)
        if way == "attention":
            scores = (hidden @ self.attention).unsqueeze(-1).masked_fill(~is_own, -torch.inf)
            return (scores.softmax(0) * hidden).sum(0)
        H = self.encoder.shape.hidden
        ends = [hidden[lengths - 1, torch.arange(B, device=hidden.device), :H], hidden[0, :, H:]]
        return torch.cat(ends, dim=-1)  # where each direction has read all

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights by name, as `nextword.tasks.classify.member.Member` takes them."""
        return {name: weight.detach().cpu().numpy().copy() for name, weight in self.named_parameters()}
