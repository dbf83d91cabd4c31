"""A training as it stands, in arrays and plain values: all that is needed to go on as if it had never stopped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nextword.errors import ModelFormatError, shown
from nextword.neural.networks.network import Network

OPTIMISER_PARTS = ("exp_avg", "exp_avg_sq", "step", "momentum_buffer")


@dataclass(frozen=True)
class Snapshot:
    """What a checkpoint holds."""

    tensors: dict[str, NDArray[Any]]
    content: dict[str, Any]


def as_arrays(named: Mapping[str, Tensor], prefix: str, *, copy: bool) -> dict[str, NDArray[Any]]:
    """Return tensors as arrays, by names that begin with ``prefix``.

    Those of the processor share memory with their tensors, and go on changing, unless they are copied.
    """
    arrays = {f"{prefix}/{name}": tensor.detach().cpu().numpy() for name, tensor in named.items()}
    return {name: array.copy() for name, array in arrays.items()} if copy else arrays


def optimiser_parts(optimiser: torch.optim.Optimizer, network: Network) -> Iterator[tuple[str, Tensor]]:
    """Yield what an optimiser remembers of each weight, by name."""
    for name, weight in network.named_parameters():
        for part, value in optimiser.state.get(weight, {}).items():
            if isinstance(value, Tensor):
                yield f"{name}/{part}", value


def restore_optimiser(
    optimiser: torch.optim.Optimizer, network: Network, tensors: Mapping[str, NDArray[Any]]
) -> None:
    """Give an optimiser back what it remembered, and nothing else."""
    for name, weight in network.named_parameters():
        optimiser.state.pop(weight, None)
        parts = {}
        for part in OPTIMISER_PARTS:
            array = tensors.get(f"optimiser/{name}/{part}")
            if array is not None:
                shape = () if part == "step" else tuple(weight.shape)
                parts[part] = _checked(array, shape, f"optimiser/{name}/{part}").to(weight.device)
        if parts:
            optimiser.state[weight] = parts


def take_weights(tensors: Mapping[str, NDArray[Any]], network: Network, prefix: str) -> dict[str, Tensor]:
    """Return the weights of a snapshot under a prefix; raises ModelFormatError unless they fit the network."""
    weights = {}
    for name, weight in network.named_parameters():
        array = tensors.get(f"{prefix}/{name}")
        if array is None:
            raise ModelFormatError(
                f"the checkpoint lacks {prefix}/{name}; it is of another network, or damaged"
            )
        weights[name] = _checked(array, tuple(weight.shape), f"{prefix}/{name}").to(weight.device)
    return weights


def _checked(array: NDArray[Any], shape: tuple[int, ...], name: str) -> Tensor:
    if array.shape != shape or array.dtype != np.float32:
        raise ModelFormatError(
            f"the checkpoint's {name} is {array.dtype} {shown(array.shape)}, this network's float32 {shape}; it is of "
            "other settings or another text"
        )
    # Into memory of PyTorch's own, which lies where its products expect it: from elsewhere they may round otherwise.
    return torch.tensor(array)
