"""The contract of a language model, and all that is written once against it: no family is known here."""

from nextword.lm.beam import Hypothesis, beam_search
from nextword.lm.conformance import ConformanceError, check_language_model
from nextword.lm.evaluation import Evaluation, evaluate
from nextword.lm.generation import Sample, generate, generate_samples, iterate_samples, stream
from nextword.lm.mixture import LinearMixture
from nextword.lm.model import LanguageModel, State
from nextword.lm.sampling import Sampling
from nextword.lm.surprisal import LineScore, TokenScore, chain_rule, score_lines
from nextword.lm.tuning import TunedWeights, tune_weights

__all__ = [
    "ConformanceError",
    "Evaluation",
    "Hypothesis",
    "LanguageModel",
    "LineScore",
    "LinearMixture",
    "Sample",
    "Sampling",
    "State",
    "TokenScore",
    "TunedWeights",
    "beam_search",
    "chain_rule",
    "check_language_model",
    "evaluate",
    "generate",
    "generate_samples",
    "iterate_samples",
    "score_lines",
    "stream",
    "tune_weights",
]
