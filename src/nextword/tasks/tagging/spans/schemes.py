"""Which scheme the tags of a file are in, and which tag may follow which."""

from collections.abc import Iterable, Sequence

import numpy as np

from nextword.arrays import BoolArray
from nextword.errors import InputError
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.spans.spans import (
    OUTSIDE,
    Scheme,
    Span,
    marks_spans,
    rewritten,
    split_tag,
    write_spans,
)


def find_scheme(sentences: Sequence[Sentence]) -> Scheme | None:
    """Return the scheme of some sentences' tags; None where tags mark no spans.

    Raises InputError, naming the line, for tags of no scheme: an I- that begins a span where B- begins others.
    """
    if not marks_spans(tag for sentence in sentences for tag in set(sentence.tags or ())):
        return None
    prefixes = {split_tag(tag)[0] for sentence in sentences for tag in set(sentence.tags or ())}
    if prefixes & {"E", "S"}:
        return _checked(sentences, "bioes")
    if _first_broken(sentences, "bio") is None:
        return "bio"
    if _first_broken(sentences, "iob1") is None:
        return "iob1"
    return _checked(sentences, "bio")


def _checked(sentences: Sequence[Sentence], scheme: Scheme) -> Scheme:
    broken = _first_broken(sentences, scheme)
    if broken is not None:
        sentence, word = broken
        tag = (sentence.tags or ())[word]
        what = f"{tag} begins a span" if tag.startswith("I-") else f"{tag} cannot stand here"
        name = {"bio": "BIO", "iob1": "IOB1", "bioes": "BIOES"}[scheme]
        expected = rewritten(sentence.tags or (), scheme)[word]
        raise InputError(
            f"{sentence.place(word)}: {what}, and other spans of the file begin as {name} has it; write {expected}"
        )
    return scheme


def _first_broken(sentences: Iterable[Sentence], scheme: Scheme) -> tuple[Sentence, int] | None:
    """Return the first word whose tag is not what the scheme would write for the same spans."""
    for sentence in sentences:
        tags = sentence.tags or ()
        for word, expected in enumerate(rewritten(tags, scheme)):
            if tags[word] != expected:
                return sentence, word
    return None


def labels_of(tags: Iterable[str]) -> set[str]:
    """Return the labels of tags that mark spans.

    >>> labels_of(["O", "B-PER", "I-PER"])
    {'PER'}
    """
    return {tag.partition("-")[2] for tag in tags if "-" in tag}


def tags_of(labels: Iterable[str], scheme: Scheme) -> set[str]:
    """Return every tag that spans of these labels may take in a scheme, and that of no span.

    >>> sorted(tags_of(["X"], "bio"))
    ['B-X', 'I-X', 'O']
    """
    # Two spans of one word and one of three show every tag of a label in any scheme.
    places = ((0, 1), (1, 2), (2, 5))
    spans = [[Span(label, *place) for place in places] for label in labels]
    return {OUTSIDE}.union(*(write_spans(three, 5, scheme) for three in spans))


def allowed_steps(tags: Sequence[str], scheme: Scheme) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Return which tag may follow which, (K, K) with a row for the first; which may begin and which end, (K,) each.

    >>> follows, begins, ends = allowed_steps(["O", "B-X", "I-X"], "bio")
    >>> follows.tolist()
    [[True, True, False], [True, True, True], [True, True, True]]
    >>> begins.tolist(), ends.tolist()
    ([True, True, False], [True, True, True])
    """
    outside = (OUTSIDE, "")
    parts = [split_tag(tag) for tag in tags]
    follows = [[_may_follow(before, after, scheme) for after in parts] for before in parts]
    begins = [_may_follow(outside, after, scheme) for after in parts]
    ends = [_may_follow(before, outside, scheme) for before in parts]
    return np.array(follows), np.array(begins), np.array(ends)


def _may_follow(before: tuple[str, str], after: tuple[str, str], scheme: Scheme) -> bool:
    prefix, label = before
    next_prefix, next_label = after
    if scheme == "iob1":  # I- may begin a span; B- stands only right after a span of its label
        return next_prefix != "B" or (prefix != OUTSIDE and label == next_label)
    if scheme == "bio":
        return next_prefix != "I" or (prefix != OUTSIDE and label == next_label)
    is_open = prefix in ("B", "I")
    goes_on = next_prefix in ("I", "E")
    return is_open == goes_on and (not is_open or label == next_label)
