"""The training sentences as numbers, and batches of them."""

from collections.abc import Sequence

import numpy as np

from nextword.arrays import IntArray
from nextword.neural.encoder.batches import padded
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.numbering import number_features, number_forms, number_sentences
from nextword.tasks.tagging.settings import TaggerSettings


class NumberedSentences:
    """The training sentences as numbers."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        tags: Sequence[Sequence[str]],
        lexicon: Lexicon,
        settings: TaggerSettings,
    ) -> None:
        forms, self.places = number_sentences(sentence.words for sentence in sentences)
        self.forms = number_forms(forms, lexicon, settings)
        self.features = [number_features(sentence.features, lexicon) for sentence in sentences]
        self.tags = [np.array([lexicon.tag_ids[tag] for tag in each], dtype=np.int64) for each in tags]
        self.lengths = np.array([len(places) for places in self.places], dtype=np.int64)
        counts = np.bincount(self.forms.words[np.concatenate(self.places)], minlength=len(lexicon.words) + 1)
        self.is_single = counts[self.forms.words] == 1  # (F,)

    def batch(self, rows: IntArray) -> tuple[IntArray, IntArray, list[IntArray], IntArray]:
        """Return the forms of some sentences, which of them stands where (T, B), features (T, B), and lengths (B,)."""
        places, lengths = padded([self.places[row] for row in rows])
        forms, inverse = np.unique(places, return_inverse=True)
        columns = len(self.features[0])
        features = [padded([self.features[row][column] for row in rows])[0] for column in range(columns)]
        return forms, inverse.reshape(places.shape), features, lengths
