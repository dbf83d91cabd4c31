"""``nextword info``: what is in a model, counts, word vectors, a classifier, a tagger, a forecaster, or a training."""

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.info_kinds import told
from nextword.cli.options import OutputOptions
from nextword.cli.printable import printable_word

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
        **told(model, config, verify),
        "bytes": size,
        "provenance": config.provenance,
        "nextword_version": config.nextword_version,
    }
    if verify:
        content["verified"] = True
    answer.answer(content, lambda: "\n".join(_lines(content)))


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
