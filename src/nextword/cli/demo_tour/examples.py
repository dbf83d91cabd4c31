"""The examples of the tour: completions with reasons, the chain rule, and a paragraph an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nextword.cli.demo_tour.table import Row
from nextword.lm.generation import generate
from nextword.lm.model import LanguageModel
from nextword.lm.sampling import Sampling
from nextword.lm.surprisal import LineScore, score_lines

PROMPTS = ("return the number of", "if the file", "the students opened their")
"""Seen often, seen now and then, and the lecture's own, which Python's documentation has never seen."""
SENTENCE = "Return a string."
TEXT_LENGTH = 50
SAMPLING = Sampling(seed=1, top_p=0.8)
"""The tail of unlikely words is cut, since one of them is enough to derail a text."""


@dataclass(frozen=True)
class Completion:
    """A prompt, and the likeliest next words with probabilities and reasons."""

    prompt: str
    next: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return the completion as JSON has it."""
        return {"prompt": self.prompt, "next": self.next}


@dataclass(frozen=True)
class Paragraph:
    """What a model of some order writes."""

    order: int
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Return the paragraph as JSON has it."""
        return {"order": self.order, "text": self.text}


def complete(model: LanguageModel, k: int = 3) -> list[Completion]:
    """Return what comes next after each prompt, and why."""
    return [
        Completion(
            prompt,
            [
                {"token": token, "probability": probability, "why": model.why(prompt, token)}
                for token, probability in model.next_words(prompt, k)
            ],
        )
        for prompt in PROMPTS
    ]


def score_sentence(model: LanguageModel) -> LineScore:
    """Return the probability of the example sentence, token by token."""
    return score_lines(model, [SENTENCE])[0]


def write_paragraphs(rows: Sequence[Row]) -> list[Paragraph]:
    """Return a paragraph from each model, all with one seed."""
    return [
        Paragraph(
            row.order,
            generate(row.model, length=TEXT_LENGTH, sampling=SAMPLING, stop_at_sentence_end=False)[0],
        )
        for row in rows
    ]


def factors(score: LineScore) -> dict[str, Any]:
    """Return a sentence's factors as JSON has them."""
    return {
        "text": score.text,
        "log_prob": score.log_prob,
        "tokens": [{"token": token.token, "probability": token.probability} for token in score.tokens],
    }
