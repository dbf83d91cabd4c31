"""Ask a model that was loaded from a damaged file all that people ask; it must keep the contract."""

import contextlib
import io
from pathlib import Path

from nextword.cli.main import run
from nextword.errors import NextwordError
from nextword.lm import Sampling, check_language_model, generate
from nextword.lm.model import LanguageModel
from nextword.ngram.arpa import write_arpa
from nextword.ngram.model import NgramModel
from nextword.ngram.soundness import EXACT, tolerance_of
from nextword.store.models import load_model, save_model

TEXT = "the cat sat"


def exercise(model: LanguageModel, scratch: Path, contexts: int = 4) -> None:
    """Raise whatever a model that was loaded does wrong; ``scratch`` is a folder to write in."""
    check_language_model(model, contexts=contexts, tolerance=_tolerance(model))
    with contextlib.suppress(NextwordError):  # <s> inside the text, or no word is possible
        model.score(TEXT)
        model.next_words("the", k=3)
        model.why("the", "cat")
        generate(model, "the", length=8, sampling=Sampling(seed=1))
    if isinstance(model, NgramModel):
        model.matched_orders([model.encode_prompt("the cat")])
        with contextlib.suppress(NextwordError):  # a word that cannot stand in an ARPA file
            write_arpa(model, io.BytesIO())
    save_model(model, scratch / "saved")
    load_model(scratch / "saved", verify=True)


def ask_for_information(folder: Path) -> None:
    """Show what is in a model folder that was loaded; raise unless that works."""
    for option in ("--verify", "--json"):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["info", str(folder), option])
        if code != 0:
            raise AssertionError(f"info {option} leaves with {code}: {err.getvalue()}")


def _tolerance(model: LanguageModel) -> float:
    models = getattr(model, "models", (model,))
    return max(tolerance_of(part) if isinstance(part, NgramModel) else EXACT for part in models)
