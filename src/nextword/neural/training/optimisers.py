"""The optimisers: PyTorch's own, their fused forms, and which weights decay."""

import torch

from nextword.neural.networks.network import Network
from nextword.neural.settings import NeuralSettings

BETAS = (0.9, 0.99)
"""AdamW forgets old squares sooner than usual: the rate itself changes within some hundred steps."""


def make_optimiser(network: Network, settings: NeuralSettings) -> torch.optim.Optimizer:
    """Return the optimiser; matrices decay, biases and h(0) do not."""
    matrices, others = list[torch.nn.Parameter](), list[torch.nn.Parameter]()
    for name, weight in network.named_parameters():
        is_matrix = weight.dim() > 1 and not name.endswith(".start")
        (matrices if is_matrix else others).append(weight)
    groups = [
        {"params": matrices, "weight_decay": settings.decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if settings.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=settings.highest_rate, fused=True)
    return torch.optim.AdamW(groups, lr=settings.highest_rate, betas=BETAS, fused=True)


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Give all weights this learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate
