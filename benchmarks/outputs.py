"""Time of one training step of each output layer, without the network: loss and all gradients.

    python benchmarks/outputs.py [--data DIR] [--threads 2] [--rounds 5]

DIR holds ``train.txt``, a sentence or a paragraph a line (WikiText-2, for example); without it, targets are drawn from
Zipf's law over 33,278 words. The layers take turns in each round, and the table is of each one's fastest step, since
whatever else runs on the machine only ever adds to it. PyTorch's layers make new gradients at each step, as its
examples do; the others add to gradients that are filled with zeros.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nextword.neural.outputs.make import make_output
from nextword.neural.settings import NeuralSettings
from nextword.text.corpus import learn_corpus
from nextword.text.vocabulary import SENTENCE_START

VOCABULARY = 33_278
SHAPES = ((700, 200), (2240, 400))
"""Targets in a step and numbers in a hidden vector: 20 x 35 words of a small network, 32 x 70 of a large one."""

Step = Callable[[Tensor, Tensor], Tensor]


class Linear(nn.Module):
    """The plain way: scores of all words, their log-softmax, and the loss from it."""

    def __init__(self, size: int, hidden: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.linear, self.dtype = nn.Linear(hidden, size), dtype

    def forward(self, hidden: Tensor, targets: Tensor) -> Tensor:
        with torch.autocast("cpu", self.dtype, enabled=self.dtype != torch.float32):
            scores = self.linear(hidden)
        return nn.functional.cross_entropy(scores.float(), targets)


class Adaptive(nn.Module):
    """PyTorch's adaptive softmax: each cluster has vectors a quarter as long as those before."""

    def __init__(self, size: int, hidden: int, settings: NeuralSettings) -> None:
        super().__init__()
        cuts = [settings.shortlist, *settings.clusters]
        self.layer = nn.AdaptiveLogSoftmaxWithLoss(hidden, size, cuts)

    def forward(self, hidden: Tensor, targets: Tensor) -> Tensor:
        loss: Tensor = self.layer(hidden, targets).loss
        return loss


class Ours(nn.Module):
    def __init__(self, output: str, counts: Tensor, hidden: int, dtype: torch.dtype) -> None:
        super().__init__()
        settings = NeuralSettings.from_dict({"softmax": output})
        self.layer, self.dtype = make_output(settings, counts, hidden, None), dtype
        for parameter in self.parameters():
            parameter.grad = torch.zeros_like(parameter)

    def forward(self, hidden: Tensor, targets: Tensor) -> Tensor:
        loss: Tensor = self.layer(hidden, targets, self.dtype)
        return loss


def read(data: Path | None) -> tuple[Tensor, Tensor]:
    """Return the counts of words by falling frequency, and a text of them."""
    if data is not None:
        corpus = learn_corpus([data / "train.txt"], special_tokens="keep")
        tokens = torch.from_numpy(corpus.ids.astype(np.int64))
        return torch.bincount(tokens, minlength=len(corpus.tokenizer.tokens)), tokens
    generator = torch.Generator().manual_seed(1)
    shares = 1 / torch.arange(2, VOCABULARY + 2, dtype=torch.float64)
    shares[SENTENCE_START] = 0
    text = torch.multinomial(shares, 100_000, replacement=True, generator=generator)
    return (shares / shares.sum() * 2_000_000).long(), text


def step_time(layer: nn.Module, hidden: Tensor, targets: Tensor) -> float:
    """Return the seconds of one loss and its gradients."""
    begin = time.perf_counter()
    layer.zero_grad(set_to_none=not isinstance(layer, Ours))
    hidden.grad = None
    layer(hidden, targets).backward()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    counts, text = read(options.data)
    single, half = torch.float32, torch.bfloat16
    for rows, size in SHAPES:
        layers: dict[str, nn.Module] = {
            "nn.Linear + cross_entropy": Linear(len(counts), size, single),
            "the same, bfloat16 products": Linear(len(counts), size, half),
            "nn.AdaptiveLogSoftmaxWithLoss": Adaptive(len(counts), size, NeuralSettings()),
        }
        for output in ("exact", "adaptive", "sampled"):
            layers[f"{output}, float32"] = Ours(output, counts, size, single)
            layers[f"{output}, bfloat16"] = Ours(output, counts, size, half)
        fastest = dict.fromkeys(layers, float("inf"))
        for _ in range(options.rounds + 1):  # the first compiles and fills caches; it is never the fastest
            start = int(torch.randint(len(text) - rows, ()))
            targets = text[start : start + rows]
            hidden = torch.randn(rows, size).tanh().requires_grad_()
            for name, layer in layers.items():
                fastest[name] = min(fastest[name], step_time(layer, hidden, targets))
        plain = fastest["nn.Linear + cross_entropy"]
        print(f"\n{rows} targets, {size} numbers, {len(counts):,} words, {options.threads} threads\n")
        print("| layer | ms | targets a second | times nn.Linear |\n|---|---:|---:|---:|")
        for name, seconds in fastest.items():
            print(f"| {name} | {seconds * 1e3:.1f} | {rows / seconds:,.0f} | {plain / seconds:.1f} |")


if __name__ == "__main__":
    main()
