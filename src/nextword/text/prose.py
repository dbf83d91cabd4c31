"""From documentation to sentences: drop code, tables and markup, join wrapped lines, keep what reads as English.

The rules are few and simple. They would rather lose a sentence than keep a line of code.
"""

import re
from collections.abc import Iterator

_RULE = re.compile(r"[=\-*~^#_+.\s]{3,}")
"""A line of marks: under a title, between sections, around a table."""
_ITEM = re.compile(r"(?::\w+(?: [\w*, ]+)?:|[*•+-]|\(?(?:\d{1,2}|[a-zA-Z])[.)])\s+")
_CODE_LINE = re.compile(
    r">>>|\.\.\. |\.\.\.$|\.\. |[$%|@#/<>+]|--?\w|\w+\(|\S+\s*::?=|(?:import|from|def|class) \w"
)
_COLUMNS = re.compile(r"\S\s{3,}\S|\t\S|\s\|\s")
_TERM = re.compile(r"[\w.*`'\"/,\[\] -]{1,40}(?:\([^)]*\))?(?:\s--?\s|\s?[:–—]\s)\s*(?=[A-Z])")
"""What a definition begins with, ``name: `` or ``name -- ``."""
_VERSION_NOTE = re.compile(
    r"(?:New|Added|Changed|Deprecated)[\w\s,-]* in version [\d.]+(?: and [\d.]+)?[:,]\s+"
)
_ROLE = re.compile(r":[a-z:]+:`~?([^`]*)`")
_PLAIN = str.maketrans({"‘": "'", "’": "'", "…": "...", "–": "-", "—": "-"} | dict.fromkeys('“”"`'))
_QUOTED = re.compile(r"(?<!\w)'([^'\s](?:[^']*[^'\s])?)'(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*])\*{1,2}(?=\w)|(?<=[\w.:)])\*{1,2}(?![\w*])")
_FOOTNOTE = re.compile(r"\s?\[\d+\](?=[\s.,;]|$)")
_WRAPPED_HYPHEN = re.compile(r"(?<=[a-z]-) (?=[a-z])")
_SENTENCE_GAP = re.compile(r"(?<=[.!?])(\)?)\s+(?=[(']?[A-Z])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|cf|vs|viz|etc|resp|[Ff]ig|[Ss]ec|[Nn]o|Dr|Mr|Mrs|St|[A-Z])\.$"
)
_WORD = re.compile(r"[(']*[A-Za-z]+(?:[-'/][A-Za-z]+)*[)'.,:;!?]*")
_ENDED = re.compile(r"[A-Za-z0-9)'][.!?]\)?$")
_NOT_PROSE = re.compile(
    r"[^ -~]|[{}<>|\\=@$^~`*#+&\[\]]{2}|[<>{}|\\^~=`*]|https?:|(?:^| ):\w|\.\.|::|--|''|\( "
)
_COMMON = re.compile(
    r"\b(?:an?|and|are|as|at|be|been|but|by|can|for|from|has|have|if|in|into|is|its?|may|must|not|of|on|or|should"
    r"|that|the|their|then|there|these|they|this|to|used?|was|when|where|which|will|with|you)\b",
    re.IGNORECASE,
)
"""Hardly a sentence does without one of these."""


def sentences(text: str) -> Iterator[str]:
    """Yield the English sentences of a documentation text, in order, as plain text without markup.

    >>> list(sentences("Title\\n=====\\n\\nThe *file* is opened, e.g.\\nfor reading.\\n\\n   >>> open(name)\\n"))
    ['The file is opened, e.g. for reading.']
    """
    for paragraph in _paragraphs(text.expandtabs()):
        for sentence in _split(_plain(paragraph)):
            if _is_english(sentence):
                yield sentence


def _paragraphs(text: str) -> Iterator[str]:
    """Yield paragraphs on one line each; code, tables and titles break them and are left out."""
    lines: list[str] = []
    indent, is_item = 0, False
    literal: int | None = None  # what is further in than this belongs to the block that a double colon began
    for line in [*text.split("\n"), ""]:
        bare = line.strip()
        depth = len(line) - len(line.lstrip())
        is_rule = bool(bare and _RULE.fullmatch(bare))
        if is_rule:
            lines = []  # what it underlines is a title
        is_break = not bare or is_rule or bool(_CODE_LINE.match(bare) or _COLUMNS.search(bare))
        item = _ITEM.match(bare)
        # An item's lines may hang, and a lower-case letter goes on with a sentence; other indents begin anew.
        has_moved = depth < indent or (depth > indent and not is_item and not bare[:1].islower())
        if lines and (is_break or item or has_moved):
            paragraph = " ".join(lines)
            literal = indent if paragraph.endswith("::") else literal
            yield _WRAPPED_HYPHEN.sub("", paragraph)
            lines = []
        if bare and literal is not None:
            literal = literal if depth > literal else None
        if is_break or literal is not None:
            continue
        if not lines or not is_item:
            indent = depth
        is_item = bool(item) or (bool(lines) and is_item)
        lines.append(bare[item.end() :] if item else bare)


def _plain(paragraph: str) -> str:
    for opening in (_TERM, _VERSION_NOTE):
        paragraph = opening.sub("", paragraph, count=1) if opening.match(paragraph) else paragraph
    paragraph = _QUOTED.sub(r"\1", _ROLE.sub(r"\1", paragraph).translate(_PLAIN))
    paragraph = _EMPHASIS.sub("", _FOOTNOTE.sub("", paragraph)).replace("()", "")
    return " ".join(paragraph.split())


def _split(paragraph: str) -> Iterator[str]:
    begin = 0
    for gap in _SENTENCE_GAP.finditer(paragraph):
        sentence = paragraph[begin : gap.end(1)]
        if not _ABBREVIATION.search(sentence):
            yield sentence
            begin = gap.end()
    yield paragraph[begin:]


def _is_english(sentence: str) -> bool:
    if not (sentence[:1].isupper() and _ENDED.search(sentence)) or _NOT_PROSE.search(sentence):
        return False
    words = sentence.split(" ")
    plain = sum(_WORD.fullmatch(word) is not None for word in words)
    return (
        4 <= len(words) <= 80
        and plain >= 0.8 * len(words)
        and sentence.count("(") == sentence.count(")")
        and _COMMON.search(sentence) is not None
    )
