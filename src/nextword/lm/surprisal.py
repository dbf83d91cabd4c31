"""The probability of a text, word by word: Pr(w_1 ... w_T) = prod_t Pr(w_t | w_1 ... w_{t-1}).

The surprisal of a word is -log2 of its probability: the bits it takes to tell a reader who has the model.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nextword.arrays import FloatArray, TokenIds
from nextword.lm.model import LanguageModel
from nextword.text.vocabulary import SENTENCE_END, UNKNOWN

_LN_2, _LN_10 = math.log(2), math.log(10)


class _LogProbability:
    """A natural log-probability in the units that people read."""

    log_prob: float

    @property
    def probability(self) -> float:
        """exp(log_prob); 0 where a float cannot hold it."""
        return math.exp(self.log_prob)

    @property
    def surprisal_bits(self) -> float:
        """-log2 of the probability."""
        return -self.log_prob / _LN_2 + 0.0  # + 0.0 turns -0.0 into 0.0

    @property
    def log10_prob(self) -> float:
        """log10 of the probability, the unit of ARPA files and KenLM."""
        return self.log_prob / _LN_10


@dataclass(frozen=True)
class TokenScore(_LogProbability):
    """One token of a line, given those before it."""

    token: str
    log_prob: float
    """Natural logarithm."""
    oov: bool
    """Whether the word is outside the vocabulary and scored as ``<unk>``."""
    matched_order: int | None = None
    """The length of the longest seen n-gram that the word completes, where the model knows such things."""


@dataclass(frozen=True)
class LineScore(_LogProbability):
    """One line, read as a sentence: its tokens with ``</s>`` last, and their sum."""

    text: str
    tokens: list[TokenScore]
    log_prob: float
    """Natural logarithm."""
    oov: int
    """The number of tokens outside the vocabulary."""
    is_distribution: bool = True
    """False where the model gives scores and not probabilities."""


def score_lines(model: LanguageModel, lines: Sequence[str]) -> list[LineScore]:
    """Return the log-probability of each line and of each of its tokens, ``</s>`` included.

    All lines are scored in one call of the model. Raises InputError where the tokenizer refuses a line.
    """
    sentences = [np.append(model.tokenizer.encode(line), np.int32(SENTENCE_END)) for line in lines]
    scores = model.token_log_probs(sentences)
    orders = model.matched_orders(sentences)
    known = (
        [[None] * len(sentence) for sentence in sentences]
        if orders is None
        else map(np.ndarray.tolist, orders)
    )
    return [_line_score(model, *line) for line in zip(lines, sentences, scores, known, strict=True)]


def _line_score(
    model: LanguageModel, text: str, sentence: TokenIds, log_probs: FloatArray, orders: Sequence[int | None]
) -> LineScore:
    tokens = [
        TokenScore(model.tokenizer.token(token_id), log_prob, token_id == UNKNOWN, order)
        for token_id, log_prob, order in zip(sentence.tolist(), log_probs.tolist(), orders, strict=True)
    ]
    return LineScore(
        text=text,
        tokens=tokens,
        log_prob=math.fsum(token.log_prob for token in tokens),
        oov=sum(token.oov for token in tokens),
        is_distribution=model.is_distribution,
    )


def chain_rule(line_score: LineScore) -> str:
    """Return a line's probability written out factor by factor, a table to read.

    >>> sure, even = TokenScore("rain", -math.log(4), False), TokenScore("</s>", -math.log(2), False)
    >>> print(chain_rule(LineScore("rain", [sure, even], -math.log(8), 0)))
    P(rain) = P(rain) P(</s> | rain)
    <BLANKLINE>
      factor          probability   surprisal
      P(rain)                0.25   2.00 bits
      P(</s> | rain)          0.5   1.00 bits
      product               0.125   3.00 bits
    """
    factors = _factors(line_score)
    names = [*factors, "product"]
    values: list[_LogProbability] = [*line_score.tokens, line_score]
    width = max(len(name) for name in [*names, "factor"])
    lines = [f"{_letter(line_score)}({' '.join(_words(line_score)[:-1])}) = {' '.join(factors)}", ""]
    surprisal = "surprisal" if line_score.is_distribution else "    -log2"
    lines.append(f"  {'factor':{width}}  {_probability_heading(line_score):>11}   {surprisal}")
    for name, value in zip(names, values, strict=True):
        remark = _remark(value)
        bits = f"{value.surprisal_bits:.2f} bits"
        lines.append(f"  {name:{width}}  {_in_digits(value.log10_prob):>11} {bits:>11}{remark}")
    return "\n".join(lines)


def _remark(value: _LogProbability) -> str:
    if not isinstance(value, TokenScore):
        return ""
    matched = "" if value.matched_order is None else f"   {value.matched_order}-gram"
    return matched + ("   not in the vocabulary" if value.oov else "")


def _factors(line_score: LineScore) -> list[str]:
    words = _words(line_score)
    letter = _letter(line_score)
    histories = [" ".join(words[:place]) for place in range(len(words))]
    return [
        f"{letter}({word} | {history})" if history else f"{letter}({word})"
        for word, history in zip(words, histories, strict=True)
    ]


def _words(line_score: LineScore) -> list[str]:
    return [token.token for token in line_score.tokens]


def _letter(line_score: LineScore) -> str:
    return "P" if line_score.is_distribution else "S"


def _probability_heading(line_score: LineScore) -> str:
    return "probability" if line_score.is_distribution else "score"


def _in_digits(log10_prob: float) -> str:
    """Return a probability with four digits, from its logarithm since that of a long text underflows.

    >>> _in_digits(-0.30103), _in_digits(-1000.5)
    ('0.5', '3.162e-1001')
    """
    if log10_prob > -300 or math.isinf(log10_prob):
        return f"{10**log10_prob:.4g}"
    exponent = math.floor(log10_prob)
    return f"{10 ** (log10_prob - exponent):.3f}e{exponent}"


def probability_of(model: LanguageModel, text: str, word: str) -> float:
    """Return P(word | text); of a word that the tokenizer cuts, the product over its pieces.

    Raises InputError where the tokenizer refuses the word.
    """
    state, log_prob = model.read(model.encode_prompt(text)), 0.0
    for token in model.tokenizer.encode(word):
        log_prob += float(model.log_probs(state)[0, token])
        state = model.advance(state, np.array([token]))
    return math.exp(log_prob)
