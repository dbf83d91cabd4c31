"""The settings of a tagger: one frozen object, checked when it is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from nextword.errors import SettingError, shown
from nextword.lm.checks import check_choice, check_count, check_flag, check_number
from nextword.tasks.tagging.spans.spans import Scheme

Characters = Literal["cnn", "lstm", "none"]
MOST_EPOCHS = 1 << 20
USUAL_EPOCHS, MOST_USUAL_EPOCHS, USUAL_STEPS = 15, 100, 1000
"""How often a file is read if not told: of a small one, often enough for so many steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaggerSettings:
    """What a tagger is and how it is trained.

    Raises SettingError for values that make no sense, alone or together.
    """

    # What it is.
    size: int = 100
    """E, how many numbers stand for a word."""
    lowercase: bool = True
    """Look words up in lower case; the characters and the pattern of capitals are seen as they are."""
    fold_digits: bool = True
    """Look words up with 0 for every digit."""
    min_count: int = 1
    """Words seen less often in training have no vector of their own."""
    characters: Characters = "cnn"
    """What reads a word's characters: a convolution of three and the maximum, an LSTM from both ends, or nothing."""
    character_size: int = 32
    """How many numbers stand for a character."""
    character_hidden: int = 64
    """How many numbers a word's characters come to."""
    affix_size: int = 32
    """How many numbers stand for the last letters, and for the first ones, of a word; 0 to leave them out."""
    case_size: int = 8
    """How many numbers stand for the pattern of capitals and digits in a word; 0 to leave it out."""
    feature_size: int = 32
    """How many numbers stand for each value of a column of features."""
    hidden: int = 128
    """H, how many numbers each direction of the LSTM remembers."""
    layers: int = 1
    """Layers of LSTMs from both ends, one on top of the other."""
    scheme: Scheme = "bioes"
    """How spans are written inside the model; answers are in the scheme of the training file."""
    constrained: bool = True
    """Never answer tags that break the scheme."""
    # How it is trained.
    epochs: int | None = None
    """How often the training file is read: 15 times if not given, and a small one as often as makes 1,000 steps, up
    to 100 times."""
    batch: int = 32
    """B, sentences of like lengths side by side."""
    rate: float = 0.004
    """The highest learning rate, of AdamW; it rises and falls once (one cycle)."""
    warm_up: float = 0.1
    """The share of training in which the rate rises."""
    weight_decay: float = 0.01
    """How strongly weights are drawn to zero, times the rate."""
    clip: float = 5.0
    """The longest gradient; 0 for no limit."""
    dropout: float = 0.4
    """The share of each word's numbers that is left out on the way into the LSTM, and again on the way to its tag."""
    unknown_share: float = 0.5
    """How often a word seen once is read as an unknown one, which makes a vector for those."""
    average: float = 0.998
    """How much of the running average of weights stays at each step; 0 for the weights as they are."""
    held_out: float = 0.1
    """The share of sentences that judges the epochs, where no development file is given; 0 for none."""
    patience: int | None = None
    """Stop after so many epochs that bring nothing better."""
    seed: int = 1
    """Where random numbers begin."""

    def __post_init__(self) -> None:
        check_choice("characters", self.characters, Characters)
        check_choice("scheme", self.scheme, Scheme)
        for name in ("lowercase", "fold_digits", "constrained"):
            check_flag(name, getattr(self, name))
        for name, least, most in (
            ("size", 1, 1 << 14),
            ("min_count", 1, 1 << 30),
            ("character_size", 1, 1 << 12),
            ("character_hidden", 1, 1 << 12),
            ("affix_size", 0, 1 << 12),
            ("case_size", 0, 1 << 12),
            ("feature_size", 1, 1 << 12),
            ("hidden", 1, 1 << 14),
            ("layers", 1, 64),
            ("batch", 1, 1 << 16),
            ("seed", 0, (1 << 63) - 1),
        ):
            check_count(name, getattr(self, name), least, most)
        for name in ("epochs", "patience"):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name), 1, MOST_EPOCHS)
        for name in ("dropout", "warm_up", "average", "held_out"):
            check_number(name, getattr(self, name), 0.0, 1.0)
        for name in ("weight_decay", "clip", "rate"):
            check_number(name, getattr(self, name), 0.0)
        check_number("unknown_share", self.unknown_share, 0.0, 1.0 + 1e-9)
        if self.rate == 0:
            raise SettingError("rate is above 0, got 0: nothing would be learned; try 0.004")
        if self.characters == "lstm" and self.character_hidden % 2:
            raise SettingError(
                f"character_hidden is shared by two directions, so it is even, got {self.character_hidden}; "
                f"try {self.character_hidden + 1}"
            )

    def epochs_for(self, sentences: int) -> int:
        """Return how often so many sentences are read.

        >>> [TaggerSettings().epochs_for(sentences) for sentences in (100, 800, 10_000)]
        [100, 40, 15]
        """
        if self.epochs is not None:
            return self.epochs
        steps = max(1, -(-sentences // self.batch))
        return max(USUAL_EPOCHS, min(MOST_USUAL_EPOCHS, USUAL_STEPS // steps))

    def as_dict(self) -> dict[str, Any]:
        """Return all settings, as ``config.json`` keeps them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "TaggerSettings":
        """Return the settings of a dictionary; raises SettingError for keys that are none."""
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(content) - set(known))
        if unknown:
            raise SettingError(
                f"a tagger has no setting {shown(unknown[0])}; its settings are {', '.join(known)}"
            )
        return cls(**content)
