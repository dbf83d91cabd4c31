"""How good tags are: spans found and right, as the conlleval script counts them, and words tagged right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nextword.errors import InputError
from nextword.tasks.tagging.spans.spans import Span, find_spans


@dataclass(slots=True)
class Tally:
    """How many spans, or words, of a label are in the truth, were found, and are right."""

    true: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found; 0 where nothing is there."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.true + self.found) if self.true + self.found else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the counts and the measures."""
        counts = {"true": self.true, "found": self.found, "right": self.right}
        return counts | {"precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(slots=True)
class TagScores:
    """What is counted over sentences: words, and spans where tags mark them or else words of each tag."""

    spans: bool
    """Whether labels are those of spans, or the tags themselves."""
    sentences: int = 0
    words: int = 0
    right_words: int = 0
    labels: dict[str, Tally] = field(default_factory=dict)

    def add(self, true: Sequence[str], found: Sequence[str]) -> None:
        """Count a sentence; raises InputError unless both have a tag for each word."""
        if len(true) != len(found):
            raise InputError(f"a sentence of {len(true)} tags cannot be compared with {len(found)} tags")
        self.sentences += 1
        self.words += len(true)
        self.right_words += sum(one == other for one, other in zip(true, found, strict=True))
        items_of = find_spans if self.spans else _as_items
        true_items, found_items = set(items_of(true)), set(items_of(found))
        for name, items in (
            ("true", true_items),
            ("found", found_items),
            ("right", true_items & found_items),
        ):
            for label, count in Counter(item.label for item in items).items():
                tally = self.labels.setdefault(label, Tally())
                setattr(tally, name, getattr(tally, name) + count)

    @property
    def accuracy(self) -> float:
        """The share of words with the right tag."""
        return self.right_words / self.words if self.words else 0.0

    @property
    def overall(self) -> Tally:
        """The counts of all labels together."""
        total = Tally()
        for tally in self.labels.values():
            total.true, total.found = total.true + tally.true, total.found + tally.found
            total.right += tally.right
        return total

    @property
    def measure(self) -> float:
        """What a tagger is judged by: F1 of spans, or the accuracy of words."""
        return self.overall.f1 if self.spans else self.accuracy

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, as ``--json`` prints it."""
        content = {"sentences": self.sentences, "words": self.words, "accuracy": self.accuracy}
        if self.spans:
            content |= self.overall.as_dict()
        return content | {"labels": {label: tally.as_dict() for label, tally in sorted(self.labels.items())}}


def _as_items(tags: Sequence[str]) -> list[Span]:
    """Return the words as spans of one word each, labelled by their tags."""
    return [Span(tag, place, place + 1) for place, tag in enumerate(tags)]


def score_table(scores: TagScores) -> str:
    """Return the scores as a person reads them, a label a row."""
    what = "spans" if scores.spans else "words"
    width = max([len("label"), len("all"), *map(len, scores.labels)])
    lines = [
        f"{scores.words:,} words in {scores.sentences:,} sentences; tagged right: {scores.accuracy:.2%}",
        "",
        f"{'label':{width}}  precision   recall       F1  {what + ' there':>12}  {what + ' found':>12}",
    ]
    rows = sorted(scores.labels.items())
    if scores.spans:
        rows.append(("all", scores.overall))
    for label, tally in rows:
        lines.append(
            f"{label:{width}}  {tally.precision:9.2%}  {tally.recall:7.2%}  {tally.f1:7.2%}"
            f"  {tally.true:12,}  {tally.found:12,}"
        )
    return "\n".join(lines)
