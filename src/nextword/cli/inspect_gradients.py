"""``nextword inspect gradients``: how far back a word still counts."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, ReadingOptions, Text, Whole, reading
from nextword.errors import SettingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nextword.arrays import TokenIds
    from nextword.neural.inside.connectivity import Connectivity
    from nextword.neural.inside.decay import Decay
    from nextword.neural.inside.reach import Reach
    from nextword.neural.model import NeuralModel

DISTANCES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500)
"""Those of the table."""
BAR = 40
"""Characters of the longest bar."""


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
    from nextword.neural.inside.reach import measure_reach, with_gradients
    from nextword.neural.inside.reach_picture import save_reach
    from nextword.store.models import load_model
    from nextword.text.pictures import check_picture

    _check(models, text, sentence, word, picture)
    if picture is not None:
        check_picture(picture)
    loaded = {
        name: with_gradients(load_model(path)) for name, path in zip(labels(models), models, strict=True)
    }
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
        content["models"] = [_content(name, reach) for name, reach in reaches.items()]
        said.append(_table(reaches, distance))
        if picture is not None:
            save_reach(reaches, picture)
            content["picture"] = str(picture)
            answer.remark(f"picture in {picture}")
    if sentence is not None:
        from nextword.neural.inside.connectivity import connectivity

        found = {name: connectivity(model, sentence, word) for name, model in loaded.items()}
        content["sentence"] = [_connected(name, each) for name, each in found.items()]
        said += [_bars(name, each) for name, each in found.items()]
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


def _content(name: str, reach: "Reach") -> dict[str, Any]:
    from nextword.neural.inside.decay import fit_decay

    return {
        "model": name,
        "places": reach.places,
        "norms": _finite(reach.words),
        "decay": _decay(reach.decay),
        "states": {
            part: {"norms": _finite(norms), "decay": _decay(fit_decay(norms))}
            for part, norms in reach.states.items()
        },
    }


def _finite(norms: "NDArray[np.float64]") -> list[float | None]:
    """Return norms as JSON has them: null where a gradient exploded."""
    return [norm if math.isfinite(norm) else None for norm in norms.tolist()]


def _decay(decay: "Decay | None") -> dict[str, float | None] | None:
    if decay is None:
        return None
    return {
        "rate": decay.rate if math.isfinite(decay.rate) else None,
        "half_life": decay.half_life if math.isfinite(decay.half_life) else None,
    }


def _connected(name: str, found: "Connectivity") -> dict[str, Any]:
    return {
        "model": name,
        "target": found.target,
        "probability": found.probability,
        "words": [
            {"token": token, "norm": norm}
            for token, norm in zip(found.tokens, found.norms.tolist(), strict=True)
        ],
    }


def _table(reaches: "dict[str, Reach]", distance: int) -> str:
    from nextword.neural.inside.decay import fit_decay

    shown = [k for k in DISTANCES if k <= distance]
    width = max(len(f"{name}, h") for name in reaches)
    heading = "".join(f"{k:>10}" for k in shown)
    lines = [
        "how the probability of a word changes with the word k before it: ||d log p(w_t) / d e(t-k)||",
        f"{'':{width}}{heading}   a step  half after",
    ]
    for name, reach in reaches.items():
        fades = _fades(reach.decay) if reach.window is None else f"none beyond {reach.window}"
        lines.append(_norms(name, reach.words, shown, width, fades))
    if any(reach.states for reach in reaches.values()):
        lines += ["", "how the state changes with that k words before: ||d s(t) / d s(t-k)|| per unit"]
        for name, reach in reaches.items():
            for part, norms in reach.states.items():
                lines.append(_norms(f"{name}, {part}", norms, shown, width, _fades(fit_decay(norms))))
    return "\n".join(lines)


def _norms(name: str, norms: "NDArray[np.float64]", shown: list[int], width: int, fades: str) -> str:
    cells = "".join(f"{norms[k - 1]:>10.2g}" for k in shown)
    return f"{name:{width}}{cells}   {fades}".rstrip()


def _fades(decay: "Decay | None") -> str:
    return "" if decay is None else f"{decay.rate:>6.3f}  {decay.half_life:>10.3g}"


def _bars(name: str, found: "Connectivity") -> str:
    longest = max(map(len, found.tokens))
    most = float(found.norms.max()) or 1.0
    lines = [f"{name}: what P({found.target}) = {found.probability:.4g} hangs on"]
    for token, norm in zip(found.tokens, found.norms.tolist(), strict=True):
        lines.append(f"  {token:>{longest}}  {norm:>9.3g}  {'#' * round(BAR * norm / most)}")
    return "\n".join(lines)
