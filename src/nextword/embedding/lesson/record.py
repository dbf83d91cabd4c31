"""A step as one JSON object."""

from typing import Any

import numpy as np

from nextword.embedding.lesson.outputs import output_groups
from nextword.embedding.lesson.step import Word2vecStep
from nextword.embedding.lesson.text import context_words
from nextword.embedding.one_hot import one_hot


def step_record(step: Word2vecStep) -> dict[str, Any]:
    """Return everything that a step holds as numbers, strings, lists and dictionaries; positions count from 1."""
    inputs = step.examples[0].inputs
    one_hots = one_hot(inputs, len(step.vocabulary)).astype(int)
    record: dict[str, Any] = {
        "sentence": list(step.sentence),
        "position": step.position + 1,
        "centre": step.sentence[step.position],
        "context": context_words(step),
        "architecture": step.architecture,
        "objective": step.objective,
        "hidden": step.how_hidden,
        "window": step.window,
        "size": step.W.shape[1],
        "rate": step.rate,
        "vocabulary": list(step.vocabulary),
        "W": step.W.tolist(),
        "W_out": step.W_out.tolist(),
        "inputs": [
            {"word": step.vocabulary[word], "one_hot": row.tolist(), "row": step.W[word].tolist()}
            for word, row in zip(inputs, one_hots, strict=True)
        ],
        "hidden_vector": step.examples[0].hidden.tolist(),
        "outputs": [
            {
                "targets": list(group.targets),
                "rows": [row._asdict() | {"vector": row.vector.tolist()} for row in group.rows],
                "loss": group.loss,
            }
            for group in output_groups(step)
        ],
        "hidden_gradient": np.sum([example.hidden_gradient for example in step.examples], axis=0).tolist(),
        "loss": step.loss,
        "loss_after": step.loss_after,
        "W_after": step.W_after.tolist(),
        "W_out_after": step.W_out_after.tolist(),
    }
    if step.tree is not None:
        record["codes"] = {
            word: "".join(map(str, step.tree.path(row)[1])) for row, word in enumerate(step.vocabulary)
        }
    return record
