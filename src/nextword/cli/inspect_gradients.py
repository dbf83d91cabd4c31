"""``nextword inspect gradients``: how far back a word still counts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, ReadingOptions, Text, Whole, reading
from nextword.errors import SettingError

if TYPE_CHECKING:
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
        Which word of --sentence, from 1; the last if not given.
    distance
        How many words to look back over.
    places
        From how many words of the text, evenly apart, to look back.
    picture
        Draw the norms against the distance, for all models, into this file: .png, .svg or .pdf.
    """
    from nextword.neural.inside.reach_picture import save_reach
    from nextword.store.models import load_model
    from nextword.text.pictures import check_picture

    _check(models, text, sentence, word, picture)
    if picture is not None:
        check_picture(picture)
    loaded = {str(path): load_model(path) for path in models}
    content: dict[str, Any] = {}
    said: list[str] = []
    if text is not None:
        reaches = {
            name: _reach(name, model, text, distance, places, reading_options, answer)
            for name, model in loaded.items()
        }
        content["models"] = [_content(name, reach) for name, reach in reaches.items()]
        said.append(_table(reaches, distance))
        if picture is not None:
            save_reach({Path(name).name: reach for name, reach in reaches.items()}, picture)
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


def _reach(
    name: str,
    model: "NeuralModel",
    text: str,
    distance: int,
    places: int,
    reading_options: ReadingOptions,
    answer: OutputOptions,
) -> "Reach":
    import numpy as np

    from nextword.neural.inside.reach import measure_reach, with_gradients

    with_gradients(model)
    with reading(answer, (text,), f"reading for {name}") as watch:
        ids = np.concatenate(list(reading_options.encode((text,), [model], watch.advance)))
    with answer.stages() as stage:
        stage(f"looking back through {name}")
        return measure_reach(model, ids, distance=distance, places=places)


def _content(name: str, reach: "Reach") -> dict[str, Any]:
    from nextword.neural.inside.decay import fit_decay

    return {
        "model": name,
        "places": reach.places,
        "norms": reach.words.tolist(),
        "decay": _decay(reach.decay),
        "states": {
            part: {"norms": norms.tolist(), "decay": _decay(fit_decay(norms))}
            for part, norms in reach.states.items()
        },
    }


def _decay(decay: "Decay | None") -> dict[str, float | None] | None:
    import math

    if decay is None:
        return None
    return {"rate": decay.rate, "half_life": decay.half_life if math.isfinite(decay.half_life) else None}


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
        lines.append(_norms(name, reach.words, shown, width, reach.decay))
    if any(reach.states for reach in reaches.values()):
        lines += ["", "how the state changes with that k words before: ||d s(t) / d s(t-k)|| per unit"]
        for name, reach in reaches.items():
            for part, norms in reach.states.items():
                lines.append(_norms(f"{name}, {part}", norms, shown, width, fit_decay(norms)))
    return "\n".join(lines)


def _norms(name: str, norms: Any, shown: list[int], width: int, decay: "Decay | None") -> str:
    cells = "".join(f"{norms[k - 1]:>10.2g}" if norms[k - 1] else f"{'0':>10}" for k in shown)
    fades = "" if decay is None else f"   {decay.rate:>6.3f}  {decay.half_life:>10.3g}"
    return f"{name:{width}}{cells}{fades}"


def _bars(name: str, found: "Connectivity") -> str:
    longest = max(map(len, found.tokens))
    most = float(found.norms.max()) or 1.0
    lines = [f"{name}: what P({found.target}) = {found.probability:.4g} hangs on"]
    for token, norm in zip(found.tokens, found.norms.tolist(), strict=True):
        lines.append(f"  {token:>{longest}}  {norm:>9.3g}  {'#' * round(BAR * norm / most)}")
    return "\n".join(lines)
