"""The loss of a chain of tags, in PyTorch: what all paths weigh, less what the true one does."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from nextword.arrays import IntArray
from nextword.tasks.tagging.crf.chain import Chain


class _LogTotals(torch.autograd.Function):
    """Log of the weight of all paths of each sentence; its gradient is what forward and backward sums count.

    An autograd graph of T steps of small matrices would take many times as long as the two sums.
    """

    @staticmethod
    def forward(
        context: Any, scores: Tensor, starts: IntArray, steps: Tensor, start: Tensor, end: Tensor
    ) -> Tensor:
        chain = Chain.of(steps.detach().numpy(), start.detach().numpy(), end.detach().numpy())
        log_totals, marginals, step_counts = chain.weigh(scores.detach().numpy(), starts)
        first, last = marginals[starts[:-1]].sum(axis=0), marginals[starts[1:] - 1].sum(axis=0)  # (K,) each
        gradients = (marginals, step_counts, first, last)
        context.save_for_backward(*(torch.from_numpy(each).to(scores) for each in gradients))
        return torch.as_tensor(log_totals.sum()).to(scores)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Any:
        (by_total,) = gradients
        scores, steps, start, end = (saved * by_total for saved in context.saved_tensors)
        return scores, None, steps, start, end


def negative_log_likelihood(
    scores: Tensor, starts: IntArray, tags: Tensor, steps: Tensor, start: Tensor, end: Tensor
) -> Tensor:
    """Return -log P(true path), summed over sentences: log sum_y exp s(y) - s(true).

    ``scores`` is (N, K) over the words of all sentences, which begin at ``starts`` (S + 1,) and have a word at least;
    ``tags`` (N,) are the true ones, ``steps`` (K, K), ``start`` and ``end`` (K,) the chain's, -inf for what is
    forbidden.
    """
    log_totals: Tensor = _LogTotals.apply(scores, starts, steps, start, end)  # type: ignore[no-untyped-call]
    begins, ends = torch.from_numpy(starts[:-1]), torch.from_numpy(starts[1:] - 1)
    goes_on = np.ones(len(tags), dtype=bool)
    goes_on[starts[:-1]] = False
    after = torch.from_numpy(np.flatnonzero(goes_on))
    true = (
        scores.gather(1, tags[:, None]).sum()
        + steps[tags[after - 1], tags[after]].sum()
        + start[tags[begins]].sum()
        + end[tags[ends]].sum()
    )
    return log_totals - true
