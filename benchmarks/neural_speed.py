"""Training an LSTM beside a plain recipe in PyTorch, in one run: tokens a second, memory, and perplexity after as many.

    python benchmarks/neural_speed.py --data DIR [--runs 3] [--seconds 20] [--tokens 500000] [--write FILE]

DIR holds ``train.txt`` and ``valid.txt`` of WikiText-2; without it the documentation inside the running Python is the
text. The recipe is that of PyTorch's word_language_model example, written anew: an embedding, two layers of 200 LSTM
cells with dropout 0.2, a linear layer over all words, the log-softmax, plain SGD from a rate of 20 with gradients
clipped at 0.25, 20 streams of 35 steps. Ours has the same layers, sizes and streams of the same ids.

Each figure comes from a process of its own, the ways in turn, ``--runs`` times; the ratio is that of the medians.
--tokens trains each way on so many tokens and compares perplexities on the validation text by the full softmax.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

COMMON: dict[str, Any] = {
    "network": "lstm", "size": 200, "layers": 2, "batch": 20, "steps": 35,
    "input_dropout": 0.2, "hidden_dropout": 0.2, "output_dropout": 0.2, "epochs": 1,
}  # fmt: skip
WAYS: dict[str, dict[str, Any] | None] = {
    "plain PyTorch": None,
    "exact": {"softmax": "exact"},
    "exact, float32": {"softmax": "exact", "precision": "float32"},
    "adaptive": {"softmax": "adaptive"},
    "sampled": {"softmax": "sampled"},
    "sampled, float32": {"softmax": "sampled", "precision": "float32"},
}


def plain_recipe(ids: Any, valid: Any, vocabulary_size: int, seconds: float, tokens: int) -> dict[str, float]:
    """Train by the plain recipe for so many seconds or tokens, and measure it."""
    import time

    import torch
    from torch import nn

    class Recipe(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.drop = nn.Dropout(0.2)
            self.encoder = nn.Embedding(vocabulary_size, 200)
            self.rnn = nn.LSTM(200, 200, 2, dropout=0.2)
            self.decoder = nn.Linear(200, vocabulary_size)
            nn.init.uniform_(self.encoder.weight, -0.1, 0.1)
            nn.init.uniform_(self.decoder.weight, -0.1, 0.1)
            nn.init.zeros_(self.decoder.bias)

        def forward(self, words: Any, state: Any) -> Any:
            output, state = self.rnn(self.drop(self.encoder(words)), state)
            return torch.log_softmax(self.decoder(self.drop(output)).view(-1, vocabulary_size), dim=1), state

    torch.manual_seed(1)
    model, loss_of = Recipe(), nn.NLLLoss()
    length = (len(ids) - 1) // 20
    words = ids[: length * 20].view(20, length).T.contiguous()
    targets = ids[1 : length * 20 + 1].view(20, length).T.contiguous()
    # As in the example the rate is divided by four after an epoch that brings nothing; here there is less than one.
    state: Any = (torch.zeros(2, 20, 200), torch.zeros(2, 20, 200))
    model.train()
    done, began = 0, time.perf_counter()
    warm = began
    for place in range(0, length, 35):
        state = tuple(part.detach() for part in state)
        model.zero_grad()
        scores, state = model(words[place : place + 35], state)
        loss = loss_of(scores, targets[place : place + 35].reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        with torch.no_grad():
            for weight in model.parameters():
                if weight.grad is not None:
                    weight.add_(weight.grad, alpha=-20.0)
        if done == 0:
            warm = time.perf_counter()
        done += words[place : place + 35].numel()
        if (tokens and done >= tokens) or (not tokens and time.perf_counter() - warm > seconds):
            break
    speed = (done - 700) / (time.perf_counter() - warm)
    perplexity = recipe_perplexity(model, valid) if tokens else 0.0
    return {"tokens_per_second": speed, "tokens": done, "valid_perplexity": perplexity}


def recipe_perplexity(model: Any, valid: Any) -> float:
    """Return the perplexity of a text by the recipe's network."""

    def score(words: Any, targets: Any, state: Any) -> Any:
        scores, state = model(words, state)
        return scores.gather(1, targets.reshape(-1, 1)), state

    model.eval()
    return perplexity_of(score, valid, (torch_zeros(), torch_zeros()))


def torch_zeros() -> Any:
    """Return the memory of ten streams before anything was read."""
    import torch

    return torch.zeros(2, 10, 200)


def perplexity_of(score: Any, valid: Any, state: Any) -> float:
    """Return the perplexity of ten streams of a text: the same for every way."""
    import math

    import torch

    length = (len(valid) - 1) // 10
    words, targets = valid[: length * 10].view(10, length).T, valid[1 : length * 10 + 1].view(10, length).T
    total = 0.0
    with torch.no_grad():
        for place in range(0, length, 35):
            log_probs, state = score(words[place : place + 35], targets[place : place + 35], state)
            total -= float(log_probs.double().sum())
    return math.exp(total / (length * 10))


def ours(corpus: Any, valid: Any, how: dict[str, Any], seconds: float, tokens: int) -> dict[str, float]:
    """Train by `Training` for so many seconds or tokens, and measure it."""
    import time

    import torch

    from nextword.neural.settings import NeuralSettings
    from nextword.neural.training.memory import keep_freed_memory
    from nextword.neural.training.training import Training
    from nextword.text.corpus import Corpus

    keep_freed_memory()
    if tokens:
        corpus = Corpus(corpus.tokenizer, corpus.ids[:tokens])
    settings = NeuralSettings(**COMMON | how)
    training = Training(corpus, settings, threads=torch.get_num_threads())
    warm, before = 0.0, 0
    for event in training:
        if not warm:
            warm, before = time.perf_counter(), event.tokens  # compiled, threads chosen
        if not tokens and time.perf_counter() - warm > seconds:
            break
    speed = (event.tokens - before) / max(time.perf_counter() - warm, 1e-9)
    perplexity = 0.0
    if tokens:
        training.network.eval()
        # Part of a text orders words otherwise than the whole.
        ranked = valid if training.ranks is None else training.ranks[valid]
        stream = torch.from_numpy(ranked.astype("int64"))
        state = training.network.initial_state(10)
        perplexity = perplexity_of(training.network.target_log_probs, stream, state)
    return {
        "tokens_per_second": speed,
        "tokens": event.tokens,
        "valid_perplexity": perplexity,
    }


def measure(way: str, folder: Path, seconds: float, tokens: int) -> None:
    """Measure one way, in a process of its own, and print what came."""
    import resource

    import torch

    from nextword.text.corpus import encode_sources, learn_corpus

    torch.set_num_threads(len_of_processors())
    corpus = learn_corpus([folder / "train.txt"], special_tokens="keep")
    import numpy as np

    valid = np.concatenate(list(encode_sources([folder / "valid.txt"], corpus.tokenizer)))
    how = WAYS[way]
    if how is None:
        ids = torch.from_numpy(corpus.ids.astype(np.int64))
        found = plain_recipe(
            ids, torch.from_numpy(valid.astype(np.int64)), len(corpus.tokenizer), seconds, tokens
        )
    else:
        found = ours(corpus, valid, how, seconds, tokens)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def len_of_processors() -> int:
    """Return how many processors there are."""
    from nextword.compile import available_threads

    return available_threads()


def in_process(way: str, folder: Path, seconds: float, tokens: int) -> dict[str, float]:
    """Measure one way in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--data", str(folder), "--seconds", str(seconds)]
    done = subprocess.run([*command, "--tokens", str(tokens)], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def documentation(folder: Path) -> Path:
    """Write the documentation inside this Python as two texts."""
    from nextword.text.python_docs import documentation_lines, split_heldout

    train, valid = split_heldout(documentation_lines(), every=10)
    (folder / "train.txt").write_text("\n".join(train) + "\n", encoding="utf-8")
    (folder / "valid.txt").write_text("\n".join(valid) + "\n", encoding="utf-8")
    return folder


def main() -> None:
    """Compare the ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--tokens", type=int, default=0)
    parser.add_argument("--ways", nargs="*", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--write", type=Path)
    parser.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.data or documentation(Path(temporary))
        if given.way:
            measure(given.way, folder, given.seconds, given.tokens)
            return
        lines = table(folder, given)
    print("\n".join(lines))
    if given.write:
        given.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(folder: Path, given: argparse.Namespace) -> list[str]:
    """Return the figures of all ways as the lines of a table."""
    speeds: dict[str, list[float]] = {way: [] for way in given.ways}
    peaks: dict[str, float] = {}
    for run in range(given.runs):
        for way in given.ways:
            found = in_process(way, folder, given.seconds, 0)
            speeds[way].append(found["tokens_per_second"])
            peaks[way] = max(peaks.get(way, 0), found["peak_mb"])
            print(f"run {run + 1}: {way}: {speeds[way][-1]:,.0f} tokens/s", file=sys.stderr, flush=True)
    learned = {
        way: in_process(way, folder, 0, given.tokens)["valid_perplexity"] if given.tokens else 0.0
        for way in given.ways
    }
    plain = statistics.median(speeds[given.ways[0]])
    lines = ["| way | tokens/s | ratio | peak memory | perplexity |", "|---|---|---|---|---|"]
    for way in given.ways:
        middle = statistics.median(speeds[way])
        perplexity = f"{learned[way]:.1f}" if learned[way] else ""
        lines.append(
            f"| {way} | {middle:,.0f} | {middle / plain:.2f} | {peaks[way]:,.0f} MB | {perplexity} |"
        )
    if given.tokens:
        lines.append(f"\nPerplexity on the validation text after {given.tokens:,} tokens.")
    return lines


if __name__ == "__main__":
    main()
