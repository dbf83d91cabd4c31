"""``nextword count export`` and ``import``: counts as text."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from nextword.cli.count import Output, report, save
from nextword.cli.options import OutputOptions, Text, Whole, reading
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError, StorageError
from nextword.text.vocabulary import SpecialTokenPolicy


def export(
    counts: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    target: Text,
    /,
    *,
    order: Whole | None = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Write counts as text, a line an n-gram: its words, a tab, its count, as SRILM has them.

    Example: nextword count export week week.counts.gz

    Parameters
    ----------
    counts
        A folder of counts.
    target
        The file to write (.gz, .bz2, .xz or .zst at its end compress it), or - for stdout.
    order
        Only the n-grams of this length.
    """
    from nextword.ngram.arpa.tokenizer import TokenizerSettings, is_rebuilt
    from nextword.ngram.counting.lines.write import write_counts
    from nextword.store.counts import load_counts

    refuse_options([str(counts), target])
    if target == "-" and answer.json:
        raise SettingError(
            "counts on stdout leave no place for --json; leave it out, or name a file to write"
        )
    if Path(target).is_dir():
        raise StorageError(f"{target} is a folder, and counts as text are one file; give it another name")
    answer.announce_compiling()
    counted = load_counts(counts)
    lines = counted.ngrams if order is None else counted.ngrams[order - 1 : order]
    with answer.progress("writing", sum(lines), in_bytes=False) as watch:
        write_counts(counted, sys.stdout.buffer if target == "-" else Path(target), order, watch)
    settings = counted.tokenizer.settings()
    if settings != TokenizerSettings().build(counted.tokenizer.tokens).settings():
        answer.remark(
            f"the lines do not say how the text was cut; import them with {_cutting_options(settings)}"
            if is_rebuilt(counted.tokenizer)
            else f"the lines have no place for a {settings['kind']} tokenizer: imported, its pieces are words"
        )
    if target != "-":
        content = {"file": target, "ngrams": lines}
        answer.answer(content, lambda: f"{target}: {sum(lines):,} n-grams")


def import_(
    *files: Text,
    output: Output,
    order: Whole | None = None,
    tokenizer: Literal["whitespace", "words"] = "whitespace",
    lowercase: Annotated[bool, Parameter(negative="")] = False,
    special_tokens: SpecialTokenPolicy = "error",
    max_line_bytes: Whole = 1 << 26,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Read counts as text: words, a tab, a count; the lines of all files in any order, equal n-grams add up.

    Example: nextword count import ngrams.counts.gz -o counts

    Parameters
    ----------
    files
        Files as SRILM's ngram-count writes them, plain, gzip, bzip2, xz or zstd; - for stdin.
    output
        The folder of counts to write.
    order
        The longest n-gram, if not that of the files.
    tokenizer
        How the text was cut, which the files do not say: at white space, or words with punctuation apart.
    lowercase
        The text was folded to lower case.
    special_tokens
        <s>, </s> and <unk> inside texts that models of these counts read: refuse, skip, or keep <unk>.
    max_line_bytes
        Refuse lines longer than this.
    """
    from nextword.ngram.arpa.tokenizer import TokenizerSettings
    from nextword.ngram.counting.lines.read import read_with_remark
    from nextword.store.counts import check_counts_target, holds_counts

    refuse_options(files)
    if not files:
        raise SettingError("there are no counts to import; name a file or - for stdin")
    for name in files:
        if holds_counts(name):
            raise SettingError(
                f"{name} is a folder of counts already; nextword count merge {name} ... adds them up"
            )
    check_counts_target(output)
    settings = TokenizerSettings(kind=tokenizer, lowercase=lowercase, special_tokens=special_tokens)
    began = time.perf_counter()
    with reading(answer, files) as watch:
        counted, restored = read_with_remark(
            files, settings, order, max_line_bytes=max_line_bytes, progress=watch
        )
        watch.stage("saving")
        save(counted, output, files)
    if restored:
        answer.remark(
            f"{restored:,} n-grams had no line, though longer ones hold them: their counts are the smallest that the "
            "longer ones allow"
        )
    report(counted, output, began, answer, restored=restored)


def _cutting_options(settings: dict[str, Any]) -> str:
    """Return the options that say how text was cut."""
    lowercase = " --lowercase" if settings["lowercase"] else ""
    return f"--tokenizer {settings['kind']}{lowercase} --special-tokens {settings['special_tokens']}"
