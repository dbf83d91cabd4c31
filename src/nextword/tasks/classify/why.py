"""Which words decided: how far the log-probability of the answer falls when a word is left out."""

from dataclasses import dataclass

import numpy as np

from nextword.tasks.classify.model import TextClassifier
from nextword.text.vocabulary import UNKNOWN


@dataclass(frozen=True, slots=True)
class Why:
    """An answer and what each word did for it."""

    label: str
    probability: float
    words: list[tuple[str, float]]
    """Each word of the text in its order, as the classifier reads it, with ln P(label | text) - ln P(label | text
    without this word): above 0, it spoke for the label."""

    def strongest(self, most: int = 5) -> list[tuple[str, float]]:
        """Return the words that moved the answer most, to either side."""
        return sorted(self.words, key=lambda item: -abs(item[1]))[:most]


def decisive_words(model: TextClassifier, text: str, label: str | None = None) -> Why:
    """Return what each word of a text did for the likeliest label, or for ``label``.

    Exact: the text is read again without each of its words in turn. Raises ValueError for an unknown label.
    """
    ids = model.encode(text)
    without = [np.delete(ids, place) for place in range(len(ids))] if len(ids) > 1 else []
    found = model.probabilities_of([ids, *without])  # (1 + T, C)
    place = int(found[0].argmax()) if label is None else model.labels.index(label)
    log_probs = np.log(np.maximum(found[:, place], np.finfo(float).tiny))
    unknown = iter(model.tokenizer.unknown_pieces(text))
    words = [
        next(unknown, "") if number == UNKNOWN else model.tokenizer.token(number) for number in ids.tolist()
    ]
    changes = (log_probs[0] - log_probs[1:]).tolist() if len(ids) > 1 else [0.0]
    return Why(model.labels[place], float(found[0, place]), list(zip(words, changes, strict=True)))
