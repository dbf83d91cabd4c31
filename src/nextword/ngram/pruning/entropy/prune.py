"""Pruning by relative entropy."""

import math

from nextword.errors import SettingError
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning.entropy.changes import prices
from nextword.ngram.pruning.entropy.contexts import ContextProbability, choose
from nextword.ngram.pruning.rebuilding.masses import unseen_masses
from nextword.ngram.pruning.rebuilding.rebuild import without
from nextword.ngram.pruning.rebuilding.sound import check_sound
from nextword.ngram.pruning.record import smaller


def prune_by_entropy(
    model: NgramModel, threshold: float, *, context_probability: ContextProbability | None = None
) -> NgramModel:
    """Return a model without the n-grams whose loss would raise its perplexity by less than a part ``threshold``.

    Each n-gram is judged alone, on the whole model: by exp(D) - 1, with D the relative entropy between the model
    with it and without it (Stolcke, "Entropy-based pruning of backoff language models", 1998). Words stay, and so
    does every prefix and suffix of what stays. Every context's probabilities have the sum that they had.

    ``context_probability`` is where the probability of a context comes from, "counts" (if not given, where the
    model has them) or "model", by the chain rule, as SRILM does. Lower orders of Kneser-Ney models are not made to
    be multiplied so (Chelba et al., "Study on interaction between entropy pruning and Kneser-Ney smoothing", 2010).

    Raises SettingError for a threshold that is no finite number from 0 up.

    >>> from nextword.ngram.train import train_on_lines
    >>> model = train_on_lines(["the cat sat", "the cat ran", "the dog sat"], order=3)
    >>> prune_by_entropy(model, 0.05).automaton.ngrams, model.exact.ngrams
    ([8, 2], [8, 8, 8])
    """
    if not (threshold >= 0 and math.isfinite(threshold)):
        raise SettingError(f"the threshold must be a number from 0 up, got {threshold}; try 1e-8")
    source = choose(model.exact, context_probability)
    check_sound(model)
    unseen = unseen_masses(model.exact)
    kept = prices(model.exact, unseen, source) >= threshold
    automaton = without(model.exact, kept, unseen)
    return smaller(model, automaton, by="entropy", threshold=float(threshold), context_probability=source)
