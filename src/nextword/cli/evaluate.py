"""``nextword evaluate``: perplexity."""

import math
from dataclasses import replace
from pathlib import Path

from nextword.cli.options import OutputOptions, ReadingOptions, Text, reading
from nextword.errors import SettingError
from nextword.lm.evaluation import Evaluation
from nextword.lm.model import LanguageModel


def evaluate(
    model: Path,
    /,
    *texts: Text,
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Measure a model's perplexity: how many words it hesitates between, on average.

    Parameters
    ----------
    model
        A model folder.
    texts
        Text files, folders, or - for stdin.
    """
    from nextword.store.models import load_model

    if not texts:
        raise SettingError("there is no text to evaluate on; name a file, a folder or - for stdin")
    result = evaluate_files(str(model), load_model(model), texts, reading_options, answer)
    content = {"model": str(model), **result.as_dict()}
    answer.answer(content, lambda: describe(result))


def evaluate_files(
    name: str,
    model: LanguageModel,
    texts: tuple[str, ...],
    reading_options: ReadingOptions,
    answer: OutputOptions,
) -> Evaluation:
    """Evaluate a model on files, with a progress bar; the time counts reading and tokenising."""
    from nextword.lm.evaluation import evaluate, require_distribution
    from nextword.text.corpus import encode_lines

    require_distribution(model, f"the perplexity of {name}")
    with reading(answer, texts, "evaluating") as advance:
        # Loading the compiled kernels, a quarter of a second, is no part of the speed that is reported.
        model.stream_log_probs(encode_lines([""], model.tokenizer))
        result = evaluate(model, reading_options.encode(texts, [model], advance))
    if result.zero_probability:
        answer.remark(
            f"{name}: {result.zero_probability:,} of {result.tokens:,} tokens have probability zero, so the perplexity "
            "is infinite; a smoothed model has none"
        )
    return replace(result, seconds=round(result.seconds, 4))


def describe(result: Evaluation) -> str:
    """Return an evaluation as lines for people."""
    return "\n".join(
        [
            f"perplexity            {number(result.perplexity)}   ({number(result.bits_per_token)} bits a token)",
            f"  without unknown     {number(result.perplexity_without_oov)}",
            f"tokens                {result.tokens:,}   in {result.sentences:,} sentences, </s> counted",
            f"unknown words         {result.oov:,}   ({result.oov / result.tokens:.2%})",
            f"speed                 {result.tokens_per_second:,.0f} tokens a second",
        ]
    )


def number(value: float | None) -> str:
    """Return a perplexity or a number of bits in a few characters; None stands for infinity."""
    if value is None or math.isinf(value):
        return "infinite"
    return f"{value:,.2f}" if abs(value) < 1e9 else f"{value:.3g}"
