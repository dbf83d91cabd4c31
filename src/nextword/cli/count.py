"""``nextword count``: count a text, merge counts, look them up."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from nextword.cli.options import OutputOptions, Text, TextOptions, Whole, provenance, reading
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.ngram.counting.counted import CountedText

app = App(
    name="count", help="Count n-grams: once, for any number of models; merge counts, and exchange them."
)
app.command(
    "nextword.cli.count_lines:export",
    name="export",
    help="Write counts as text: words, a tab, a count.\n\nExample: nextword count export week week.gz",
)
app.command(
    "nextword.cli.count_lines:import_",
    name="import",
    help="Read counts as text, SRILM's for example.\n\nExample: nextword count import week.gz -o counts",
)

Output = Annotated[Path, Parameter(name=["--output", "-o"])]


@app.default
def text(
    *texts: Text,
    output: Output,
    order: Whole = 5,
    text_options: TextOptions = TextOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Count the n-grams of a text, for models of any smoothing to be estimated from.

    Example: nextword count novels.txt -o counts && nextword train ngram counts -o five

    Parameters
    ----------
    texts
        Text files, folders, or - for stdin, as `train` reads them. A line is a sentence.
    output
        The folder of counts to write; older counts there are replaced once the new ones are whole.
    order
        The longest n-gram, from 1 to 32.
    """
    from nextword.ngram.counting.counted import count_text
    from nextword.store.counts import check_counts_target, holds_counts

    refuse_options(texts)
    if not texts:
        raise SettingError("there is no text to count; name a file, a folder or - for stdin")
    for name in texts:
        if holds_counts(name):
            raise SettingError(f"{name} holds counts already; nextword count merge {name} ... adds them up")
    check_counts_target(output)
    began = time.perf_counter()
    with reading(answer, texts) as watch:
        counted = count_text(
            texts,
            order,
            **text_options.how(),
            progress=watch.stage,
            progress_bytes=watch,
        )
        watch.stage("saving")
        save(counted, output, texts)
    report(counted, output, began, answer)


@app.command
def merge(
    *counts: Path,
    output: Output,
    order: Whole | None = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Add the counts of several texts up, as if all had been counted at once.

    Example: nextword count merge monday tuesday -o week

    Parameters
    ----------
    counts
        Folders of counts: of one order, of texts cut alike, with whole vocabularies or all with the same.
    output
        The folder of counts to write; it may be one of those that are merged.
    order
        Cut all to this order.
    """
    from nextword.ngram.counting.merging.merge import merge_counts
    from nextword.store.counts import check_counts_target, load_counts

    names = [str(path) for path in counts]
    if not counts:
        raise SettingError("there are no counts to merge; name two or more folders of counts")
    check_counts_target(output)
    began = time.perf_counter()
    answer.announce_compiling()
    with answer.stages() as stage:
        parts = [load_counts(path).cut_to(order) for path in counts]
        merged = merge_counts(parts, names, progress=stage)
        stage("saving")
        save(merged, output, names)
    report(merged, output, began, answer)


@app.command
def of(
    counts: Path,
    /,
    *ngrams: Text,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Say how often some words were seen in a row.

    Example: nextword count of week "its water" "<s> its"

    Parameters
    ----------
    counts
        A folder of counts.
    ngrams
        N-grams, each in quotes; <s> may come first and </s> last. Words that are not known count as <unk>.
    """
    from nextword.store.counts import load_counts

    if not ngrams:
        raise SettingError('there is no n-gram to look up; give some words in quotes: "its water"')
    counted = load_counts(counts)
    found = [{"ngram": ngram, "count": counted.count(ngram)} for ngram in ngrams]
    answer.answer(
        {"counts": str(counts), "seen": found},
        lambda: "\n".join(f"{row['ngram']}\t{row['count']}" for row in found),
    )


def counts_among(texts: Sequence[str]) -> Path | None:
    """Return the folder of counts that stands in place of texts, if one does; raises SettingError for a mixture."""
    from nextword.store.counts import holds_counts

    counts = [name for name in texts if holds_counts(name)]
    if not counts:
        return None
    if len(counts) < len(texts):
        raise SettingError(
            f"{counts[0]} holds counts and the others are texts; count those too, and merge the counts"
        )
    if len(counts) > 1:
        raise SettingError(
            f"a model is made of one folder of counts; nextword count merge {' '.join(counts)} -o ALL makes one"
        )
    return Path(counts[0])


def save(counted: "CountedText", output: Path, sources: Sequence[str]) -> None:
    """Save counts, with what is known of their making."""
    from nextword.store.counts import save_counts

    save_counts(counted, output, provenance(tuple(sources)))


def report(counted: "CountedText", output: Path, began: float, answer: OutputOptions, **others: Any) -> None:
    """Answer with what the counts hold."""
    seconds = time.perf_counter() - began
    content = {
        "counts": str(output),
        "order": counted.order,
        "tokens": counted.tokens,
        "vocabulary": len(counted.tokenizer),
        "ngrams": counted.ngrams,
        "seconds": round(seconds, 3),
        **others,
    }
    answer.answer(
        content,
        lambda: (
            f"{output}: order {counted.order}, {counted.tokens:,} tokens, {len(counted.tokenizer):,} words, "
            f"{sum(counted.ngrams):,} n-grams, {seconds:.1f} s"
        ),
    )
