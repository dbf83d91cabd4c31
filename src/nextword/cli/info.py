"""``nextword info``: what is in a model."""

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions


def info(
    model: Path,
    /,
    *,
    verify: Annotated[bool, Parameter(negative="")] = False,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Show what a model folder holds and how it was made.

    Parameters
    ----------
    model
        A model folder.
    verify
        Read all of it: checksums, the order of the n-grams, every number, and that probabilities sum to one.
    """
    from nextword.store.models import load_model, saved_config

    config, loaded = saved_config(model), load_model(model, verify=verify or None)
    size = sum(path.stat().st_size for path in model.rglob("*") if path.is_file())
    content: dict[str, Any] = {
        "model": str(model),
        "model_type": config.model_type,
        "vocabulary": loaded.vocabulary_size,
        "tokenizer": loaded.tokenizer.settings(),
        "settings": config.model,
        "bytes": size,
        "provenance": config.provenance,
        "nextword_version": config.nextword_version,
    }
    if config.model_type == "ngram":
        content["ngrams"] = loaded.automaton.ngrams  # type: ignore[attr-defined]
    if verify:
        content["verified"] = True
    answer.answer(content, lambda: "\n".join(_lines(content)))


def _lines(content: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for name, value in content.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", *_lines(value, indent + "  ")]
        else:
            shown = _shown(value)
            lines.append(f"{indent}{name:{24 - len(indent)}} {shown}")
    return lines


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return ", ".join(f"({_shown(item)})" if isinstance(item, list) else _shown(item) for item in value)
