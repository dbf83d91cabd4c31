"""What a training tells of itself while it runs."""

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a training has come, and how it goes."""

    epoch: int
    """The epoch under way, from 1."""
    epochs: int | None
    """How many there will be; None where the time decides."""
    step: int
    """Steps done, in all."""
    tokens: int
    """Tokens read, in all."""
    total_tokens: int | None
    """How many will be read; None where the time decides."""
    share: float
    """How much of the training is done, from 0 to 1."""
    loss: float
    """The mean of -log P(next word), in nats, over the words since the last report; at an epoch's end, over the epoch.
    It is what training sees, with dropout, and with sampled softmax an estimate."""
    valid_perplexity: float | None
    """On the validation text, at the end of an epoch; without one, None."""
    rate: float
    """The learning rate."""
    gradient_norm: float
    """The length of the last gradient, before it was clipped."""
    tokens_per_second: float
    """Since this training began or went on, evaluation not counted."""
    seconds: float
    """Spent on training and evaluation, in all."""
    ends_epoch: bool

    @property
    def perplexity(self) -> float:
        """exp(loss), the perplexity of what was trained on."""
        return math.exp(self.loss) if self.loss < 700 else math.inf

    def as_dict(self) -> dict[str, Any]:
        """Return the fields and the perplexity by name, None in place of what JSON cannot say."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in {**asdict(self), "perplexity": self.perplexity}.items()
        }
