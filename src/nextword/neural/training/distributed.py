"""Several processes that train one network: each reads its share of the streams, and they share their gradients.

``torchrun`` starts the processes and tells each of the others by environment variables.
"""

import importlib
import os
from collections.abc import Collection

import torch
import torch.distributed as dist
from torch import Tensor

from nextword.errors import SettingError


def world_size() -> int:
    """Return how many processes train together: 1 without ``torchrun``."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Return the number of this process; 0 speaks, writes and saves."""
    return int(os.environ.get("RANK", "0")) if world_size() > 1 else 0


def local_rank() -> int:
    """Return the number of this process among those on its machine."""
    return int(os.environ.get("LOCAL_RANK", "0")) if world_size() > 1 else 0


def join(device: torch.device) -> None:
    """Meet the other processes."""
    if world_size() > 1 and not dist.is_initialized():
        # Its functions have whatever group there is as a default argument. Were they imported later, as optimisers do,
        # the group would live on after `leave`, and at the program's end one of its threads could abort it: to let go
        # of a tensor it asks for an interpreter that is gone by then.
        importlib.import_module("torch.distributed.nn.functional")
        if device.type == "cuda":
            torch.cuda.set_device(device)
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")


def leave() -> None:
    """Wait for the other processes, and part from them.

    Where one ended while another still works, ``torchrun`` would see to it that the other is ended too.
    """
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()


def own_rows(batch: int) -> slice:
    """Return which of B streams this process reads; raises SettingError where they cannot be shared out evenly."""
    share, left = divmod(batch, world_size())
    if left or share == 0:
        raise SettingError(
            f"{batch} streams cannot be shared out evenly among {world_size()} processes; give a batch that is a "
            "multiple, and text that is long enough for it"
        )
    return slice(rank() * share, (rank() + 1) * share)


def average_gradients(weights: Collection[Tensor]) -> None:
    """Give all processes the mean of their gradients, in one message."""
    if world_size() == 1:
        return
    gradients = [weight.grad if weight.grad is not None else torch.zeros_like(weight) for weight in weights]
    joined = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(joined)
    joined /= world_size()
    parts = torch.split(joined, [gradient.numel() for gradient in gradients])
    for weight, part in zip(weights, parts, strict=True):
        weight.grad = part.view_as(weight)


def average(number: float, device: torch.device) -> float:
    """Return the mean of a number over all processes."""
    if world_size() == 1:
        return number
    shared = torch.tensor(number, dtype=torch.float64, device=device)
    dist.all_reduce(shared)
    return float(shared) / world_size()


def first_of(number: float, device: torch.device) -> float:
    """Return the number that the first process has."""
    if world_size() == 1:
        return number
    shared = torch.tensor(number, dtype=torch.float64, device=device)
    dist.broadcast(shared, src=0)
    return float(shared)
