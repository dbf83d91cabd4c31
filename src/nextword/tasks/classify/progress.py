"""What training tells on its way."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far training has come: after each epoch of each member."""

    member: int
    members: int
    epoch: int
    epochs: int
    loss: float
    """The mean of -ln P(class) in this epoch, with all that dropout leaves out."""
    seconds: float
