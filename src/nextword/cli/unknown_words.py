"""What a command says of words that a model does not know."""

from collections import Counter

from nextword.cli.printable import printable_word

NAMED = 3


def unknown_remark(what: str, words: Counter[str]) -> str:
    """Return the remark; ``what`` is how much is affected."""
    named = ", ".join(printable_word(word) for word, _ in words.most_common(NAMED))
    return f"{what} that the model does not know, as {named}: they are read as <unk>"
