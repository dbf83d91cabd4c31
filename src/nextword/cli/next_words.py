"""``nextword next``: what comes next, and why."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Whole
from nextword.errors import SettingError


def next_words(
    model: Path,
    text: str = "",
    *,
    k: Annotated[Whole, Parameter(name=["-k", "--top"])] = 10,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Show the likeliest next words after a text, with their probabilities and the reasons.

    Example: nextword next models/five "the students opened their"

    Parameters
    ----------
    model
        A model folder.
    text
        The words so far; nothing is the start of a sentence.
    k
        How many words to show.
    """
    from nextword.store.models import load_model

    if k < 1:
        raise SettingError(f"-k must be at least 1, got {k}; 10 is usual")
    answer.announce_compiling()
    loaded = load_model(model)
    rows: list[dict[str, Any]] = [
        {"token": token, "probability": probability, "why": loaded.why(text, token)}
        for token, probability in loaded.next_words(text, k)
    ]
    answer.answer({"text": text, "next": rows, "why": rows[0]["why"]}, lambda: _table(rows))


def _table(rows: list[dict[str, Any]]) -> str:
    width = max(len(row["token"]) for row in rows)
    return "\n".join(f"{row['token']:{width}}  {row['probability']:8.4%}  {row['why'] or ''}" for row in rows)
