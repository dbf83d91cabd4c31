"""``nextword inspect gates``: what an LSTM or a GRU keeps, writes and reads, unit by unit and word by word."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.gate_files import GateFiles
from nextword.cli.options import OutputOptions, ReadingOptions, Text, Whole, reading
from nextword.cli.unknown_words import unknown_remark
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.neural.inside.contexts import OpenContext
    from nextword.neural.inside.gates import GateRecord
    from nextword.neural.model import NeuralModel

SHOWN_UNITS = 10


def inspect_gates(
    model: Path,
    text: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    layer: Whole | None = None,
    files: GateFiles = GateFiles(),
    corpus: Annotated[tuple[Text, ...], Parameter(negative="")] = (),
    unit: Whole | None = None,
    gate: str | None = None,
    k: Annotated[Whole, Parameter(name=["-k"])] = 10,
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Record the gates of an LSTM or a GRU as it reads a text: what each unit keeps, writes and reads.

    Example: nextword inspect gates lstm "the students opened their books" --page gates.html

    Parameters
    ----------
    model
        A model folder of an LSTM or a GRU.
    text
        What it reads.
    layer
        The layer that is shown, from 1; the highest if not given.
    corpus
        Look in this text, too, for the words at which a gate of --unit is most open.
    unit
        The unit, from 1, for --corpus; the one that holds longest on the text if not given.
    gate
        The gate for --corpus; the one that keeps (forget, or update of a GRU) if not given.
    k
        How many words --corpus finds.
    """
    from nextword.neural.inside.contexts import Unit
    from nextword.neural.inside.gates import gated_network, record_gates
    from nextword.store.models import load_model

    files.check_names()
    if not corpus and (unit is not None or gate is not None):
        raise SettingError("--unit and --gate say what to look for in a text; give one with --corpus")
    if k < 1:
        raise SettingError(f"k must be at least 1, got {k}; 10 is usual")
    loaded, network = gated_network(load_model(model))
    loaded.tokenizer = reading_options.tokenizer_of(loaded)
    record = record_gates(loaded, text)
    shown = record.layer(layer)
    files.check_sizes(record)
    unknown = Counter(word for line in text.split("\n") for word in loaded.tokenizer.unknown_pieces(line))
    if unknown:
        answer.remark(
            unknown_remark(f"{unknown.total():,} of {len(record.tokens):,} tokens are words", unknown)
        )
    content = {**_content(model, record, layer), "unknown_words": dict(unknown.most_common())}
    contexts: list[OpenContext] = []
    if corpus:
        chosen = content["longest"][0]["unit"] if unit is None else unit
        gate = shown.keeper if gate is None else gate
        Unit.of(network, gate, chosen, layer)  # what is wrong is said before a long text is read
        contexts = _look_up(loaded, corpus, gate, chosen, layer, k, reading_options, answer)
        content["contexts"] = {
            "unit": chosen,
            "is_longest": unit is None,
            "gate": gate,
            "found": [vars(each) for each in contexts],
        }
    files.write(record, layer)
    for name, path in files.given().items():
        content[name] = str(path)
        answer.remark(f"{name} in {path}")
    answer.answer(content, lambda: _text(record, content, contexts))


def _look_up(
    model: "NeuralModel",
    corpus: tuple[str, ...],
    gate: str,
    unit: int,
    layer: int | None,
    k: int,
    reading_options: ReadingOptions,
    answer: OutputOptions,
) -> "list[OpenContext]":
    from nextword.neural.inside.contexts import open_contexts

    with reading(answer, corpus, "reading the corpus") as watch:
        texts = list(reading_options.encode(corpus, [model], watch.advance))
    total = sum(map(len, texts))
    with answer.progress("looking at the gate", total, in_bytes=False, in_percent=True) as watch:
        return open_contexts(model, texts, gate=gate, unit=unit, layer=layer, k=k, progress=watch.advance)


def _content(model: Path, record: "GateRecord", layer: int | None) -> dict[str, Any]:
    import math

    import numpy as np

    from nextword.neural.inside.holding import half_lives, unit_order

    shown = record.layer(layer)
    lives, best = half_lives(shown), unit_order(shown, "longest")[:SHOWN_UNITS]
    return {
        "model": str(model),
        "layer": len(record.layers) if layer is None else layer,
        "units": shown.units,
        "tokens": list(record.tokens),
        "means": {name: np.round(shown[name].mean(axis=1, dtype=float), 6).tolist() for name in shown.gates},
        "longest": [
            {"unit": int(unit) + 1, "half_life": float(lives[unit]) if math.isfinite(lives[unit]) else None}
            for unit in best
        ],
    }


def _text(record: "GateRecord", content: dict[str, Any], contexts: "list[OpenContext]") -> str:
    means = content["means"]
    width = max(len("word"), *map(len, record.tokens))
    lines = [
        f"{record.model}, layer {content['layer']} of {len(record.layers)}, {content['units']} units; how open each "
        "gate is, mean over the units",
        "",
        f"{'word':{width}}" + "".join(f"  {name:>7}" for name in means),
    ]
    for place, token in enumerate(record.tokens):
        lines.append(f"{token:{width}}" + "".join(f"  {mean[place]:>7.3f}" for mean in means.values()))
    held = ", ".join(f"{each['unit']} ({_words(each['half_life'])})" for each in content["longest"])
    lines += ["", f"units that hold longest (half of it is left after): {held}"]
    if contexts:
        found = content["contexts"]
        of_text = " (it holds longest on the text above)" if found["is_longest"] else ""
        lines += ["", f"unit {found['unit']}{of_text}: where its {found['gate']} gate is most open"]
        lines += [f"  {each.value:.3f}  {' '.join(each.before)} [{each.token}]" for each in contexts]
    return "\n".join(lines)


def _words(half_life: float | None) -> str:
    return "for good" if half_life is None else f"{half_life:.3g} words"
