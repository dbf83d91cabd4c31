"""The settings of the neural language models: one frozen object, checked when it is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from nextword.errors import SettingError, shown
from nextword.lm.checks import check_choice, check_count, check_flag, check_number

NetworkKind = Literal["window", "rnn", "gru", "lstm"]
Activation = Literal["tanh", "relu", "sigmoid"]
SoftmaxKind = Literal["exact", "adaptive", "sampled"]
Optimiser = Literal["adamw", "sgd"]
Precision = Literal["auto", "float32", "bfloat16"]

MOST_EPOCHS = 1 << 20
USUAL_EPOCHS = 10
DROPOUTS = ("word_dropout", "input_dropout", "hidden_dropout", "output_dropout", "recurrent_dropout")


@dataclass(frozen=True, kw_only=True, slots=True)
class NeuralSettings:
    """What a network is and how it is trained.

    Raises SettingError for values that make no sense, alone or together.
    """

    network: NetworkKind = "lstm"
    # What it is.
    size: int = 200
    """E, how many numbers stand for a word."""
    hidden: int | None = None
    """H, how many numbers the network remembers; E if not given. With tied embeddings the last layer has E."""
    layers: int = 2
    """Recurrent layers, one on top of the other; hidden layers of a window."""
    window: int = 5
    """Words that the fixed window sees."""
    activation: Activation = "tanh"
    """f of the window and sigma of the RNN; gates have their own."""
    tied: bool = True
    """One vector for each word, read as input and as output."""
    learned_start: bool = False
    """Learn h(0), in place of zeros."""
    forget_bias: float = 0.0
    """Added to the biases of an LSTM's forget gates as they are drawn: above 0, memories are kept longer from the start
    (Gers et al. 2000; Jozefowicz et al. 2015 take 1)."""
    softmax: SoftmaxKind = "sampled"
    """exact: the softmax over all words; adaptive: rare words by way of classes; sampled: against a sample of them."""
    shortlist: int = 2000
    """Words, the most frequent ones, that adaptive and sampled softmax always score."""
    clusters: tuple[int, ...] = (10_000,)
    """For adaptive: the ranks where one cluster of rarer words ends and the next begins, above ``shortlist``."""
    samples: int = 2000
    """For sampled: how many of the other words are drawn for each step."""
    # How it is trained.
    epochs: int | None = None
    """How often the text is read: 10 times if not given, or as often as a time allows."""
    batch: int = 32
    """B, streams of text read side by side."""
    steps: int = 70
    """T, words through which gradients flow back."""
    optimiser: Optimiser = "adamw"
    """adamw, whose rate rises and falls once (one cycle); or sgd, whose rate falls where nothing improves."""
    rate: float | None = None
    """The highest learning rate: 0.003 for adamw, for sgd 20 with an lstm and 5 with the others, if not given."""
    warm_up: float = 0.15
    """For adamw: the share of training in which the rate rises."""
    decay_factor: float = 0.25
    """For sgd: what the rate is multiplied by where an epoch brings no better perplexity."""
    weight_decay: float | None = None
    """How strongly weights are drawn to zero, times the rate: 0.05 for adamw, 1.2e-6 for sgd if not given."""
    clip: float = 0.25
    """The longest gradient; 0 for no limit."""
    word_dropout: float = 0.0
    """The share of the vocabulary that each step does without."""
    input_dropout: float = 0.2
    """The share of each word's numbers that is left out on the way into the network."""
    hidden_dropout: float = 0.2
    """Between layers; one mask for all steps of a stream, as the other two (Gal and Ghahramani 2016)."""
    output_dropout: float = 0.2
    """The share of the last hidden vector that is left out on the way to the next word."""
    recurrent_dropout: float = 0.0
    """The share of recurrent weights that each step does without (DropConnect; Merity et al. 2018)."""
    activation_penalty: float = 0.0
    """What large outputs cost (alpha of Merity et al. 2017)."""
    change_penalty: float = 0.0
    """What outputs that jump from word to word cost (beta of Merity et al. 2017)."""
    average_from: float | None = None
    """Average the weights from this share of training on (ASGD; Polyak and Juditsky 1992)."""
    patience: int | None = None
    """Stop after so many epochs that bring no better validation perplexity."""
    precision: Precision = "auto"
    """What products are computed in: bfloat16 where the processor has it, if not said otherwise."""
    seed: int = 1
    """Where random numbers begin."""

    def __post_init__(self) -> None:
        self._check_choices()
        self._check_counts()
        self._check_numbers()
        self._check_together()

    @property
    def width(self) -> int:
        """H, as given or as usual."""
        return self.size if self.hidden is None else self.hidden

    @property
    def highest_rate(self) -> float:
        """The highest learning rate, as given or as usual."""
        if self.rate is not None:
            return self.rate
        # Without an LSTM's gates, long steps go astray.
        return 0.003 if self.optimiser == "adamw" else 20.0 if self.network == "lstm" else 5.0

    @property
    def decay(self) -> float:
        """How strongly weights decay, as given or as usual: at the rates of sgd, what adamw needs would erase them."""
        usual = {"adamw": 0.05, "sgd": 1.2e-6}
        return usual[self.optimiser] if self.weight_decay is None else self.weight_decay

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """The sizes of the hidden vectors, from the first layer to the last."""
        last = self.size if self.tied else self.width
        return (self.width,) * (self.layers - 1) + (last,)

    def as_dict(self) -> dict[str, Any]:
        """Return all settings, as ``config.json`` keeps them."""
        return asdict(self) | {"clusters": list(self.clusters)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "NeuralSettings":
        """Return the settings of a dictionary; raises SettingError for keys that are none."""
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(content) - set(known))
        if unknown:
            raise SettingError(
                f"a network has no setting {shown(unknown[0])}; its settings are {', '.join(known)}"
            )
        values = dict(content)
        if isinstance(values.get("clusters"), list):
            values["clusters"] = tuple(values["clusters"])
        return cls(**values)

    def _check_choices(self) -> None:
        for name, choices in (
            ("network", NetworkKind),
            ("activation", Activation),
            ("softmax", SoftmaxKind),
            ("optimiser", Optimiser),
            ("precision", Precision),
        ):
            check_choice(name, getattr(self, name), choices)
        for name in ("tied", "learned_start"):
            check_flag(name, getattr(self, name))

    def _check_counts(self) -> None:
        for name, least, most in (
            ("size", 1, 1 << 14),
            ("layers", 1, 64),
            ("window", 1, 1 << 10),
            ("shortlist", 3, 1 << 24),  # with <s> in it, which no cluster could hold at probability zero
            ("samples", 1, 1 << 24),
            ("batch", 1, 1 << 16),
            ("steps", 1, 1 << 16),
            ("seed", 0, (1 << 63) - 1),
        ):
            check_count(name, getattr(self, name), least, most)
        for name, most in (("hidden", 1 << 14), ("epochs", MOST_EPOCHS), ("patience", MOST_EPOCHS)):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name), 1, most)

    def _check_numbers(self) -> None:
        for name in DROPOUTS:
            check_number(name, getattr(self, name), 0.0, 1.0)
        check_number("forget_bias", self.forget_bias, -100.0, 100.0)
        for name in ("clip", "activation_penalty", "change_penalty"):
            check_number(name, getattr(self, name), 0.0)
        if self.weight_decay is not None:
            check_number("weight_decay", self.weight_decay, 0.0)
        for name in ("warm_up", "decay_factor"):
            check_number(name, getattr(self, name), 0.0, 1.0)
        if self.average_from is not None:
            check_number("average_from", self.average_from, 0.0, 1.0)
        if self.rate is not None:
            check_number("rate", self.rate, 0.0)
            if self.rate == 0:
                raise SettingError("rate is above 0, got 0: nothing would be learned; try 0.003")

    def _check_together(self) -> None:
        is_tuple = isinstance(self.clusters, tuple) and all(type(rank) is int for rank in self.clusters)
        if not is_tuple or sorted({*self.clusters, self.shortlist}) != [self.shortlist, *self.clusters]:
            raise SettingError(
                f"clusters are ranks that rise from the shortlist's {self.shortlist:,} on, got {shown(self.clusters)}; "
                "try (10000,)"
            )
        if self.tied and self.layers == 1 and self.width != self.size:
            raise SettingError(
                f"tied, the only layer has as many numbers as a word, {self.size}, and hidden = {self.hidden} has no "
                "use; leave hidden out, untie (--no-tied, tied = false), or give more layers"
            )
        if self.network == "window" and (self.recurrent_dropout or self.learned_start):
            raise SettingError(
                "a window has no recurrent weights and no h(0); leave out recurrent_dropout and learned_start"
            )
        if self.network != "lstm" and self.forget_bias:
            raise SettingError(
                f"forget_bias = {self.forget_bias} is for an lstm, which alone has forget gates; leave it out"
            )


NETWORK_KINDS: tuple[str, ...] = get_args(NetworkKind)
