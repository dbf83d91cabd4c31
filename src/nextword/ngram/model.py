"""The n-gram model: an automaton behind the contract that every family shares."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from nextword.arrays import FloatArray, IntArray, TokenIds
from nextword.compile import is_cold
from nextword.errors import SettingError, VocabularyError
from nextword.lm.evaluation import require_distribution
from nextword.lm.model import LanguageModel
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.automaton.interface import BackoffAutomaton
from nextword.ngram.estimation.smoothing import Additive, Katz, StupidBackoff
from nextword.ngram.explain import Explanation, explain
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import UNKNOWN

COLD_ANSWERS = 2
"""So many distributions are worked out in plain NumPy before the compiled kernels are loaded for the rest."""


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
        self, automaton: BackoffAutomaton, tokenizer: Tokenizer, settings: Mapping[str, Any] | None = None
    ) -> None:
        if automaton.vocabulary_size != len(tokenizer):
            raise VocabularyError(
                f"the model knows {automaton.vocabulary_size} words and the tokenizer {len(tokenizer)}"
            )
        self.automaton = automaton
        self.tokenizer = tokenizer
        self.settings = dict(settings or {})
        """What made the model: smoothing, discounts, pruning, tokens and sentences read."""
        is_score = self.smoothing.get("name") == StupidBackoff.name or self.settings.get("scores", False)
        self.is_distribution = not is_score
        self._cold_answers = 0

    def __repr__(self) -> str:
        sizes = ", ".join(f"{size:,}" for size in self.automaton.ngrams)
        return f"<NgramModel of order {self.order}: {self.vocabulary_size:,} words, n-grams {sizes}>"

    @property
    def smoothing(self) -> Mapping[str, Any]:
        """The smoothing's name and parameters, nothing where they are not known."""
        smoothing = self.settings.get("smoothing")
        return smoothing if isinstance(smoothing, Mapping) else {}

    @property
    def order(self) -> int:
        """N: the longest n-gram."""
        return self.automaton.order

    @property
    def exact(self) -> Automaton:
        """The automaton with all of its arrays; raises SettingError for a compact model, which has not kept them."""
        if not isinstance(self.automaton, Automaton):
            raise SettingError(
                "the model is compact: its counts are gone and its probabilities rounded; "
                "use the exact model that it was made from"
            )
        return self.automaton

    def compact(self) -> Self:
        """Return the model in about a seventh of the memory, its probabilities in codes of 8 bits.

        Rows still sum to one, to float32 accuracy. Raises SettingError for a model that is compact already or that
        backs off (Katz's), NotADistributionError for scores.
        """
        from nextword.ngram.compact.building.build import compacted

        if not isinstance(self.automaton, Automaton):
            raise SettingError("the model is compact already; leave out --compact")
        require_distribution(self, "the compact form")
        return type(self)(compacted(self.automaton), self.tokenizer, {**self.settings, "form": "compact"})

    def initial_state(self, batch: int = 1) -> NgramState:
        """Return the state after ``<s>``, for ``batch`` texts."""
        return NgramState(np.full(batch, self.automaton.initial, dtype=np.int64))

    def empty_state(self, batch: int = 1) -> NgramState:
        """Return the state in the middle of nowhere, where only unigrams speak."""
        return NgramState(np.zeros(batch, dtype=np.int64))

    def advance(self, state: NgramState, tokens: IntArray) -> NgramState:
        """Return the state after one more token a row; after ``</s>`` the next sentence begins."""
        tokens = self._checked(tokens)
        self._check_state(state)
        if tokens.shape != state.nodes.shape:
            raise VocabularyError(f"advance takes one token a row: {len(state)} rows, tokens {tokens.shape}")
        return NgramState(self.automaton.advance(state.nodes, tokens))

    def log_probs(self, state: NgramState) -> FloatArray:
        """Return log P(next token | state), (B, V)."""
        self._check_state(state)
        rows = np.empty((len(state), self.vocabulary_size))
        cold = self._answers_cold(state)
        for row, node in zip(rows, state.nodes, strict=True):
            self.automaton.distribution(int(node), row, cold=cold)
        return rows

    def top_k(self, state: NgramState, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest next tokens and their log-probabilities, (B, k) each; exact."""
        if k < 1:
            raise SettingError(f"k must be at least 1, got {k}; 10 is usual")
        self._check_state(state)
        if len(state) == 1 and is_cold() and self._cold_answers < COLD_ANSWERS:
            return super().top_k(state, k)
        k = min(k, self.vocabulary_size)
        tokens = np.zeros((len(state), k), dtype=np.int64)
        log_probs = np.full((len(state), k), -np.inf)
        for row, node in enumerate(state.nodes):
            self.automaton.likeliest(node, tokens[row], log_probs[row])
        return tokens, log_probs

    def score(self, text: str) -> float:
        """Return the natural log-probability of one sentence, its ``</s>`` included."""
        table = None if is_cold() else self.tokenizer.word_table
        if table is not None:
            with suppress(UnicodeEncodeError):  # half a surrogate pair
                total = self.automaton.line_total(text.encode(), table)
                if not math.isnan(total):
                    return total
        # The tokenizer gives no ids but its own: they need no check.
        return float(self.automaton.total(self.tokenizer.encode(text)))

    def explain(self, text: str, word: str) -> Explanation:
        """Return why ``word`` has its probability after ``text``; an unknown word is explained as ``<unk>``."""
        return self._explanation(self.encode_prompt(text), word, starts_sentence=True)

    def _explanation(self, text: TokenIds, word: str, *, starts_sentence: bool) -> Explanation:
        return explain(
            self.automaton,
            self.tokenizer.tokens,
            text,
            self._word_id(word),
            is_pruned="pruned" in self.settings or bool(np.any(self.settings.get("prune", ()))),
            starts_sentence=starts_sentence,
            full_contexts_only=self.smoothing.get("name") == Additive.name,
            backs_off=self.smoothing.get("name") in (Katz.name, StupidBackoff.name),
        )

    def _word_id(self, word: str) -> int:
        """Return the id of a token, or of a word as the tokenizer reads it."""
        token_id = self.tokenizer.ids.get(word)
        if token_id is None:
            ids = self.tokenizer.encode(word)
            token_id = int(ids[0]) if len(ids) == 1 else UNKNOWN
        return token_id

    def probability(self, word: str, after: str = "") -> float:
        """Return P(word | the words of ``after``), wherever in a sentence they stand.

        >>> from nextword.ngram.train import train_on_lines
        >>> model = train_on_lines(["your cell phone", "my cell phone", "the cell wall"], order=3, smoothing="mle")
        >>> round(model.probability("phone", after="cell"), 3), model.probability("phone", after="your cell")
        (0.667, 1.0)
        """
        state = self.read(self.tokenizer.encode(after), self.empty_state())
        return float(np.exp(self.log_probs(state)[0, self._word_id(word)]))

    def why_after(self, context: str, word: str) -> str:
        """Return in words why ``word`` has its probability after ``context``, wherever in a sentence."""
        return str(self._explanation(self.tokenizer.encode(context), word, starts_sentence=False))

    def why(self, text: str, word: str) -> str:
        """Return in words why ``word`` has its probability after ``text``."""
        return str(self.explain(text, word))

    def token_log_probs(self, sequences: Sequence[TokenIds]) -> list[FloatArray]:
        """Return log P of every token of each sequence, read from the initial state."""
        return [self.automaton.walk(self._checked(sequence)) for sequence in sequences]

    def matched_orders(self, sequences: Sequence[TokenIds]) -> list[IntArray]:
        """Return the length of the longest seen n-gram that each token completes, as KenLM's ``full_scores`` do."""
        return [self.automaton.matched_orders(self._checked(sequence)) for sequence in sequences]

    def stream_log_probs(self, stream: TokenIds) -> FloatArray:
        """Return log P of every token of a stream of sentences, (T,); long streams use all threads."""
        return self.automaton.walk_stream(self._checked(stream))

    def _checked(self, tokens: Any) -> TokenIds:
        """Return token ids as the kernels take them; raises VocabularyError for ids that are none."""
        ids = np.asarray(tokens)
        if ids.ndim != 1 or (len(ids) and not np.issubdtype(ids.dtype, np.integer)):
            raise VocabularyError(
                f"token ids are a list of whole numbers, got {ids.dtype} of shape {ids.shape}"
            )
        if len(ids) and (int(ids.min()) < 0 or int(ids.max()) >= self.vocabulary_size):
            raise VocabularyError(
                f"token ids go from 0 to {self.vocabulary_size - 1}, got {ids.min()} to {ids.max()}"
            )
        return np.ascontiguousarray(ids, dtype=np.int32)

    def _answers_cold(self, state: NgramState) -> bool:
        """Whether to answer without the compiler: it costs more than the first question, and less than many."""
        if len(state) != 1 or not is_cold() or self._cold_answers >= COLD_ANSWERS:
            return False
        self._cold_answers += 1
        return True

    def _check_state(self, state: NgramState) -> None:
        """Raise VocabularyError for a state of another model: the kernels would leave the arrays."""
        contexts = self.automaton.contexts
        if len(state) and not 0 <= int(state.nodes.min()) <= int(state.nodes.max()) < contexts:
            raise VocabularyError(f"the state is of another model: this one has {contexts} contexts")
