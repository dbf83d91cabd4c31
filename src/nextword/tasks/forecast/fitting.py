"""One network on its way: what PyTorch does to the weights of a forecaster, epoch by epoch."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nextword.errors import DivergedError
from nextword.neural.training.snapshot import (
    put_back_into,
    random_numbers,
    restore_random_numbers,
    taken_from,
)
from nextword.tasks.forecast.network import Memory, Network, batches
from nextword.tasks.forecast.series import Numbers
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.shortcut import least_squares
from nextword.tasks.forecast.transform import relative

MOST_BATCHES = 32
"""An epoch of a long series is made of larger batches, not of more."""
CLIP = 1.0
SMALL = 64
"""Up to so many units one thread is the fastest: several wait for one another longer than they work."""


def threads_for(hidden: int) -> int:
    """Return with how many threads a network of so many units is trained: one, or as many as PyTorch has now."""
    return 1 if hidden <= SMALL else torch.get_num_threads()


class Fitting:
    """A network that learns from the first of some windows (N, L) which number follows each, (N,).

    ``learned`` is how many. A network with a memory that is carried on needs the series itself, z (L + N,).
    """

    def __init__(
        self,
        settings: ForecastSettings,
        windows: Numbers,
        targets: Numbers,
        learned: int,
        z: Numbers | None = None,
    ) -> None:
        self.settings, self.window, self.learned = settings, windows.shape[1], learned
        self.windows = torch.tensor(windows, dtype=torch.float32)  # (N, L)
        self.read = self.windows  # what the LSTM reads of them
        if settings.relative == "yes":
            self.read = torch.tensor(relative(windows), dtype=torch.float32)
        self.targets = torch.tensor(targets, dtype=torch.float32)  # (N,)
        self.z = None if z is None else torch.tensor(z, dtype=torch.float32)
        a, a_b = np.zeros(self.window), 0.0
        if settings.shortcut == "linear":
            a, a_b = least_squares(windows[:learned], targets[:learned], settings.ridge)
        elif settings.relative == "yes":
            a[-1] = 1.0  # what is read tells no height, so what is told is the change from the last number
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.network = Network(settings.hidden, a, a_b)
        self.chance = torch.Generator().manual_seed(settings.seed)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=settings.rate, weight_decay=settings.weight_decay
        )

    def epoch(self) -> None:
        """Learn once from every number; raises DivergedError where the loss is not finite."""
        self.network.train()
        if self.z is not None:
            self._through(self.z)
            return
        batch = max(self.settings.batch, -(-self.learned // MOST_BATCHES))
        for rows in batches(self.learned, batch, self.chance):
            hidden, _ = self.network(self.read[rows].T)
            self._step(self.network.answer(self.windows[rows], hidden[-1]), self.targets[rows])

    def errors(self) -> Numbers:
        """Return what z is above what is told of it, for those that are not learned from; for all if all are."""
        first = self.learned if self.learned < len(self.targets) else 0
        self.network.eval()
        with torch.no_grad():
            if self.z is not None:
                hidden = self.network(self.z[:-1, None])[0][self.window - 1 :, 0]
            else:
                hidden = self.network(self.read[first:].T)[0][-1]
                hidden = torch.cat([hidden.new_zeros(first, hidden.shape[1]), hidden])
            told = self.network.answer(self.windows[first:], hidden[first:])
            errors: Numbers = (self.targets[first:] - told).double().numpy()
        return errors

    def taken(self, epochs: int) -> dict[str, NDArray[Any]]:
        """Return all that is needed to go on after so many epochs; raises DivergedError where it is not finite."""
        tensors = taken_from(self.network, self.optimiser, epochs)
        return {**tensors, "random": random_numbers(self.chance)}

    def put_back(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Stand where others were taken; raises ModelFormatError unless they fit."""
        put_back_into(self.network, self.optimiser, tensors)
        restore_random_numbers(tensors, self.chance)

    def _through(self, z: Tensor) -> None:
        """Go through the series once, the memory carried from one stretch of it to the next, gradients not."""
        memory: Memory | None = None
        for begin in range(0, self.window - 1 + self.learned, self.window):
            end = min(begin + self.window, self.window - 1 + self.learned)
            hidden, memory = self.network(z[begin:end, None], memory)
            memory = (memory[0].detach(), memory[1].detach())
            first = max(0, self.window - 1 - begin)  # from there on a whole window was read
            if first >= end - begin:
                continue
            rows = slice(begin + first - self.window + 1, end - self.window + 1)
            self._step(self.network.answer(self.windows[rows], hidden[first:, 0]), self.targets[rows])

    def _step(self, told: Tensor, targets: Tensor) -> None:
        loss = torch.nn.functional.mse_loss(told, targets)
        if not torch.isfinite(loss):
            raise DivergedError(f"the loss is {loss.item()}; lower the rate of {self.settings.rate}")
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimiser.step()
