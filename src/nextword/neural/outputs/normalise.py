"""From scores to losses and to the gradients of the scores, in place."""

import torch
from torch import Tensor


def normalise(
    scores: Tensor,
    bias: Tensor,
    targets: Tensor,
    shift: Tensor | None,
    scale: float | None,
    bias_gradient: Tensor | None,
) -> Tensor:
    """Return -log p[target] of each row, with p = softmax(scores + bias); ``scores`` is (n, C).

    With a ``scale`` the scores become (p - y) * scale, y being the target as a one-hot vector, and ``bias_gradient``
    (C,) gets the sum of these rows. ``shift`` (n,) is added to the score of each row's target.
    """
    rows = torch.arange(len(targets), device=targets.device)
    logs = scores.to(bias.dtype)  # (n, C); the scores themselves where they are as fine
    logs += bias
    if shift is not None:
        logs[rows, targets] += shift
    torch.log_softmax(logs, dim=-1, out=logs)
    losses = -logs[rows, targets]
    if scale is not None:
        differences = logs.exp_()  # p
        differences[rows, targets] -= 1
        differences *= scale
        if bias_gradient is not None:
            bias_gradient += differences.sum(dim=0)
        scores.copy_(differences)
    return losses
