"""Cross-entropy with its gradients computed at once, in pieces: the scores of all rows never exist together.

With p = softmax(U h + b) and y the target as a one-hot vector, L = -log p[target] has the gradients

    dL/ds = p - y        of the scores s = U h + b
    dL/dh = U^T (p - y)
    dL/dU = (p - y) h^T
    dL/db = p - y

so all are known as soon as p is. Plain back-propagation keeps s, p and p - y of N x V numbers each, 93 MB for 700 rows
and 33,000 words; here some rows are scored, turned into p - y in place, multiplied and forgotten.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from nextword.neural.outputs.buffers import buffers
from nextword.neural.outputs.normalise import normalise

SCORES = 24_000_000
"""About how many scores exist at once: many rows make good products, but they should stay near the processor."""

BLOCK = 1024
"""Classes that float32 scores are computed for at once: into rows as long as V, MKL writes at half its speed."""


class Gradients(NamedTuple):
    """Where gradients are written; None where nobody wants one."""

    hidden: Tensor | None
    U: Tensor | None
    bias: Tensor | None


NO_GRADIENTS = Gradients(None, None, None)


@torch.no_grad()
def cross_entropies(
    hidden: Tensor,
    U: Tensor,
    bias: Tensor,
    targets: Tensor,
    dtype: torch.dtype,
    *,
    shift: Tensor | None = None,
    gradients: Gradients = NO_GRADIENTS,
    scale: float = 1.0,
    most_scores: int = SCORES,
) -> Tensor:
    """Return -log softmax(U h + b)[target] of each row, (N,); ``hidden`` is (N, H), ``U`` (C, H), ``bias`` (C,).

    ``shift`` (N,) is added to the score of each row's target. The gradients of the sum, times ``scale``, replace what
    is in ``gradients``. Products are computed in ``dtype``, the softmax and the sums over rows in float32 or better.
    """
    losses = torch.empty(len(hidden), dtype=torch.promote_types(dtype, torch.float32), device=hidden.device)
    words = buffers.converted("words", U, dtype)  # (C, H)
    bias = bias.detach().to(losses.dtype).contiguous()
    if gradients.bias is not None:
        gradients.bias.zero_()
    if gradients.U is not None and len(hidden) == 0:
        gradients.U.zero_()
    pieces = max(1, -(-len(hidden) * len(U) // most_scores))
    rows = max(1, -(-len(hidden) // pieces))
    step = scale if any(gradient is not None for gradient in gradients) else 0.0
    for begin in range(0, len(hidden), rows):
        part = slice(begin, begin + rows)
        h = buffers.converted("hidden", hidden[part], dtype)  # (n, H)
        scores = buffers.take("scores", (len(h), len(U)), dtype, h.device)
        write_scores(scores, h, words)
        moved = None if shift is None else shift[part]
        losses[part] = normalise(scores, bias, targets[part], moved, step, gradients.bias)
        if gradients.hidden is not None:
            write_product(gradients.hidden[part], scores, words, is_sum=False)
        if gradients.U is not None:
            write_product(gradients.U, scores.T, h, is_sum=begin > 0)
    return losses


def write_scores(scores: Tensor, h: Tensor, words: Tensor) -> None:
    """Write ``h @ words.T`` to ``scores``, (n, C)."""
    if scores.dtype != torch.float32 or scores.device.type != "cpu" or len(words) <= 2 * BLOCK:
        torch.mm(h, words.T, out=scores)
        return
    for begin in range(0, len(words), BLOCK):
        some = words[begin : begin + BLOCK]
        block = buffers.take("block", (len(h), len(some)), h.dtype, h.device)
        scores[:, begin : begin + BLOCK] = torch.mm(h, some.T, out=block)


def write_product(out: Tensor, a: Tensor, b: Tensor, *, is_sum: bool) -> None:
    """Write ``a @ b`` to ``out``, or add it; ``out`` may be of a finer type than they are."""
    if a.dtype == out.dtype:
        torch.addmm(out, a, b, beta=float(is_sum), out=out) if is_sum else torch.mm(a, b, out=out)
        return
    product = buffers.take("product", out.shape, a.dtype, a.device)
    torch.mm(a, b, out=product)
    out.add_(product) if is_sum else out.copy_(product)


Work = Callable[[Sequence[Tensor | None]], Tensor]
"""What computes a loss, and replaces the content of as many tensors by its gradients; None where none is wanted."""


def with_gradients(work: Work, *parameters: Tensor) -> Tensor:
    """Return the loss that ``work`` computes, and let autograd have the gradients of ``parameters`` from it."""
    if torch.is_grad_enabled() and any(parameter.requires_grad for parameter in parameters):
        return _WithGradients.apply(work, *parameters)  # type: ignore[no-any-return,no-untyped-call]
    return work([None] * len(parameters))


class _WithGradients(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, work: Work, *parameters: Tensor) -> Tensor:
        wanted = ctx.needs_input_grad[1:]
        gradients = [
            torch.empty_like(parameter, memory_format=torch.contiguous_format) if is_wanted else None
            for parameter, is_wanted in zip(parameters, wanted, strict=True)
        ]
        loss = work(gradients)
        ctx.save_for_backward(*gradients)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *outer: Tensor) -> Any:
        scale = outer[0]
        gradients = ctx.saved_tensors
        if scale.device.type != "cpu" or scale.item() != 1:  # else the gradient can be taken over, not copied
            gradients = [gradient if gradient is None else gradient * scale for gradient in gradients]
        return None, *gradients
