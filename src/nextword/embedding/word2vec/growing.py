"""Going on with more text: words that are new to a model join it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.draws import uniform_rows
from nextword.embedding.word2vec.matrices import Matrix
from nextword.embedding.word2vec.model import Position, Word2Vec
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.errors import SettingError
from nextword.text.corpus import Corpus
from nextword.text.vocabulary import SPECIAL_TOKENS


def grow(model: Word2Vec, corpus: Corpus, min_count: int = 1, **changes: Any) -> tuple[Word2Vec, Sentences]:
    """Return a model that goes on from another on more text, and the sentences of that text.

    ``corpus`` has all words of the new text, read as the old one was; those that the model lacks join it where they
    are seen at least ``min_count`` times. Counts are those of both texts; words stand by falling frequency again. Old
    words keep their vectors, and their rows of W' too, but for hierarchical softmax: another tree has other nodes, and
    begins at zero. ``changes`` are settings to change: epochs, rate and the like.

    Raises SettingError for settings that cannot change: the size and the objective.
    """
    _check(model, corpus, changes)
    settings = replace(model.settings, **changes)
    found = corpus.tokenizer.tokens[len(SPECIAL_TOKENS) :]
    sentences = Sentences.of_ids(corpus.ids)
    counted = sentences.counts(len(found))
    known = {word: row for row, word in enumerate(model.words)}
    new = [place for place, word in enumerate(found) if word not in known and counted[place] >= min_count]
    words = [*model.words, *(found[place] for place in new)]
    counts = np.concatenate([model.counts, counted[new]])
    seen = [place for place, word in enumerate(found) if word in known]
    counts[[known[found[place]] for place in seen]] += counted[seen]
    # The tie goes by name, as in every vocabulary.
    order = np.array(sorted(range(len(words)), key=lambda row: (-counts[row], words[row])), dtype=np.int64)
    inputs, outputs = _grown(model, order, len(words), settings.seed)
    position = model.position
    grown = Word2Vec(
        [words[row] for row in order],
        counts[order],
        settings,
        text=model.text,
        inputs=inputs,
        outputs=outputs,
        position=Position(epochs_before=position.epochs_before + position.epoch),
    )
    rows = {word: row for row, word in enumerate(grown.words)}
    return grown, _renumbered(sentences, np.array([rows.get(word, -1) for word in found], dtype=np.int32))


def _check(model: Word2Vec, corpus: Corpus, changes: dict[str, Any]) -> None:
    for name in ("size", "objective", "architecture"):
        if changes.get(name, getattr(model.settings, name)) != getattr(model.settings, name):
            raise SettingError(
                f"{name} cannot change when a training goes on: it was {getattr(model.settings, name)}, "
                f"got {changes[name]}"
            )
    cut = corpus.tokenizer.settings()
    if model.text and any(cut[name] != model.text.get(name) for name in ("kind", "lowercase")):
        raise SettingError(
            f"the vectors' text was cut by {_said(model.text)}, this one by {_said(cut)}; cut it in the same way"
        )
    if model.text.get("kind") == "bpe":
        raise SettingError("pieces of words are learned anew from each text; only whole words can go on")


def _said(cut: Mapping[str, Any]) -> str:
    return f"--tokenizer {cut.get('kind')}" + (" --lowercase" if cut.get("lowercase") else "")


def _grown(model: Word2Vec, order: NDArray[np.int64], V: int, seed: int) -> tuple[Matrix, Matrix]:
    """Return the matrices with new rows, in a new order."""
    old, E = len(model.words), model.settings.size
    inputs, outputs = Matrix(V, E), Matrix(V, E)
    fresh = np.empty((V - old, E), dtype=np.float32)
    uniform_rows(fresh, seed, model.position.epochs_before + model.position.epoch, old)
    for row, before in enumerate(order.tolist()):
        is_new = before >= old
        inputs.rows[row] = fresh[before - old] if is_new else model.inputs.rows[before]
        if not is_new and model.settings.objective != "hierarchical-softmax":
            outputs.rows[row] = model.outputs.rows[before]
    return inputs, outputs


def _renumbered(sentences: Sentences, rows: NDArray[np.int32]) -> Sentences:
    """Return the sentences with their words by other rows."""
    words = sentences.words
    is_known = words >= 0
    words[is_known] = rows[words[is_known]]
    return sentences
