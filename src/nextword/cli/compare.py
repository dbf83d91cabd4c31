"""``nextword compare``: one table, and the best mixture."""

from pathlib import Path
from typing import Any

from nextword.cli.evaluate import evaluate_files, number
from nextword.cli.options import OutputOptions, ReadingOptions, Text, reading
from nextword.errors import SettingError, VocabularyError


def compare(
    *models: Path,
    on: Text,
    tune: Text | None = None,
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Compare models on one text, and find how much their best mixture gains.

    Parameters
    ----------
    models
        Model folders.
    on
        The text to compare on.
    tune
        Tune a mixture of all models on this text.
    """
    from nextword.lm.mixture import LinearMixture
    from nextword.store.models import load_model

    if not models:
        raise SettingError("there is no model to compare; name one or more model folders")
    loaded = [load_model(path) for path in models]
    results = [
        evaluate_files(str(path), model, (on,), reading_options, answer)
        for path, model in zip(models, loaded, strict=True)
    ]
    rows: list[dict[str, Any]] = [
        {"model": str(path), **result.as_dict()} for path, result in zip(models, results, strict=True)
    ]
    mixture: dict[str, Any] | None = None
    if not all(loaded[0].tokenizer.same_vocabulary(model.tokenizer) for model in loaded):
        answer.remark(
            "the vocabularies differ: perplexities count different words as unknown, and do not mix"
        )
        if tune is not None:
            raise VocabularyError("models of different vocabularies do not mix; leave out --tune")
    elif tune is not None:
        tuned = tune_on(loaded, tune, reading_options, answer)
        mixed = evaluate_files("mixture", LinearMixture(loaded, tuned), (on,), reading_options, answer)
        mixture = {"weights": tuned, **mixed.as_dict()}
    answer.answer({"models": rows, "mixture": mixture}, lambda: _table(rows, mixture))


def tune_on(
    models: list[Any], text: str, reading_options: ReadingOptions, answer: OutputOptions
) -> list[float]:
    """Return the mixture weights under which a text is likeliest."""
    from nextword.lm.tuning import tune_weights

    with reading(answer, (text,), "tuning") as advance:
        tuned = tune_weights(models, reading_options.encode((text,), models, advance))
    if tuned.zero_probability:
        answer.remark(f"{tuned.zero_probability:,} tokens that every model holds impossible were left out")
    return [float(weight) for weight in tuned.weights]


def _table(rows: list[dict[str, Any]], mixture: dict[str, Any] | None) -> str:
    width = max([len("mixture"), *(len(row["model"]) for row in rows)])
    weights = [f"  {weight:>7.4f}" for weight in mixture["weights"]] if mixture else [""] * len(rows)
    heading = f"{'model':{width}}  {'perplexity':>11}  {'without unk':>11}  {'unknown':>8}"
    lines = [heading + ("   weight" if mixture else "")]
    lines += [_row(row["model"], row, width) + weight for row, weight in zip(rows, weights, strict=True)]
    if mixture:
        lines.append(_row("mixture", mixture, width))
    return "\n".join(lines)


def _row(name: str, row: dict[str, Any], width: int) -> str:
    cells = [number(row["perplexity"]), number(row["perplexity_without_oov"])]
    return f"{name:{width}}  {cells[0]:>11}  {cells[1]:>11}  {row['oov']:>8,}"
