"""The text that a model is asked to continue, and the text it has made so far."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from nextword.lm.model import LanguageModel


class Prompt:
    """A text read by a model: its ids, the state after it, and where the continuation begins."""

    def __init__(self, model: LanguageModel, text: str) -> None:
        self.model = model
        self.tokens = model.encode_prompt(text)
        self._length = len(model.tokenizer.decode(self.tokens))

    def state(self, batch: int) -> Any:
        """Return the state after the prompt, for ``batch`` continuations of it."""
        return self._state[np.zeros(batch, dtype=np.int64)]

    @cached_property
    def _state(self) -> Any:
        # Kept, since texts grow in batches and every batch begins here.
        return self.model.read(self.tokens)

    def continuation(self, tokens: Sequence[int]) -> str:
        """Return the text of the tokens after the prompt, the space between the two included.

        Both are decoded together, since a token alone does not say how it joins those before it.
        """
        return self.model.tokenizer.decode([*self.tokens.tolist(), *tokens])[self._length :]
