"""A trained network as a language model: P(word | what was read), without PyTorch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.errors import SettingError, VocabularyError
from nextword.lm.model import LanguageModel
from nextword.neural.inference.make import check_arrays, make_network, make_output
from nextword.neural.inference.ranks import Ranks
from nextword.neural.inference.scoring import score
from nextword.neural.settings import NeuralSettings
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SENTENCE_END

ROWS = 128
"""Sequences that are read side by side."""
NAMES = {"window": "fixed window", "rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}
"""What people call the networks."""


class NeuralModel(LanguageModel):
    """P(word | the words that a network remembers): a window sees the last n, the others read on without end.

    ``arrays`` are the network's parameters by name, float32; ``ranks`` (V,) are the numbers by which it knows the
    tokens, by token id, or None where they are the ids; ``details`` say how it was trained. Raises ModelFormatError for
    arrays that are not those of the settings.
    """

    block_bytes = 1 << 17  # some seconds' work

    def __init__(
        self,
        settings: NeuralSettings,
        arrays: Mapping[str, NDArray[np.float32]],
        tokenizer: Tokenizer,
        ranks: IntArray | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        check_arrays(settings, arrays, len(tokenizer))
        self.model_type: str = settings.network  # type: ignore[misc]  # one class for four families
        self.settings = settings
        # Kernels read them in one piece; those of a file are taken as they are, not copied.
        self.arrays = {name: np.require(array, requirements=("C", "A")) for name, array in arrays.items()}
        self.tokenizer = tokenizer
        self.numbering = Ranks(ranks, len(tokenizer))
        self.details = dict(details or {})
        """What training said of itself: tokens, epochs, perplexity."""
        self.log: list[dict[str, Any]] = []
        """What training said on its way, one entry after the other."""
        self.network = make_network(settings, self.arrays)
        self.output = make_output(settings, self.arrays)

    def __repr__(self) -> str:
        return f"<NeuralModel, {self.name}: {self.vocabulary_size:,} words, {self.parameters:,} parameters>"

    @property
    def name(self) -> str:
        """What people call the network."""
        return NAMES[self.settings.network]

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return sum(array.size for array in self.arrays.values())

    @cached_property
    def _start(self) -> Any:
        """The state after ``<s>``: as if a sentence had just ended, which is what the network has read most of."""
        return self.network.advance(self.network.initial_state(1), np.array([SENTENCE_END]))

    def initial_state(self, batch: int = 1) -> Any:
        """Return the state after ``<s>``, for ``batch`` texts."""
        return self._start[np.zeros(batch, dtype=np.int64)]

    def advance(self, state: Any, tokens: IntArray) -> Any:
        """Return the state after one more token a row; memory goes on after ``</s>``."""
        self._check_state(state)
        words = self.numbering.of(tokens)
        if len(words) != len(state):
            raise VocabularyError(
                f"advance takes one token a row: {len(state)} rows, tokens {np.shape(tokens)}"
            )
        return self.network.advance(state, words)

    def log_probs(self, state: Any) -> FloatArray:
        """Return log P(next token | state), (B, V)."""
        self._check_state(state)
        return self.numbering.by_token(self.output.log_probs(self.network.hidden(state)))

    def top_k(self, state: Any, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest next tokens and their log-probabilities, (B, k) each, without sorting the others."""
        if k < 1:
            raise SettingError(f"k must be at least 1, got {k}; 10 is usual")
        self._check_state(state)
        k = min(k, self.vocabulary_size)
        best = np.empty((len(state), k), dtype=np.int64)
        found = np.empty((len(state), k))
        for row, h in enumerate(self.network.hidden(state)):
            words, log_probs = self.output.likeliest(h, k)
            tokens = self.numbering.tokens(words)
            order = np.lexsort((tokens, -log_probs))[:k]  # equals by id
            best[row], found[row] = tokens[order], log_probs[order]
        return best, found

    def draw(
        self, state: Any, shares: Sequence[float], forbidden: Sequence[int]
    ) -> tuple[IntArray, FloatArray] | None:
        """Return one token a row and its log-probability, both (B,), where clusters of words save scores."""
        self._check_state(state)
        if self.numbering.ranks is not None:  # clusters hold other words than follow one another by id
            return None
        return self.output.draw(self.network.hidden(state), shares, forbidden)

    def token_log_probs(self, sequences: Sequence[TokenIds]) -> list[FloatArray]:
        """Return log P of every token of each sequence, sequences of like length side by side."""
        words = [self.numbering.of(sequence) for sequence in sequences]
        results: list[FloatArray] = [np.empty(0)] * len(words)
        longest_first = sorted(range(len(words)), key=lambda row: -len(words[row]))
        for begin in range(0, len(words), ROWS):
            rows = longest_first[begin : begin + ROWS]
            batch = [words[row] for row in rows]
            found, _ = score(self.network, self.output, batch, self.initial_state(len(rows)))
            for row, log_probs in zip(rows, found, strict=True):
                results[row] = log_probs
        return results

    def stream_log_probs(self, stream: TokenIds) -> FloatArray:
        """Return log P of every token of a stream of sentences, (T,), with the memory carried on across them."""
        return next(self.score_streams([stream]))

    def score_streams(self, streams: Iterable[TokenIds]) -> Iterator[FloatArray]:
        """Yield log P of every token of each stream, (T,), with the memory carried on from one to the next."""
        state = self.initial_state()
        for stream in streams:
            (log_probs,), state = score(self.network, self.output, [self.numbering.of(stream)], state)
            yield log_probs

    def why(self, text: str, word: str) -> str:
        """Return in words what the probability of a word after ``text`` rests on."""
        read = self.encode_prompt(text).tolist()
        if self.settings.network == "window":
            n = self.settings.window
            seen = ([SENTENCE_END] * n + read)[-n:]
            return f'the window sees "{" ".join(map(self.tokenizer.token, seen))}", and nothing before'
        words = {0: "nothing yet", 1: "the one word read"}.get(len(read), f"all {len(read)} words read")
        held = "h and c" if self.settings.network == "lstm" else "h"
        return f"the {self.name} rests on {words}, as far as {held} could hold them"

    def _check_state(self, state: Any) -> None:
        """Raise VocabularyError for a state of another model."""
        if not isinstance(state, self.network.state_type) or not self.network.fits(state):
            raise VocabularyError(
                f"the state is of another model than this {self.name}; begin with initial_state"
            )
