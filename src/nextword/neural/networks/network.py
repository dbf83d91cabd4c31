"""What all networks share: words to vectors, vectors to a hidden vector, and from there to the next word."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nextword.neural.networks.dropout import drop_words, locked_dropout
from nextword.neural.outputs.layer import OutputLayer
from nextword.neural.outputs.make import make_output
from nextword.neural.outputs.rows import look_up
from nextword.neural.settings import NeuralSettings

State = tuple[Tensor, ...]
"""What a network remembers of B streams: tensors whose last but one dimension is B."""


class Network(nn.Module, ABC):
    """A network over V words, numbered by falling frequency: its training loss, and its hidden vectors.

    ``counts`` (V,) says how often each word stands in the training text.
    """

    def __init__(self, settings: NeuralSettings, counts: Tensor) -> None:
        super().__init__()
        self.settings = settings
        self.vocabulary_size = len(counts)
        self.dtype = torch.float32
        """What products are computed in; weights are float32 always."""
        self.embedding = nn.Parameter(
            torch.empty(len(counts), settings.size).uniform_(-0.1, 0.1)
        )  # E: (V, E)
        self.output: OutputLayer = make_output(
            settings, counts, settings.layer_sizes[-1], self.embedding if settings.tied else None
        )

    @abstractmethod
    def initial_state(self, batch: int) -> State:
        """Return what is remembered before anything was read."""

    @abstractmethod
    def remember(self, words: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the last layer's hidden vectors (T, B, H) after each of ``words`` (T, B), and the state after all."""

    def forward(self, words: Tensor, targets: Tensor, state: State) -> tuple[Tensor, Tensor, State]:
        """Return J, the mean of -log P(target), the penalties, and the state to go on from.

        ``words`` and ``targets`` are (T, B): each target is the word after.
        """
        settings = self.settings
        hidden, state = self.remember(words, state)  # (T, B, H)
        read = locked_dropout(hidden, settings.output_dropout, self.training)
        loss = self.output(read.flatten(0, 1), targets.flatten(), self.dtype)
        penalty = torch.zeros((), device=hidden.device)
        if self.training and settings.activation_penalty:
            penalty = penalty + settings.activation_penalty * read.pow(2).mean()
        if self.training and settings.change_penalty and len(hidden) > 1:
            penalty = penalty + settings.change_penalty * hidden.diff(dim=0).pow(2).mean()
        return loss, penalty, state

    @torch.no_grad()
    def target_log_probs(self, words: Tensor, targets: Tensor, state: State) -> tuple[Tensor, State]:
        """Return log P(target) of each target, by the full softmax, (T, B), and the state after all."""
        hidden, state = self.remember(words, state)
        flat = self.output.target_log_probs(hidden.flatten(0, 1), targets.flatten(), self.dtype)
        return flat.view_as(targets), state

    def look_up(self, words: Tensor) -> Tensor:
        """Return e = E x of each word, (T, B, E), with what training drops of it."""
        settings, training = self.settings, self.training
        vectors = look_up(words, self.embedding)
        vectors = drop_words(vectors, words, self.vocabulary_size, settings.word_dropout, training)
        return locked_dropout(vectors, settings.input_dropout, training)


def detached(state: State) -> State:
    """Return a state through which no gradient flows back: where back-propagation through time is cut off."""
    return tuple(part.detach() for part in state)


def uniform(shape: Sequence[int], fan_in: int) -> nn.Parameter:
    """Return weights drawn evenly from +-1 / sqrt(fan in), as PyTorch's layers begin."""
    bound = fan_in**-0.5
    return nn.Parameter(torch.empty(*shape).uniform_(-bound, bound))
