"""What a map says of itself in words, the same on the page, in the image and on the terminal."""

import re

from nextword.embedding.maps.map import WordMap

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
LONGEST = 40
"""Longer words are cut short in lists."""
SHORT = 24
"""Longer words are cut short in the picture and in sentences."""


def readable(word: str, longest: int = LONGEST) -> str:
    r"""Return a word as it may stand in a picture: characters that are commands spelled out, long words cut.

    >>> readable("abc\u202edef")
    'abc\\u202edef'
    """
    word = _UNSEEN.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode(), word)
    word = word or "(empty)"
    return word if len(word) <= longest else word[: longest - 1] + "…"


def title(drawn: WordMap) -> str:
    """Return how many words of how many the map shows."""
    return f"{len(drawn.rows):,} of {len(drawn.vectors):,} words"


def layout(drawn: WordMap) -> str:
    """Return, in a sentence or two, how the words were laid out and what that means."""
    size = drawn.vectors.vector_size
    if drawn.explained is None:
        name = {"tsne": "t-SNE", "umap": "UMAP"}[drawn.method]
        return (
            f"Laid out by {name} from {size} dimensions: words that are close together are alike, while longer "
            "distances, directions and the sizes of groups mean little."
        )
    share = f"{100 * sum(drawn.explained):.1f} %"
    if drawn.method == "analogy" and drawn.analogy is not None:
        a, b, c = question(drawn)
        return (
            f"The plane through {a}, {b} and {c}, in which their parallelogram has its true shape. It holds {share} "
            f"of the variance in {size} dimensions."
        )
    return f"The plane in which the words differ most (PCA). It holds {share} of the variance in {size} dimensions."


def axes(drawn: WordMap) -> tuple[str, str] | None:
    """Return what it means to go across and to go up, for the methods that have axes."""
    if drawn.explained is None:
        return None
    first, second = (f"{100 * share:.1f} %" for share in drawn.explained)
    if drawn.method == "analogy" and drawn.analogy is not None:
        a, b, c = question(drawn)
        return f"from {a} to {c}, {first}", f"across that, towards {b}, {second}"
    return f"first principal component, {first}", f"second principal component, {second}"


def question(drawn: WordMap) -> tuple[str, str, str]:
    """Return the three words of the analogy; call it only where there is one."""
    rows = [] if drawn.analogy is None else drawn.analogy.question.tolist()
    a, b, c = (readable(drawn.vectors.words[row], SHORT) for row in rows)
    return a, b, c


def arrow(drawn: WordMap) -> str:
    """Return what the analogy's second arrow points to."""
    a, b, c = question(drawn)
    if drawn.explained is None:
        return (
            f"The arrow from {c} leads to the first answer, for this layout has no place for {c} − {a} + {b}."
        )
    return f"The arrow from {c} leads to {c} − {a} + {b}, and is as long as the one from {a} to {b}."


def answers(drawn: WordMap) -> tuple[str, str]:
    """Return the analogy with its answers and their cosines, and the words set aside with their ranks."""
    analogy = drawn.analogy
    if analogy is None:
        return "", ""
    a, b, c = question(drawn)
    found = ", ".join(
        f"{readable(drawn.vectors.words[row])} {cosine:.3f}"
        for row, cosine in zip(analogy.answers, analogy.similarities, strict=True)
    )
    own = sorted(zip(analogy.ranks.tolist(), (a, b, c), strict=True))
    ranked = ", ".join(f"{word} (rank {rank:,})" for rank, word in own)
    return f"{a} is to {b} as {c} is to: {found or 'none'}", f"set aside: {ranked}"


def aside(drawn: WordMap) -> str:
    """Return what would be the answer if the question's own words were let in, where that is one of them."""
    for word, rank in zip(question(drawn), [] if drawn.analogy is None else drawn.analogy.ranks, strict=True):
        if rank == 1:
            return f"Were they let in, {word} itself would be the answer."
    return ""
