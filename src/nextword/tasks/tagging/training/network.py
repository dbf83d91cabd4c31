"""The tagger that is trained, in PyTorch: words and their letters -> LSTMs from both ends -> a chain of tags.

Huang et al. 2015; Lample et al. 2016; Ma and Hovy 2016.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nextword.arrays import BoolArray, IntArray
from nextword.neural.encoder.network import Encoder
from nextword.neural.networks.dropout import locked_dropout
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.numbering import Forms
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.shape import array_shapes, character_shape, encoder_shape
from nextword.tasks.tagging.training.loss import negative_log_likelihood

_LOOKED_UP = frozenset({"words", "characters", "affixes", "cases"})


class TaggerNetwork(nn.Module):
    """The weights, named as `array_shapes` says, and the loss of a batch."""

    def __init__(
        self,
        settings: TaggerSettings,
        lexicon: Lexicon,
        allowed: tuple[BoolArray, BoolArray, BoolArray] | None,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.columns = len(lexicon.features)
        self.tables = nn.ParameterDict()
        for name, shape in array_shapes(settings, lexicon).items():
            if "encoder." not in name:
                self.tables[name.replace(".", "_")] = nn.Parameter(_drawn(name, shape))
        self.encoder = Encoder(encoder_shape(settings, self.columns), hidden_dropout=settings.dropout)
        if settings.characters == "lstm":
            self.character_encoder = Encoder(character_shape(settings))
        self.allowed = None if allowed is None else [torch.from_numpy(may) for may in allowed]

    def forward(
        self, forms: Forms, places: Tensor, is_unknown: Tensor, features: list[Tensor], lengths: Tensor
    ) -> Tensor:
        """Return the score of each tag for each word, (N, K), sentence after sentence.

        ``places`` (T, B) says which of the ``forms`` each word is, ``is_unknown`` (T, B) which read as unknown ones;
        ``features`` are (T, B) each, ``lengths`` (B,).
        """
        tables, dropout = self.tables, self.settings.dropout
        words = torch.from_numpy(forms.words)[places] * ~is_unknown  # (T, B)
        parts = [tables["words"][words], self._letters(forms)[places]]
        parts += [tables[f"features_{place}"][values] for place, values in enumerate(features)]
        vectors = locked_dropout(torch.cat(parts, dim=-1), dropout, self.training)  # (T, B, E)
        hidden = self.encoder(vectors, lengths)  # (T, B, 2H)
        own = torch.arange(len(places)) < lengths[:, None]  # (B, T)
        hidden = locked_dropout(hidden, dropout, self.training).transpose(0, 1)[own]  # (N, 2H)
        return functional.linear(hidden, tables["W"], tables["b"])

    def _letters(self, forms: Forms) -> Tensor:
        """Return what stands for each form beside the vector of its word, (F, ...)."""
        settings, tables = self.settings, self.tables
        parts = [torch.zeros(len(forms), 0)]
        if settings.characters != "none":
            characters = torch.from_numpy(forms.characters)  # (F, L)
            vectors = tables["characters"][characters] * (characters > 0)[..., None]  # (F, L, E)
            parts.append(self._read_characters(vectors, (characters > 0)))
        if settings.affix_size:
            pieces = torch.from_numpy(forms.affixes)
            parts.append((tables["affixes"][pieces] * (pieces > 0)[..., None]).sum(dim=1))
        if settings.case_size:
            parts.append(tables["cases"][torch.from_numpy(forms.cases)])
        return torch.cat(parts, dim=-1)

    def _read_characters(self, vectors: Tensor, is_own: Tensor) -> Tensor:
        if self.settings.characters == "cnn":
            # y(t) = max_t (W [x(t-1); x(t); x(t+1)] + b)
            wide = functional.pad(vectors, (0, 0, 1, 1))
            windows = torch.cat([wide[:, :-2], wide[:, 1:-1], wide[:, 2:]], dim=-1)  # (F, L, 3E)
            found = functional.linear(windows, self.tables["filters"], self.tables["filter_biases"])
            return found.masked_fill(~is_own[..., None], -torch.inf).amax(dim=1)
        lengths = is_own.sum(dim=1)
        hidden = self.character_encoder(vectors.transpose(0, 1), lengths)  # (L, F, 2H)
        H = hidden.shape[-1] // 2
        rows = torch.arange(len(lengths))
        # Each direction has read all characters where it ends: the last one, and the first.
        return torch.cat([hidden[lengths - 1, rows, :H], hidden[0, rows, H:]], dim=-1)

    def loss(self, scores: Tensor, starts: IntArray, tags: Tensor) -> Tensor:
        """Return -log P(true tags), summed over sentences."""
        return negative_log_likelihood(scores, starts, tags, *self.chain())

    def chain(self) -> list[Tensor]:
        """Return the scores of steps (K, K), of the first tag and of the last (K,), -inf for what is not allowed."""
        scores = [self.tables[name] for name in ("steps", "start", "end")]
        if self.allowed is None:
            return scores
        return [
            torch.where(may, score, torch.tensor(-torch.inf))
            for may, score in zip(self.allowed, scores, strict=True)
        ]

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights as they answer without PyTorch."""
        arrays = {
            name.replace("features_", "features."): weight.detach().cpu().numpy().copy()
            for name, weight in self.tables.items()
        }
        arrays |= {f"encoder.{name}": array for name, array in self.encoder.arrays().items()}
        if self.settings.characters == "lstm":
            inner = self.character_encoder.arrays()
            arrays |= {f"character_encoder.{name}": array for name, array in inner.items()}
        return arrays


def _drawn(name: str, shape: tuple[int, ...]) -> Tensor:
    """Return weights to begin with."""
    if len(shape) == 1 or name == "steps":
        return torch.zeros(shape)
    # Vectors that are looked up begin with like lengths, whatever their table's height is.
    spread = 0.3 if name in _LOOKED_UP or name.startswith("features.") else 1 / float(shape[-1]) ** 0.5
    return torch.empty(shape).uniform_(-spread, spread)
