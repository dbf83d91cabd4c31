"""What a training tells while it goes on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a training stands."""

    epoch: int
    """From 1."""
    epochs: int
    words: int
    """Words of the text read in this and earlier epochs, those dropped included."""
    total_words: int
    """Those of all epochs."""
    words_per_second: float
    """Since the training began or went on, without its first block, in which kernels may be compiled."""
    loss: float
    """Of this epoch, in nats an example: a pair for skip-gram, a centre word for CBOW."""
    examples: int
    """Those of this epoch."""
    rate: float
    """The learning rate now."""
    ends_epoch: bool
    """Whether the epoch is complete."""
