"""The counts of several texts as those of one, and counts over a smaller vocabulary."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError, VocabularyError
from nextword.ngram.counting.counted import CountedText
from nextword.ngram.counting.merging.regroup import regroup
from nextword.text.corpus import WORD_LEVEL_KINDS
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import UNKNOWN, VocabularyLimits, order_vocabulary


def merge_counts(
    parts: Sequence[CountedText],
    names: Sequence[str] | None = None,
    *,
    progress: Callable[[str], None] | None = None,
) -> CountedText:
    """Return the counts of several texts as if they had been counted at once, whatever their order.

    Ids go by falling frequency in all texts. Where the vocabularies were limited, they must be one and the same:
    a word that is ``<unk>`` in one part cannot be told from the others, and its count would be wrong.
    ``names`` are what messages call the parts.

    Raises SettingError for counts of different orders, VocabularyError for those whose words do not fit together,
    InputError where they add up to more than fits into 32 bits.

    >>> from nextword.ngram.counting.counted import count_lines
    >>> monday, tuesday = count_lines(["the cat sat"], order=2), count_lines(["the dog sat"], order=2)
    >>> week = merge_counts([monday, tuesday])
    >>> week.tokenizer.tokens[3:], week.count("<s> the")
    (['sat', 'the', 'cat', 'dog'], 2)
    """
    names = names or [f"part {number}" for number in range(1, len(parts) + 1)]
    if not parts:
        raise SettingError("there are no counts to merge; name two or more")
    tokenizer = _common_tokenizer(parts, names)
    new_ids = [_ids_in(part.tokenizer, tokenizer) for part in parts]
    say = progress or (lambda _: None)
    tree = regroup(
        [part.tree for part in parts],
        new_ids,
        len(tokenizer),
        progress=lambda order: say(f"merging {order}-grams"),
    )
    return CountedText(tree, tokenizer, all(part.is_open for part in parts))


def with_limits(counted: CountedText, limits: VocabularyLimits) -> CountedText:
    """Return counts whose words outside the limits are ``<unk>``, as if the text had been counted so.

    Raises SettingError for pieces of words, VocabularyError for a list of words that may have become ``<unk>``
    already.
    """
    if limits.is_open:
        return counted
    if counted.tokenizer.kind not in WORD_LEVEL_KINDS:
        raise SettingError(
            "the pieces of a byte-pair vocabulary cannot be limited later; count the text again with --vocabulary-size"
        )
    tokens = order_vocabulary(_frequencies([counted]), limits)
    return with_vocabulary(counted, _like(counted.tokenizer, tokens))


def with_vocabulary(counted: CountedText, tokenizer: Tokenizer) -> CountedText:
    """Return counts over another tokenizer's vocabulary, whose words are cut alike; others are ``<unk>``.

    Raises VocabularyError where the tokenizers cut text otherwise, or where words that the counts lack may have
    become ``<unk>`` already.
    """
    if counted.tokenizer.same_vocabulary(tokenizer):
        return replace(counted, tokenizer=tokenizer, is_open=False)
    ours, theirs = counted.tokenizer, tokenizer
    same_cut = (ours.kind, ours.lowercase) == (theirs.kind, theirs.lowercase)
    if not same_cut or ours.kind not in WORD_LEVEL_KINDS:
        raise VocabularyError(
            f"the counts are of {_cutting(ours)} and the vocabulary of {_cutting(theirs)}; count the text again with it"
        )
    lost = [token for token in tokenizer.tokens if token not in counted.tokenizer.ids]
    if lost and not counted.is_open:
        raise VocabularyError(
            f"the counts were made with a limited vocabulary, in which {lost[0]!r} may have become <unk>; "
            "count the text again without limits"
        )
    new_ids = _ids_in(ours, theirs)
    return CountedText(regroup([counted.tree], [new_ids], len(tokenizer)), tokenizer, is_open=False)


def _common_tokenizer(parts: Sequence[CountedText], names: Sequence[str]) -> Tokenizer:
    """Return the tokenizer of all the texts; raises an error that names the first part that does not fit."""
    first = parts[0]
    for part, name in zip(parts, names, strict=True):
        if part.order != first.order:
            raise SettingError(
                f"{names[0]} has order {first.order} and {name} order {part.order}; "
                f"give --order {min(part.order, first.order)} to cut all to it, or count again"
            )
        if part.tokenizer.settings() != first.tokenizer.settings():
            raise VocabularyError(
                f"{names[0]} was cut by {_cutting(first.tokenizer)} and {name} by {_cutting(part.tokenizer)}; "
                "count one of them again with the options of the other"
            )
    if all(part.tokenizer.same_vocabulary(first.tokenizer) for part in parts):
        return first.tokenizer
    # A list of words has other frequencies in each text, and so another order; it is the same list.
    same_words = all(part.tokenizer.ids.keys() == first.tokenizer.ids.keys() for part in parts)
    for part, name in zip(parts, names, strict=True):
        if not part.is_open and (part.tokenizer.kind == "bpe" or not same_words):
            raise VocabularyError(_closed_message(part.tokenizer, name))
    frequencies = _frequencies(parts)
    tokens = order_vocabulary(frequencies, VocabularyLimits(words=tuple(frequencies)))
    return _like(first.tokenizer, tokens)


def _closed_message(tokenizer: Tokenizer, name: str) -> str:
    if tokenizer.kind == "bpe":
        return (
            f"the pieces of words of {name} are not those of the others, so they cannot be merged; "
            "count all texts with one --vocabulary, a folder of counts or a model"
        )
    return (
        f"{name} was counted with a limited vocabulary that the others do not have, and words that became <unk> "
        "cannot come back; count without limits and give them to train, or give all one --vocabulary"
    )


def _frequencies(parts: Sequence[CountedText]) -> Counter[str]:
    """Return how often each word occurs in all texts, ``<unk>``, ``<s>`` and ``</s>`` among them."""
    total: Counter[str] = Counter()
    for part in parts:
        counts = part.tree.counts[part.tree.nodes(1)].tolist()
        for token, count in zip(part.tokenizer.tokens, counts, strict=True):
            total[token] += count
    return total


def _ids_in(old: Tokenizer, new: Tokenizer) -> NDArray[np.int32]:
    """Return the new id of every old one, (V,)."""
    find = new.ids.get
    return np.array([find(token, UNKNOWN) for token in old.tokens], dtype=np.int32)


def _like(tokenizer: Tokenizer, tokens: Sequence[str]) -> Tokenizer:
    kind = WORD_LEVEL_KINDS[tokenizer.kind]
    return kind(tokens, lowercase=tokenizer.lowercase, special_tokens=tokenizer.special_tokens)


def _cutting(tokenizer: Tokenizer) -> str:
    """Return how a tokenizer cuts text, in the words of the command line."""
    lowercase = " --lowercase" if tokenizer.lowercase else ""
    return f"--tokenizer {tokenizer.kind}{lowercase} --special-tokens {tokenizer.special_tokens}"
