"""The tagger's network that answers, without PyTorch: the same equations, in NumPy."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray
from nextword.neural.encoder.inference import Encoder
from nextword.neural.encoder.shape import check_shapes
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.numbering import Forms
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.shape import (
    CHARACTER_ENCODER,
    ENCODER,
    array_shapes,
    character_shape,
    encoder_shape,
)

Arrays = Mapping[str, NDArray[np.float32]]


class TaggerReader:
    """The weights of a tagger; raises ModelFormatError for arrays that are not of its settings."""

    def __init__(self, settings: TaggerSettings, lexicon: Lexicon, arrays: Arrays) -> None:
        check_shapes(arrays, array_shapes(settings, lexicon), "tagger")
        self.settings, self.arrays = settings, arrays
        self.encoder = Encoder(encoder_shape(settings, len(lexicon.features)), _inner(arrays, ENCODER))
        if settings.characters == "lstm":
            self.character_encoder = Encoder(character_shape(settings), _inner(arrays, CHARACTER_ENCODER))

    def word_vectors(self, forms: Forms) -> FloatArray:
        """Return what stands for each form, (F, E): its word, its characters, its ends, its pattern of capitals."""
        settings, arrays = self.settings, self.arrays
        parts = [arrays["words"][forms.words]]
        if settings.characters != "none":
            parts.append(self._characters(forms.characters))
        if settings.affix_size:
            pieces = forms.affixes  # (F, affixes)
            parts.append((arrays["affixes"][pieces] * (pieces > 0)[..., None]).sum(axis=1))
        if settings.case_size:
            parts.append(arrays["cases"][forms.cases])
        return np.concatenate(parts, axis=-1)

    def scores(self, vectors: Sequence[FloatArray], features: Sequence[IntArray]) -> FloatArray:
        """Return the score of each tag for each word of some sentences, (N, K), one sentence after the other.

        ``vectors`` are (T, E) for each sentence, ``features`` (columns, T).
        """
        arrays = self.arrays
        columns = [arrays[f"features.{column}"] for column in range(len(features[0]))]
        whole = [
            np.concatenate([words, *(table[row] for table, row in zip(columns, rows, strict=True))], axis=-1)
            for words, rows in zip(vectors, features, strict=True)
        ]
        lengths = np.array([len(each) for each in whole], dtype=np.int64)
        side_by_side = np.zeros((int(lengths.max()), len(whole), whole[0].shape[1]), dtype=np.float32)
        for column, each in enumerate(whole):
            side_by_side[: len(each), column] = each
        hidden = self.encoder.read(side_by_side, lengths).swapaxes(0, 1)  # (B, T, 2H)
        own = hidden[np.arange(len(side_by_side)) < lengths[:, None]]  # (N, 2H)
        found: FloatArray = own @ arrays["W"].T + arrays["b"]
        return found

    def _characters(self, characters: IntArray) -> FloatArray:
        is_own = characters > 0  # (F, L)
        vectors = self.arrays["characters"][characters] * is_own[..., None]  # (F, L, E)
        if self.settings.characters == "cnn":
            # y = max_t (W [x(t-1); x(t); x(t+1)] + b)
            wide = np.pad(vectors, ((0, 0), (1, 1), (0, 0)))
            windows = np.concatenate([wide[:, :-2], wide[:, 1:-1], wide[:, 2:]], axis=-1)  # (F, L, 3E)
            found = windows @ self.arrays["filters"].T + self.arrays["filter_biases"]
            found[~is_own] = -np.inf
            best: FloatArray = found.max(axis=1)
            return best
        lengths = is_own.sum(axis=1)
        hidden = self.character_encoder.read(vectors.swapaxes(0, 1), lengths)  # (L, F, 2H)
        H, rows = hidden.shape[-1] // 2, np.arange(len(lengths))
        # Each direction has read all characters where it ends: the last one, and the first.
        return np.concatenate([hidden[lengths - 1, rows, :H], hidden[0, rows, H:]], axis=-1)


def _inner(arrays: Arrays, prefix: str) -> dict[str, NDArray[np.float32]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
