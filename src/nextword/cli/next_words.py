"""``nextword next``: what comes next, and why."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Whole
from nextword.errors import SettingError
from nextword.lm.model import LanguageModel


def next_words(
    model: Path,
    /,
    *text: Annotated[str, Parameter(allow_leading_hyphen=True)],
    k: Annotated[Whole, Parameter(name=["-k", "--top"])] = 10,
    word: Annotated[list[str] | None, Parameter(name=["--word", "-w"], negative="")] = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Show the likeliest next words after a text, with their probabilities (or scores) and the reasons.

    Parameters
    ----------
    model
        A model folder.
    text
        The words so far; nothing is the start of a sentence.
    k
        How many words to show.
    word
        Show this word in place of the likeliest; may be given several times.
    """
    from nextword.store.models import load_model

    for part in text:
        if part.startswith("--"):
            raise SettingError(f"unknown option {part}; see nextword next --help")
    answer.announce_compiling()
    loaded, prompt = load_model(model), " ".join(text)
    found = loaded.next_words(prompt, k) if word is None else _given(loaded, prompt, word)
    measure = "probability" if loaded.is_distribution else "score"
    if measure == "score":
        answer.remark("these are scores, which do not sum to one, and no probabilities")
    rows: list[dict[str, Any]] = [
        {"token": token, measure: value, "why": loaded.why(prompt, token)} for token, value in found
    ]
    why = rows[0]["why"] if rows else None
    answer.answer({"text": prompt, "next": rows, "why": why}, lambda: _table(rows, measure))


def _given(model: LanguageModel, prompt: str, words: list[str]) -> list[tuple[str, float]]:
    from nextword.lm.surprisal import probability_of

    return [(word, probability_of(model, prompt, word)) for word in words]


def _table(rows: list[dict[str, Any]], measure: str) -> str:
    width = max((len(row["token"]) for row in rows), default=0)
    form = "8.4%" if measure == "probability" else "8.6f"
    return "\n".join(f"{row['token']:{width}}  {row[measure]:{form}}  {row['why'] or ''}" for row in rows)
