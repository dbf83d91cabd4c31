"""One training example: what each part of the network holds, and the gradient of its loss."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.lesson.hidden import Hidden, Matrix


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One example forward and backward; C input words, K rows of the output matrix that take part."""

    inputs: tuple[int, ...]
    """The rows of W that the input words pick, C of them; a word may stand twice."""
    target: int
    """The word to predict."""
    hidden: Matrix
    """v, the mean or the sum of these rows, (E,)."""
    outputs: NDArray[np.int64]
    """The rows of the output matrix that take part, (K,): every word; or the target and the words drawn as negatives;
    or the inner nodes on the target's path."""
    labels: Matrix
    """What the model should say at each of them, 0 or 1, (K,); for softmax the target's one-hot vector."""
    scores: Matrix
    """v . u_k, (K,)."""
    probabilities: Matrix
    """The softmax of the scores, or the logistic sigmoid of each, (K,)."""
    loss: float
    """The cross-entropy of labels and probabilities, in nats."""
    hidden_gradient: Matrix
    """The loss by v, (E,)."""
    input_gradients: Matrix
    """The loss by the row of each input word, (C, E); those of a word that stands twice add up."""
    output_gradients: Matrix
    """The loss by each u_k, (K, E); those of a row that takes part twice add up."""

    @property
    def errors(self) -> Matrix:
        """Probabilities minus labels, (K,): the loss by the scores, for softmax and for the logistic loss alike."""
        return self.probabilities - self.labels


def with_gradients(
    W_out: Matrix,
    inputs: Sequence[int],
    target: int,
    hidden: Hidden,
    *,
    v: Matrix,
    outputs: NDArray[np.int64],
    labels: Matrix,
    scores: Matrix,
    probabilities: Matrix,
    loss: float,
) -> Example:
    """Return an example with its gradients, which follow from the errors alike for every objective."""
    errors = probabilities - labels  # (K,)
    hidden_gradient = errors @ W_out[outputs]  # (E,)
    row_gradient = hidden_gradient / len(inputs) if hidden == "mean" else hidden_gradient
    return Example(
        inputs=tuple(int(word) for word in inputs),
        target=int(target),
        hidden=v,
        outputs=outputs,
        labels=labels,
        scores=scores,
        probabilities=probabilities,
        loss=float(loss),
        hidden_gradient=hidden_gradient,
        input_gradients=np.tile(row_gradient, (len(inputs), 1)),  # (C, E)
        output_gradients=np.outer(errors, v),  # (K, E)
    )


def dense_gradients(W: Matrix, W_out: Matrix, examples: Iterable[Example]) -> tuple[Matrix, Matrix]:
    """Return the gradient of the examples' summed loss by all of W and by all of W', shaped like these."""
    of_inputs, of_outputs = np.zeros_like(W), np.zeros_like(W_out)
    for example in examples:
        np.add.at(of_inputs, list(example.inputs), example.input_gradients)
        np.add.at(of_outputs, example.outputs, example.output_gradients)
    return of_inputs, of_outputs


def take_step(
    W: Matrix, W_out: Matrix, examples: Sequence[Example], rate: float, *, undivided: bool = False
) -> tuple[Matrix, Matrix]:
    """Return W and W' after one step of gradient descent, W - rate dL/dW; the old ones stay as they are.

    ``undivided`` gives every input word the whole gradient of the hidden vector, as word2vec.c does, also where the
    hidden vector is a mean: a step C times as large for the rows of W as the gradient says.
    """
    of_inputs, of_outputs = dense_gradients(W, W_out, examples)
    if undivided:
        of_inputs = np.zeros_like(W)
        for example in examples:
            np.add.at(of_inputs, list(example.inputs), example.hidden_gradient)
    return W - rate * of_inputs, W_out - rate * of_outputs
