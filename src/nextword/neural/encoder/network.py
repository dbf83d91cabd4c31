"""The encoder that is trained: layers of LSTMs, in PyTorch.

No step of what fills a sequence up is ever read: it stands at the end, where a direction that begins at the first
vector meets it after all others, and the other direction reads each sequence turned round within its length.
"""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nextword.neural.encoder.batches import turned_steps
from nextword.neural.encoder.shape import EncoderShape, check_shapes
from nextword.neural.networks.dropout import drop_weights, locked_dropout
from nextword.neural.networks.lstm import LSTMLayer
from nextword.neural.settings import NeuralSettings

FORGET_BIAS = 1.0
"""Forget gates begin open (Jozefowicz et al. 2015): a gradient reaches the first words from the start."""


class Encoder(nn.Module):
    """Layers of LSTMs over sequences of vectors, with dropout between layers and of recurrent weights.

    Its parameters are named as `EncoderShape.array_shapes` says. Weights are drawn by PyTorch's generator.
    """

    def __init__(
        self, shape: EncoderShape, *, hidden_dropout: float = 0.0, recurrent_dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.shape = shape
        self.hidden_dropout, self.recurrent_dropout = hidden_dropout, recurrent_dropout
        settings = NeuralSettings(network="lstm", forget_bias=FORGET_BIAS)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    prefix.split(".")[2]: LSTMLayer(shape.below(layer), shape.hidden, settings)
                    for prefix in shape.prefixes(layer)
                }
            )
            for layer in range(shape.layers)
        )

    def forward(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Return h of the last layer at each step, (T, B, directions H), the direction from the start first.

        ``vectors`` is (T, B, E), ``lengths`` (B,) how many of each sequence's T steps are its own; the others are zero.
        """
        T = len(vectors)
        turned = torch.from_numpy(turned_steps(T, lengths.cpu().numpy())).to(vectors.device)  # (T, B)
        columns = torch.arange(vectors.shape[1], device=vectors.device)
        is_own = torch.arange(T, device=vectors.device)[:, None] < lengths.to(vectors.device)  # (T, B)
        for place in range(self.shape.layers):
            if place:
                vectors = locked_dropout(vectors, self.hidden_dropout, self.training)
            layer = cast(nn.ModuleDict, self.layers[place])
            hidden = [self._read(layer["from_start"], vectors)]
            if "from_end" in layer:
                hidden.append(self._read(layer["from_end"], vectors[turned, columns])[turned, columns])
            vectors = torch.cat(hidden, dim=-1) * is_own.unsqueeze(-1)
        return vectors

    def _read(self, module: nn.Module, vectors: Tensor) -> Tensor:
        layer = cast(LSTMLayer, module)
        W_h = drop_weights(layer.W_h, self.recurrent_dropout, self.training)
        return layer.fused(vectors, layer.initial_state(vectors.shape[1]), W_h)[0]

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights by name, as `nextword.neural.encoder.inference.Encoder` takes them."""
        return {name: weight.detach().cpu().numpy().copy() for name, weight in self.named_parameters()}

    @torch.no_grad()
    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from these weights; raises ModelFormatError for those of another shape."""
        check_shapes(arrays, self.shape.array_shapes(), "encoder")
        for name, weight in self.named_parameters():
            weight.copy_(torch.tensor(arrays[name]))
