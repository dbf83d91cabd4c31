"""The settings of word2vec: one frozen object, checked when it is made."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from nextword.errors import SettingError
from nextword.lm.checks import check_choice, check_count, check_flag, check_number

Architecture = Literal["skipgram", "cbow"]
Objective = Literal["negative-sampling", "hierarchical-softmax", "softmax"]
Hidden = Literal["mean", "sum"]
Gradient = Literal["whole", "exact"]
RATES = {"skipgram": 0.025, "cbow": 0.05}
"""word2vec.c's rates, where none is given."""
FINAL_SHARE = 1e-4
"""What is left of the rate at the end, as in word2vec.c."""

LARGEST_EXPONENT = 16
"""Beyond it one word is every negative."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word2VecSettings:
    """How word2vec trains (Mikolov et al. 2013a, 2013b); the defaults are word2vec.c's.

    Raises SettingError for values that make no sense, and for those that would train nothing.
    """

    architecture: Architecture = "skipgram"
    """skipgram: each word of the window is an example of its own; cbow: they are one example together."""
    objective: Objective = "negative-sampling"
    """What is maximised: see the guide; softmax is exact and dear."""
    size: int = 100
    """E, how many numbers a vector has."""
    window: int = 5
    """The most words to either side."""
    shrink_window: bool = True
    """Draw each window's reach from 1 to ``window``, so that near words count more."""
    negative: int = 5
    """Words drawn against each centre word, for negative sampling."""
    exponent: float = 0.75
    """Negatives are drawn in proportion to their count to this power."""
    sample: float = 1e-3
    """Words more frequent than this share of the text are read less often; 0 reads every word."""
    epochs: int = 5
    rate: float | None = None
    """The learning rate at the beginning: 0.025 for skipgram and 0.05 for cbow if not given."""
    final_rate: float | None = None
    """The rate at the end, to which it falls in a line: a ten-thousandth of the first if not given."""
    hidden: Hidden = "mean"
    """CBOW's hidden vector: the mean of the window's vectors, or their sum."""
    gradient: Gradient = "whole"
    """What each word of the window gets of a mean's gradient: all of it, as word2vec.c, or its exact share."""
    seed: int = 1
    deterministic: bool = False
    """The same vectors for any number of threads, not only for one."""

    def __post_init__(self) -> None:
        self._check_choices()
        self._check_numbers()
        if self.objective == "negative-sampling" and self.negative < 1:
            raise SettingError(
                f"negative sampling without negatives trains nothing, got {self.negative}; give 5, say, or choose "
                "hierarchical-softmax or softmax"
            )
        if not 0 <= self.final <= self.first_rate:
            raise SettingError(
                f"the rate falls from {self.first_rate} to {self.final}, which must be from 0 to the first"
            )

    @property
    def first_rate(self) -> float:
        """The rate at the beginning."""
        return RATES[self.architecture] if self.rate is None else self.rate

    @property
    def final(self) -> float:
        """The rate at the end."""
        return self.first_rate * FINAL_SHARE if self.final_rate is None else self.final_rate

    def as_dict(self) -> dict[str, Any]:
        """Return all settings, as ``config.json`` keeps them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Word2VecSettings":
        """Return the settings of a dictionary; raises SettingError for keys that are none."""
        unknown = sorted(set(content) - set(cls.__slots__))
        if unknown:
            raise SettingError(
                f"word2vec has no setting {unknown[0]!r}; its settings are {', '.join(cls.__slots__)}"
            )
        return cls(**content)

    def _check_choices(self) -> None:
        check_choice("architecture", self.architecture, Architecture)
        check_choice("objective", self.objective, Objective)
        check_choice("hidden", self.hidden, Hidden)
        check_choice("gradient", self.gradient, Gradient)
        for name in ("shrink_window", "deterministic"):
            check_flag(name, getattr(self, name))

    def _check_numbers(self) -> None:
        for name, least, most in (
            ("size", 1, 1 << 16),
            ("window", 1, 1 << 12),
            ("negative", 0, 1 << 10),
            ("epochs", 1, 1 << 20),
            ("seed", 0, (1 << 63) - 1),
        ):
            check_count(name, getattr(self, name), least, most)
        check_number("sample", self.sample, 0.0)
        check_number("exponent", self.exponent, -LARGEST_EXPONENT, math.nextafter(LARGEST_EXPONENT, math.inf))
        for name in ("rate", "final_rate"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), 0.0)
        if self.rate == 0:
            raise SettingError("rate is above 0, got 0: nothing would be learned; try 0.025")
