"""From scores to losses and to the gradients of the scores, in place."""

import numpy as np
import torch
from torch import Tensor

from nextword.compile import run_shards, shard_bounds
from nextword.neural.outputs.kernels import normalise_rows

LANES = 16
"""Numbers that the kernel reads at once; rows are at least as long."""

SHARD = 1 << 16
"""Scores that are worth a thread."""


def normalise(
    scores: Tensor,
    bias: Tensor,
    targets: Tensor,
    shift: Tensor | None,
    scale: float,
    bias_gradient: Tensor | None,
) -> Tensor:
    """Return -log p[target] of each row, with p = softmax(scores + bias); ``scores`` is (n, C), in one piece.

    With a ``scale`` other than 0 the scores become (p - y) * scale, y being the target as a one-hot vector, and the
    sum of these rows is added to ``bias_gradient`` (C,). ``shift`` (n,) is added to the score of each row's target.
    """
    is_known = scores.dtype in (torch.float32, torch.bfloat16) and scores.device.type == "cpu"
    compute = normalise_by_kernel if is_known and scores.shape[1] >= LANES else normalise_by_tensors
    return compute(scores, bias, targets, shift, scale, bias_gradient)


def normalise_by_kernel(
    scores: Tensor,
    bias: Tensor,
    targets: Tensor,
    shift: Tensor | None,
    scale: float,
    bias_gradient: Tensor | None,
) -> Tensor:
    """Do it row by row, on the processor; raises IndexError for a target that is no class."""
    n, size = scores.shape
    torch.index_select(bias, 0, targets)  # the kernel itself checks nothing
    losses = torch.empty(n)
    shift = torch.zeros(n) if shift is None else shift.contiguous()
    shards = shard_bounds(n, min(torch.get_num_threads(), 1 + n * size // SHARD))
    sums = torch.zeros(len(shards), -(-size // LANES) * LANES)  # one row a thread
    flat = (scores.view(torch.uint16) if scores.dtype == torch.bfloat16 else scores).view(-1).numpy()
    arrays = bias.numpy(), targets.contiguous().numpy(), shift.numpy(), np.float32(scale), losses.numpy()
    places = {begin: place for place, (begin, _) in enumerate(shards)}

    def work(begin: int, end: int) -> None:
        normalise_rows(flat, *arrays, sums[places[begin]].numpy(), begin, end)

    run_shards(work, shards)
    if bias_gradient is not None:
        bias_gradient += sums.sum(dim=0)[:size]
    return losses


def normalise_by_tensors(
    scores: Tensor,
    bias: Tensor,
    targets: Tensor,
    shift: Tensor | None,
    scale: float,
    bias_gradient: Tensor | None,
) -> Tensor:
    """Do it for all rows at once, on any device and in any type."""
    rows = torch.arange(len(targets), device=targets.device)
    logs = scores.to(bias.dtype)  # (n, C); the scores themselves where they are as fine
    logs += bias
    if shift is not None:
        logs[rows, targets] += shift
    torch.log_softmax(logs, dim=-1, out=logs)
    losses = -logs[rows, targets]
    if scale:
        differences = logs.exp_()  # p
        differences[rows, targets] -= 1
        differences *= scale
        if bias_gradient is not None:
            bias_gradient += differences.sum(dim=0)
        scores.copy_(differences)
    return losses
