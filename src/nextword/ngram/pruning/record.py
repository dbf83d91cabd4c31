"""What was done to a model stands in its settings."""

from typing import Any

from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.model import NgramModel
from nextword.text.tokenizer import Tokenizer


def smaller(
    model: NgramModel, automaton: Automaton, *, by: str, tokenizer: Tokenizer | None = None, **how: Any
) -> NgramModel:
    """Return the model of a smaller automaton, with one more step under ``pruned`` in its settings."""
    step = {"by": by, **how, "ngrams_before": model.automaton.ngrams}
    settings = {
        **model.settings,
        "order": automaton.order,
        "pruned": [*model.settings.get("pruned", ()), step],
    }
    return NgramModel(automaton, tokenizer or model.tokenizer, settings)
