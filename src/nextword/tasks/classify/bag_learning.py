"""How a bag of n-grams learns: log-count ratios, weighed by a logistic regression.

The ratio r of an n-gram says how much more often texts of a class hold it than others do (Wang and Manning 2012):
r = ln((p / |p|) / (q / |q|)), where p counts the class's texts that hold it, plus 1, and q the others', plus 1. Times
its idf, ln((1 + N) / (1 + texts that hold it)) + 1, what is rare is believed sooner. That helps with some texts and
harms with others, as does a strong regression, so that the texts themselves choose: each fifth of them is answered by
what the others say, and the way of the smallest -ln P(class) is taken.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray, FloatArray, IntArray, TokenIds
from nextword.errors import MissingDependencyError, VocabularyError
from nextword.tasks.classify.bag import Bag, ngram_keys
from nextword.text.vocabulary import SPECIAL_TOKENS


class Way(NamedTuple):
    """A way to weigh n-grams."""

    idf: bool
    strength: float
    """C of the logistic regression: how far weights may go from 0 for the sake of the texts."""


WAYS = tuple(Way(idf, strength) for idf in (False, True) for strength in (1.0, 0.3, 0.1))
"""Those to choose from; the first one where the texts are too few to choose."""
PARTS = 5
"""Parts of the texts, each answered by what was learned from the others, that choose."""


def learn_bag(
    texts: Sequence[TokenIds],
    classes: IntArray,
    count: int,
    words: int,
    order: int,
    ways: Sequence[Way] = WAYS,
) -> tuple[Bag, Way]:
    """Return a bag of texts, of which ``classes`` (N,) are each one's of ``count``, and the way that was chosen.

    Raises VocabularyError where no text holds a known n-gram, MissingDependencyError where scikit-learn is not
    installed.
    """
    try:
        from scipy.sparse import csr_array
        from sklearn.linear_model import LogisticRegression  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            "the bag of n-grams is weighed by scikit-learn, which is not installed; try: "
            "pip install 'nextword[tasks]', or leave the bag out (--bag 0)"
        ) from error
    held = [ngram_keys(text, words, order) for text in texts]
    keys = np.unique(np.concatenate(held))  # (F,)
    if not len(keys):
        raise VocabularyError(
            f"the bag of n-grams is empty: the {len(texts):,} texts hold no known word, of "
            f"{words - len(SPECIAL_TOKENS):,}; try a lower --min-count, or an --encoder of such text, or "
            "leave the bag out (--bag 0)"
        )
    bounds = np.cumsum([0, *map(len, held)]).astype(np.int32)  # of 32 bits, as liblinear wants them
    places = np.searchsorted(keys, np.concatenate(held)).astype(np.int32)
    holds = csr_array((np.ones(len(places)), places, bounds), shape=(len(texts), len(keys)))  # (N, F)
    is_class = [classes == number for number in range(count if count > 2 else 1)]
    way = _chosen(ways, holds, is_class, classes)
    weights, bias = np.empty((len(keys), count), np.float32), np.empty(count, np.float32)
    for number, each in enumerate(is_class):
        weights[:, number], bias[number] = _against_others(holds, each, way)
    if count == 2:
        weights[:, 1], bias[1] = -weights[:, 0], -bias[0]
    return Bag(keys, weights, bias, words, order), way


def log_count_ratios(holds: Any, is_class: BoolArray) -> FloatArray:
    """Return r of each n-gram, (F,), where ``holds`` (N, F) says which text holds it."""
    p = 1 + np.asarray(holds[is_class].sum(axis=0)).ravel()
    q = 1 + np.asarray(holds[~is_class].sum(axis=0)).ravel()
    ratios: FloatArray = np.log((p / p.sum()) / (q / q.sum()))
    return ratios


def _against_others(holds: Any, is_class: BoolArray, way: Way) -> tuple[FloatArray, float]:
    """Return what each n-gram says for a class, (F,), and the bias."""
    from sklearn.linear_model import LogisticRegression

    scale = log_count_ratios(holds, is_class)
    if way.idf:
        texts_with = np.asarray(holds.sum(axis=0)).ravel()  # (F,)
        scale *= np.log((1 + holds.shape[0]) / (1 + texts_with)) + 1
    scaled = holds.multiply(scale[None]).tocsr()
    regression = LogisticRegression(C=way.strength, solver="liblinear", random_state=0).fit(scaled, is_class)
    return regression.coef_[0] * scale, float(regression.intercept_[0])


def _chosen(ways: Sequence[Way], holds: Any, is_class: Sequence[BoolArray], classes: IntArray) -> Way:
    """Return the way by which texts that were not learned from are the likeliest."""
    from sklearn.model_selection import StratifiedKFold

    if len(ways) == 1 or np.unique(classes, return_counts=True)[1].min() < PARTS:
        return ways[0]
    losses = np.zeros(len(ways))
    for train, others in StratifiedKFold(PARTS, shuffle=True, random_state=0).split(holds, classes):
        for each in is_class:
            for place, way in enumerate(ways):
                weights, bias = _against_others(holds[train], each[train], way)
                losses[place] += _loss(holds[others] @ weights + bias, each[others])
    return ways[int(losses.argmin())]


def _loss(scores: NDArray[np.float64], is_class: BoolArray) -> float:
    """Return -ln P(whether it is of the class), summed over texts."""
    return float(np.logaddexp(0, np.where(is_class, -scores, scores)).sum())
