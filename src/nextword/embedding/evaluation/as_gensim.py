"""The two tests as users of gensim know them: which questions were right, and correlations with their chances."""

import math
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from nextword.arrays import BoolArray, FloatArray
from nextword.embedding.evaluation.analogies import answered_right
from nextword.embedding.evaluation.folding import FoldedWords
from nextword.embedding.evaluation.questions import read_analogies, read_judgments
from nextword.embedding.evaluation.similarity import pair_cosines, ranks
from nextword.embedding.vectors.analogies import Method
from nextword.embedding.vectors.neighbours import Neighbours
from nextword.errors import InputError, SettingError, shown

SimilarityFunction = Literal["most_similar", "most_similar_cosmul"]
METHODS: dict[str, Method] = {"most_similar": "add", "most_similar_cosmul": "mul"}
STEPS = 200_001
"""Of the integral."""


class Correlation(NamedTuple):
    """A correlation, -1..1, and the chance of one as strong between numbers that have nothing in common."""

    statistic: float
    pvalue: float


def word_analogies(
    vectors: Neighbours,
    path: str | Path,
    *,
    restrict: int | None,
    fold_case: bool,
    unknown_is_wrong: bool,
    similarity_function: SimilarityFunction,
) -> tuple[float, list[dict[str, Any]]]:
    """Return the share of questions answered right, and by section, the last "Total accuracy", which they were.

    Questions with a word that is not asked are left out, or wrong if ``unknown_is_wrong``. Raises InputError for a
    malformed file, SettingError for another function than those of 3CosAdd and 3CosMul.
    """
    if similarity_function not in METHODS:
        known = ", ".join(get_args(SimilarityFunction))
        raise SettingError(f"similarity_function can be {known}, got {shown(similarity_function)}")
    words = FoldedWords(vectors, restrict, fold=fold_case)
    found: list[dict[str, Any]] = []
    for section in read_analogies(path):
        rows = np.array([words.rows(question) for question in section.questions], np.int64).reshape(-1, 4)
        right = answered_right(vectors, words, rows, METHODS[similarity_function])
        wrong: BoolArray = ~right & ((rows >= 0).all(axis=1) | unknown_is_wrong)
        asked = [tuple(map(words.folded, question)) for question in section.questions]
        parts = {
            name: [asked[place] for place in np.flatnonzero(mask).tolist()]
            for name, mask in (("correct", right), ("incorrect", wrong))
        }
        found.append({"section": section.name, **parts})
    total = {
        name: list(chain.from_iterable(part[name] for part in found)) for name in ("correct", "incorrect")
    }
    found.append({"section": "Total accuracy", **total})
    answered = len(total["correct"]) + len(total["incorrect"])
    return (len(total["correct"]) / answered if answered else 0.0), found


def word_pairs(
    vectors: Neighbours,
    path: str | Path,
    *,
    restrict: int | None,
    fold_case: bool,
    unknown_is_zero: bool,
) -> tuple[Correlation, Correlation, float]:
    """Return Pearson's and Spearman's correlation with people's judgments, and how many pairs of 100 are unknown.

    Unknown pairs are left out, or have a cosine of zero if ``unknown_is_zero``. Raises InputError for a malformed
    file, and where all pairs are unknown.
    """
    pairs = read_judgments(path)
    cosines, known = pair_cosines(vectors, pairs, FoldedWords(vectors, restrict, fold=fold_case))
    scores = np.array([pair.score for pair in pairs])
    if not known.any():
        raise InputError(
            f"{path}: not one of {len(pairs)} pairs has vectors; do case and language fit the vectors?"
        )
    if unknown_is_zero:
        everything = np.zeros(len(pairs))
        everything[known] = cosines
    else:
        everything, scores = cosines.astype(np.float64), scores[known]
    share = 100 * float(np.mean(~known))
    return correlation(scores, everything), correlation(ranks(scores), ranks(everything)), share


def correlation(one: FloatArray, other: FloatArray) -> Correlation:
    """Return Pearson's correlation of numbers (n,) with others; not a number where either are all alike.

    The chance is that of Student's t-test: numbers that are normal and independent have a correlation beyond r with
    the probability of the integral of (1 - x^2)^(n/2 - 2) from abs(r) to 1, as a share of that from 0.

    >>> round(correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0])).statistic, 6)
    1.0
    """
    a, b = (_centred(numbers) for numbers in (one, other))
    r = float(np.clip(a @ b, -1, 1))
    if math.isnan(r) or len(one) < 3:
        return Correlation(r, math.nan if math.isnan(r) else 1.0)
    if abs(r) == 1:
        return Correlation(r, 0.0)
    power, begin = len(one) - 3, math.asin(abs(r))
    angles = np.linspace(begin, math.pi / 2, STEPS)  # x = sin(angle)
    heights = (np.cos(angles) / math.cos(begin)) ** power  # the highest is 1: nothing underflows at once
    total = 0.5 * math.sqrt(math.pi) * math.exp(math.lgamma(power / 2 + 0.5) - math.lgamma(power / 2 + 1))
    return Correlation(r, float(np.trapezoid(heights, angles)) * math.cos(begin) ** power / total)


def _centred(numbers: FloatArray) -> NDArray[np.float64]:
    """Return numbers (n,) about their mean and with a length of one."""
    away = np.asarray(numbers, dtype=np.float64) - np.mean(numbers)
    length = float(np.linalg.norm(away))
    return away / length if length > 0 else np.full(len(away), np.nan)
