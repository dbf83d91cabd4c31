"""A step as a picture: the network as strips of numbers, forward above and backward below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nextword.embedding.lesson.example import dense_gradients
from nextword.embedding.lesson.heat import Sheet
from nextword.embedding.lesson.hidden import Matrix
from nextword.embedding.lesson.outputs import OutputGroup, output_groups
from nextword.embedding.lesson.step import Word2vecStep
from nextword.embedding.lesson.text import NAMES, what_predicts_what
from nextword.embedding.one_hot import one_hot
from nextword.errors import SettingError
from nextword.text.pictures import check_picture, save_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_WORDS, MOST_SIZE = 40, 16
NAME_WIDTH, ARROW_WIDTH, BETWEEN = 2.8, 2.6, 3.8  # in cells


def save_step(step: Word2vecStep, path: Path) -> None:
    """Write the picture of a step as PNG, SVG or PDF, by the name's ending.

    Raises SettingError for another ending and for a step too large to be read as a picture, MissingDependencyError
    without Matplotlib, StorageError where the file cannot be written.
    """
    check_picture(path)
    save_picture(draw_step(step), path, bbox_inches="tight")


def draw_step(step: Word2vecStep) -> Figure:
    """Return the picture of a step as a Matplotlib figure.

    Above, from left to right: one-hot vectors, W with the rows they pick, the hidden vector, rows of W', scores,
    probabilities and what is wanted. Below, from right to left: errors, the gradients of W', of the hidden vector and
    of W, and the probabilities after the step. Rows of the same word stand on one line.
    """
    V, E = step.W.shape
    groups = output_groups(step)
    lines = sum(len(group.rows) + len(_heads(step, group)) for group in groups)
    height = max(V, lines)
    if height > MOST_WORDS or E > MOST_SIZE:
        raise SettingError(
            f"{height} rows of {E} numbers are too many for a picture, which holds {MOST_WORDS} of {MOST_SIZE}; "
            "try a shorter text or a smaller size"
        )
    places = _Places.of(step, len(step.examples[0].inputs), E)
    sheet = Sheet(width=places.width, height=2 * height + BETWEEN)
    sentence = list(step.sentence)
    sentence[step.position] = f"[{sentence[step.position]}]"
    sheet.title(-3.2, " ".join(sentence), size=15, bold=True)
    how = f"{NAMES[step.architecture]} with {NAMES[step.objective]}, window {step.window}: {what_predicts_what(step)}"
    sheet.title(-2.3, how, size=10.5)
    _forward(sheet, step, groups, places, _Lines((height - V) / 2, (height - 1) / 2, (height - lines) / 2))
    loss = f"loss {step.loss:.3f}, and {step.loss_after:.3f} after a step against the gradient at rate {step.rate:g}"
    below = height + BETWEEN
    sheet.title(below - 1.7, loss, size=10.5, bold=True)
    centred = _Lines(below + (height - V) / 2, below + (height - 1) / 2, below + (height - lines) / 2)
    _backward(sheet, step, groups, places, centred)
    return sheet.figure


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each part begins, in cells from the left."""

    one_hots: float
    W: float
    v: float
    W_out: float
    scores: float
    chances: float
    wanted: float
    width: float

    @classmethod
    def of(cls, step: Word2vecStep, number_of_inputs: int, E: int) -> _Places:
        longest = max(len(word) for word in step.vocabulary)
        names = NAME_WIDTH if step.tree is not None or longest > 6 else NAME_WIDTH / 2 + 0.3
        W = names + number_of_inputs + 0.6
        v = W + E + ARROW_WIDTH
        W_out = v + E + ARROW_WIDTH + names
        scores = W_out + E + 0.6
        return cls(names, W, v, W_out, scores, scores + 1.5, scores + 3.0, scores + 4.4)

    @property
    def names_out(self) -> float:
        """Where the names of the outputs begin."""
        return self.W_out - self.one_hots


class _Lines(NamedTuple):
    """Where each part begins, in cells from the top, so that all stand round one middle."""

    inputs: float
    hidden: float
    outputs: float


def _forward(
    sheet: Sheet, step: Word2vecStep, groups: list[OutputGroup], places: _Places, lines: _Lines
) -> None:
    V, E = step.W.shape
    inputs = step.examples[0].inputs
    _input_names(sheet, step, places.one_hots, lines)
    slanted = len(inputs) > 1
    for column, word in enumerate(inputs):
        sheet.heading(places.one_hots + column, lines.inputs, step.vocabulary[word], slanted=slanted)
    sheet.cells(places.one_hots, lines.inputs, one_hot(inputs, V).T, "marks", form="{:.0f}")
    picked = np.isin(np.arange(V), inputs)
    sheet.cells(places.W, lines.inputs, step.W, "signed", faint=~picked)
    sheet.heading(places.W + E / 2 - 0.5, lines.inputs, f"W  ({V} x {E})")
    how = step.how_hidden if len(inputs) > 1 else "the picked row"
    sheet.arrow(places.W + E, places.v, lines.hidden, how)
    sheet.cells(places.v, lines.hidden, step.examples[0].hidden[None, :], "signed")
    sheet.heading(places.v + E / 2 - 0.5, lines.hidden, "hidden vector v")
    sheet.arrow(places.v + E, places.names_out, lines.hidden, "v · u")
    sheet.heading(places.W_out + E / 2 - 0.5, lines.outputs, "rows u of W'")
    by = "softmax" if step.objective == "softmax" else "sigmoid"
    for left, name in ((places.scores, "score"), (places.chances, by), (places.wanted, "wanted")):
        sheet.heading(left, lines.outputs, name)
    for top, group in _group_lines(sheet, step, groups, places, lines):
        sheet.cells(places.W_out, top, np.array([row.vector for row in group.rows]), "signed")
        sheet.cells(places.scores, top, _column(row.score for row in group.rows), "signed")
        chances = _column(row.probability for row in group.rows)
        sheet.cells(places.chances, top, chances, "chances", form="{:.3f}")
        sheet.cells(places.wanted, top, _column(row.label for row in group.rows), "marks", form="{:.0f}")


def _backward(
    sheet: Sheet, step: Word2vecStep, groups: list[OutputGroup], places: _Places, lines: _Lines
) -> None:
    V, E = step.W.shape
    of_inputs, _ = dense_gradients(step.W, step.W_out, step.examples)
    of_inputs[~np.isin(np.arange(V), step.examples[0].inputs)] = np.nan
    _input_names(sheet, step, places.W, lines)
    sheet.cells(places.W, lines.inputs, of_inputs, "signed")
    sheet.heading(places.W + E / 2 - 0.5, lines.inputs, "gradient of W")
    sheet.arrow(places.v, places.W + E, lines.hidden, "to picked rows")
    hidden = np.sum([example.hidden_gradient for example in step.examples], axis=0)
    sheet.cells(places.v, lines.hidden, hidden[None, :], "signed")
    sheet.heading(places.v + E / 2 - 0.5, lines.hidden, "gradient of v")
    sheet.arrow(places.names_out, places.v + E, lines.hidden, "errors · W'")
    sheet.heading(places.W_out + E / 2 - 0.5, lines.outputs, "gradient of W'")
    for left, name in ((places.scores, "error"), (places.chances, "after")):
        sheet.heading(left, lines.outputs, name)
    after = output_groups(replace(step, examples=step.examples_after))
    for (top, group), then in zip(_group_lines(sheet, step, groups, places, lines), after, strict=True):
        errors = _column(row.error for row in group.rows)  # (K, 1)
        sheet.cells(places.W_out, top, errors * step.examples[0].hidden, "signed")
        sheet.cells(places.scores, top, errors, "signed")
        chances = _column(row.probability for row in then.rows)
        sheet.cells(places.chances, top, chances, "chances", form="{:.3f}")


def _input_names(sheet: Sheet, step: Word2vecStep, right: float, lines: _Lines) -> None:
    for row, word in enumerate(step.vocabulary):
        bold = row in step.examples[0].inputs
        sheet.name(right - 0.25, lines.inputs + row, word, bold=bold)


def _heads(step: Word2vecStep, group: OutputGroup) -> list[str]:
    """Return the line above a group, where it needs one."""
    if step.tree is not None:
        branches = " ".join(f"{1 - row.label:g}" for row in group.rows)
        return [f"path to {group.targets[0]}: branches {branches}"]
    return [f"{group.targets[0]}, and words drawn"] if step.objective == "negative-sampling" else []


def _group_lines(
    sheet: Sheet, step: Word2vecStep, groups: list[OutputGroup], places: _Places, lines: _Lines
) -> Iterator[tuple[float, OutputGroup]]:
    """Name the rows of each group; yields where it begins."""
    top = lines.outputs
    for group in groups:
        for head in _heads(step, group):
            sheet.remark(places.W_out, top, head)
            top += 1
        for line, row in enumerate(group.rows):
            sheet.name(places.W_out - 0.25, top + line, row.name, bold=row.label > 0)
        yield top, group
        top += len(group.rows)


def _column(numbers: Iterable[float]) -> Matrix:
    return np.array(list(numbers))[:, None]
