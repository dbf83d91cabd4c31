"""Ask a model that was loaded from a damaged file all that people ask; it must keep the contract."""

import contextlib
import io
import math
from pathlib import Path

import numpy as np

from nextword.cli.main import run
from nextword.errors import NextwordError
from nextword.lm import Sampling, check_language_model, generate
from nextword.lm.model import LanguageModel
from nextword.neural.model import NeuralModel
from nextword.ngram.arpa import write_arpa
from nextword.ngram.model import NgramModel
from nextword.ngram.soundness import EXACT, tolerance_of
from nextword.store.models import load_model, save_model

TEXT = "the cat sat"


def exercise(model: LanguageModel, scratch: Path, contexts: int = 4) -> None:
    """Raise whatever a model that was loaded does wrong; ``scratch`` is a folder to write in."""
    if any(isinstance(part, NeuralModel) for part in _parts(model)):
        check_network(model)
    else:
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


def check_network(model: LanguageModel) -> None:
    """Raise unless answers are probabilities; with numbers of any size, two ways to one answer round differently."""
    V = model.vocabulary_size
    contexts = [[], [0], [3 % V, 2, V - 1], [V - 1] * 40]
    for context in contexts:
        state = model.read(context)
        row = model.log_probs(state)[0]
        if row.shape != (V,) or np.isnan(row).any() or row.max() > 1e-9:
            raise AssertionError(f"after {context[:3]} log-probabilities are {row}")
        if abs(math.fsum(np.exp(row)) - 1) > 1e-6:
            raise AssertionError(f"after {context[:3]} probabilities sum to {math.fsum(np.exp(row))}")
        tokens, log_probs = model.top_k(state, 3)
        if np.isnan(log_probs).any() or len(set(tokens[0].tolist())) != min(3, V):
            raise AssertionError(f"after {context[:3]} the likeliest are {tokens} with {log_probs}")
    for scored in model.token_log_probs([np.array(context, dtype=np.int32) for context in contexts]):
        if np.isnan(scored).any() or scored.max(initial=0) > 0:
            raise AssertionError(f"log-probabilities of tokens are {scored}")


def ask_for_information(folder: Path) -> None:
    """Show what is in a model folder that was loaded; raise unless that works."""
    for option in ("--verify", "--json"):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["info", str(folder), option])
        if code != 0:
            raise AssertionError(f"info {option} leaves with {code}: {err.getvalue()}")


def _tolerance(model: LanguageModel) -> float:
    return max(tolerance_of(part) if isinstance(part, NgramModel) else EXACT for part in _parts(model))


def _parts(model: LanguageModel) -> tuple[LanguageModel, ...]:
    return getattr(model, "models", (model,))
