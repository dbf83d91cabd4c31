"""``nextword map``: words as points on a plane, in a page and in an image."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, VectorOptions, Whole
from nextword.errors import SettingError, StorageError

if TYPE_CHECKING:
    from nextword.embedding.maps import WordMap

ENDINGS = (".html", ".png")
Words = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
"""Words between commas."""


def map_vectors(
    vectors: Path,
    /,
    *,
    output: Annotated[tuple[Path, ...], Parameter(name=["--output", "-o"], negative=())],
    top: Whole | None = None,
    words: Words = None,
    around: Words = None,
    near: Whole = 50,
    method: Literal["pca", "analogy", "tsne", "umap"] | None = None,
    analogy: Words = None,
    neighbours: Whole = 10,
    seed: Whole = 1,
    options: VectorOptions = VectorOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Draw words on a plane: a page that works offline, with search and neighbours, or an image.

    Parameters
    ----------
    vectors
        A folder of word vectors, or a file that another tool wrote.
    output
        The file to write: a page (.html) or an image (.png). Give it twice for both.
    top
        Show so many of the most frequent words: 1,000, or none beside --words or --around.
    words
        Show these words: king,queen,man
    around
        Show these words and their nearest neighbours.
    near
        How many neighbours of each word of --around.
    method
        The plane in which the words differ most (pca), that through the first three words of the analogy, or a layout
        that keeps neighbours together (tsne, umap); analogy where --analogy is given, else pca.
    analogy
        Draw man,woman,king (man is to woman as king is to what?) as arrows, and give the five nearest answers.
    neighbours
        How many nearest words the page lists for each word.
    seed
        For tsne and umap: the same seed gives the same map.
    """
    for path in output:
        _check_target(path)
    from nextword.embedding.maps import map_words
    from nextword.text.output import open_output

    began = time.perf_counter()
    with answer.stages() as stage:
        stage("reading the vectors")
        store = options.open(vectors)
        stage("laying out the words")
        drawn = map_words(
            store,
            top=top,
            words=_split("words", words),
            around=_split("around", around),
            near=near,
            method=method,
            analogy=_split("analogy", analogy),
            neighbours=neighbours,
            seed=seed,
        )
        for path in output:
            stage(f"drawing {path}")
            content = drawn.html().encode() if path.suffix.lower() == ".html" else drawn.png()
            with open_output(path) as file:
                file.write(content)
    _report(drawn, output, time.perf_counter() - began, answer)


def _check_target(path: Path) -> None:
    if path.suffix.lower() not in ENDINGS:
        raise SettingError(f"a map is a page (.html) or an image (.png), got {str(path)!r}; try -o map.html")
    if path.is_dir():
        raise StorageError(f"{path} is a folder, and a map is a file; give it another name")
    if not path.parent.is_dir():
        raise StorageError(f"the folder {path.parent} does not exist; make it, or choose another place")


def _split(name: str, given: str | None) -> tuple[str, ...]:
    """Return the words between commas; raises SettingError where one is empty."""
    if given is None:
        return ()
    found = tuple(word.strip() for word in given.split(","))
    if not all(found):
        raise SettingError(f"--{name} takes words between commas, got {given!r}; try --{name} man,woman,king")
    return found


def _report(drawn: "WordMap", output: tuple[Path, ...], seconds: float, answer: OutputOptions) -> None:
    from nextword.embedding.maps.words import answers, layout, title

    content = {
        "maps": [str(path) for path in output],
        "words": len(drawn.rows),
        "vocabulary": len(drawn.vectors),
        "method": drawn.method,
        "explained": None if drawn.explained is None else list(drawn.explained),
        "seconds": seconds,
    }
    analogy = drawn.analogy
    if analogy is not None:
        names = drawn.vectors.words
        found = zip(analogy.answers, analogy.similarities.tolist(), strict=True)
        own = zip(analogy.question, analogy.own_similarities.tolist(), analogy.ranks.tolist(), strict=True)
        content["answers"] = [{"word": names[row], "similarity": cosine} for row, cosine in found]
        content["excluded"] = [
            {"word": names[row], "similarity": cosine, "rank": rank} for row, cosine, rank in own
        ]
    lines = [f"{' and '.join(map(str, output))}: {title(drawn)}. {layout(drawn)}", *answers(drawn)]
    answer.answer(content, lambda: "\n".join(line for line in lines if line))
