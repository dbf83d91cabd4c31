"""Texts and their labels, as a file says them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nextword.errors import InputError, shown


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """N texts, the label of each, and where each stands, to say so where one is wrong."""

    texts: list[str]
    labels: list[str]
    places: list[str]
    may_begin_with_header: bool = False
    """Whether they are all rows of a table, of which none was known to be a header."""

    def __len__(self) -> int:
        return len(self.texts)

    def check_classes(self) -> None:
        """Raise InputError unless there are two classes or more, each with two texts or more."""
        counts = Counter(self.labels)
        if len(counts) < 2:
            raise InputError(
                f"all {len(self):,} texts are labelled {shown(self.labels[0])}, and a classifier tells classes apart; "
                "give texts of at least two, or name another --label-column"
            )
        label, count = min(counts.items(), key=lambda item: item[1])
        if count == 1:
            row = self.labels.index(label)
            # A label that is a number is more likely one of a few grades than a name of a column.
            may_be_header = row == 0 and self.may_begin_with_header and not label.isdecimal()
            header = f"; if the line is a header, give --label-column {shown(label)}" if may_be_header else ""
            raise InputError(
                f"{self.places[row]}: the label {shown(label)} stands on this line only; give at least two texts of "
                f"each class, or name another --label-column{header}"
            )

    def check_known(self, known: Sequence[str]) -> None:
        """Raise InputError for a label that a classifier does not know."""
        for label, place in zip(self.labels, self.places, strict=True):
            if label not in known:
                raise InputError(
                    f"{place}: the classifier does not know the label {shown(label)}; it knows "
                    f"{', '.join(map(shown, known[:10]))}"
                )


def joined(parts: Sequence[LabelledTexts]) -> LabelledTexts:
    """Return the texts of several files as one."""
    return LabelledTexts(
        [text for part in parts for text in part.texts],
        [label for part in parts for label in part.labels],
        [place for part in parts for place in part.places],
    )
