"""``nextword train``: one command a family."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from nextword.cli.options import OutputOptions, Text, TextOptions, Whole, provenance, reading
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.ngram.estimation.smoothing import Smoothing
    from nextword.ngram.model import NgramModel

app = App(name="train", help="Train a model on text.")
app.command(
    "nextword.cli.train_node2vec:node2vec",
    name="node2vec",
    help="Learn a vector for each node of a graph.\n\nExample: nextword train node2vec friends.edg -o friends",
)
app.command(
    "nextword.cli.train_word2vec:word2vec",
    name="word2vec",
    help="Train vectors of words (Mikolov et al. 2013).",
)
for _network, _help in {
    "window": "Train a fixed-window network: the last words, and nothing before them.",
    "rnn": "Train a vanilla RNN: one memory, rewritten at every word.",
    "gru": "Train a GRU: a memory behind two gates.",
    "lstm": "Train an LSTM: a memory erased, written and read by gates.",
}.items():
    app.command(f"nextword.cli.train_network:{_network}", name=_network, help=_help)

MOST_BYTES = 1e18
"""More than any machine has; a number of hundreds of digits is infinite as a float."""
Output = Annotated[Path, Parameter(name=["--output", "-o"])]


@app.command
def ngram(
    *texts: Text,
    output: Output,
    order: Whole | None = None,
    smoothing: str = "modified-kneser-ney",
    delta: float | None = None,
    discount: str | None = None,
    trust_above: Whole | None = None,
    alpha: float | None = None,
    held_out: Text | None = None,
    prune: str = "0",
    memory: str | None = None,
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
        A line is a sentence. Or one folder of counts, which `count` makes.
    output
        The model folder to write; an older model there is replaced once the new one is whole.
    order
        The longest n-gram, from 1 to 32: 5 if not given; that of the counts, or lower, where counts are given.
    smoothing
        modified-kneser-ney, kneser-ney, absolute-discounting, witten-bell, katz, jelinek-mercer, additive, mle
        (maximum likelihood), or stupid-backoff (scores, not probabilities).
    delta
        The pseudo-count of additive smoothing (1, Laplace's, if not given).
    discount
        The discount in place of what the counts suggest: one number, or three for modified-kneser-ney (0.5,1,1.5).
    trust_above
        The largest count that katz discounts (5 if not given).
    alpha
        What stupid-backoff multiplies by for each word of context given up (0.4 if not given).
    held_out
        Text on which jelinek-mercer fits its weights, and which is not counted; without it, each token of the
        training text is left out in turn.
    prune
        Drop n-grams seen this often or less, a threshold an order from 1 up: 0,0,1 keeps all words and pairs.
    memory
        Use at most this much memory, 500M or 2G (millions, thousands of millions of bytes); the rest lies in temporary
        files beside the output. The model is the same.
    compact
        Save the model in about a seventh of the space: probabilities in codes of 8 bits, and no counts.
    """
    from nextword.cli.count import counts_among
    from nextword.ngram.estimation.smoothing import check_held_out, make_smoothing
    from nextword.store.early import early_save
    from nextword.store.models import check_target

    refuse_options(texts)
    if not texts:
        raise SettingError("there is no text to train on; name a file, a folder or - for stdin")
    method = make_smoothing(smoothing, **smoothing_parameters(delta, discount, trust_above, alpha))
    thresholds = parse_thresholds(prune)
    bound = None if memory is None else parse_bytes(memory)
    check_held_out(method, held_out)
    if held_out == "-" and "-" in texts:
        raise SettingError(
            "stdin can be read once, as training or as held-out text; name a file for the other"
        )
    check_target(output)
    tuned_on = {} if held_out is None else {"held_out": held_out}
    began = time.perf_counter()
    counts = counts_among(texts)
    with early_save(output) as save:
        how: dict[str, Any] = {"held_out": None if held_out is None else [held_out]}
        if counts is None:
            if bound is not None:
                how |= {"memory": bound, "scratch_folder": output.parent}
            elif not any(thresholds) and not compact:
                how["counted"] = save.counted
            order = 5 if order is None else order
            model = _from_text(texts, order, method, thresholds, text_options, answer, **how)
        else:
            if bound is not None:
                raise SettingError(
                    f"--memory bounds the reading of text, and {counts} holds counts; leave it out"
                )
            model = _from_counts(counts, order, method, thresholds, text_options, answer, **how)
        with answer.stages() as stage:
            if compact:
                stage("compacting")
                model = model.compact()
            seconds = round(time.perf_counter() - began, 3)
            stage("saving")
            save.finish(model, provenance(texts, **tuned_on, training_seconds=seconds))
    seconds = time.perf_counter() - began
    for remark in _remarks(model.settings):
        answer.remark(remark)
    content = {
        "model": str(output),
        "order": model.order,
        "smoothing": method.name,
        "tokens": model.settings["tokens"],
        "vocabulary": model.vocabulary_size,
        "ngrams": model.automaton.ngrams,
        "seconds": round(seconds, 3),
        "fallback_orders": model.settings["fallback_orders"],
    }
    if "held_out" in model.settings:
        content["held_out"] = model.settings["held_out"]
    answer.answer(
        content,
        lambda: (
            f"{output}: order {model.order}, {content['tokens']:,} tokens, {content['vocabulary']:,} words, "
            f"{sum(model.automaton.ngrams):,} n-grams, {seconds:.1f} s"
        ),
    )


def _from_text(
    texts: tuple[str, ...],
    order: int,
    smoothing: "Smoothing",
    thresholds: list[int],
    text_options: TextOptions,
    answer: OutputOptions,
    **how: Any,
) -> "NgramModel":
    from nextword.ngram.train import train_ngram

    with reading(answer, texts) as watch:
        return train_ngram(
            texts,
            order,
            smoothing,
            prune=thresholds,
            **text_options.how(),
            progress=watch.stage,
            progress_bytes=watch,
            **how,
        )


def _from_counts(
    counts: Path,
    order: int | None,
    smoothing: "Smoothing",
    thresholds: list[int],
    text_options: TextOptions,
    answer: OutputOptions,
    **how: Any,
) -> "NgramModel":
    from nextword.ngram.train_counts import train_on_counts
    from nextword.store.counts import load_counts

    text_options.refuse_cutting(counts)
    answer.announce_compiling()
    with answer.stages() as stage:
        cut = text_options.cut()
        return train_on_counts(
            load_counts(counts),
            order,
            smoothing,
            prune=thresholds,
            limits=text_options.limits(),
            vocabulary=None if isinstance(cut, str) else cut,
            progress=stage,
            **how,
        )


def _remarks(settings: dict[str, Any]) -> Iterator[str]:
    """Say what was decided for want of data."""
    fallbacks = settings["fallback_orders"]
    orders = ", ".join(str(order) for order in fallbacks)
    if settings.get("held_out", {}).get("source") == "leaving one out":
        yield "no --held-out text: weights fitted on the training text, each token left out of the counts in turn"
    if fallbacks and "held_out" in settings:
        yield f"the held-out text meets no context of order {orders}: weights of 0.5"
    elif fallbacks:
        used = settings["discounts"][fallbacks[0] - 1]
        fallback = ", ".join(f"{value:g}" for value in dict.fromkeys(used))
        yield f"too few counts to determine the discounts of order {orders}: using {fallback}"


def smoothing_parameters(
    delta: float | None, discount: str | None, trust_above: int | None = None, alpha: float | None = None
) -> dict[str, Any]:
    """Return what was given of a smoothing's parameters; raises SettingError for discounts that are no numbers."""
    given: dict[str, Any] = {
        name: value
        for name, value in (("delta", delta), ("trust_above", trust_above), ("alpha", alpha))
        if value is not None
    }
    if discount is not None:
        try:
            numbers = tuple(float(part) for part in discount.replace(",", " ").split())
        except ValueError:
            raise SettingError(
                f"--discount takes numbers, got {discount!r}; try 0.75, or 0.5,1,1.5"
            ) from None
        given["discount"] = numbers[0] if len(numbers) == 1 else numbers
    return given


def parse_thresholds(text: str, option: str = "--prune") -> list[int]:
    """Return the pruning thresholds of ``0,0,1``; raises SettingError for anything else."""
    try:
        return [int(part) for part in text.replace(",", " ").split()]
    except ValueError:
        raise SettingError(
            f"{option} takes whole numbers with commas between, got {text!r}; try 0,0,1"
        ) from None


def parse_bytes(text: str) -> int:
    """Return the bytes of ``500M``: K, M and G are powers of 1000. Raises SettingError for anything else.

    >>> parse_bytes("1.5G")
    1500000000
    """
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([KMG]?)B?", text.strip().upper())
    if found is None:
        raise SettingError(f"--memory takes bytes, with K, M or G behind them, got {text!r}; try 500M or 2G")
    return round(min(float(found[1]), MOST_BYTES) * {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}[found[2]])
