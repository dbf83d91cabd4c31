"""Which sentences are trained on, and which of them judge."""

from collections.abc import Sequence

import numpy as np

from nextword.errors import InputError, shown
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.settings import TaggerSettings


def with_words(sentences: Sequence[Sentence], what: str) -> list[Sentence]:
    """Return the sentences that have words; raises InputError where there are none, and for a word without a tag."""
    kept = [sentence for sentence in sentences if sentence.words]
    if not kept:
        raise InputError(
            f"there are no {what} sentences, 0 with a word; give a file with a word and its tag a line"
        )
    for sentence in kept:
        if sentence.tags is None:
            raise InputError(
                f"{sentence.place(0)}: {shown(sentence.words[0])} has no tag; {what} needs a tag for each word"
            )
    return kept


def split_off(sentences: list[Sentence], settings: TaggerSettings) -> tuple[list[Sentence], list[Sentence]]:
    """Hold out a share of the sentences, drawn by the seed; of one sentence, none."""
    number = int(settings.held_out * len(sentences))
    order = np.random.default_rng((settings.seed, 2)).permutation(len(sentences))
    out = set(order[:number].tolist())
    train = [sentence for place, sentence in enumerate(sentences) if place not in out]
    return train, [sentences[place] for place in sorted(out)]
