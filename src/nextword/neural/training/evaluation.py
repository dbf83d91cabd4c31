"""Perplexity during training: several stretches of the validation text at once, each read from some words before it."""

import math

import torch
from torch import Tensor

from nextword.neural.networks.network import Network
from nextword.text.vocabulary import SENTENCE_END

STRETCHES = 32
WARM_UP = 64
"""Words that each stretch reads before it is scored, so that its memory is not empty."""
STEPS = 64
LEAST = 20_000
"""A validation text of so many words is always read whole; a longer one is not, where the training text is short."""
PART = 40
"""Of a longer one a part is read, a fortieth of the training text's words: evaluation then takes little of the time."""


def words_to_score(valid: int, train: int) -> int:
    """Return how many words of a validation text each evaluation scores."""
    return min(valid, max(LEAST, train // PART))


def valid_perplexity(network: Network, text: Tensor, most: int) -> float:
    """Return the perplexity of stretches of a text (N,), ``most`` words in all, evenly spread over it."""
    stretches = max(1, min(STRETCHES, most // (4 * WARM_UP)))
    length = most // stretches
    begins = torch.arange(stretches, device=text.device) * (len(text) // stretches)
    before = torch.cat([text.new_full((WARM_UP + 1,), SENTENCE_END), text])
    places = begins + torch.arange(WARM_UP + length, device=text.device).unsqueeze(1)  # (T, B)
    words, targets = before[places], before[places + 1]
    was_training = network.training
    network.eval()
    with torch.no_grad():
        total = _total_log_prob(network, words, targets)
    network.train(was_training)
    try:
        return math.exp(-total / (length * stretches))
    except OverflowError:
        return math.inf


def _total_log_prob(network: Network, words: Tensor, targets: Tensor) -> float:
    state = network.initial_state(words.shape[1])
    _, state = network.remember(words[:WARM_UP], state)
    total = 0.0
    for begin in range(WARM_UP, len(words), STEPS):
        log_probs, state = network.target_log_probs(
            words[begin : begin + STEPS], targets[begin : begin + STEPS], state
        )
        total += float(log_probs.sum(dtype=torch.float64))
    return total
