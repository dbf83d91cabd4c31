"""``nextword train``: one command a family."""

import time
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from nextword.cli.options import OutputOptions, Text, TextOptions, Whole, provenance, reading
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError

app = App(name="train", help="Train a model on text.")

Output = Annotated[Path, Parameter(name=["--output", "-o"])]


@app.command
def ngram(
    *texts: Text,
    output: Output,
    order: Whole = 5,
    smoothing: str = "modified-kneser-ney",
    delta: float | None = None,
    discount: str | None = None,
    prune: str = "0",
    compact: Annotated[bool, Parameter(negative="")] = False,
    text_options: TextOptions = TextOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Count n-grams and estimate a model.

    Example: nextword train ngram novels.txt -o five --order 5 --prune 0,0,1

    Parameters
    ----------
    texts
        Text files, folders, or - for stdin: plain, gzip, bzip2, xz, zstd, JSON Lines or Parquet.
        A line is a sentence.
    output
        The model folder to write; an older model there is replaced once the new one is whole.
    order
        The longest n-gram, from 1 to 32.
    smoothing
        modified-kneser-ney, kneser-ney, absolute-discounting, witten-bell, additive or mle (maximum likelihood).
    delta
        The pseudo-count of additive smoothing (1, Laplace's, if not given).
    discount
        The discount in place of what the counts suggest: one number, or three for modified-kneser-ney (0.5,1,1.5).
    prune
        Drop n-grams seen this often or less, a threshold an order from 1 up: 0,0,1 keeps all words and pairs.
    compact
        Save the model in about a seventh of the space: probabilities in codes of 8 bits, and no counts.
    """
    from nextword.ngram.estimation.smoothing import make_smoothing
    from nextword.ngram.train import train_ngram
    from nextword.store.models import check_target, save_model

    refuse_options(texts)
    if not texts:
        raise SettingError("there is no text to train on; name a file, a folder or - for stdin")
    method = make_smoothing(smoothing, **smoothing_parameters(delta, discount))
    thresholds = parse_thresholds(prune)
    check_target(output)
    began = time.perf_counter()
    with reading(answer, texts) as watch:
        model = train_ngram(
            texts,
            order,
            method,
            prune=thresholds,
            tokenizer=text_options.cut(),
            lowercase=text_options.lowercase,
            special_tokens=text_options.special_tokens or "error",
            limits=text_options.limits(),
            field=text_options.field,
            max_line_bytes=text_options.max_line_bytes,
            progress=watch.stage,
            progress_bytes=watch,
        )
        if compact:
            watch.stage("compacting")
            model = model.compact()
        watch.stage("saving")
        seconds = round(time.perf_counter() - began, 3)
        save_model(model, output, provenance(texts, training_seconds=seconds))
    seconds = time.perf_counter() - began
    fallbacks = model.settings["fallback_orders"]
    if fallbacks:
        used = model.settings["discounts"][fallbacks[0] - 1]
        fallback = ", ".join(f"{value:g}" for value in dict.fromkeys(used))
        orders = ", ".join(str(order) for order in fallbacks)
        answer.remark(f"too few counts to determine the discounts of order {orders}: using {fallback}")
    content = {
        "model": str(output),
        "order": model.order,
        "smoothing": method.name,
        "tokens": model.settings["tokens"],
        "vocabulary": model.vocabulary_size,
        "ngrams": model.automaton.ngrams,
        "seconds": round(seconds, 3),
        "fallback_orders": fallbacks,
    }
    answer.answer(
        content,
        lambda: (
            f"{output}: order {model.order}, {content['tokens']:,} tokens, {content['vocabulary']:,} words, "
            f"{sum(model.automaton.ngrams):,} n-grams, {seconds:.1f} s"
        ),
    )


def smoothing_parameters(delta: float | None, discount: str | None) -> dict[str, Any]:
    """Return what was given of a smoothing's parameters; raises SettingError for discounts that are no numbers."""
    given: dict[str, Any] = {} if delta is None else {"delta": delta}
    if discount is not None:
        try:
            numbers = tuple(float(part) for part in discount.replace(",", " ").split())
        except ValueError:
            raise SettingError(
                f"--discount takes numbers, got {discount!r}; try 0.75, or 0.5,1,1.5"
            ) from None
        given["discount"] = numbers[0] if len(numbers) == 1 else numbers
    return given


def parse_thresholds(text: str) -> list[int]:
    """Return the pruning thresholds of ``0,0,1``; raises SettingError for anything else."""
    try:
        return [int(part) for part in text.replace(",", " ").split()]
    except ValueError:
        raise SettingError(
            f"--prune takes whole numbers with commas between, got {text!r}; try 0,0,1"
        ) from None
