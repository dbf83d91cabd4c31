"""A training as it stands, in arrays and plain values: all that is needed to go on as if it had never stopped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nextword.errors import DivergedError, ModelFormatError, shown

OPTIMISER_PARTS = ("exp_avg", "exp_avg_sq", "step", "momentum_buffer")
REMEMBERED: tuple[set[str], ...] = ({"exp_avg", "exp_avg_sq", "step"}, {"momentum_buffer"}, set())
"""What AdamW and SGD remember of a weight, or nothing before its first step."""


@dataclass(frozen=True)
class Snapshot:
    """What a checkpoint holds."""

    tensors: dict[str, NDArray[Any]]
    content: dict[str, Any]
    log: list[dict[str, Any]] = field(default_factory=list)
    """What the training has said so far, where it keeps that itself."""


def taken_from(
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    steps: int,
    *,
    copy: bool = False,
    **others: Mapping[str, Tensor],
) -> dict[str, NDArray[Any]]:
    """Return what every training keeps after so many steps: its weights, what its optimiser remembers, and ``others``.

    Raises DivergedError where they are not finite: nobody could go on from there.
    """
    tensors = as_arrays(dict(network.named_parameters()), "weights", copy=copy)
    tensors |= as_arrays(dict(optimiser_parts(optimiser, network)), "optimiser", copy=copy)
    for prefix, named in others.items():
        tensors |= as_arrays(named, prefix, copy=copy)
    check_finite(tensors, steps)
    return tensors


def put_back_into(
    network: nn.Module, optimiser: torch.optim.Optimizer, tensors: Mapping[str, NDArray[Any]]
) -> None:
    """Give a network and its optimiser back what `taken_from` took; raises ModelFormatError unless it fits."""
    weights = take_weights(tensors, network, "weights")
    restore_optimiser(optimiser, network, tensors)
    with torch.no_grad():
        for name, weight in network.named_parameters():
            weight.copy_(weights[name])


def check_finite(tensors: Mapping[str, NDArray[Any]], steps: int) -> None:
    """Raise DivergedError where a number is none: a finite gradient times a high rate can still be too much."""
    for name, array in tensors.items():
        if array.dtype == np.float32 and not np.isfinite(array).all():
            raise DivergedError(
                f"{name} is no longer finite after {steps:,} steps; try a lower rate, or clip gradients sooner"
            )


def random_numbers(generator: torch.Generator | None = None) -> NDArray[Any]:
    """Return where a generator of random numbers stands: PyTorch's own, if none is given."""
    state = torch.get_rng_state() if generator is None else generator.get_state()
    return np.array(state.numpy())


def restore_random_numbers(
    tensors: Mapping[str, NDArray[Any]], generator: torch.Generator | None = None
) -> None:
    """Let a generator go on from where it stood; raises ModelFormatError where ``random`` does not say that."""
    try:
        state = torch.from_numpy(np.array(tensors["random"]))
        if generator is None:
            torch.set_rng_state(state)
        else:
            generator.set_state(state)
    except (KeyError, RuntimeError, TypeError) as error:
        raise ModelFormatError(f"the checkpoint's random numbers are not in order ({error!s:.100})") from None


def as_arrays(named: Mapping[str, Tensor], prefix: str, *, copy: bool) -> dict[str, NDArray[Any]]:
    """Return tensors as arrays, by names that begin with ``prefix``.

    Those of the processor share memory with their tensors, and go on changing, unless they are copied.
    """
    arrays = {f"{prefix}/{name}": tensor.detach().cpu().numpy() for name, tensor in named.items()}
    return {name: array.copy() for name, array in arrays.items()} if copy else arrays


def optimiser_parts(optimiser: torch.optim.Optimizer, network: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield what an optimiser remembers of each weight, by name."""
    for name, weight in network.named_parameters():
        for part, value in optimiser.state.get(weight, {}).items():
            if isinstance(value, Tensor):
                yield f"{name}/{part}", value


def restore_optimiser(
    optimiser: torch.optim.Optimizer, network: nn.Module, tensors: Mapping[str, NDArray[Any]]
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
        if set(parts) not in REMEMBERED:
            raise ModelFormatError(f"of {name} the checkpoint's optimiser remembers {', '.join(parts)} alone")
        if parts:
            optimiser.state[weight] = parts


def take_weights(tensors: Mapping[str, NDArray[Any]], network: nn.Module, prefix: str) -> dict[str, Tensor]:
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
