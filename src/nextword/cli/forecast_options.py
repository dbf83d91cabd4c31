"""How ``nextword forecast`` reads a series, and how it learns from it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from nextword.cli.options import Whole

if TYPE_CHECKING:
    from nextword.tasks.forecast.series import Series
    from nextword.tasks.forecast.settings import ForecastSettings


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SeriesOptions:
    """How a series is read."""

    column: str | None = None
    """The column of the numbers, by name or number; the last if not given."""
    time: str | None = None
    """The column of the times, by name or number; the first if not given, where there are two."""
    gaps: Literal["refuse", "fill", "keep"] = "refuse"
    """Times that are missing: an error; filled by a straight line; or kept, as if there were none."""

    decimal: Literal["point", "comma"] = "point"
    """What stands before decimals; with comma, columns are parted by semicolons or tabs."""

    def read(self, source: str) -> "Series":
        """Return the series of a file."""
        from nextword.tasks.forecast.reading import read_series

        return read_series(source, **vars(self))


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class LearningOptions:
    """How an LSTM learns from a series."""

    window: Whole | None = None
    """How many numbers it reads to tell the next; if not given, one or two seasons (or 6, 12, 24 numbers), by the
    error of a weighted sum on the last fifth of what is learned from."""
    period: Whole | None = None
    """After how many numbers a season begins anew; what the times say if not given: 12 months, 7 days, 24 hours."""
    log: Literal["auto", "yes", "no"] = "auto"
    """Take logarithms; auto: where the seasons swing the wider the higher they lie."""
    difference: Annotated[bool, Parameter(negative="")] = False
    """Tell the change since the last number, in place of the number."""
    seasonal_difference: Annotated[bool, Parameter(negative="")] = False
    """Tell the change since the number of one season ago."""
    relative: Literal["auto", "yes", "no"] = "auto"
    """The LSTM reads windows as they stand to their last number; auto: where the series moves on, its last fifth lying
    further from the others than these are spread."""
    shortcut: Literal["linear", "none"] = "linear"
    """Beside the LSTM: a weighted sum of the window, which the LSTM corrects; or nothing."""
    stateful: Annotated[bool, Parameter(negative="")] = False
    """Carry the memory from number to number, in place of reading each window anew."""
    hidden: Whole = 16
    """H, how many units the LSTM has."""
    epochs: Whole = 200
    """How often it reads the series at most; the best number is found on the last fifth."""
    batch: Whole = 32
    """How many windows it learns from at once."""
    rate: float = 0.003
    """The learning rate."""

    def settings(self, seed: int = 1) -> "ForecastSettings":
        """Return them as settings."""
        from nextword.tasks.forecast.settings import ForecastSettings

        return ForecastSettings(**vars(self), seed=seed)
