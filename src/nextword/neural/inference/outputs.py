"""From a hidden vector to P(w | h): the softmax over all words, or by way of classes of words."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.softmax import (
    highest_places,
    log_normalisers,
    log_softmax,
    scores,
    target_scores,
)


class Output(ABC):
    """An output layer; words are ranks, and log-probabilities float64 from float32 products."""

    def __init__(self, U: FloatArray, bias: FloatArray) -> None:
        self.U = U
        """(V, H)"""
        self.bias = bias
        """(V,)"""

    @abstractmethod
    def log_probs(self, hidden: FloatArray) -> FloatArray:
        """Return log P(w | h) of every word, (N, V), for ``hidden`` (N, H)."""

    @abstractmethod
    def target_log_probs(self, hidden: FloatArray, targets: IntArray) -> FloatArray:
        """Return log P(target | h) of one word a row, (N,)."""

    @abstractmethod
    def likeliest(self, h: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest words after ``h`` (H,), with all as likely as the last of them, in no order."""


class ExactOutput(Output):
    """P(w | h) = softmax(U h + b_2) over all V words."""

    def log_probs(self, hidden: FloatArray) -> FloatArray:
        """Return log P(w | h) of every word."""
        return log_softmax(scores(hidden, self.U, self.bias))

    def target_log_probs(self, hidden: FloatArray, targets: IntArray) -> FloatArray:
        """Return log P(target | h)."""
        wanted = target_scores(hidden, self.U[targets], self.bias[targets])
        return wanted - log_normalisers(hidden, self.U, self.bias)

    def likeliest(self, h: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest words."""
        log_probs = self.log_probs(h[None])[0]
        words = highest_places(log_probs, k)
        return words, log_probs[words]


class AdaptiveOutput(Output):
    """Frequent words by themselves, rarer ones by way of their cluster (Grave et al. 2017).

    The head is a softmax over the shortlist and the clusters; for a word of a cluster,
    P(w | h) = P(cluster | h) softmax(U h + b_2) over the words of the cluster. ``clusters`` are the rows of the head
    that stand for them, (C, H) and (C,), and ``bounds`` the ranks of the words of each.
    """

    def __init__(
        self,
        U: FloatArray,
        bias: FloatArray,
        clusters: tuple[FloatArray, FloatArray],
        bounds: Sequence[tuple[int, int]],
    ) -> None:
        super().__init__(U, bias)
        self.cluster_U, self.cluster_bias = clusters
        self.bounds = [slice(*bound) for bound in bounds]
        self.shortlist = slice(0, bounds[0][0] if bounds else len(U))

    def log_probs(self, hidden: FloatArray) -> FloatArray:
        """Return log P(w | h) of every word."""
        head, clusters = self._head(hidden)
        parts = [
            clusters[:, place, None] + log_softmax(scores(hidden, self.U[words], self.bias[words]))
            for place, words in enumerate(self.bounds)
        ]
        return np.concatenate([head, *parts], axis=1)

    def target_log_probs(self, hidden: FloatArray, targets: IntArray) -> FloatArray:
        """Return log P(target | h); a cluster is scored only for the rows whose target it holds."""
        log_probs = -log_normalisers(hidden, self.U[self.shortlist], self.bias[self.shortlist])
        if self.bounds:
            clusters = scores(hidden, self.cluster_U, self.cluster_bias).astype(np.float64)  # (N, C)
            log_probs = -np.logaddexp(-log_probs, np.logaddexp.reduce(clusters, axis=1))
        for place, words in enumerate(self.bounds):
            rows = np.flatnonzero((targets >= words.start) & (targets < words.stop))
            if len(rows):
                within = log_normalisers(hidden[rows], self.U[words], self.bias[words])
                log_probs[rows] += clusters[rows, place] - within
        return log_probs + target_scores(hidden, self.U[targets], self.bias[targets])

    def likeliest(self, h: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
        """Return the k likeliest words; no word is likelier than its cluster, so most clusters are left out."""
        head, clusters = self._head(h[None])
        words = highest_places(head[0], k)
        log_probs = head[0, words]
        for place in np.argsort(-clusters[0], kind="stable"):
            least = log_probs.min() if len(words) >= k else -np.inf
            if clusters[0, place] < least:
                break
            bound = self.bounds[place]
            within = log_softmax(scores(h[None], self.U[bound], self.bias[bound]))[0]
            words = np.concatenate([words, np.arange(bound.start, bound.stop)])
            log_probs = np.concatenate([log_probs, clusters[0, place] + within])
            kept = highest_places(log_probs, k)
            words, log_probs = words[kept], log_probs[kept]
        return words, log_probs

    def _head(self, hidden: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return log P of the words of the shortlist, and log P(cluster | h)."""
        frequent = scores(hidden, self.U[self.shortlist], self.bias[self.shortlist])
        both = log_softmax(
            np.concatenate([frequent, scores(hidden, self.cluster_U, self.cluster_bias)], axis=1)
        )
        return both[:, self.shortlist], both[:, self.shortlist.stop :]
