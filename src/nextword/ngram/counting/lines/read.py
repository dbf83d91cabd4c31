"""Read counts as text."""

from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from nextword.errors import InputError, SettingError
from nextword.ngram.arpa.tokenizer import ArpaTokenizerKind, TokenizerSettings
from nextword.ngram.counting.counted import CountedText
from nextword.ngram.counting.counts import check_order
from nextword.ngram.counting.lines.build import MissingPartError, build_tree
from nextword.ngram.counting.lines.parse import CountLines, Section, parse_lines
from nextword.ngram.counting.lines.restore import restored
from nextword.text.corpus import Source
from nextword.text.readers import read_blocks
from nextword.text.vocabulary import (
    SPECIAL_TOKENS,
    UNKNOWN,
    SpecialTokenPolicy,
    VocabularyLimits,
    order_vocabulary,
)


def read_counts(
    sources: Sequence[Source],
    order: int | None = None,
    *,
    tokenizer: ArpaTokenizerKind = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    max_line_bytes: int = 1 << 26,
    progress: Callable[[int], None] | None = None,
) -> CountedText:
    """Read lines of words and counts, as SRILM's ``ngram-count -write`` has them, in any order.

    Lines of the same n-gram add up. N-grams that longer ones need but no line has get the smallest count that the
    longer ones allow; all other counts stay as they are. Ids go by falling frequency. The order is that of the
    longest n-gram, if none is given. The settings say how the text was cut, which the lines do not. ``progress`` is
    told how many bytes on disk were read since it was last told.

    Raises SettingError for settings that make no sense, InputError, with the file and the line, for what is no line
    of counts.
    """
    settings = TokenizerSettings(kind=tokenizer, lowercase=lowercase, special_tokens=special_tokens)
    return read_with_remark(sources, settings, order, max_line_bytes=max_line_bytes, progress=progress)[0]


def read_with_remark(
    sources: Sequence[Source],
    settings: TokenizerSettings,
    order: int | None = None,
    *,
    max_line_bytes: int = 1 << 26,
    progress: Callable[[int], None] | None = None,
) -> tuple[CountedText, int]:
    """Read counts as `read_counts` does; return with them how many n-grams had to be restored."""
    if settings.kind not in get_args(ArpaTokenizerKind):
        raise SettingError(
            f"counts as text hold words, from which no {settings.kind} tokenizer is built; try whitespace or words"
        )
    settings.build(SPECIAL_TOKENS)  # raises what else is wrong with them, before the work
    if order is not None:
        check_order(order)
    blocks = read_blocks(sources, max_line_bytes=max_line_bytes, progress=progress)
    lines = parse_lines(blocks)
    sections, added = lines.sections, 0
    if _lacks_words(sections):
        sections, added = restored(sections)
    tokens, frequencies, new_ids = _order_words(lines, sections)
    orders = max(order or 0, len(sections))
    longer = [Section(new_ids[section.words], section.counts) for section in sections[1:]]
    longer += [_empty(length) for length in range(len(sections) + 1, orders + 1)]
    try:
        tree = build_tree(frequencies, longer)
    except MissingPartError:
        ids = np.arange(len(frequencies), dtype=np.int32)[:, None]
        sections, added = restored([Section(ids, frequencies), *longer])
        tree = build_tree(frequencies, sections[1:])
    is_open = int(frequencies[UNKNOWN]) == 0
    return CountedText(tree, settings.build(tokens), is_open).cut_to(order), added


def _empty(order: int) -> Section:
    return Section(np.empty((0, order), dtype=np.int32), np.empty(0, dtype=np.int64))


def _lacks_words(sections: list[Section]) -> bool:
    """Whether a longer n-gram holds a word that has no count of its own."""
    frequencies = _frequencies(sections)
    return any(bool(np.any(frequencies[section.words] == 0)) for section in sections[1:])


def _frequencies(sections: list[Section]) -> NDArray[np.int64]:
    """Return the count of each word by its number."""
    largest = max(int(section.words.max(initial=0)) for section in sections)
    frequencies = np.zeros(largest + 1, dtype=np.int64)
    np.add.at(frequencies, sections[0].words[:, 0], sections[0].counts)
    return frequencies


def _order_words(
    lines: CountLines, sections: list[Section]
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int32]]:
    """Return the words by id, the count of each, and the id by the number of the word."""
    by_number = _frequencies(sections)
    numbers = np.unique(sections[0].words)
    words = lines.chunks.strings(numbers)
    counts = dict(zip(words, by_number[numbers].tolist(), strict=True))
    tokens = order_vocabulary(counts, VocabularyLimits(words=tuple(words)))
    if len(tokens) == len(SPECIAL_TOKENS):
        raise InputError("the counts are of no words; give counts of at least one word")
    ids = {token: token_id for token_id, token in enumerate(tokens)}
    new_ids = np.zeros(len(by_number), dtype=np.int32)
    new_ids[numbers] = [ids[word] for word in words]
    frequencies = np.array([counts.get(token, 0) for token in tokens], dtype=np.int64)
    return tokens, frequencies, new_ids
