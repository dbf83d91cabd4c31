"""Text into the words that a tagger takes."""

from collections.abc import Callable

from nextword.errors import SettingError
from nextword.text.vocabulary import SPECIAL_TOKENS
from nextword.text.word_level import WhitespaceTokenizer, WordsTokenizer

CUTTERS = {"words": WordsTokenizer, "whitespace": WhitespaceTokenizer}


def text_cutter(name: str) -> Callable[[str], list[str]]:
    """Return what cuts a line into words: ``words`` (punctuation apart) or ``whitespace``.

    >>> text_cutter("words")("It's late, isn't it?")
    ["It's", 'late', ',', "isn't", 'it', '?']
    """
    if name not in CUTTERS:
        raise SettingError(f"the tokenizer is {' or '.join(CUTTERS)}, got {name!r}")
    cutter = CUTTERS[name](SPECIAL_TOKENS).cutter
    return lambda line: [piece for piece, _ in cutter.pre_tokenize_str(line)]
