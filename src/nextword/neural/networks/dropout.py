"""Dropout in its forms: what training does without for a while, so that nothing is relied on alone."""

import torch
from torch import Tensor


def locked_dropout(vectors: Tensor, share: float, training: bool) -> Tensor:
    """Drop the same numbers at all T steps of a stream (Gal and Ghahramani 2016); ``vectors`` is (T, B, H)."""
    if not training or share == 0:
        return vectors
    mask = torch.rand(1, *vectors.shape[1:], device=vectors.device) >= share  # (1, B, H)
    return vectors * (mask / (1 - share))


def drop_words(vectors: Tensor, words: Tensor, vocabulary_size: int, share: float, training: bool) -> Tensor:
    """Do without some words of the vocabulary, wherever they stand; ``vectors`` of ``words`` is (T, B, E)."""
    if not training or share == 0:
        return vectors
    mask = torch.rand(vocabulary_size, device=vectors.device) >= share  # (V,)
    return vectors * (mask / (1 - share))[words].unsqueeze(-1)


def drop_weights(weights: Tensor, share: float, training: bool) -> Tensor:
    """Do without some recurrent weights for all steps of a batch (DropConnect; Merity et al. 2018)."""
    return torch.nn.functional.dropout(weights, share, training) if share else weights
