"""``nextword similar``: the neighbours of words."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, VectorOptions, Whole
from nextword.cli.printable import printable_word
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError

WIDEST = 40
"""Numbers stand in one column behind words of up to so many characters."""


def similar(
    vectors: Path,
    /,
    *word: Annotated[str, Parameter(allow_leading_hyphen=True)],
    k: Annotated[Whole, Parameter(name=["-k", "--top"])] = 10,
    restrict: Whole | None = None,
    approximate: Annotated[bool, Parameter(negative="")] = False,
    options: VectorOptions = VectorOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Show the words most similar to one, or to several, by the cosine of the angle between vectors.

    Parameters
    ----------
    vectors
        A folder of word vectors, or a file that another tool wrote.
    word
        The word, or several, of which the mean of their directions is asked; they are not their own neighbours.
    k
        How many neighbours to show.
    restrict
        Ask only so many of the most frequent words.
    approximate
        Search an index, which is built first: for one question that takes longer than an exact search, which is the
        default; in Python one index answers many. Now and then it misses a neighbour.
    """
    refuse_options(word)
    if not word:
        raise SettingError("there is no word to find neighbours of; name one or more after the vectors")
    check_count(k, restrict)
    store = options.open(vectors)
    if approximate:
        if restrict is not None:
            raise SettingError("an index holds all words; give --approximate or --restrict, not both")
        with answer.stages() as stage:
            stage("building the index")
            found = store.most_similar(word, topn=k, indexer=store.index())
    else:
        found = store.most_similar(word, topn=k, restrict_vocab=restrict)
    if not found:
        answer.remark(f"{' + '.join(word)} has no neighbours: its vector is zero, or there is no other word")
    rows = as_rows(found)
    content = {"vectors": str(vectors), "words": list(word), "neighbours": rows}
    answer.answer(content, lambda: table(rows))


def check_count(k: int, restrict: int | None) -> None:
    """Raise SettingError for numbers of words below one."""
    for name, value in (("-k", k), ("--restrict", restrict)):
        if value is not None and value < 1:
            raise SettingError(f"{name} must be 1 or more, got {value}; leave it out for the usual number")


def as_rows(found: list[tuple[str, float]]) -> list[dict[str, Any]]:
    """Return words and their scores as JSON says them."""
    return [{"word": word, "similarity": score} for word, score in found]


def table(rows: list[dict[str, Any]]) -> str:
    """Return words and their scores as lines."""
    words = [printable_word(row["word"]) for row in rows]
    width = min(WIDEST, max(map(len, words), default=0))
    return "\n".join(
        f"{word:{width}}  {row['similarity']:.4f}" for word, row in zip(words, rows, strict=True)
    )
