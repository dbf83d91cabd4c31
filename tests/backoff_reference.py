"""A back-off model as dictionaries, with every definition written out: what the arrays and kernels must equal."""

import math
from collections.abc import Iterable

from nextword.ngram.automaton.automaton import Automaton
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START

Ngram = tuple[int, ...]


class Backoff:
    """p(w | h) of what was seen, and gamma(h) for the rest."""

    def __init__(self, seen: dict[Ngram, float], gammas: dict[Ngram, float], vocabulary: int) -> None:
        self.seen, self.gammas = seen, gammas
        self.words = [word for word in range(vocabulary) if word != SENTENCE_START]

    @classmethod
    def of(cls, automaton: Automaton) -> "Backoff":
        paths = [tuple(automaton.path(node)) for node in range(len(automaton.words))]
        seen = {path: math.exp(log) for path, log in zip(paths, automaton.log_probs.tolist(), strict=True)}
        gammas = dict(zip(paths, map(math.exp, automaton.backoffs.tolist()), strict=False))
        del seen[()]
        return cls(seen, gammas, automaton.vocabulary_size)

    def probability(self, context: Ngram, word: int) -> float:
        if (*context, word) in self.seen:
            return self.seen[*context, word]
        return self.gammas.get(context, 1.0) * self.probability(context[1:], word)

    def row(self, context: Ngram) -> dict[int, float]:
        return {word: self.probability(context, word) for word in self.words}

    def contexts(self) -> set[Ngram]:
        """The contexts with words of their own, but for the empty one."""
        return {ngram[:-1] for ngram in self.seen if len(ngram) > 1}

    def chain_rule(self, context: Ngram) -> float:
        product = 1.0
        for place, word in enumerate(context):
            word = SENTENCE_END if word == SENTENCE_START else word
            product *= self.probability(context[:place], word)
        return product

    def without(self, removed: Iterable[Ngram]) -> "Backoff":
        """The model without some n-grams, whose gammas let every row sum to what it did, shorter contexts first."""
        lost = set(removed)
        seen = {ngram: value for ngram, value in self.seen.items() if ngram not in lost}
        smaller = Backoff(seen, dict(self.gammas), 0)
        smaller.words = self.words
        for context in sorted({ngram[:-1] for ngram in lost}, key=len):
            before = self.row(context)
            rest = [word for word in self.words if (*context, word) not in seen]
            mass = math.fsum(before[word] for word in rest)
            shorter = math.fsum(smaller.probability(context[1:], word) for word in rest)
            smaller.gammas[context] = mass / shorter
        return smaller

    def divergence(self, ngram: Ngram, weight: float) -> float:
        """The relative entropy between this model and the one without ``ngram``, over its context's row."""
        context = ngram[:-1]
        before, after = self.row(context), self.without([ngram]).row(context)
        return weight * math.fsum(p * math.log(p / after[word]) for word, p in before.items() if p > 0)


def needed(ngrams: Iterable[Ngram]) -> set[Ngram]:
    """Some n-grams and all their prefixes and suffixes."""
    found: set[Ngram] = set()
    waiting = list(ngrams)
    while waiting:
        ngram = waiting.pop()
        if ngram and ngram not in found:
            found.add(ngram)
            waiting += [ngram[:-1], ngram[1:]]
    return found
