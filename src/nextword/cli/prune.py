"""``nextword prune``: a smaller model from a finished one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from nextword.cli.evaluate import evaluate_files, number
from nextword.cli.options import OutputOptions, ReadingOptions, Text, Whole, provenance, read_words
from nextword.cli.train import Output, parse_thresholds
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.ngram.model import NgramModel

FILE_BYTES = 1 << 14
"""More than the small files of a model folder take together, for ``--target-size``."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgt]?)b?", re.IGNORECASE | re.ASCII)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PruningOptions:
    """What goes: first words, then n-grams that are rare, then those that matter least."""

    entropy: float | None = None
    """Drop n-grams whose loss, each alone, raises the perplexity by less than this part: 1e-8, for example."""
    target_ngrams: Whole | None = None
    """Find the --entropy that leaves at most this many n-grams, words included."""
    target_size: str | None = None
    """Find the --entropy that leaves a folder of at most this size: 500kB, 10MB, 1.5GB."""
    counts: str | None = None
    """Drop n-grams seen this often or less, a threshold an order from 1 up: 0,0,1 keeps all words and pairs."""
    vocabulary: Path | None = None
    """Keep the words in this file, one a line; the others become <unk>."""
    vocabulary_size: Whole | None = None
    """Keep this many most frequent words; the others become <unk>."""
    context_probability: Literal["counts", "model"] | None = None
    """What --entropy weighs contexts by: how often they were seen (if the model knows), or the model's own guess."""

    def check(self) -> None:
        """Raise SettingError for ways that exclude one another, and where there is none."""
        by_entropy = [self.entropy, self.target_ngrams, self.target_size]
        by_words = [self.vocabulary, self.vocabulary_size]
        if all(way is None for way in (*by_entropy, *by_words, self.counts)):
            raise SettingError(
                "nothing says what to drop; give --entropy 1e-8, --target-size 10MB, --target-ngrams, --counts 0,0,1, "
                "--vocabulary FILE or --vocabulary-size"
            )
        if sum(way is not None for way in by_entropy) > 1:
            raise SettingError(
                "--entropy, --target-ngrams and --target-size find one threshold; give one of them"
            )
        if None not in by_words:
            raise SettingError("--vocabulary is kept whole; give it without --vocabulary-size")
        if self.context_probability is not None and all(way is None for way in by_entropy):
            raise SettingError(
                "--context-probability belongs to --entropy, --target-ngrams and --target-size; give one of them"
            )


def prune(
    model: Path,
    /,
    *,
    output: Output,
    on: Annotated[tuple[Text, ...], Parameter(consume_multiple=True, negative="")] = (),
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
        smaller = _pruned(loaded, pruning, answer, say)
        say("saving")
        save_model(smaller, output, provenance((str(model),)))
    after = _measure(output, smaller, on, reading_options, answer)
    if after["ngrams"] == before["ngrams"]:
        answer.remark("nothing was dropped; give a larger --entropy, larger --counts or a smaller target")
    content = {
        "model": str(output),
        **after,
        **{f"{name}_before": value for name, value in before.items()},
        "threshold": _threshold(smaller),
    }
    answer.answer(content, lambda: _table(content))


def parse_size(text: str) -> int:
    """Return the bytes of ``500kB``, ``10MB`` or ``1.5 GB``, in powers of 1000.

    >>> parse_size("1.5GB")
    1500000000
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise SettingError(f"--target-size takes a number of bytes, got {text!r}; try 500kB, 10MB or 1.5GB")
    return int(float(found[1]) * 1000 ** " kmgt".index(found[2].lower() or " "))


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


def _pruned(
    model: "NgramModel", options: PruningOptions, answer: OutputOptions, say: Callable[[str], None]
) -> "NgramModel":
    """Return the model without what the options drop."""
    from nextword.ngram.pruning import prune_by_counts, prune_by_entropy, prune_to_size, prune_vocabulary
    from nextword.text.vocabulary import VocabularyLimits

    say("pruning")
    if options.vocabulary is not None:
        words = tuple(_known_words(options.vocabulary, model, answer))
        model = prune_vocabulary(model, VocabularyLimits(words=words))
    if options.vocabulary_size is not None:
        model = prune_vocabulary(model, VocabularyLimits(max_size=options.vocabulary_size))
    if options.counts is not None:
        model = prune_by_counts(model, parse_thresholds(options.counts, "--counts"))
    source = options.context_probability
    if options.entropy is not None:
        return prune_by_entropy(model, options.entropy, context_probability=source)
    if options.target_ngrams is not None:
        return prune_to_size(model, ngrams=options.target_ngrams, context_probability=source)
    if options.target_size is not None:
        room = _room_for_arrays(options.target_size, model)
        return prune_to_size(model, array_bytes=room, context_probability=source)
    return model


def _room_for_arrays(size: str, model: "NgramModel") -> int:
    others = len(model.tokenizer.to_json().encode()) + FILE_BYTES
    room = parse_size(size) - others
    if room <= 0:
        raise SettingError(
            f"--target-size {size}: the tokenizer alone takes {others:,} bytes; give more, or a --vocabulary-size"
        )
    return room


def _known_words(path: Path, model: "NgramModel", answer: OutputOptions) -> list[str]:
    """Return the words of a file, and remark on those that the model lacks."""
    if path.is_dir():
        raise SettingError(f"{path} is a folder; --vocabulary takes a file, one word a line")
    words = read_words(path)
    unknown = len(set(words) - set(model.tokenizer.tokens))
    if unknown:
        answer.remark(f"{unknown:,} of the {len(set(words)):,} words in {path} are not in the model")
    return words


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


def _threshold(model: "NgramModel") -> float | None:
    """Return the threshold of the last step, if that was by entropy."""
    steps = model.settings.get("pruned", [])
    return steps[-1].get("threshold") if steps else None


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
