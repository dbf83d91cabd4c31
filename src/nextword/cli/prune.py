"""``nextword prune``: a smaller model from a finished one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.evaluate import evaluate_files, number
from nextword.cli.options import OutputOptions, ReadingOptions, Text, provenance
from nextword.cli.prune_ways import PruningOptions, apply_ways
from nextword.cli.train import Output
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.ngram.model import NgramModel


def prune(
    model: Path,
    /,
    *,
    output: Output,
    on: Annotated[tuple[Text, ...], Parameter(consume_multiple=True, negative="", show_default=False)] = (),
    pruning: PruningOptions = PruningOptions(),
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Make an n-gram model smaller: by relative entropy, by counts, by vocabulary, or to a size.

    Parameters
    ----------
    model
        A model folder.
    output
        The model folder to write; an older model there is replaced once the new one is whole.
    on
        Text files or folders: their perplexity is shown, before and after.
    """
    from nextword.ngram.model import NgramModel
    from nextword.store.models import check_target, load_model, save_model

    pruning.check()
    _check_names(model, output, on, reading_options)
    check_target(output)
    loaded = load_model(model)
    if not isinstance(loaded, NgramModel):
        raise SettingError(f"{model} is a {loaded.model_type} model; only n-gram models can be pruned")
    before = _measure(model, loaded, on, reading_options, answer)
    answer.announce_compiling()
    with answer.stages() as say:
        say("pruning")
        smaller = apply_ways(loaded, pruning, answer)
        say("saving")
        save_model(smaller, output, provenance((str(model),)))
    after = _measure(output, smaller, on, reading_options, answer)
    if after["ngrams"] == before["ngrams"]:
        answer.remark("nothing was dropped; give a larger --entropy, larger --counts or a smaller target")
    content = {
        "model": str(output),
        **after,
        **{f"{name}_before": value for name, value in before.items()},
        "threshold": smaller.settings["pruned"][-1]["threshold"] if pruning.is_by_entropy else None,
    }
    answer.answer(content, lambda: _table(content))


def _check_names(model: Path, output: Path, on: tuple[str, ...], reading_options: ReadingOptions) -> None:
    refuse_options([*on, str(model)])
    if "-" in on:
        raise SettingError("--on reads its text twice, and standard input comes once; name a file")
    if not on and reading_options != ReadingOptions():
        raise SettingError(
            "--field, --max-line-bytes and --special-tokens say how to read --on TEXT; give it too"
        )
    if output.exists() and model.exists() and output.samefile(model):
        raise SettingError(
            f"{output} is the model and the output; what is dropped is lost, so give another name"
        )


def _measure(
    path: Path,
    model: "NgramModel",
    on: tuple[str, ...],
    reading_options: ReadingOptions,
    answer: OutputOptions,
) -> dict[str, Any]:
    """Return a saved model's n-grams an order, its size on disk and its perplexity, None without a text."""
    perplexity = None
    if on:
        perplexity = evaluate_files(str(path), model, on, reading_options, answer).as_dict()["perplexity"]
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return {"ngrams": model.automaton.ngrams, "bytes": size, "perplexity": perplexity}


def _table(content: dict[str, Any]) -> str:
    before, after = content["ngrams_before"], content["ngrams"]
    after = [*after, *[0] * (len(before) - len(after))]
    rows = [("", "before", "after")]
    rows += [
        (f"{k}-grams", f"{n:,}", f"{m:,}") for k, (n, m) in enumerate(zip(before, after, strict=True), 1)
    ]
    rows.append(("all", f"{sum(before):,}", f"{sum(after):,}"))
    sizes = [_size(content[name]) for name in ("bytes_before", "bytes")]
    rows.append(("on disk", sizes[0], sizes[1]))
    if content["perplexity"] is not None or content["perplexity_before"] is not None:
        rows.append(("perplexity", number(content["perplexity_before"]), number(content["perplexity"])))
    lines = [f"{name:10}  {left:>14}  {right:>14}" for name, left, right in rows]
    if content["threshold"] is not None:
        lines.append(f"threshold   {content['threshold']:.4g}")
    return "\n".join(lines)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"
