"""How far a training has come: what a checkpoint keeps beside the weights."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from nextword.errors import ModelFormatError, shown


@dataclass(slots=True)
class Standing:
    """Where a training stands: a dataclass of numbers that begin somewhere and are never below zero."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, None in place of infinity."""
        return {name: None if value == math.inf else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return what `as_dict` gave; raises ModelFormatError for anything else."""
        usual, position = cls(), cls()
        names = {field.name for field in fields(cls)}
        if not isinstance(content, Mapping) or set(content) != names:
            raise ModelFormatError(f"a training stands at {', '.join(sorted(names))}; got {shown(content)}")
        for name, value in content.items():
            known = math.inf if value is None else value
            kind = type(getattr(usual, name))
            if type(known) is not kind and not (kind is float and type(known) is int):
                raise ModelFormatError(f"{name} of a training is {kind.__name__}, got {shown(value)}")
            if known < 0 or known != known:
                raise ModelFormatError(f"{name} of a training is at least 0, got {shown(value)}")
            setattr(position, name, kind(known))
        return position


@dataclass(slots=True)
class Position(Standing):
    """Numbers that change as the training of a network goes on."""

    epoch: int = 0
    """Epochs that are complete."""
    epoch_step: int = 0
    """Steps done of the epoch under way."""
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    epoch_loss: float = 0.0
    """The sum, over the words of the epoch under way, of -log P; added up step by step, whenever it is reported."""
    epoch_tokens: int = 0
    rate: float = 0.0
    """For sgd: the rate of the epoch under way."""
    best: float = math.inf
    """The lowest perplexity after an epoch: of the validation text, without one of the training text."""
    worse_epochs: int = 0
    """Epochs since then."""
    valid_perplexity: float = math.inf
    """After the last epoch."""
    averaged: int = 0
    """Steps in the average."""
