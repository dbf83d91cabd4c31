"""A forecaster's training: iterated over for its progress, kept after any epoch, and asked for its model."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nextword.blas import one_blas_thread
from nextword.errors import ModelFormatError
from nextword.neural.training.devices import computing_with
from nextword.neural.training.position import Standing
from nextword.neural.training.snapshot import Snapshot
from nextword.tasks.forecast.fitting import Fitting, threads_for
from nextword.tasks.forecast.model import Forecaster
from nextword.tasks.forecast.series import Numbers, Series, check_values
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.settling import FEWEST, lag_of, settled, transform_of
from nextword.tasks.forecast.window import held_out

PATIENCE = 40
"""Epochs without a better one after which no more are tried."""


@dataclass(slots=True)
class ForecastPosition(Standing):
    """Numbers that change as a forecaster's training goes on."""

    is_last: int = 0
    """0 while the number of epochs is found on the last fifth, 1 while all of the series is learned from."""
    epoch: int = 0
    """Epochs that are complete, of those with the same ``is_last``."""
    best: float = math.inf
    """The lowest mean of squared errors on the last fifth."""
    best_epoch: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ForecastProgress:
    """How far a training has come, after each epoch."""

    epoch: int
    epochs: int
    """How many there are at most."""
    best: float
    """The lowest mean of squared errors on what is held out, in units of the series' spread."""
    is_last: bool
    """Whether all of the series is learned from; before, the number of epochs is found on its last fifth."""


class ForecastTraining:
    """Find the number of epochs on the last fifth of a series, then learn from all of it.

    Raises InputError for a series too short for its window, SettingError for logarithms of numbers that have none, and
    while it is iterated over DivergedError where the loss is not finite.
    """

    def __init__(self, series: Series, settings: ForecastSettings) -> None:
        self.series, self.settings = series, settled(settings, series)
        self.window, lag = int(self.settings.window or 0), lag_of(self.settings)
        advice = "give more, or a shorter window" if self.window > 1 else "give more"
        check_values(series.values, self.window + lag + FEWEST, _reads(self.window, lag), advice)
        self.transform = transform_of(self.settings, series)
        self.z = self.transform.apply(series.values)
        self.position = ForecastPosition()
        self.threads: int | None = threads_for(self.settings.hidden)
        with self._computing():
            self.fitting = self._fitting(len(self.z) - held_out(self.z, self.window))
            self.errors = self.fitting.errors()
        self._judge(self.errors)

    def __iter__(self) -> Iterator[ForecastProgress]:
        """Yield progress after each epoch."""
        position = self.position
        while not position.is_last and not self._is_found():
            self._judge(self._epoch())
            yield self._progress()
        if not position.is_last:
            self._begin_last()
        while position.epoch < position.best_epoch:
            self._epoch()
            yield self._progress()

    def _epoch(self) -> Numbers:
        """Learn once from every number, and return the errors on what is not learned from."""
        with self._computing():
            self.fitting.epoch()
            self.position.epoch += 1
            return self.errors if self.position.is_last else self.fitting.errors()

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """Compute with as many threads as the network is worth."""
        with computing_with(threads_for(self.settings.hidden)), one_blas_thread():
            yield

    def _is_found(self) -> bool:
        position = self.position
        return position.epoch >= self.settings.epochs or position.epoch - position.best_epoch >= PATIENCE

    def _begin_last(self) -> None:
        self.position.is_last, self.position.epoch = 1, 0
        with self._computing():
            self.fitting = self._fitting(len(self.z))

    def _judge(self, found: Numbers) -> None:
        """Keep the errors on what is not learned from where they are the least so far."""
        position, loss = self.position, float((found**2).mean())
        if loss < position.best:
            position.best, position.best_epoch, self.errors = loss, position.epoch, found

    def _fitting(self, kept: int) -> Fitting:
        """Return a network to learn from the first ``kept`` of z."""
        windows = sliding_window_view(self.z, self.window)[:-1]
        z = self.z if self.settings.stateful else None
        return Fitting(self.settings, windows, self.z[self.window :], kept - self.window, z)

    def _progress(self) -> ForecastProgress:
        position = self.position
        return ForecastProgress(
            epoch=position.epoch,
            epochs=position.best_epoch if position.is_last else self.settings.epochs,
            best=position.best,
            is_last=bool(position.is_last),
        )

    def model(self) -> Forecaster:
        """Return the forecaster, once the training is complete."""
        settings = replace(self.settings, epochs=self.position.best_epoch)
        return Forecaster(settings, self.transform, self.fitting.network.arrays(), self.series, self.errors)

    def snapshot(self) -> Snapshot:
        """Return all that is needed to go on from here; its arrays are those of the training until the next epoch.

        Raises DivergedError where it is not finite: nobody could go on from there.
        """
        tensors = self.fitting.taken(self.position.epoch)
        return Snapshot({**tensors, "errors": self.errors}, self.position.as_dict())

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot; raises ModelFormatError where its sizes are not those of this training.

        That series and settings are the same is for the caller to know: of those, a snapshot tells only sizes.
        """
        position, errors = ForecastPosition.from_dict(snapshot.content), snapshot.tensors.get("errors")
        if errors is None or errors.dtype != np.float64 or errors.shape != self.errors.shape:
            raise ModelFormatError(
                f"the checkpoint's errors are not {len(self.errors)} numbers; it is of another series"
            )
        if position.is_last > 1 or max(position.epoch, position.best_epoch) > self.settings.epochs:
            raise ModelFormatError(f"the training stands where none can stand, at {snapshot.content}")
        if position.is_last:
            self._begin_last()
        self.fitting.put_back(snapshot.tensors)
        self.position, self.errors = position, np.array(errors)


def _reads(window: int, lag: int) -> str:
    return f"a window of {window}" + (f" after {lag} of changes" if lag else "")
