"""How one LSTM learns: AdamW up and down in one cycle, texts of like lengths side by side."""

import math
import time
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nextword.arrays import IntArray, TokenIds
from nextword.errors import DivergedError
from nextword.neural.encoder.batches import padded, shuffled_batches
from nextword.neural.training.schedules import one_cycle
from nextword.tasks.classify.beginning import Beginning
from nextword.tasks.classify.network import ClassifierNetwork
from nextword.tasks.classify.progress import Progress
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.tasks.classify.under_way import UnderWay

WARM_UP = 0.15
"""The share of training in which the rate rises."""


def new_network(
    begin: Beginning, met: IntArray, classes: int, seed: int, member: int = 0
) -> ClassifierNetwork:
    """Return a network of the words ``met`` (M,), drawn by the seed but for what is known to begin with."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = ClassifierNetwork(begin.settings, len(met), classes)
    start, is_met = begin.of_member(member), np.isin(begin.rows, met)
    rows = np.searchsorted(met, begin.rows[is_met])
    with torch.no_grad():
        network.embedding[torch.from_numpy(rows)] = torch.from_numpy(np.array(start.vectors[is_met]))
    if start.encoder:
        network.encoder.load(start.encoder)
    return network


def arrays_of(
    network: ClassifierNetwork, begin: Beginning, met: IntArray, member: int = 0
) -> dict[str, NDArray[np.float32]]:
    """Return the weights by name: the vectors of words that were not met are those of the beginning."""
    arrays = network.arrays()
    embedding = np.zeros((len(begin.tokenizer), begin.settings.size), np.float32)  # (V, E)
    embedding[begin.rows] = begin.of_member(member).vectors
    embedding[met] = arrays["embedding"]
    return {**arrays, "embedding": embedding}


def train_member(
    network: ClassifierNetwork,
    texts: Sequence[TokenIds],
    classes: IntArray,
    seed: int,
    member: int = 0,
    under_way: UnderWay | None = None,
) -> Iterator[Progress]:
    """Train a network in place, from where it stands if it is ``under_way``; yields progress after each epoch.

    Raises DivergedError for a loss that is no longer finite.
    """
    settings = network.settings
    lengths = [len(text) for text in texts]
    targets = torch.from_numpy(np.asarray(classes, dtype=np.int64))
    levels = _levels(network)
    optimiser = _optimiser(levels, settings)
    under_way = under_way or UnderWay()
    epoch_steps = math.ceil(len(texts) / settings.batch)
    steps = settings.epochs * epoch_steps
    network.train()
    here = under_way.begin(network, optimiser, seed)
    began = time.perf_counter() - here.seconds
    for epoch in range(here.epoch, settings.epochs):
        batches = shuffled_batches(lengths, settings.batch, seed, epoch)
        with under_way.drawing():
            for rows in islice(batches, here.epoch_step, None):
                step = epoch * epoch_steps + here.epoch_step
                _set_rates(optimiser, settings, one_cycle(step / steps, settings.rate, WARM_UP), epoch)
                words, own = padded([texts[row] for row in rows])
                scores = network(torch.from_numpy(words), torch.from_numpy(own))  # (B, C)
                loss = nn.functional.cross_entropy(scores, targets[torch.from_numpy(rows)])
                optimiser.zero_grad(set_to_none=False)
                loss.backward()  # type: ignore[no-untyped-call]
                _check_finite(loss, settings)
                nn.utils.clip_grad_norm_(network.parameters(), settings.clip or math.inf)
                optimiser.step()
                under_way.step(float(loss.detach()) * len(rows))
        under_way.end_epoch(len(texts), time.perf_counter() - began)
        yield Progress(
            member=member + 1,
            members=settings.members,
            epoch=here.epoch,
            epochs=settings.epochs,
            loss=here.loss,
            seconds=here.seconds,
        )
    network.eval()


def _levels(network: ClassifierNetwork) -> list[list[nn.Parameter]]:
    """Return the weights by level: the classes', each layer's from the last to the first, the words'."""
    head = [
        weight
        for name, weight in network.named_parameters()
        if name != "embedding" and not name.startswith("encoder.")
    ]
    layers = [list(layer.parameters()) for layer in network.encoder.layers]
    return [head, *reversed(layers), [network.embedding]]


def _optimiser(levels: list[list[nn.Parameter]], settings: ClassifierSettings) -> torch.optim.Optimizer:
    groups = []
    for depth, weights in enumerate(levels):
        share = settings.layer_rate**depth
        if depth == len(levels) - 1:
            share *= settings.embedding_rate
        for weight in weights:
            weight.requires_grad_(share > 0)
            # Gradients have one place for good: what a batch leaves out of a large table costs nothing then.
            weight.grad = torch.zeros_like(weight) if share > 0 else None
        is_matrix = [weight.dim() > 1 for weight in weights]
        for kind, decay in ((True, settings.weight_decay), (False, 0.0)):
            chosen = [weight for weight, matrix in zip(weights, is_matrix, strict=True) if matrix is kind]
            groups.append({"params": chosen, "weight_decay": decay, "share": share, "depth": depth})
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=settings.rate, fused=True)


def _set_rates(
    optimiser: torch.optim.Optimizer, settings: ClassifierSettings, rate: float, epoch: int
) -> None:
    for group in optimiser.param_groups:
        is_frozen = settings.unfreeze and group["depth"] > epoch
        group["lr"] = 0.0 if is_frozen else rate * group["share"]


def _check_finite(loss: Tensor, settings: ClassifierSettings) -> None:
    if not math.isfinite(float(loss.detach())):
        raise DivergedError(
            f"the loss is no longer finite ({float(loss.detach())}, rate {settings.rate:g}); try a lower rate"
        )
