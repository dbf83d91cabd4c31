"""Averaged SGD: the mean of the weights over the last part of a training (Polyak and Juditsky 1992)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor

from nextword.neural.networks.network import Network


class Average:
    """The mean of a network's weights since the first time it was asked to add them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.weights: dict[str, Tensor] = {}
        self.count = 0

    @torch.no_grad()
    def add(self) -> None:
        """Take the weights as they are now into the mean: mean += (weights - mean) / count."""
        self.count += 1
        named = dict(self.network.named_parameters())
        if not self.weights:
            self.weights = {name: weight.detach().clone() for name, weight in named.items()}
        else:
            torch._foreach_lerp_(list(self.weights.values()), list(named.values()), 1 / self.count)

    def restore(self, weights: Mapping[str, Tensor], count: int) -> None:
        """Go on from a mean of so many."""
        self.weights, self.count = dict(weights), count

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the network have the mean as its weights for a while, where there is one."""
        if not self.weights:
            yield
            return
        named = dict(self.network.named_parameters())
        kept = {name: weight.detach().clone() for name, weight in named.items()}
        try:
            copy_weights(self.weights, named)
            yield
        finally:
            copy_weights(kept, named)


@torch.no_grad()
def copy_weights(source: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> None:
    """Write weights over others of the same names and sizes."""
    for name, weight in target.items():
        weight.copy_(source[name])
