"""The output side of a step: the rows of W' that answer, and what they say."""

from typing import NamedTuple

from nextword.embedding.lesson.example import Example
from nextword.embedding.lesson.hidden import Matrix
from nextword.embedding.lesson.step import Word2vecStep


class OutputRow(NamedTuple):
    """One row of W' at work."""

    name: str
    """A word, or an inner node of the tree."""
    row: int
    vector: Matrix
    """u, (E,), before the step."""
    score: float
    probability: float
    label: float
    """0 or 1; for the softmax of skip-gram, how often the word is a target."""
    error: float
    """The loss by the score."""


class OutputGroup(NamedTuple):
    """The rows that answer together."""

    targets: tuple[str, ...]
    rows: tuple[OutputRow, ...]
    loss: float


def output_groups(step: Word2vecStep) -> list[OutputGroup]:
    """Return the outputs of a step, an example a group; skip-gram's examples share one softmax, so they are one."""
    if step.objective == "softmax":
        return [_group(step, list(step.examples))]
    return [_group(step, [example]) for example in step.examples]


def _group(step: Word2vecStep, examples: list[Example]) -> OutputGroup:
    first = examples[0]
    rows = [
        OutputRow(
            name=step.output_name(int(row)),
            row=int(row),
            vector=step.W_out[row],
            score=float(first.scores[place]),
            probability=float(first.probabilities[place]),
            label=float(sum(example.labels[place] for example in examples)),
            error=float(sum(example.errors[place] for example in examples)),
        )
        for place, row in enumerate(first.outputs)
    ]
    targets = tuple(step.vocabulary[example.target] for example in examples)
    return OutputGroup(targets, tuple(rows), sum(example.loss for example in examples))
