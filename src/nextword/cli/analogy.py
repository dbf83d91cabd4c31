"""``nextword analogy``: a is to b as c is to what?"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, VectorOptions, Whole
from nextword.cli.similar import as_rows, check_count, table
from nextword.cli.usage import refuse_options
from nextword.embedding.vectors.analogies import Method

Word = Annotated[str, Parameter(allow_leading_hyphen=True)]


def analogy(
    vectors: Path,
    a: Word,
    b: Word,
    c: Word,
    /,
    *,
    k: Annotated[Whole, Parameter(name=["-k", "--top"])] = 10,
    method: Method = "add",
    restrict: Whole | None = None,
    options: VectorOptions = VectorOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Answer questions such as: man is to woman as king is to what?

    Parameters
    ----------
    vectors
        A folder of word vectors, or a file that another tool wrote.
    a
        The first word, man.
    b
        What it is to, woman.
    c
        The word to find a partner of, king.
    k
        How many answers to show.
    method
        add: nearest to b - a + c (3CosAdd); mul: near b and c and far from a, multiplied (3CosMul).
    restrict
        Ask only so many of the most frequent words.
    """
    refuse_options([a, b, c])
    check_count(k, restrict)
    store = options.open(vectors)
    ask = store.most_similar if method == "add" else store.most_similar_cosmul
    rows = as_rows(ask([b, c], [a], topn=k, restrict_vocab=restrict))
    excluded = list(dict.fromkeys([a, b, c]))
    content = {
        "vectors": str(vectors),
        "question": [a, b, c],
        "method": method,
        "excluded": excluded,
        "answers": rows,
    }
    answer.remark(f"{a} : {b} :: {c} : ?  ({', '.join(excluded)} cannot be answers)")
    answer.answer(content, lambda: table(rows))
