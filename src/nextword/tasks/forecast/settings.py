"""How a forecaster is made."""

from dataclasses import dataclass
from typing import Literal, get_args

from nextword.errors import SettingError
from nextword.lm.checks import check_count, check_number

Choice = Literal["auto", "yes", "no"]
Shortcut = Literal["linear", "none"]


@dataclass(frozen=True, kw_only=True)
class ForecastSettings:
    """What an LSTM reads of a series, and how it learns from it."""

    window: int | None = None
    """How many numbers it reads to tell the next.

    If not given, that of one or two seasons, each with or without the number before it (of 6, 12 and 24 without a
    season), whose weighted sum has the least error on the last fifth of the series.
    """
    period: int | None = None
    """After how many numbers a season begins anew; what the times say if not given."""
    log: Choice = "auto"
    """Whether logarithms are taken; auto: where the seasons swing the wider the higher they lie."""
    difference: bool = False
    """Whether it tells the change since the last number, in place of the number."""
    seasonal_difference: bool = False
    """Whether it tells the change since the number of one season ago."""
    relative: Choice = "auto"
    """Whether the LSTM reads windows as they stand to their last number, whatever their height; auto: where the series
    moves on, so that the last fifth lies further from the others than these are spread."""
    shortcut: Shortcut = "linear"
    """What is beside the LSTM: a weighted sum of the window, by least squares, which the LSTM corrects; or nothing.

    Where windows are read relative and nothing is beside it, the LSTM tells the change from the last number.
    """
    stateful: bool = False
    """Whether the memory is carried from number to number, in place of reading each window anew."""
    hidden: int = 16
    """H, how many units the LSTM has."""
    epochs: int = 200
    """How often it reads the series at most; the best number is found on the last fifth of it.

    With 0 nothing is learned but the shortcut.
    """
    batch: int = 32
    """How many windows it learns from at once."""
    rate: float = 0.003
    ridge: float = 1e-3
    """How strongly the weights of the shortcut are held near 0, as a share of the variance of the numbers."""
    weight_decay: float = 1e-3
    seed: int = 1

    def __post_init__(self) -> None:
        for name, value in (("window", self.window), ("period", self.period)):
            if value is not None:
                check_count(name, value, 1 if name == "window" else 2, 100_000)
        for name, value in (("hidden", self.hidden), ("epochs", self.epochs), ("batch", self.batch)):
            check_count(name, value, 0 if name == "epochs" else 1, 1_000_000)
        check_count("seed", self.seed, 0, (1 << 32) - 1)
        for name, number in (("rate", self.rate), ("ridge", self.ridge), ("weight_decay", self.weight_decay)):
            check_number(name, number, 0.0)
        if self.rate == 0:
            raise SettingError("rate is above 0, got 0: nothing would be learned; try 0.003")
        for name, choice in (("log", self.log), ("relative", self.relative)):
            if choice not in get_args(Choice):
                raise SettingError(f"{name} is {', '.join(get_args(Choice))}, got {choice!r}")
        if self.stateful and self.relative == "yes":
            raise SettingError(
                "a memory that is carried from number to number reads them as they are; leave relative or stateful out"
            )
        if self.shortcut not in get_args(Shortcut):
            raise SettingError(f"shortcut is {', '.join(get_args(Shortcut))}, got {self.shortcut!r}")
