"""A classifier's training under way: what is done of it, so that it can be kept at any step and gone on with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nextword.errors import ModelFormatError, shown
from nextword.neural.training.position import Standing
from nextword.neural.training.snapshot import (
    Snapshot,
    put_back_into,
    random_numbers,
    restore_random_numbers,
    taken_from,
)

MEMBERS = "members"
"""What the names of arrays begin with that belong to members which have learned."""


@dataclass(slots=True)
class MemberPosition(Standing):
    """Numbers that change as one member learns."""

    epoch: int = 0
    """Epochs that are complete."""
    epoch_step: int = 0
    """Steps done of the epoch under way."""
    epoch_loss: float = 0.0
    """The sum of -ln P(class), over the texts of the epoch under way."""
    loss: float = 0.0
    """The mean in the last epoch that is complete."""
    seconds: float = 0.0


class UnderWay:
    """The members that have learned, and where the next one stands.

    ``watch`` is told after each step and each epoch, with whether it was an epoch: then all may be kept.
    """

    def __init__(self, threads: int | None = None, watch: Callable[[bool], Any] | None = None) -> None:
        self.threads, self.watch = threads, watch
        self.members: list[dict[str, NDArray[np.float32]]] = []
        self.losses: list[float] = []
        self.position = MemberPosition()
        self._learning: tuple[nn.Module, torch.optim.Optimizer] | None = None
        self._waiting: Snapshot | None = None
        self._random: NDArray[Any] = np.empty(0, np.uint8)
        """Where the random numbers of the member that learns stand, between its epochs."""
        self._is_drawing = False

    def begin(self, network: nn.Module, optimiser: torch.optim.Optimizer, seed: int) -> MemberPosition:
        """Let a member learn, from where it stood; its random numbers go on from there, too."""
        self._learning = network, optimiser
        chance = torch.Generator()
        chance.manual_seed(seed)
        if self._waiting is not None:
            put_back_into(network, optimiser, self._waiting.tensors)
            restore_random_numbers(self._waiting.tensors, chance)
            self._waiting = None
        self._random = random_numbers(chance)
        return self.position

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Let PyTorch draw what the member draws; what others draw before and after is theirs."""
        with torch.random.fork_rng(devices=[]):
            restore_random_numbers({"random": self._random})
            self._is_drawing = True
            try:
                yield
            finally:
                self._random, self._is_drawing = random_numbers(), False

    def step(self, loss: float) -> None:
        """Count a step, whose loss is summed over its texts."""
        self.position.epoch_step += 1
        self.position.epoch_loss += loss
        if self.watch is not None:
            self.watch(False)

    def end_epoch(self, texts: int, seconds: float) -> None:
        """Count an epoch over so many texts."""
        here = self.position
        here.loss, here.seconds = here.epoch_loss / texts, seconds
        here.epoch, here.epoch_step, here.epoch_loss = here.epoch + 1, 0, 0.0

    def end_member(self, arrays: dict[str, NDArray[np.float32]]) -> None:
        """Count a member as one that has learned."""
        self.members.append(arrays)
        self.losses.append(self.position.loss)
        self.position, self._learning = MemberPosition(), None

    def snapshot(self) -> Snapshot:
        """Return all that is needed to go on from here; its arrays are those of the training until the next step.

        Raises DivergedError where it is not finite: nobody could go on from there.
        """
        tensors: dict[str, NDArray[Any]] = {
            f"{MEMBERS}/{place}/{name}": array
            for place, member in enumerate(self.members)
            for name, array in member.items()
        }
        if self._learning is not None:
            tensors |= taken_from(*self._learning, self.position.epoch_step)
            tensors["random"] = random_numbers() if self._is_drawing else self._random
        return Snapshot(tensors, {"position": self.position.as_dict(), "losses": list(self.losses)})

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot; raises ModelFormatError where it is not in order, now or where a member begins."""
        content = snapshot.content
        if set(content) != {"position", "losses"} or not isinstance(content["losses"], list):
            raise ModelFormatError(f"the training of a classifier stands at {shown(content)}")
        if not all(isinstance(loss, float) for loss in content["losses"]):
            raise ModelFormatError(f"losses are numbers, got {shown(content['losses'])}")
        members: list[dict[str, NDArray[np.float32]]] = [{} for _ in content["losses"]]
        learning: dict[str, NDArray[Any]] = {}
        for path, array in snapshot.tensors.items():
            place, _, name = path.removeprefix(f"{MEMBERS}/").partition("/")
            if not path.startswith(f"{MEMBERS}/"):
                learning[path] = array
            elif place.isdecimal() and int(place) < len(members):
                members[int(place)][name] = np.array(array)
            else:
                raise ModelFormatError(f"{shown(path)} is of no member, of which {len(members)} have learned")
        self.position = MemberPosition.from_dict(content["position"])
        self.members, self.losses = members, list(content["losses"])
        self._waiting = Snapshot(learning, {}) if learning else None
