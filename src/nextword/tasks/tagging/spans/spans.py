"""Tags into spans and back, in the schemes that files use.

BIO (IOB2): B- begins every span, I- goes on. IOB1: I- begins a span too, and B- only one right after another of its
label. BIOES: E- ends a span and S- is one of a single word (Ratinov and Roth 2009).
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from nextword.errors import InputError

Scheme = Literal["bio", "iob1", "bioes"]
OUTSIDE = "O"
PREFIXES = frozenset("BIES")


class Span(NamedTuple):
    """Words ``begin`` to ``end``, the last not included, that bear a label together."""

    label: str
    begin: int
    end: int


def split_tag(tag: str) -> tuple[str, str]:
    """Return the prefix and the label of a tag, cut at the first hyphen.

    >>> split_tag("B-NP"), split_tag("I-A-B"), split_tag("O")
    (('B', 'NP'), ('I', 'A-B'), ('O', ''))
    """
    prefix, _, label = tag.partition("-")
    return prefix, label


def marks_spans(tags: Iterable[str]) -> bool:
    """Whether tags mark spans: all are O or a prefix and a label, and one at least is no O.

    >>> marks_spans(["O", "B-NP"]), marks_spans(["NOUN", "O"]), marks_spans(["O"])
    (True, False, False)
    """
    found = set(tags) - {OUTSIDE}
    return bool(found) and all(tag[:1] in PREFIXES and tag[1:2] == "-" and len(tag) > 2 for tag in found)


def find_spans(tags: Sequence[str]) -> list[Span]:
    """Return the spans that the tags of one sentence mark, in any scheme, as the conlleval script finds them.

    What breaks the scheme still counts as that script counts it: an I- after another label, or after none, begins a
    span.

    >>> find_spans(["B-NP", "I-NP", "O", "I-VP", "B-VP"])
    [Span(label='NP', begin=0, end=2), Span(label='VP', begin=3, end=4), Span(label='VP', begin=4, end=5)]
    """
    spans: list[Span] = []
    begin: int | None = None
    before, label_before = OUTSIDE, ""
    for place, tag in enumerate([*tags, OUTSIDE]):
        prefix, label = split_tag(tag)
        changes = label != label_before
        ends = before != OUTSIDE and (changes or prefix in ("B", "S", OUTSIDE) or before in ("E", "S"))
        starts = prefix != OUTSIDE and (changes or prefix in ("B", "S") or before in (OUTSIDE, "E", "S"))
        if ends and begin is not None:
            spans.append(Span(label_before, begin, place))
            begin = None
        if starts:
            begin = place
        before, label_before = prefix, label
    return spans


def write_spans(spans: Iterable[Span], length: int, scheme: Scheme = "bio") -> list[str]:
    """Return the tags of a sentence of ``length`` words; raises InputError for spans that overlap or leave it.

    >>> write_spans([Span("NP", 0, 2), Span("NP", 2, 3)], 4, "iob1")
    ['I-NP', 'I-NP', 'B-NP', 'O']
    >>> write_spans([Span("NP", 0, 2), Span("NP", 2, 3)], 4, "bioes")
    ['B-NP', 'E-NP', 'S-NP', 'O']
    """
    tags = [OUTSIDE] * length
    before: Span | None = None
    for span in sorted(spans, key=lambda each: each.begin):
        free_from = 0 if before is None else before.end
        if not free_from <= span.begin < span.end <= length:
            raise InputError(
                f"{span} does not fit into {length} words after {free_from}; spans follow one another"
            )
        touches = before is not None and before.end == span.begin and before.label == span.label
        tags[span.begin : span.end] = _tags_of(span, scheme, touches)
        before = span
    return tags


def _tags_of(span: Span, scheme: Scheme, touches: bool) -> list[str]:
    length = span.end - span.begin
    prefixes = ["I"] * length
    if scheme != "iob1" or touches:
        prefixes[0] = "B"
    if scheme == "bioes":
        prefixes[-1] = "E" if length > 1 else "S"
    return [f"{prefix}-{span.label}" for prefix in prefixes]


def rewritten(tags: Sequence[str], scheme: Scheme) -> list[str]:
    """Return the same spans in another scheme."""
    return write_spans(find_spans(tags), len(tags), scheme)
