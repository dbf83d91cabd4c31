"""What is wrong with a line of an ARPA file, in words."""

from nextword.ngram.arpa.parsing import kernels

_SHOWN_BYTES = 60

_MESSAGES = {
    kernels.BAD_NUMBER: "{seen} is not a number; a line is a log10 probability, {words} and a back-off",
    kernels.NOT_FINITE: "{seen} is not a finite number; write -99 for a probability of zero",
    kernels.POSITIVE: "the log10 probability {seen} is positive, so the probability is above 1; {again}",
    kernels.FEW_WORDS: "the line ends too early; a line of this section has {words}",
    kernels.MANY_FIELDS: "{seen} stands behind the back-off; a line of this section has {words}",
    kernels.UNKNOWN_WORD: "the word {seen} is not among the 1-grams; each word of an n-gram must be",
    kernels.BACKOFF_AT_THE_TOP: (
        "the back-off {seen} stands in the highest order, which has none; remove it, or {again}"
    ),
    kernels.LARGE_BACKOFF: "the log10 back-off {seen} is above {largest:g}; {again}",
    kernels.DUPLICATE: "the word {seen} stands twice among the 1-grams (<UNK> is <unk>); remove one line",
    kernels.MANY_LINES: "\\data\\ says that there are {stated:,} {order}-grams, but there are more; {again}",
}


def line_fault(status: int, field: bytes, order: int, stated: int) -> str:
    """Return the message for a kernel's status: what is wrong, the value seen, what to try."""
    shown = repr(field[:_SHOWN_BYTES].decode("utf-8", "replace"))
    return _MESSAGES[status].format(
        seen=shown + ("..." if len(field) > _SHOWN_BYTES else ""),
        words="one word" if order == 1 else f"{order} words",
        largest=kernels.LARGEST_BACKOFF,
        stated=stated,
        order=order,
        again="make the model again",
    )
