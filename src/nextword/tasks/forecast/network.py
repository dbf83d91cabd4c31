"""The LSTM that corrects the shortcut, as PyTorch trains it."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from nextword.arrays import FloatArray
from nextword.tasks.forecast.series import Numbers

Memory = tuple[Tensor, Tensor]


class Network(nn.Module):
    """z(t+1) = a window + b + v h(t), of which a and b are given."""

    def __init__(self, hidden: int, a: Numbers, a_b: float) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, hidden)
        # It begins as the shortcut alone, and departs from it as far as that helps.
        self.v = nn.Parameter(torch.zeros(hidden))
        self.a = torch.tensor(a, dtype=torch.float32)
        self.a_b = a_b

    def forward(self, z: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Return h (T, B, H) after each of z (T, B), and the memory after all of them."""
        hidden, memory = self.lstm(z[:, :, None], memory)
        return hidden, memory

    def answer(self, windows: Tensor, hidden: Tensor) -> Tensor:
        """Return the next z (N,) for windows (N, L) and h (N, H)."""
        return windows @ self.a + self.a_b + hidden @ self.v

    def arrays(self) -> dict[str, FloatArray]:
        """Return the weights as `Forecaster` takes them."""
        weights: dict[str, Tensor] = dict(self.lstm.named_parameters())
        found: dict[str, Tensor] = {
            "W_x": weights["weight_ih_l0"],
            "W_h": weights["weight_hh_l0"],
            "b": weights["bias_ih_l0"] + weights["bias_hh_l0"],
            "v": self.v,
            "a": self.a,
            "a_b": torch.tensor([self.a_b]),
        }
        return {name: value.detach().numpy().copy() for name, value in found.items()}


def batches(count: int, batch: int, chance: torch.Generator) -> Iterator[Tensor]:
    """Yield which of ``count`` windows (B,) are learned from together, all in a new order."""
    order = torch.randperm(count, generator=chance)
    for begin in range(0, count, batch):
        yield order[begin : begin + batch]
