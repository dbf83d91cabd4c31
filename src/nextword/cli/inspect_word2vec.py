"""``nextword inspect word2vec``: one step of word2vec, with every number."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Whole
from nextword.errors import SettingError


def inspect_word2vec(
    *,
    text: Annotated[str, Parameter(allow_leading_hyphen=True)] = "the cat sat on the floor",
    word: str | None = None,
    position: Whole | None = None,
    window: Whole = 2,
    architecture: Literal["cbow", "skipgram"] = "cbow",
    objective: Literal["softmax", "negative-sampling", "hierarchical-softmax"] = "softmax",
    hidden: Literal["mean", "sum"] = "mean",
    size: Whole = 4,
    negative: Whole = 2,
    rate: float = 0.5,
    seed: Whole = 1,
    picture: Path | None = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Take one step of word2vec on one sentence, and show every number on the way.

    Example: nextword inspect word2vec --architecture skipgram --objective negative-sampling

    Parameters
    ----------
    text
        The sentence, cut at white space.
    word
        The centre word, where it stands first; the middle of the sentence if not given.
    position
        The centre word by its place in the sentence, from 1.
    window
        How many words on either side of the centre word are its context.
    architecture
        cbow: the context predicts the centre word. skipgram: the centre word predicts each word of its context.
    objective
        softmax over all words; or to tell the word from some drawn at random; or branches of a Huffman tree.
    hidden
        The hidden vector of cbow: the mean or the sum of the context's rows of W.
    size
        How many numbers a word has.
    negative
        How many words negative-sampling draws.
    rate
        The step is this times the gradient.
    seed
        Which random numbers W and W' start with.
    picture
        Draw the step into this file as well: .png, .svg or .pdf.
    """
    from nextword.embedding.lesson.picture import save_step
    from nextword.embedding.lesson.record import step_record
    from nextword.embedding.lesson.step import word2vec_step
    from nextword.embedding.lesson.text import step_text
    from nextword.text.pictures import check_picture

    if picture is not None:
        check_picture(picture)
    if objective == "hierarchical-softmax":
        answer.announce_compiling()
    words = text.split()
    step = word2vec_step(
        words,
        _place(words, word, position),
        window=window,
        architecture=architecture,
        objective=objective,
        hidden=hidden,
        size=size,
        negative=negative,
        rate=rate,
        seed=seed,
    )
    content = step_record(step) | {"seed": seed}
    if picture is not None:
        save_step(step, picture)
        content["picture"] = str(picture)
        answer.remark(f"picture in {picture}")
    answer.answer(content, lambda: step_text(step))


def _place(words: list[str], word: str | None, position: int | None) -> int | None:
    if word is not None and position is not None:
        raise SettingError("--word and --position both name the centre word; give one of them")
    if word is not None:
        if word not in words:
            raise SettingError(f"the text does not hold the word {word!r}; it holds {', '.join(words[:10])}")
        return words.index(word)
    if position is not None and not 1 <= position <= len(words):
        raise SettingError(f"--position goes from 1 to {len(words)}, got {position}")
    return None if position is None else position - 1
