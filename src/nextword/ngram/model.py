"""The n-gram model: an automaton behind the contract that every family shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.compile import available_threads, run_shards
from nextword.errors import VocabularyError
from nextword.lm.model import LanguageModel
from nextword.ngram.automaton import kernels
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.explain import Explanation, explain
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SENTENCE_END, UNKNOWN

SHARD_TOKENS = 20_000
"""Fewer tokens a thread than this are not worth a thread."""


@dataclass(frozen=True, eq=False, slots=True)
class NgramState:
    """The longest seen context of each of B texts, as a node of the automaton."""

    nodes: IntArray
    """(B,)"""

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, rows: slice | IntArray) -> Self:
        return type(self)(self.nodes[rows])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NgramState) and np.array_equal(self.nodes, other.nodes)

    def __hash__(self) -> int:
        return hash(self.nodes.tobytes())


class NgramModel(LanguageModel):
    """P(word | the N - 1 words before it), with shorter contexts where a context was not seen."""

    model_type = "ngram"

    def __init__(
        self, automaton: Automaton, tokenizer: Tokenizer, settings: Mapping[str, Any] | None = None
    ) -> None:
        if automaton.vocabulary_size != len(tokenizer):
            raise VocabularyError(
                f"the model knows {automaton.vocabulary_size} words and the tokenizer {len(tokenizer)}"
            )
        self.automaton = automaton
        self.tokenizer = tokenizer
        self.settings = dict(settings or {})
        """What made the model: smoothing, discounts, pruning, tokens and sentences read."""

    @property
    def order(self) -> int:
        """N: the longest n-gram."""
        return self.automaton.order

    @property
    def _tables(self) -> tuple[Any, Any, Any, Any, Any]:
        automaton = self.automaton
        return (
            automaton.words, automaton.children, automaton.suffixes, automaton.log_probs, automaton.backoffs,
        )  # fmt: skip

    def initial_state(self, batch: int = 1) -> NgramState:
        """Return the state after ``<s>``, for ``batch`` texts."""
        return NgramState(np.full(batch, self._initial, dtype=np.int64))

    @cached_property
    def _initial(self) -> int:
        return self.automaton.initial

    def empty_state(self, batch: int = 1) -> NgramState:
        """Return the state in the middle of nowhere, where only unigrams speak."""
        return NgramState(np.zeros(batch, dtype=np.int64))

    def advance(self, state: NgramState, tokens: IntArray) -> NgramState:
        """Return the state after one more token a row; after ``</s>`` the next sentence begins."""
        tokens = self._checked(tokens)
        advanced = np.empty(len(state), dtype=np.int64)
        kernels.advance_each(*self._tables[:3], state.nodes, self._initial, tokens, advanced)
        return NgramState(advanced)

    def log_probs(self, state: NgramState) -> FloatArray:
        """Return log P(next token | state), (B, V)."""
        rows = np.empty((len(state), self.vocabulary_size))
        for row, node in zip(rows, state.nodes, strict=True):
            kernels.distribution(*self._tables, node, row)
        return rows

    def top_k(self, state: NgramState, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest next tokens and their log-probabilities, (B, k) each; exact."""
        k = min(k, self.vocabulary_size)
        tokens = np.zeros((len(state), k), dtype=np.int64)
        log_probs = np.full((len(state), k), -np.inf)
        for row, node in enumerate(state.nodes):
            kernels.likeliest(*self._tables, self._by_probability, node, tokens[row], log_probs[row])
        return tokens, log_probs

    @cached_property
    def _by_probability(self) -> IntArray:
        automaton = self.automaton
        unigrams = automaton.log_probs[1 : 1 + automaton.vocabulary_size]
        return np.argsort(-unigrams, kind="stable").astype(np.int32)

    def explain(self, text: str, word: str) -> Explanation:
        """Return why ``word`` has its probability after ``text``; an unknown word is explained as ``<unk>``."""
        pruned = self.settings.get("prune", ())
        return explain(
            self.automaton,
            self.tokenizer.tokens,
            self.encode_prompt(text),
            self.tokenizer.ids.get(word, UNKNOWN),
            is_pruned=bool(np.any(pruned)),
        )

    def why(self, text: str, word: str) -> str:
        """Return in words why ``word`` has its probability after ``text``."""
        return str(self.explain(text, word))

    def token_log_probs(self, sequences: Sequence[TokenIds]) -> list[FloatArray]:
        """Return log P of every token of each sequence, read from the initial state."""
        return [self._walk(self._checked(sequence)) for sequence in sequences]

    def stream_log_probs(self, stream: TokenIds) -> FloatArray:
        """Return log P of every token of a stream of sentences, (T,); long streams use all threads."""
        stream = self._checked(stream)
        scores = np.empty(len(stream))
        shards = min(available_threads(), 1 + len(stream) // SHARD_TOKENS)
        ends = np.flatnonzero(stream == SENTENCE_END) + 1
        cuts = (
            ends[np.linspace(0, len(ends), shards + 1).astype(np.int64)[1:-1]].tolist()
            if len(ends) >= shards
            else []
        )
        bounds = np.unique([0, *cuts, len(stream)]).tolist()

        def score(first: int, last: int) -> None:
            scores[first:last] = self._walk(stream[first:last])

        run_shards(score, list(pairwise(bounds)) or [(0, 0)])
        return scores

    def _walk(self, tokens: TokenIds) -> FloatArray:
        scores = np.empty(len(tokens))
        kernels.walk(*self._tables, self._initial, self._initial, tokens, scores)
        return scores

    def _checked(self, tokens: Any) -> TokenIds:
        """Return token ids as the kernels take them; raises VocabularyError for ids that are none."""
        ids = np.ascontiguousarray(tokens, dtype=np.int32)
        if len(ids) and (int(ids.min()) < 0 or int(ids.max()) >= self.vocabulary_size):
            raise VocabularyError(
                f"token ids go from 0 to {self.vocabulary_size - 1}, got {ids.min()} to {ids.max()}"
            )
        return ids
