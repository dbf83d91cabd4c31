"""From a hidden vector to P(w | h): the softmax over all words, or by way of classes of words."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.lm.sampling import place_at
from nextword.neural.inference.softmax import Words, highest_places, log_softmax

Scorer = Callable[[Words, FloatArray], FloatArray]


def scorer_of(hidden: FloatArray) -> Scorer:
    """Return how words are scored for ``hidden`` (N, H)."""
    # One row is a text that is being generated: thousands will follow, for which a compiler is worth loading.
    return Words.scores_of_one if len(hidden) == 1 else Words.scores


class Output(ABC):
    """An output layer; words are ranks, and log-probabilities float64 from float32 products."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def log_probs(self, hidden: FloatArray) -> FloatArray:
        """Return log P(w | h) of every word, (N, V), for ``hidden`` (N, H)."""
        return self._distribution(hidden, scorer_of(hidden))

    @abstractmethod
    def _distribution(self, hidden: FloatArray, scores: Scorer) -> FloatArray:
        """Return log P(w | h) of every word, by one way to score words."""

    def draw(
        self, hidden: FloatArray, shares: Sequence[float], forbidden: Sequence[int]
    ) -> tuple[IntArray, FloatArray] | None:
        """Return one word a row and its log P, (N,) each, where that takes fewer than all scores, as a model does."""
        return None

    @abstractmethod
    def target_log_probs(self, hidden: FloatArray, targets: IntArray) -> FloatArray:
        """Return log P(target | h) of one word a row, (N,)."""

    @abstractmethod
    def likeliest(self, h: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest words after ``h`` (H,), with all as likely as the last of them, in no order."""


class ExactOutput(Output):
    """P(w | h) = softmax(U h + b_2) over all V words."""

    def _distribution(self, hidden: FloatArray, scores: Scorer) -> FloatArray:
        return log_softmax(scores(self.words, hidden))

    def target_log_probs(self, hidden: FloatArray, targets: IntArray) -> FloatArray:
        """Return log P(target | h)."""
        return self.words[targets].own_scores(hidden) - self.words.log_normalisers(hidden)

    def likeliest(self, h: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest words."""
        log_probs = self._distribution(h[None], Words.scores)[0]
        places = highest_places(log_probs, k)
        return places, log_probs[places]


class AdaptiveOutput(Output):
    """Frequent words by themselves, rarer ones by way of their cluster (Grave et al. 2017).

    The head is a softmax over the shortlist and the clusters; for a word of a cluster,
    P(w | h) = P(cluster | h) softmax(U h + b_2) over the words of the cluster. ``heads`` are the rows of the head that
    stand for the clusters, and ``bounds`` the ranks of the words of each.
    """

    def __init__(self, words: Words, heads: Words, bounds: Sequence[tuple[int, int]]) -> None:
        super().__init__(words)
        self.bounds = bounds
        self.shortlist = words[: bounds[0][0]]
        self.heads = heads
        self.clusters = [words[begin:end] for begin, end in bounds]

    def _distribution(self, hidden: FloatArray, scores: Scorer) -> FloatArray:
        frequent, clusters = self._parts(self._head(hidden, scores))
        rarer = [
            clusters[:, place, None] + log_softmax(scores(words, hidden))
            for place, words in enumerate(self.clusters)
        ]
        return np.concatenate([frequent, *rarer], axis=1)

    def _head(self, hidden: FloatArray, scores: Scorer) -> FloatArray:
        """Return log P of the words of the shortlist, and behind them of the clusters, (N, shortlist + clusters)."""
        return log_softmax(
            np.concatenate([scores(self.shortlist, hidden), self.heads.scores(hidden)], axis=1)
        )

    def _parts(self, head: FloatArray) -> tuple[FloatArray, FloatArray]:
        return head[:, : len(self.shortlist)], head[:, len(self.shortlist) :]

    def draw(
        self, hidden: FloatArray, shares: Sequence[float], forbidden: Sequence[int]
    ) -> tuple[IntArray, FloatArray]:
        """Return one word a row and its log P; most are in the shortlist, and others need one cluster's scores."""
        scores = scorer_of(hidden)
        head = self._head(hidden, scores)
        allowed = head.copy()
        allowed[:, forbidden] = -np.inf
        lengths = np.exp(allowed - allowed.max(axis=1, keepdims=True))
        ranks, log_probs = np.empty(len(hidden), dtype=np.int64), np.empty(len(hidden))
        for row, share in enumerate(shares):
            place, passed = place_at(lengths[row], share)
            ranks[row], log_probs[row] = place, head[row, place]
            if place >= len(self.shortlist):
                cluster = place - len(self.shortlist)
                within = log_softmax(scores(self.clusters[cluster], hidden[row, None]))[0]
                place, _ = place_at(np.exp(within), passed)
                ranks[row] = self.bounds[cluster][0] + place
                log_probs[row] += within[place]
        return ranks, log_probs

    def target_log_probs(self, hidden: FloatArray, targets: IntArray) -> FloatArray:
        """Return log P(target | h); a cluster is scored only for the rows whose target it holds."""
        clusters = self.heads.scores(hidden).astype(np.float64)  # (N, C)
        head = self.shortlist.log_normalisers(hidden)[:, None]
        log_probs: FloatArray = -np.logaddexp.reduce(np.concatenate([head, clusters], axis=1), axis=1)
        for place, (begin, end) in enumerate(self.bounds):
            rows = np.flatnonzero((targets >= begin) & (targets < end))
            if len(rows):
                log_probs[rows] += clusters[rows, place] - self.clusters[place].log_normalisers(hidden[rows])
        log_probs += self.words[targets].own_scores(hidden)
        return log_probs

    def likeliest(self, h: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest words; no word is likelier than its cluster, so most clusters are left out."""
        hidden = h[None]
        frequent, clusters = self._parts(self._head(hidden, Words.scores))
        places = highest_places(frequent[0], k)
        log_probs = frequent[0, places]
        for cluster in np.argsort(-clusters[0], kind="stable"):
            if len(places) >= k and clusters[0, cluster] < log_probs.min():
                break
            within = log_softmax(self.clusters[cluster].scores(hidden))[0]
            places = np.concatenate([places, np.arange(*self.bounds[cluster])])
            log_probs = np.concatenate([log_probs, clusters[0, cluster] + within])
            kept = highest_places(log_probs, k)
            places, log_probs = places[kept], log_probs[kept]
        return places, log_probs
