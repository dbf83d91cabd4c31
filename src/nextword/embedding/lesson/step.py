"""One step of word2vec on one position of one sentence, with every number on the way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from nextword.embedding.lesson.example import Example, take_step
from nextword.embedding.lesson.hidden import Hidden, Matrix
from nextword.embedding.lesson.hierarchical_softmax import hierarchical_softmax_example
from nextword.embedding.lesson.negative_sampling import negative_sampling_example
from nextword.embedding.lesson.softmax import softmax_example
from nextword.embedding.lesson.windows import Architecture, Pair, training_pairs
from nextword.embedding.word2vec.huffman import HuffmanTree, huffman_tree
from nextword.errors import SettingError

Objective = Literal["softmax", "negative-sampling", "hierarchical-softmax"]
LECTURE_SENTENCE = "the cat sat on the floor"
MOST_WORDS, MOST_NUMBERS = 10_000, 1_000
"""Beyond these nobody reads a step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word2vecStep:
    """One step: the network before it, the examples of the position, the network after it."""

    sentence: tuple[str, ...]
    position: int
    """The place of the centre word in the sentence, from 0."""
    vocabulary: tuple[str, ...]
    """The V words, the most frequent first; their places are the ids of the examples."""
    architecture: Architecture
    objective: Objective
    how_hidden: Hidden
    """Whether the hidden vector is the mean or the sum of the rows of the inputs."""
    window: int
    rate: float
    tree: HuffmanTree | None
    """The tree of hierarchical softmax."""
    W: Matrix
    """(V, E), before the step."""
    W_out: Matrix
    """W' as rows u_j, before the step: (V, E), or (V - 1, E) of the tree's inner nodes."""
    examples: tuple[Example, ...]
    """CBOW: one, the context predicts the centre word. Skip-gram: the centre word predicts each word of the context."""
    W_after: Matrix
    W_out_after: Matrix
    examples_after: tuple[Example, ...]
    """The same examples on the network after the step."""

    @property
    def loss(self) -> float:
        """The summed loss of the examples before the step, in nats."""
        return sum(example.loss for example in self.examples)

    @property
    def loss_after(self) -> float:
        """Their summed loss after it."""
        return sum(example.loss for example in self.examples_after)

    def output_name(self, output: int) -> str:
        """Return what a row of W' stands for: a word, or an inner node of the tree."""
        if self.tree is None:
            return self.vocabulary[output]
        return f"node {output}" if output < len(self.tree) - 2 else f"node {output} (root)"


def word2vec_step(
    sentence: Sequence[str] | str = LECTURE_SENTENCE,
    position: int | None = None,
    *,
    window: int = 2,
    architecture: Architecture = "cbow",
    objective: Objective = "softmax",
    hidden: Hidden = "mean",
    size: int = 4,
    negative: int = 2,
    rate: float = 0.5,
    seed: int = 1,
) -> Word2vecStep:
    """Take one step of gradient descent on one position of a sentence (its middle if not given), and keep all of it.

    W and W' start at random numbers between -1 and 1 with two decimals, so that a reader can follow on paper; word2vec
    itself starts with smaller ones, and W' at zero. Negatives follow the 0.75-power of the sentence's counts. Raises
    SettingError for a sentence of fewer than two different words, and for settings that make no sense.

    >>> step = word2vec_step("the cat sat on the floor", window=2)
    >>> [step.vocabulary[word] for word in step.examples[0].inputs], step.vocabulary[step.examples[0].target]
    (['the', 'cat', 'on', 'the'], 'sat')
    >>> step.loss_after < step.loss
    True
    """
    words = sentence.split() if isinstance(sentence, str) else list(sentence)
    vocabulary = [
        word for word, _ in Counter(words).most_common()
    ]  # equals in the order of their first place
    _check(words, architecture, objective)
    _check_numbers(size=size, negative=negative, rate=rate, seed=seed)
    place = (len(words) - 1) // 2 if position is None else position
    id_of = {word: place for place, word in enumerate(vocabulary)}
    ids = [id_of[word] for word in words]
    pairs = training_pairs(ids, place, window, architecture, direction="lecture")
    counts = np.bincount(ids)
    tree = huffman_tree(counts) if objective == "hierarchical-softmax" else None
    chance = np.random.default_rng(seed)
    W = chance.uniform(-1, 1, (len(vocabulary), size)).round(2)  # (V, E)
    W_out = chance.uniform(-1, 1, (len(vocabulary) - (tree is not None), size)).round(2)
    negatives = [_draw_negatives(counts, pair.target, negative, chance) for pair in pairs]

    def run(W: Matrix, W_out: Matrix) -> tuple[Example, ...]:
        made = []
        for pair, drawn in zip(pairs, negatives, strict=True):
            made.append(_example(W, W_out, pair, objective, hidden, drawn, tree))
        return tuple(made)

    examples = run(W, W_out)
    W_after, W_out_after = take_step(W, W_out, examples, rate)
    return Word2vecStep(
        sentence=tuple(words),
        position=place,
        vocabulary=tuple(vocabulary),
        architecture=architecture,
        objective=objective,
        how_hidden=hidden,
        window=window,
        rate=rate,
        tree=tree,
        W=W,
        W_out=W_out,
        examples=examples,
        W_after=W_after,
        W_out_after=W_out_after,
        examples_after=run(W_after, W_out_after),
    )


def _check(words: list[str], architecture: str, objective: str) -> None:
    if len(set(words)) < 2:
        raise SettingError(
            f"a step needs a sentence of at least two different words, got {len(set(words))}; "
            f"try {LECTURE_SENTENCE!r}"
        )
    if len(words) > MOST_WORDS:
        raise SettingError(f"a sentence has at most {MOST_WORDS:,} words here, got {len(words):,}")
    for name, value, choices in (
        ("architecture", architecture, get_args(Architecture)),
        ("objective", objective, get_args(Objective)),
    ):
        if value not in choices:
            raise SettingError(f"the {name} is one of {', '.join(choices)}, got {value!r}")


def _check_numbers(*, size: int, negative: int, rate: float, seed: int) -> None:
    for name, number in (("size of vectors", size), ("number of negatives", negative)):
        if not 1 <= number <= MOST_NUMBERS:
            raise SettingError(f"the {name} is at least 1 and at most {MOST_NUMBERS:,}, got {number}")
    if not 0 < rate <= MOST_NUMBERS:
        raise SettingError(f"the rate is a number above 0 and at most {MOST_NUMBERS:,}, got {rate}")
    if seed < 0:
        raise SettingError(f"the seed is 0 or more, got {seed}")


def _draw_negatives(counts: Any, target: int, number: int, chance: np.random.Generator) -> list[int]:
    """Draw words other than the target, with the chance that word2vec gives them."""
    weights = counts**0.75
    weights[target] = 0.0
    return [int(word) for word in chance.choice(len(counts), number, p=weights / weights.sum())]


def _example(
    W: Matrix,
    W_out: Matrix,
    pair: Pair,
    objective: Objective,
    hidden: Hidden,
    negatives: list[int],
    tree: HuffmanTree | None,
) -> Example:
    if tree is not None:
        return hierarchical_softmax_example(W, W_out, pair.inputs, pair.target, tree, hidden)
    if objective == "negative-sampling":
        return negative_sampling_example(W, W_out, pair.inputs, pair.target, negatives, hidden)
    return softmax_example(W, W_out, pair.inputs, pair.target, hidden)
