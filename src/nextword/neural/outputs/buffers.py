"""Memory that is used again at each step: fresh pages cost more time than the sums that are written to them."""

from collections.abc import Sequence
from math import prod
from threading import local

import torch
from torch import Tensor


class Buffers(local):
    """Tensors by name, each grown as needed and never shrunk; every thread has its own."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, torch.dtype, torch.device], Tensor] = {}

    def take(self, name: str, shape: Sequence[int], dtype: torch.dtype, device: torch.device) -> Tensor:
        """Return a tensor of any content; it is good until the name is taken again."""
        key, size = (name, dtype, device), prod(shape)
        if key not in self.kept or len(self.kept[key]) < size:
            self.kept.pop(key, None)  # not two of them at once
            with torch.inference_mode(False):  # else training could not write to it later
                self.kept[key] = torch.empty(size, dtype=dtype, device=device)
        return self.kept[key][:size].view(*shape)

    def converted(self, name: str, values: Tensor, dtype: torch.dtype) -> Tensor:
        """Return ``values`` in another type, themselves where they have it and lie in one piece."""
        if values.dtype == dtype and values.is_contiguous():
            return values
        return self.take(name, values.shape, dtype, values.device).copy_(values)


buffers = Buffers()
"""The buffers of the output layers."""
