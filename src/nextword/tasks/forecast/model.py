"""A forecaster that answers: z(t+1) = a window + b + v h, with h what an LSTM makes of the window. NumPy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nextword.arrays import FloatArray
from nextword.blas import one_blas_thread
from nextword.errors import DivergedError, InputError, SettingError
from nextword.neural.inference.lstm import LSTMLayer
from nextword.tasks.forecast.series import LARGEST, Numbers, Series, check_values
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.transform import Transform, relative

MOST_STEPS = 100_000


@dataclass(frozen=True, eq=False)
class Forecast:
    """The next numbers of a series."""

    values: Numbers
    """(steps,)"""
    low: Numbers
    high: Numbers
    """Between these each number is with the probability asked for, if what comes is as uncertain as what was."""


class Forecaster:
    """An LSTM that tells the next number of a series by the last ones."""

    def __init__(
        self,
        settings: ForecastSettings,
        transform: Transform,
        arrays: Mapping[str, FloatArray],
        series: Series,
        errors: Numbers,
        recent: Sequence[str] | None = None,
    ) -> None:
        """Take what training found.

        ``arrays`` are W_x (4H, 1), W_h (4H, H), b (4H,), v (H,), a (L,) and a_b (1,); ``series`` is what it learned
        from, and ``errors`` are those of z that it makes on numbers it did not learn from.
        """
        self.settings, self.transform, self.arrays = settings, transform, dict(arrays)
        self.series, self.errors = series, errors
        self.recent = tuple(series.times[-2:] if recent is None else recent)
        """The last two times of the series, if there are some."""
        H = self.arrays["v"].shape[0]
        self.window = self.arrays["a"].shape[0]
        start = np.zeros((2, H), dtype=np.float32)
        self.layer = LSTMLayer(self.arrays["W_x"], self.arrays["W_h"], self.arrays["b"], start)

    @property
    def least(self) -> int:
        """How many numbers must be known to tell the next."""
        return int(self.window + self.transform.lag)

    def one_step(self, values: Numbers, begin: int | None = None) -> Numbers:
        """Return for each number from ``begin`` on what was foretold of it by those before it, (T - begin,).

        ``begin`` is the first that can be foretold if not given. Raises InputError for a series too short.
        """
        first = self.least if begin is None else begin
        self._check(values)
        if first < self.least:
            raise SettingError(f"the first number that can be foretold is {self.least}, got {first}")
        z = self.transform.apply(values)
        told = self._told(z)[first - self.least :][: len(values) - first]  # of number first, first + 1, ...
        lag = self.transform.lag
        before = sliding_window_view(values, max(lag, 1))[first - max(lag, 1) :][: len(told)]
        with np.errstate(over="ignore"):
            numbers = self.transform.undo(told, before)
        _check_size(numbers)
        return numbers

    def forecast(
        self,
        steps: int,
        values: Numbers | None = None,
        *,
        coverage: float = 0.9,
        paths: int = 500,
        seed: int = 1,
    ) -> Forecast:
        """Return the next ``steps`` numbers after some, or after those learned from, each told by those before it.

        The bounds are quantiles of ``paths`` courses in which errors like those made before, up or down, are added at
        each step. Raises InputError for a series too short, DivergedError where they grow beyond all bounds.
        """
        if not 1 <= steps <= MOST_STEPS:
            raise SettingError(f"steps are from 1 to {MOST_STEPS:,}, got {steps}")
        check_coverage(coverage)
        known = self.series.values if values is None else values
        self._check(known)
        chance = np.random.default_rng(seed)
        errors = chance.choice(self.errors, (steps, paths)) * chance.choice((-1.0, 1.0), (steps, paths))
        errors[:, 0] = 0  # the first course is the forecast itself
        # Many small products: threads would wait for one another.
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            courses = self._courses(known, errors)
            tail = (1 - coverage) / 2
            low, high = (
                np.quantile(courses[:, 1:], (tail, 1 - tail), axis=1) if paths > 1 else (courses[:, 0],) * 2
            )
        _check_size(courses[:, 0], low, high)
        return Forecast(courses[:, 0], low, high)

    def _check(self, values: Numbers) -> None:
        """Raise InputError for numbers that nothing can be foretold by."""
        check_values(values, self.least, "this forecaster")
        if self.transform.log and values.min() <= 0:
            raise InputError(
                f"this forecaster takes logarithms, and the series holds {values.min():g}; train it with --log no"
            )

    def _courses(self, known: Numbers, errors: Numbers) -> Numbers:
        """Return courses (steps, paths) of a series to come, given the errors of z at each step."""
        steps, paths = errors.shape
        course = np.empty((paths, self.least + steps))
        course[:, : self.least] = known[-self.least :]
        z = np.empty((paths, self.window + steps))
        z[:, : self.window] = self.transform.apply(course[:, : self.least])
        memory = self._memory(known, paths)
        for step in range(steps):
            told, memory = self._next(z[:, step : step + self.window], memory)
            z[:, self.window + step] = told + errors[step]
            at = self.least + step
            course[:, at] = self.transform.undo(z[:, self.window + step], course[:, :at])
        return course[:, self.least :].T

    def _told(self, z: Numbers) -> Numbers:
        """Return what is told after each z from the window-th on, (T - window + 1,)."""
        windows = sliding_window_view(z, self.window)  # (N, L)
        if self.settings.stateful:
            hidden = self._read(z[:, None])[0][self.window - 1 :, 0]
        else:
            hidden = self._read_windows(windows)
        return self._answer(windows, hidden)

    def _read_windows(self, windows: Numbers) -> FloatArray:
        """Return h (B, H) after the last number of windows (B, L)."""
        read = relative(windows) if self.settings.relative == "yes" else windows
        last: FloatArray = self._read(read.T)[0][-1]
        return last

    def _read(
        self, z: Numbers, memory: tuple[FloatArray, ...] | None = None
    ) -> tuple[FloatArray, tuple[FloatArray, ...]]:
        """Return h (T, B, H) after each of z (T, B), and h and c after all."""
        B, H = z.shape[1], self.layer.W_h.shape[1]
        zeros = np.zeros((B, H), dtype=np.float32)
        return self.layer.remember(z[:, :, None].astype(np.float32), memory or (zeros, zeros))

    def _answer(self, windows: Numbers, hidden: FloatArray) -> Numbers:
        linear = windows @ self.arrays["a"].astype(np.float64) + float(self.arrays["a_b"][0])
        told: Numbers = linear + hidden @ self.arrays["v"]
        return told

    def _memory(self, known: Numbers, paths: int) -> tuple[FloatArray, ...] | None:
        """Return what is remembered before the last known number, for so many courses; None where nothing is."""
        if not self.settings.stateful:
            return None
        z = self.transform.apply(known)[:-1]
        _, memory = self._read(z[:, None])
        return tuple(np.repeat(part, paths, axis=0) for part in memory)

    def _next(
        self, windows: Numbers, memory: tuple[FloatArray, ...] | None
    ) -> tuple[Numbers, tuple[FloatArray, ...] | None]:
        """Return the next z by the last ones (B, L), and what is remembered then."""
        if memory is None:
            return self._answer(windows, self._read_windows(windows)), None
        hidden, memory = self._read(windows[:, -1:].T, memory)
        return self._answer(windows, hidden[-1]), memory


def check_coverage(coverage: float) -> None:
    """Raise SettingError for what is no probability of bounds."""
    if not 0 < coverage < 1:
        raise SettingError(f"coverage is between 0 and 1, got {coverage}; try 0.9")


def _check_size(*told: Numbers) -> None:
    """Raise DivergedError where numbers (steps,) are beyond what a series may hold."""
    beyond = np.any([~(np.abs(each) <= LARGEST) for each in told], axis=0)
    if beyond.any():
        raise DivergedError(
            f"what is told goes beyond {LARGEST:g} at step {int(np.argmax(beyond)) + 1}; ask for fewer steps, or train "
            "with another --window, with --log no, or with --difference"
        )
