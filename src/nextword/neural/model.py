"""A trained network as a language model."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from nextword.neural.settings import NeuralSettings
from nextword.text.tokenizer import Tokenizer


class NeuralModel:
    """A trained network as a language model."""

    def __init__(
        self,
        settings: NeuralSettings,
        arrays: Mapping[str, NDArray[Any]],
        tokenizer: Tokenizer,
        ranks: NDArray[Any] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.settings, self.arrays, self.tokenizer, self.ranks, self.details = (
            settings,
            arrays,
            tokenizer,
            ranks,
            details,
        )
