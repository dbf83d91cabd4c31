"""A step as tables for people to read from top to bottom."""

from collections.abc import Iterable, Sequence

import numpy as np

from nextword.embedding.lesson.example import Example, dense_gradients
from nextword.embedding.lesson.hidden import Matrix
from nextword.embedding.lesson.outputs import OutputGroup, output_groups
from nextword.embedding.lesson.step import Word2vecStep

MOST_NUMBERS = 8
"""Longer vectors are cut short."""
MOST_ONE_HOT = 24
FIRST_NUMBER = 2
"""The column from which cells stand to the right."""
NAMES = {
    "cbow": "CBOW",
    "skipgram": "skip-gram",
    "softmax": "full softmax",
    "negative-sampling": "negative sampling",
    "hierarchical-softmax": "hierarchical softmax",
}


def step_text(step: Word2vecStep) -> str:
    """Return a step as numbered tables: inputs, hidden vector, scores, loss, gradients, and the network after it."""
    return "\n\n".join(
        [
            _head(step),
            _inputs(step),
            *(_outputs(step, group) for group in output_groups(step)),
            _gradients(step),
            _after(step),
        ]
    )


def _head(step: Word2vecStep) -> str:
    words = list(step.sentence)
    words[step.position] = f"[{words[step.position]}]"
    V, E = step.W.shape
    return (
        f"{' '.join(words)}\n{NAMES[step.architecture]}, window {step.window}: {what_predicts_what(step)}\n"
        f"{NAMES[step.objective]}, V = {V} words, E = {E} numbers a word"
    )


def what_predicts_what(step: Word2vecStep) -> str:
    """Return who predicts whom, as in ``the, cat, on, the predict sat``."""
    centre, context = step.sentence[step.position], context_words(step)
    if step.architecture == "skipgram":
        return f"{centre} predicts {', '.join(context)}"
    return f"{', '.join(context)} predict{'s' if len(context) == 1 else ''} {centre}"


def context_words(step: Word2vecStep) -> list[str]:
    """Return the words around the centre word."""
    if step.architecture == "cbow":
        return [step.vocabulary[word] for example in step.examples for word in example.inputs]
    return [step.vocabulary[example.target] for example in step.examples]


def _inputs(step: Word2vecStep) -> str:
    inputs = step.examples[0].inputs
    rows = [(step.vocabulary[word], _one_hot(word, len(step.W)), _numbers(step.W[word])) for word in inputs]
    how = f"their {step.how_hidden}" if len(inputs) > 1 else "that row"
    rows.append((f"v, {how}", "", _numbers(step.examples[0].hidden)))
    title = "1  One-hot vectors pick rows of W"
    title += (
        f", whose {step.how_hidden} is the hidden vector v" if len(inputs) > 1 else ": the hidden vector v"
    )
    order = f"one-hot: {' '.join(step.vocabulary)}" if len(step.W) <= MOST_ONE_HOT else "one-hot"
    return _table(title, ("", order, "row of W"), rows)


def _outputs(step: Word2vecStep, group: OutputGroup) -> str:
    by = "softmax" if step.objective == "softmax" else "sigmoid"
    rows = [
        (
            row.name,
            _numbers(row.vector),
            f"{row.score:.3f}",
            f"{row.probability:.3f}",
            f"{row.label:g}",
            f"{row.error:+.3f}",
        )
        for row in group.rows
    ]
    title = f"2  Scores v . u with rows u of W', and what they say of {', '.join(group.targets)}"
    table = _table(title, ("", "u", "v . u", by, "wanted", "error"), rows)
    return f"{table}\n{_loss(step, group)}"


def _loss(step: Word2vecStep, group: OutputGroup) -> str:
    if step.objective == "softmax":
        chances = {row.name: row.probability for row in group.rows}
        terms = [f"log {chances[word]:.3f}" for word in group.targets]
        return f"   loss = -{' - '.join(terms)} = {group.loss:.3f}"
    right = [row.probability if row.label else 1.0 - row.probability for row in group.rows]
    if step.objective == "hierarchical-softmax":
        path = " -> ".join([*(f"{row.name} takes {1 - row.label:g}" for row in group.rows), *group.targets])
        product = " x ".join(f"{chance:.3f}" for chance in right)
        return (
            f"   path: {path} (branch 0 has the sigmoid, branch 1 the rest)\n"
            f"   loss = -log P({group.targets[0]}) = -log ({product}) = {group.loss:.3f}"
        )
    return f"   loss = -{' - '.join(f'log {chance:.3f}' for chance in right)} = {group.loss:.3f}"


def _gradients(step: Word2vecStep) -> str:
    of_inputs, of_outputs = dense_gradients(step.W, step.W_out, step.examples)
    hidden = sum((example.hidden_gradient for example in step.examples), np.zeros(step.W.shape[1]))
    rows = [("v", _numbers(hidden), "")]
    rows += [
        (f"W, {step.vocabulary[row]}", _numbers(of_inputs[row]), _numbers(step.W_after[row]))
        for row in _touched(example.inputs for example in step.examples)
    ]
    for row in _touched(example.outputs.tolist() for example in step.examples):
        name = f"W', {step.output_name(row)}"
        rows.append((name, _numbers(of_outputs[row]), _numbers(step.W_out_after[row])))
    title = f"3  Gradients of the loss, and the rows after one step: row - {step.rate:g} x gradient"
    return _table(title, ("", "gradient", "row after the step"), rows)


def _after(step: Word2vecStep) -> str:
    way = "down" if step.loss_after < step.loss else "up: the rate is too large"
    lines = [f"4  The loss goes {way}: {step.loss:.3f} -> {step.loss_after:.3f}"]
    if step.objective != "negative-sampling":
        for before, after in zip(step.examples, step.examples_after, strict=True):
            word = step.vocabulary[before.target]
            lines.append(f"   P({word}) {chance_of_target(before):.3f} -> {chance_of_target(after):.3f}")
    return "\n".join(dict.fromkeys(lines))


def chance_of_target(example: Example) -> float:
    """Return the probability that softmax or hierarchical softmax gives the target."""
    return float(np.exp(-example.loss))


def _touched(groups: Iterable[Sequence[int]]) -> list[int]:
    return list(dict.fromkeys(row for group in groups for row in group))


def _one_hot(word: int, V: int) -> str:
    if V > MOST_ONE_HOT:
        return f"1 at place {word + 1} of {V}"
    return " ".join("1" if place == word else "0" for place in range(V))


def _numbers(vector: Matrix) -> str:
    shown = " ".join(f"{number:6.3f}" for number in vector[:MOST_NUMBERS])
    return shown + (" ..." if len(vector) > MOST_NUMBERS else "")


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = [
        "   "
        + "  ".join(
            f"{cell:>{width}}" if column >= FIRST_NUMBER else f"{cell:{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [heads, *rows]
    ]
    return "\n".join([title, *lines])
