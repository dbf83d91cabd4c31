"""The contract: given the words so far, what word comes next?

A language model is a state machine over token ids. Evaluation, generation, mixtures, the command line and the
server know nothing else of a model.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.errors import SettingError
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SENTENCE_END


class State(Protocol):
    """What a model remembers of B texts: an n-gram's node, a window's last ids, a network's hidden state."""

    def __len__(self) -> int:
        """The number of texts, B."""

    def __getitem__(self, rows: slice | IntArray) -> Self:
        """Pick and repeat rows, as beam search and sampling of several continuations need."""

    def __eq__(self, other: object) -> bool:
        """Whether the two have the same futures, row by row."""


class LanguageModel(ABC):
    """One interface over every family of models.

    A state is never edited: ``advance`` returns a new one. All logarithms are natural.
    """

    model_type: ClassVar[str]
    """The name of the family in ``config.json``."""
    tokenizer: Tokenizer
    is_distribution: bool = True
    """False for scores that do not sum to one (stupid backoff): those have no perplexity."""
    block_bytes: int = 1 << 24
    """About how much of a long text to give it at once, so that who waits can be told how far it is."""

    @abstractmethod
    def initial_state(self, batch: int = 1) -> Any:
        """Return the state after ``<s>``, for ``batch`` texts."""

    @abstractmethod
    def advance(self, state: Any, tokens: IntArray) -> Any:
        """Return the state after one more token a row; ``tokens`` is (B,).

        What ``</s>`` does is the family's own affair: an n-gram begins the next sentence after ``<s>``, a
        recurrent network may carry its memory on.
        """

    @abstractmethod
    def log_probs(self, state: Any) -> FloatArray:
        """Return log P(next token | state), (B, V); each row of ``exp`` sums to one."""

    # Fast paths. Each default is built from the three methods above; a family that replaces one is held to
    # equality with the default by `check_language_model`.

    def token_log_probs(self, sequences: Sequence[TokenIds]) -> list[FloatArray]:
        """Return log P(token | those before it) of every token, each sequence read from the initial state.

        A sequence that is a whole sentence ends in ``</s>`` (id 2), which is scored like any other token.
        """
        lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
        results: list[FloatArray] = [np.empty(length) for length in lengths]
        longest_first = np.argsort(-lengths, kind="stable")
        state = self.initial_state(len(sequences))
        for step in range(int(lengths.max(initial=0))):
            active = longest_first[: int(np.count_nonzero(lengths > step))]
            state = state[: len(active)]
            tokens = np.array([sequences[row][step] for row in active])
            log_probs = self.log_probs(state)  # (B, V)
            for place, row in enumerate(active):
                results[row][step] = log_probs[place, tokens[place]]
            state = self.advance(state, tokens)
        return results

    def stream_log_probs(self, stream: TokenIds) -> FloatArray:
        """Return log P of every token of a stream of sentences, each ended by ``</s>``; both are (T,).

        The default scores sentence by sentence; a model whose memory crosses sentences replaces it.
        """
        ends = np.flatnonzero(stream == SENTENCE_END) + 1
        sentences = [sentence for sentence in np.split(stream, ends) if len(sentence)]
        if not sentences:
            return np.empty(0)
        return np.concatenate(self.token_log_probs(sentences))

    def score_streams(self, streams: Iterable[TokenIds]) -> Iterator[FloatArray]:
        """Yield log P of every token of each stream, the parts of one long text, before the next one is read.

        Each ends with ``</s>``. A model whose memory crosses sentences carries it on from stream to stream, so that
        the parts joined are what `stream_log_probs` gives for the whole.
        """
        for stream in streams:
            yield self.stream_log_probs(stream)

    def top_k(self, state: Any, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest next tokens and their log-probabilities, both (B, k), likeliest first.

        Equal probabilities are ordered by id. ``k`` above V gives V columns.
        """
        log_probs = self.log_probs(state)  # (B, V)
        best = np.argsort(-log_probs, axis=1, kind="stable")[:, :k]
        return best, np.take_along_axis(log_probs, best, axis=1)

    def draw(
        self, state: Any, shares: Sequence[float], forbidden: Sequence[int]
    ) -> tuple[IntArray, FloatArray] | None:
        """Return one token a row and its log-probability, both (B,), where a family finds them without all others.

        Were the tokens laid end to end by id, each as long as it is likely and the special ones ``forbidden`` left out,
        row b's is the one at ``shares[b]``, 0 to below 1, of the whole length.
        """
        return None

    def why(self, text: str, word: str) -> str | None:
        """Return in words why ``word`` has its probability after ``text``, where a family can say."""
        return None

    def matched_orders(self, sequences: Sequence[TokenIds]) -> list[IntArray] | None:
        """Return how many words each token's probability rests on, itself included, where a family can say."""
        return None

    @property
    def vocabulary_size(self) -> int:
        """V, the three special tokens included."""
        return len(self.tokenizer)

    def read(self, tokens: Sequence[int] | TokenIds, state: Any = None) -> Any:
        """Return the state after one text's tokens, from ``state`` or from the start."""
        state = self.initial_state() if state is None else state
        for token in tokens:
            state = self.advance(state, np.array([token]))
        return state

    def score(self, text: str) -> float:
        """Return the natural log-probability of one sentence, its ``</s>`` included."""
        sentence = np.append(self.tokenizer.encode(text), np.int32(SENTENCE_END))
        return float(self.token_log_probs([sentence])[0].sum())

    def encode_prompt(self, text: str) -> TokenIds:
        """Return the ids of the words so far, (T,); a line break ends a sentence, as in the training text."""
        ids: list[int] = []
        for number, line in enumerate(text.split("\n")):
            if number:
                ids.append(SENTENCE_END)
            ids += self.tokenizer.encode(line).tolist()
        return np.array(ids, dtype=np.int32)

    def next_words(self, text: str = "", k: int = 10) -> list[tuple[str, float]]:
        """Return the k likeliest next tokens after ``text``, each with its probability, the impossible left out.

        Scores stand in place of probabilities where ``is_distribution`` is False.

        Raises SettingError for a k below 1.
        """
        if k < 1:
            raise SettingError(f"k must be at least 1, got {k}; 10 is usual")
        tokens, log_probs = self.top_k(self.read(self.encode_prompt(text)), k)
        return [
            (self.tokenizer.token(int(token)), float(np.exp(log_prob)))
            for token, log_prob in zip(tokens[0], log_probs[0], strict=True)
            if log_prob > -np.inf
        ]
