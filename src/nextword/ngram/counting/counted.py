"""The n-grams of a text as a thing of their own: counted once, merged, saved, estimated from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nextword.errors import InputError, SettingError
from nextword.ngram.automaton import plain
from nextword.ngram.counting.counts import NgramCounts, check_order, count_ngrams
from nextword.text.corpus import (
    Corpus,
    Source,
    TokenizerKind,
    check_tokenizer,
    learn_corpus,
    learn_from_lines,
)
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import (
    END_TOKEN,
    SENTENCE_END,
    SENTENCE_START,
    START_TOKEN,
    SpecialTokenPolicy,
    VocabularyLimits,
)


@dataclass(frozen=True, eq=False, slots=True)
class CountedText:
    """How often each n-gram of a text occurs, and the tokenizer that gives its words their ids."""

    tree: NgramCounts
    tokenizer: Tokenizer
    is_open: bool = True
    """Whether every word of the text has an id of its own: words that became ``<unk>`` cannot come back."""

    def __repr__(self) -> str:
        sizes = ", ".join(f"{size:,}" for size in self.ngrams)
        return f"<CountedText of order {self.order}: {self.tokens:,} tokens, n-grams {sizes}>"

    @property
    def order(self) -> int:
        """N: the longest n-gram."""
        return self.tree.order

    @property
    def tokens(self) -> int:
        """The length of the text, ``</s>`` counted and ``<s>`` not."""
        return int(self.tree.counts[0])

    @property
    def sentences(self) -> int:
        """The number of sentences."""
        return int(self.tree.counts[1 + SENTENCE_END])

    @property
    def ngrams(self) -> list[int]:
        """The number of n-grams of each order, from 1 up."""
        return [self.tree.nodes(order).stop - self.tree.nodes(order).start for order in self._orders]

    @property
    def settings(self) -> dict[str, Any]:
        """What there is to say beyond the arrays."""
        return {
            "order": self.order,
            "tokens": self.tokens,
            "sentences": self.sentences,
            "open_vocabulary": self.is_open,
        }

    @property
    def _orders(self) -> range:
        return range(1, self.order + 1)

    def count(self, ngram: str) -> int:
        """Return how often some words were seen in a row; ``<s>`` may come first and ``</s>`` last.

        An unknown word counts as ``<unk>``. Raises SettingError for more words than the order.

        >>> counted = count_lines(["the cat sat", "the cat ran"], order=3)
        >>> counted.count("the cat"), counted.count("<s> the"), counted.count("cat the")
        (2, 2, 0)
        """
        ids = _ids_of(ngram, self.tokenizer)
        if not 1 <= len(ids) <= self.order:
            raise SettingError(f"{ngram!r} has {len(ids)} words, and 1 to {self.order} were counted in a row")
        node = 0
        for word in ids:
            node = plain.find_child(self.tree.words, self.tree.children, node, word)
            if node < 0:
                return 0
        return int(self.tree.counts[node])

    def cut_to(self, order: int | None) -> "CountedText":
        """Return the n-grams up to a lower order; raises SettingError for a higher one."""
        if order is None or order == self.order:
            return self
        check_order(order)
        if order > self.order:
            raise SettingError(
                f"the counts go up to order {self.order}, got order {order}; give {self.order} or less, "
                "or count the text again"
            )
        nodes, contexts = int(self.tree.starts[order + 1]), int(self.tree.starts[order])
        tree = NgramCounts(
            order,
            self.tree.starts[: order + 2],
            self.tree.words[:nodes],
            self.tree.children[: contexts + 1],
            self.tree.suffixes[:nodes],
            self.tree.counts[:nodes],
        )
        return CountedText(tree, self.tokenizer, self.is_open)


def count_text(
    sources: Sequence[Source],
    order: int = 5,
    *,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
    field: str = "text",
    max_line_bytes: int = 1 << 26,
    progress: Callable[[str], None] | None = None,
    progress_bytes: Callable[[int], None] | None = None,
) -> CountedText:
    """Read text files and count their n-grams; the settings are those of `train_ngram`.

    Raises SettingError for settings that make no sense (before reading), InputError for unreadable text.
    """
    check_order(order)
    check_tokenizer(tokenizer, limits or VocabularyLimits())
    corpus = learn_corpus(
        sources,
        tokenizer=tokenizer,
        lowercase=lowercase,
        special_tokens=special_tokens,
        limits=limits,
        field=field,
        max_line_bytes=max_line_bytes,
        progress=progress_bytes,
    )
    return _count(corpus, order, _is_open(tokenizer, limits), progress)


def count_lines(
    lines: Iterable[str],
    order: int = 5,
    *,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
) -> CountedText:
    """Count the n-grams of lines in memory; the settings are those of `count_text`."""
    check_order(order)
    corpus = learn_from_lines(
        lines, tokenizer=tokenizer, lowercase=lowercase, special_tokens=special_tokens, limits=limits
    )
    return _count(corpus, order, _is_open(tokenizer, limits))


def _count(
    corpus: Corpus, order: int, is_open: bool, progress: Callable[[str], None] | None = None
) -> CountedText:
    say = progress or (lambda _: None)
    tree = count_ngrams(
        corpus.ids, len(corpus.tokenizer), order, progress=lambda k: say(f"counting {k}-grams")
    )
    return CountedText(tree, corpus.tokenizer, is_open)


def _is_open(tokenizer: TokenizerKind | Tokenizer, limits: VocabularyLimits | None) -> bool:
    """Whether no word becomes ``<unk>``: pieces write every word, but other texts give other pieces."""
    return isinstance(tokenizer, str) and tokenizer != "bpe" and (limits is None or limits.is_open)


def _ids_of(ngram: str, tokenizer: Tokenizer) -> list[int]:
    """Return the ids of an n-gram written as text."""
    starts, ends = f"{ngram} ".startswith(f"{START_TOKEN} "), f" {ngram}".endswith(f" {END_TOKEN}")
    text = ngram[len(START_TOKEN) + 1 :] if starts else ngram
    text = text[: -len(END_TOKEN)].removesuffix(" ") if ends else text
    try:
        ids: list[int] = tokenizer.with_special_tokens("keep").encode(text).tolist()
    except InputError:
        raise SettingError(
            f"in {ngram!r} <s> can only come first, and </s> last; ask for its parts"
        ) from None
    return [SENTENCE_START] * starts + ids + [SENTENCE_END] * ends
