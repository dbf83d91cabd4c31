"""Why a word has its probability: which contexts were seen, and what followed them."""

from collections.abc import Sequence
from dataclasses import dataclass

from nextword.arrays import TokenIds
from nextword.ngram.automaton.interface import BackoffAutomaton
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START


@dataclass(frozen=True, slots=True)
class BackoffStep:
    """One context that was tried, from the longest to the shortest."""

    context: tuple[str, ...]
    context_node: int
    """The context's node, or -1 where it was never seen."""
    ngram_node: int
    """The node of context and word together, or -1."""
    context_count: int | None
    """How often the context was seen; None where the model has no counts."""
    ngram_count: int | None
    """How often the word followed it; None where the model has no counts."""
    backoff: float = 1.0
    """What the shorter context's probability is multiplied by; 1 for a context that was never seen."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The way from the longest context to the one that knows the word."""

    word: str
    steps: tuple[BackoffStep, ...]
    is_pruned: bool
    """Whether n-grams were dropped, so that what is not in the model may have been seen."""
    full_contexts_only: bool = False
    """Whether shorter contexts have no say, as in additive smoothing."""
    backs_off: bool = False
    """Whether shorter contexts speak only where a longer one does not know the word, as in Katz's back-off."""

    @property
    def matched_order(self) -> int:
        """The length of the n-gram that was found, the word itself included."""
        return len(self.steps[-1].context) + 1

    def __str__(self) -> str:
        said = "; ".join(self._say(step) for step in self.steps)
        if self.full_contexts_only and self.steps[-1].context_node < 0:
            return f"{said}: all words are equally likely"
        return said

    def _say(self, step: BackoffStep) -> str:
        context, word = f'"{" ".join(step.context)}"', f'"{self.word}"'
        if not step.context:
            times = "" if step.ngram_count is None else f" {_times(step.ngram_count)}"
            return f"the word {word} alone was seen{times}" if step.ngram_count != 0 else f"never saw {word}"
        if step.context_node < 0 or step.context_count == 0:
            return f"no {context} was kept" if self.is_pruned else f"never saw {context}"
        seen = f"saw {context}" + ("" if step.context_count is None else f" {_times(step.context_count)}")
        if step.ngram_node < 0:
            missing = f"kept none with {word}" if self.is_pruned else f"never with {word} next"
            return f"{seen}, {missing}" + (f" (times {step.backoff:.3g})" if self.backs_off else "")
        followed = "" if step.ngram_count is None else f" {_times(step.ngram_count)}"
        return f"{seen}; {word} followed{followed}"


def explain(
    automaton: BackoffAutomaton,
    tokens: Sequence[str],
    text: TokenIds,
    word: int,
    *,
    is_pruned: bool,
    starts_sentence: bool = True,
    full_contexts_only: bool = False,
    backs_off: bool = False,
) -> Explanation:
    """Return why ``word`` has its probability after a text; ``tokens`` are the words by id.

    Without ``starts_sentence`` the text may stand anywhere in a sentence. With ``full_contexts_only`` (additive
    smoothing) no shorter context is asked: without the longest, all words are equally likely. With ``backs_off`` the
    explanation says what giving up a context costs.
    """
    known = _last_sentence(text.tolist()) if starts_sentence else text.tolist()
    history = known[-(automaton.order - 1) :] if automaton.order > 1 else []
    steps = []
    for length in range(len(history), -1, -1):
        context = history[len(history) - length :]
        node = _node_of(automaton, context)
        ngram = automaton.find(node, word) if node >= 0 else -1
        steps.append(
            BackoffStep(
                tuple(tokens[token] for token in context),
                node,
                ngram,
                _count(automaton, node),
                _count(automaton, ngram),
                automaton.backoff_weight(node),
            )
        )
        if ngram >= 0 or full_contexts_only:
            break
    return Explanation(tokens[word], tuple(steps), is_pruned, full_contexts_only, backs_off)


def _last_sentence(ids: list[int]) -> list[int]:
    """Return ``<s>`` and what follows it: contexts do not reach over the end of a sentence."""
    if SENTENCE_END in ids:
        ids = ids[len(ids) - ids[::-1].index(SENTENCE_END) :]
    return [SENTENCE_START, *ids]


def _node_of(automaton: BackoffAutomaton, words: Sequence[int]) -> int:
    node = 0
    for word in words:
        node = automaton.find(node, word)
        if node < 0:
            break
    return node


def _count(automaton: BackoffAutomaton, node: int) -> int | None:
    if len(automaton.counts) == 0:
        return None
    return int(automaton.counts[node]) if node >= 0 else 0


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
