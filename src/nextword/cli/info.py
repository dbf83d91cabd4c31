"""``nextword info``: what is in a model, counts, word vectors, a classifier, a tagger, a forecaster, or a training."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions
from nextword.cli.printable import printable_word
from nextword.store.config import FORECASTER_TYPE, TAGGER_TYPE, TRAINING_TYPES, VECTORS_TYPE

SHOWN_WORDS = 10
SHOWN_WEIGHTS = 6
COLUMN = 24
"""Where values begin; names deep inside others begin further on."""


def info(
    model: Path,
    /,
    *,
    verify: Annotated[bool, Parameter(negative="")] = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Show what a folder of a model, of counts or of word vectors, for example, holds and how it was made.

    Parameters
    ----------
    model
        A folder of any kind: a model, counts, word vectors, a classifier, a tagger, a forecaster, a kept training.
    verify
        Read all of it: checksums, the order of n-grams and words, every number, and that probabilities sum to one.
    """
    from nextword.store.models import saved_config

    config = saved_config(model)
    size = sum(path.stat().st_size for path in model.rglob("*") if path.is_file())
    content: dict[str, Any] = {
        "model": str(model),
        "model_type": config.model_type,
        **_OF.get(config.model_type, _of_model)(model, verify),
        **_how_made(config.model),
        "bytes": size,
        "provenance": config.provenance,
        "nextword_version": config.nextword_version,
    }
    if verify:
        content["verified"] = True
    answer.answer(content, lambda: "\n".join(_lines(content)))


def _of_forecaster(path: Path, verify: bool) -> dict[str, Any]:
    """Return what is in a forecaster."""
    from nextword.store.forecaster import load_forecaster

    loaded = load_forecaster(path, verify=verify or None)
    return {
        "parameters": sum(array.size for array in loaded.arrays.values()),
        "numbers": len(loaded.series),
    }


def _of_model(path: Path, verify: bool) -> dict[str, Any]:
    """Return what is in a model or in counts."""
    from nextword.store.classifiers import holds_classifier, load_classifier
    from nextword.store.counts import holds_counts, load_counts
    from nextword.store.models import load_model

    loaded: Any
    if holds_counts(path):
        loaded = load_counts(path)
    else:
        load: Any = load_classifier if holds_classifier(path) else load_model
        loaded = load(path, verify=verify or None)
    content = {"vocabulary": len(loaded.tokenizer), "tokenizer": loaded.tokenizer.settings()}
    if hasattr(loaded, "parameters"):
        return {**content, "parameters": loaded.parameters}
    counted = getattr(loaded, "automaton", loaded)
    return {**content, "ngrams": counted.ngrams} if hasattr(counted, "ngrams") else content


def _how_made(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the family's settings, and for a network, apart from them, what its training said."""
    if {"settings", "details"} <= set(model):
        others = {name: value for name, value in model.items() if name not in ("settings", "details")}
        return {**others, "settings": model["settings"], "training": model["details"]}
    return {"settings": model}


def _of_vectors(path: Path, verify: bool) -> dict[str, Any]:
    """Return what is in a folder of word vectors."""
    from nextword.store.vectors import open_saved

    saved = open_saved(path, verify=verify or None)
    return {
        "vocabulary": len(saved.words),
        "size": saved.tensors["input"].shape[1],
        "tensors": sorted(saved.tensors),
        "most_frequent": list(saved.words[:SHOWN_WORDS]),
    }


def _of_tagger(path: Path, verify: bool) -> dict[str, Any]:
    """Return what is in a tagger."""
    from nextword.store.tagger import load_tagger

    tagger = load_tagger(path, verify=verify or None)
    return {
        "vocabulary": len(tagger.lexicon.words),
        "tags": tagger.tags,
        "parameters": tagger.parameters,
    }


def _of_training(path: Path, verify: bool) -> dict[str, Any]:
    """Return what is in a training that was kept while it ran."""
    from nextword.store.config import Config
    from nextword.store.files import TRAINING_FILE, check_files
    from nextword.store.tensors import map_tensors

    check_files(path, Config.read(path).files, verify or None)
    arrays = map_tensors(path / TRAINING_FILE).values()
    return {
        "holds": "a training under way, and no model yet; the command that began it goes on with --resume",
        "numbers": sum(array.size for array in arrays),
    }


_OF = {
    VECTORS_TYPE: _of_vectors,
    TAGGER_TYPE: _of_tagger,
    FORECASTER_TYPE: _of_forecaster,
    **dict.fromkeys(TRAINING_TYPES, _of_training),
}
"""What tells of each ``model_type`` that is no language model."""


def _lines(content: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for name, value in content.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", *_lines(value, indent + "  ")]
        elif name == "weights" and isinstance(value, list) and "name" in content:
            lines += [f"{indent}{name}", *_weights(value, indent + "  ")]
        else:
            shown = _shown(value)
            lines.append(f"{indent + name:{COLUMN}} {shown}")
    return lines


def _weights(orders: list[list[list[float]]], indent: str) -> list[str]:
    """Return the weights of Jelinek-Mercer smoothing, a line an order; where there are many, some of them."""
    lines = []
    for order, buckets in enumerate(orders, start=1):
        step = -(-(len(buckets) - 1) // SHOWN_WEIGHTS) or 1
        some = [*buckets[:-1:step], buckets[-1]]
        shown = ", ".join(f"{weight:.2f} from {count:,.0f}" for count, weight in some)
        number = f" ({len(buckets)} in all)" if step > 1 else ""
        lines.append(f"{f'{indent}order {order}':{COLUMN}} {shown}{number}")
    return lines


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return printable_word(value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_nested(item)}" for name, item in value.items())
    return ", ".join(_nested(item) for item in value)


def _nested(value: Any) -> str:
    return f"({_shown(value)})" if isinstance(value, list | dict) else _shown(value)
