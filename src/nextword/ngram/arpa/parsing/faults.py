"""What is wrong with a line of an ARPA file, in words."""

from nextword.ngram.arpa.parsing import kernels

_SHOWN_BYTES = 60


def line_fault(status: int, field: bytes, order: int, stated: int) -> str:
    """Return the message for a kernel's status: what is wrong, the value seen, what to try."""
    seen = repr(field[:_SHOWN_BYTES].decode("utf-8", "replace")) + ("..." if len(field) > _SHOWN_BYTES else "")
    match status:
        case kernels.BAD_NUMBER:
            return f"{seen} is not a number; a line is a log10 probability, {_words(order)} and a back-off"
        case kernels.NOT_FINITE:
            return f"{seen} is not a finite number; write -99 for a probability of zero"
        case kernels.POSITIVE:
            return f"the log10 probability {seen} is positive, so the probability is above 1; make the model again"
        case kernels.FEW_WORDS:
            return f"the line ends too early; a line of this section has {_words(order)}"
        case kernels.MANY_FIELDS:
            return f"{seen} stands behind the back-off; a line of this section has {_words(order)}"
        case kernels.UNKNOWN_WORD:
            return f"the word {seen} is not among the 1-grams; each word of an n-gram must be"
        case kernels.BACKOFF_AT_THE_TOP:
            return f"the back-off {seen} stands in the highest order, which has none; remove it, or \\data\\ lists too few orders"
        case kernels.LARGE_BACKOFF:
            return f"the log10 back-off {seen} is above {kernels.LARGEST_BACKOFF:g}; the file is damaged: make it again"
        case kernels.DUPLICATE:
            return f"the word {seen} stands twice among the 1-grams (<UNK> is <unk>); remove one of the lines"
        case _:
            return f"\\data\\ says that there are {stated:,} {order}-grams, but there are more; the file is damaged: make it again"


def _words(order: int) -> str:
    return "one word" if order == 1 else f"{order} words"
