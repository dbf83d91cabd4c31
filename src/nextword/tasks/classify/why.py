"""Which words decided: how far the log-probability of the answer falls when a word is left out."""

from dataclasses import dataclass

import numpy as np

from nextword.errors import InputError, shown
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

    Exact: the text is read again without each of its words in turn; without its only word it is read as one unknown
    word, as a text of no word is. Raises InputError for an unknown label.
    """
    if label is not None and label not in model.labels:
        raise InputError(
            f"the classifier does not know the label {shown(label)}; it knows "
            f"{', '.join(map(shown, model.labels[:10]))}"
        )
    ids = model.encode(text)
    is_nothing = ids.tolist() == [UNKNOWN]
    nothing = np.array([UNKNOWN], dtype=np.int32)
    without = [np.delete(ids, place) if len(ids) > 1 else nothing for place in range(len(ids))]
    found = model.probabilities_of([ids, *without])  # (1 + T, C)
    place = int(found[0].argmax()) if label is None else model.labels.index(label)
    log_probs = np.log(np.maximum(found[:, place], np.finfo(float).tiny))
    unknown = iter(model.tokenizer.unknown_pieces(text))
    words = [
        next(unknown, "") if number == UNKNOWN else model.tokenizer.token(number) for number in ids.tolist()
    ]
    changes = [0.0] if is_nothing else (log_probs[0] - log_probs[1:]).tolist()
    return Why(model.labels[place], float(found[0, place]), list(zip(words, changes, strict=True)))
