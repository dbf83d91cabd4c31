"""A tagger's training into a snapshot and back."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from torch import Tensor

from nextword.errors import ModelFormatError, shown
from nextword.neural.training.position import Standing
from nextword.neural.training.snapshot import (
    Snapshot,
    put_back_into,
    random_numbers,
    restore_random_numbers,
    take_weights,
    taken_from,
)
from nextword.tasks.tagging.training.progress import TaggerProgress

if TYPE_CHECKING:
    from nextword.tasks.tagging.training.training import TaggerTraining


@dataclass(slots=True)
class TaggerPosition(Standing):
    """Numbers that change as a tagger's training goes on."""

    epoch: int = 0
    """Epochs that are complete."""
    epoch_step: int = 0
    """Steps done of the epoch under way."""
    words: int = 0
    """Words read in complete epochs."""
    epoch_words: int = 0
    epoch_loss: float = 0.0
    """The sum, over the words of the epoch under way, of -log P."""
    best_epoch: int = 0
    """The epoch whose weights are the best so far; 0 before the first one ends."""
    best_measure: float = 0.0
    seconds: float = 0.0


def taken(training: "TaggerTraining") -> Snapshot:
    """Return all that is needed to go on from here, as long as no further step is taken."""
    position = training.position
    tensors = taken_from(
        training.network, training.optimiser, training.step, average=training.average, best=training.best
    )
    tensors["random"] = random_numbers(training.chance)
    return Snapshot(tensors, position.as_dict(), list(training.log))


def put_back(training: "TaggerTraining", snapshot: Snapshot) -> None:
    """Let a training stand where a snapshot was taken; raises ModelFormatError where the two do not fit."""
    position = TaggerPosition.from_dict(snapshot.content)
    for entry in snapshot.log:
        _check_entry(entry)
    average, best = _weights(training, snapshot, "average"), _weights(training, snapshot, "best")
    has_begun = position.epoch + position.epoch_step > 0
    is_sound = (
        len(snapshot.log) == position.epoch <= training.epochs
        and position.epoch_step <= training.epoch_steps
        and position.best_epoch <= position.epoch
        and bool(best) == bool(position.best_epoch)
        and bool(average) == (has_begun and training.settings.average > 0)
    )
    if not is_sound:
        raise ModelFormatError(f"no training of this tagger can stand at {shown(snapshot.content)}")
    put_back_into(training.network, training.optimiser, snapshot.tensors)
    training.average, training.best, training.position = average, best, position
    training.log = list(snapshot.log)
    restore_random_numbers(snapshot.tensors, training.chance)


def _weights(training: "TaggerTraining", snapshot: Snapshot, prefix: str) -> dict[str, Tensor]:
    """Return weights beside those of now, where there are any."""
    if not any(name.startswith(f"{prefix}/") for name in snapshot.tensors):
        return {}
    return take_weights(snapshot.tensors, training.network, prefix)


def _check_entry(entry: dict[str, Any]) -> None:
    known = {field.name for field in fields(TaggerProgress)}
    is_number = all(isinstance(value, int | float | None) for value in entry.values())
    if set(entry) != known or not is_number:
        raise ModelFormatError(f"the log of a tagger's training has {shown(entry)}")
