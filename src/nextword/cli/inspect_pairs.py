"""``nextword inspect pairs``: does a model find the right sentence of a pair likelier?"""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, ReadingOptions, Text
from nextword.cli.printable import printable_word
from nextword.cli.unknown_words import unknown_remark
from nextword.lm.pairs import PairsReport, Tally
from nextword.text.vocabulary import SpecialTokenPolicy

SHOWN_WORDS = 10


def inspect_pairs(
    model: Path,
    file: Text,
    /,
    *,
    by: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    special_tokens: SpecialTokenPolicy | None = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Judge minimal pairs: two sentences that differ in one point, of which one is right.

    Example: nextword inspect pairs model pairs.jsonl --by distance

    Parameters
    ----------
    model
        A model folder, of any family.
    file
        JSON Lines with sentence_good and sentence_bad, as BLiMP has them; or two columns with a TAB between, the right
        sentence first; - for stdin. The columns may be named so in the first row.
    by
        Report by a field of the JSON Lines as well; may be given several times.
    special_tokens
        <s>, </s> and <unk> inside sentences: error, skip, or keep <unk>; as in training if not given.
    """
    from nextword.lm.pairs import score_pairs
    from nextword.store.models import load_model
    from nextword.text.pairs import read_pairs

    answer.announce_compiling()
    loaded = load_model(model)
    loaded.tokenizer = ReadingOptions(special_tokens=special_tokens).tokenizer_of(loaded)
    with answer.progress("judging pairs", None, in_bytes=False) as watch:
        report = score_pairs(loaded, read_pairs(file), by=by, progress=watch.advance)
    if report.affected:
        affected = f"{report.affected:,} of {report.overall.pairs:,} pairs hold words"
        answer.remark(unknown_remark(affected, report.unknown))
    answer.answer(_content(model, report), lambda: _table(report))


def _content(model: Path, report: PairsReport) -> dict[str, Any]:
    return {
        "model": str(model),
        **_tally(report.overall),
        "groups": {
            field: {name: _tally(tally) for name, tally in tallies.items()}
            for field, tallies in report.groups.items()
        },
        "tokens": report.tokens,
        "unknown": sum(report.unknown.values()),
        "unknown_words": dict(report.unknown.most_common()),
        "pairs_with_unknown": report.affected,
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {"pairs": tally.pairs, "accuracy": tally.accuracy, "ties": tally.ties}


def _table(report: PairsReport) -> str:
    groups = [(name, tally) for tallies in report.groups.values() for name, tally in tallies.items()]
    width = max(len("overall"), *(len(name) for name, _ in groups), 0)
    lines = [f"{'':{width}}  {'pairs':>8}  {'right':>7}  {'ties':>6}"]
    for field, tallies in report.groups.items():
        lines.append(f"by {field}")
        lines += [_row(name, tally, width) for name, tally in tallies.items()]
    lines.append(_row("overall", report.overall, width))
    if report.unknown:
        met = sum(report.unknown.values())
        words = ", ".join(
            f"{printable_word(word)} {count}" for word, count in report.unknown.most_common(SHOWN_WORDS)
        )
        more = ", ..." if len(report.unknown) > SHOWN_WORDS else ""
        lines.append(f"unknown words: {met:,} of {report.tokens:,} ({words}{more})")
    return "\n".join(lines)


def _row(name: str, tally: Tally, width: int) -> str:
    return f"{name:{width}}  {tally.pairs:>8,}  {tally.accuracy:>7.1%}  {tally.ties:>6,}"
