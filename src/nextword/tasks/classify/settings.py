"""The settings of a text classifier: one frozen object, checked when it is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from nextword.errors import SettingError, shown
from nextword.lm.checks import check_choice, check_count, check_flag, check_number
from nextword.neural.encoder.shape import EncoderShape

CutKind = Literal["words", "whitespace", "characters"]
POOLS = ("last", "mean", "max", "attention")
"""How one vector comes of those of all words; several are put side by side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassifierSettings:
    """What a classifier is and how it is trained.

    Raises SettingError for values that make no sense.
    """

    # What it is.
    size: int = 100
    """E, how many numbers stand for a word."""
    hidden: int = 100
    """H, how many numbers each direction of an LSTM remembers."""
    layers: int = 1
    """LSTMs, one on top of the other."""
    directions: int = 2
    """2: each text is read from both ends; 1: from the first word on."""
    pooling: str = "mean+max"
    """last, mean, max or attention, or several joined by +: what of the vectors of all words the classes see."""
    members: int = 1
    """LSTMs that learn the same texts from other beginnings; their probabilities are averaged; none with a bag of 1."""
    bag: float = 0.5
    """The share of a bag of n-grams in the answer: log-count ratios, weighed by a logistic regression; 0 for none."""
    bag_order: int = 2
    """The longest n-gram of the bag."""
    longest: int = 500
    """Words that are read of a text; what comes after is passed over."""
    # How texts are cut.
    tokenizer: CutKind = "words"
    """Words with punctuation apart; or cut at white space; or characters."""
    lowercase: bool = True
    """Fold texts to lower case."""
    min_count: int = 1
    """Words seen less often are all the same unknown word."""
    # How it is trained.
    epochs: int = 10
    """How often the texts are read."""
    batch: int = 32
    """B, texts read side by side."""
    rate: float = 0.003
    """The highest learning rate of AdamW; it rises and falls once (one cycle)."""
    layer_rate: float = 1.0
    """What the rate is multiplied by from each layer to the one below it: under 1, what was learned before lasts."""
    embedding_rate: float = 1.0
    """What the rate of the words' vectors is multiplied by; 0 leaves them as they begin."""
    unfreeze: bool = False
    """Begin with the last layer alone, and let one more learn with each epoch (Howard and Ruder 2018)."""
    weight_decay: float = 0.01
    """How strongly weights are drawn to zero, times the rate."""
    clip: float = 1.0
    """The longest gradient; 0 for no limit."""
    word_dropout: float = 0.1
    """The share of words that are read as the unknown word."""
    input_dropout: float = 0.3
    """The share of the numbers of words that is left out; the same ones all through a text."""
    hidden_dropout: float = 0.3
    """The share left out between layers."""
    output_dropout: float = 0.5
    """The share left out of what the classes see."""
    recurrent_dropout: float = 0.0
    """The share of recurrent weights that each step does without."""
    seed: int = 1
    """Where random numbers begin."""

    def __post_init__(self) -> None:
        check_choice("tokenizer", self.tokenizer, CutKind)
        for name in ("lowercase", "unfreeze"):
            check_flag(name, getattr(self, name))
        for name, least, most in (
            ("members", 1, 100),
            ("bag_order", 1, 3),
            ("longest", 1, 1 << 16),
            ("min_count", 1, 1 << 30),
            ("epochs", 1, 1 << 20),
            ("batch", 1, 1 << 16),
            ("seed", 0, (1 << 63) - 1),
        ):
            check_count(name, getattr(self, name), least, most)
        for name in (
            "word_dropout",
            "input_dropout",
            "hidden_dropout",
            "output_dropout",
            "recurrent_dropout",
        ):
            check_number(name, getattr(self, name), 0.0, 1.0)
        for name in ("bag", "layer_rate", "embedding_rate", "weight_decay", "clip"):
            check_number(name, getattr(self, name), 0.0)
        check_number("rate", self.rate, 0.0)
        if self.rate == 0:
            raise SettingError("rate is above 0, got 0: nothing would be learned; try 0.003")
        if self.bag > 1:
            raise SettingError(f"bag is a share from 0 to 1, got {self.bag:g}; 0.5 is usual")
        self._check_pooling()
        self.encoder_shape  # noqa: B018 (which checks the sizes)

    def _check_pooling(self) -> None:
        pools = self.pooling.split("+") if isinstance(self.pooling, str) else []
        if not pools or len(set(pools)) < len(pools) or not set(pools) <= set(POOLS):
            raise SettingError(
                f"pooling is one of {', '.join(POOLS)}, or several joined by +, got {shown(self.pooling)}; "
                "try mean+max"
            )

    @property
    def pools(self) -> list[str]:
        """The ways of pooling, in their order."""
        return self.pooling.split("+")

    @property
    def networks(self) -> int:
        """How many LSTMs there are: none where the bag has all of the answer."""
        return 0 if self.bag == 1 else self.members

    @property
    def encoder_shape(self) -> EncoderShape:
        """The sizes of each member's encoder."""
        return EncoderShape(
            size=self.size, hidden=self.hidden, layers=self.layers, directions=self.directions
        )

    def array_shapes(self, words: int, classes: int) -> dict[str, tuple[int, ...]]:
        """Return the name and the shape of each array of one member, for V words and C classes."""
        width = self.encoder_shape.width
        shapes: dict[str, tuple[int, ...]] = {"embedding": (words, self.size)}
        shapes |= {f"encoder.{name}": shape for name, shape in self.encoder_shape.array_shapes().items()}
        if "attention" in self.pools:
            shapes["attention"] = (width,)
        return {**shapes, "U": (classes, len(self.pools) * width), "bias": (classes,)}

    def as_dict(self) -> dict[str, Any]:
        """Return all settings, as ``config.json`` keeps them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "ClassifierSettings":
        """Return the settings of a dictionary; raises SettingError for keys that are none."""
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(content) - set(known))
        if unknown:
            raise SettingError(
                f"a classifier has no setting {shown(unknown[0])}; its settings are {', '.join(known)}"
            )
        return cls(**content)
