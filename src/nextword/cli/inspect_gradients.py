"""``nextword inspect gradients``: how far back a word still counts."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, ReadingOptions, Text, Whole, reading
from nextword.cli.unknown_words import unknown_remark
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.arrays import TokenIds
    from nextword.neural.model import NeuralModel


def inspect_gradients(
    *models: Path,
    text: Text | None = None,
    sentence: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    word: Whole | None = None,
    distance: Whole = 50,
    places: Whole = 200,
    picture: Path | None = None,
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Measure how far back a word still counts: how a word's probability changes with the words before it.

    Example: nextword inspect gradients rnn lstm --text text.txt --picture gradients.png

    Parameters
    ----------
    models
        Model folders of networks.
    text
        The text that they read: the norm of the gradient against the distance, and by which factor it fades a step.
    sentence
        Show for one sentence how its last word, or another, hangs on each before it.
    word
        Which token of --sentence, from 1; the last if not given.
    distance
        How many words to look back over.
    places
        From how many words of the text, evenly apart, to look back.
    picture
        Draw the norms against the distance, for all models, into this file: .png, .svg or .pdf.
    """
    from nextword.cli.gradients_telling import (
        connectivity_bars,
        connectivity_record,
        reach_record,
        reach_table,
    )
    from nextword.neural.inside.reach import measure_reach, with_gradients
    from nextword.neural.inside.reach_picture import save_reach
    from nextword.store.models import load_model
    from nextword.text.pictures import check_picture

    _check(models, text, sentence, word, picture)
    if picture is not None:
        check_picture(picture)
    named = dict(zip(labels(models), models, strict=True))
    loaded = {name: with_gradients(load_model(path)) for name, path in named.items()}
    for model in loaded.values():
        model.tokenizer = reading_options.tokenizer_of(model)
    content: dict[str, Any] = {}
    said: list[str] = []
    if text is not None:
        read = _read(list(loaded.values()), text, reading_options, answer)
        reaches = {}
        for (name, model), ids in zip(loaded.items(), read, strict=True):
            with answer.stages() as stage:
                stage(f"looking back through {name}")
                reaches[name] = measure_reach(model, ids, distance=distance, places=places)
        content["models"] = [reach_record(named[name], reach) for name, reach in reaches.items()]
        said.append(reach_table(reaches, distance))
        if picture is not None:
            save_reach(reaches, picture)
            content["picture"] = str(picture)
            answer.remark(f"picture in {picture}")
    if sentence is not None:
        from nextword.neural.inside.connectivity import connectivity

        for name, model in loaded.items():
            unknown = Counter(model.tokenizer.unknown_pieces(sentence))
            if unknown:
                tokens = len(model.tokenizer.encode(sentence))
                answer.remark(
                    unknown_remark(f"{name}: {unknown.total():,} of {tokens:,} tokens are words", unknown)
                )
        found = {name: connectivity(model, sentence, word) for name, model in loaded.items()}
        content["sentence"] = [connectivity_record(named[name], each) for name, each in found.items()]
        said += [connectivity_bars(name, each) for name, each in found.items()]
    answer.answer(content, lambda: "\n\n".join(said))


def _check(
    models: tuple[Path, ...], text: str | None, sentence: str | None, word: int | None, picture: Path | None
) -> None:
    if not models:
        raise SettingError("there is no model to look into; name one or more model folders")
    if text is None and sentence is None:
        raise SettingError("there is nothing to read; give --text FILE, or --sentence TEXT")
    if text is None and picture is not None:
        raise SettingError("--picture shows what was measured on a text; give --text FILE as well")
    if sentence is None and word is not None:
        raise SettingError("--word says which word of a sentence; give --sentence TEXT as well")


def labels(models: Sequence[Path]) -> list[str]:
    """Return what models are called: the ends of their paths, as short as tells them apart.

    >>> labels([Path("small/lstm"), Path("large/lstm"), Path("small/rnn")])
    ['small/lstm', 'large/lstm', 'small/rnn']
    >>> labels([Path("small/lstm"), Path("small/rnn")])
    ['lstm', 'rnn']
    """
    whole = [path.resolve() for path in models]
    if len(set(whole)) < len(whole):
        raise SettingError(f"each model is named once, got {' '.join(map(str, models))}")
    for parts in range(1, max(len(path.parts) for path in whole) + 1):
        ends = [str(Path(*path.parts[-parts:])) for path in whole]
        if len(set(ends)) == len(ends):
            break
    return ends


def _read(
    models: "list[NeuralModel]", text: str, reading_options: ReadingOptions, answer: OutputOptions
) -> "list[TokenIds]":
    """Return the ids of a text for each model; it is read once, as it may come from a pipe, for all that read alike."""
    import numpy as np

    first = models[0].tokenizer
    alike = [
        model.tokenizer.same_vocabulary(first) and model.tokenizer.special_tokens == first.special_tokens
        for model in models
    ]
    if all(alike):
        with reading(answer, (text,)) as watch:
            ids = np.concatenate(list(reading_options.encode((text,), models, watch.advance)))
        return [ids] * len(models)
    if text == "-":
        raise SettingError("these models cut text differently, and - can be read once; give --text FILE")
    return [_read([model], text, reading_options, answer)[0] for model in models]
