"""What a tagger's training tells of itself while it runs."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggerProgress:
    """How far a training has come, and how it goes."""

    epoch: int
    """The epoch under way, from 1."""
    epochs: int
    share: float
    """How much is done, of 1."""
    loss: float
    """-log P(true tags), the mean over words."""
    words_per_second: float
    seconds: float
    ends_epoch: bool = False
    measure: float | None = None
    """Accuracy, or F1 of spans, on sentences not trained on; None within an epoch, and where there are none."""

    def as_dict(self) -> dict[str, Any]:
        """Return all of it."""
        return asdict(self)
