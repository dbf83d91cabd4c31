"""How fast a trained network answers: streams, sentences, generation, beside a plain loop in PyTorch.

The network has random weights and WikiText-2's number of words; words are drawn by Zipf's law. Run it with
``python benchmarks/neural_answers.py --size 400 --softmax exact --tokens 245569``.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from nextword.lm import Sampling, generate
from nextword.neural.inference.make import array_shapes
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings
from nextword.text.vocabulary import SENTENCE_END, SENTENCE_START, SPECIAL_TOKENS
from nextword.text.word_level import WhitespaceTokenizer

V = 33_278


def make_model(settings: NeuralSettings, shares: Any) -> NeuralModel:
    random = np.random.default_rng(0)
    arrays = {
        name: 0.1 * random.standard_normal(shape, dtype=np.float32)
        for name, shape in array_shapes(settings, V).items()
    }
    arrays["output.bias"] = np.log(np.maximum(shares, 1e-12)).astype(np.float32)
    words = [f"w{number}" for number in range(len(SPECIAL_TOKENS), V)]
    return NeuralModel(settings, arrays, WhitespaceTokenizer([*SPECIAL_TOKENS, *words]))


def plain_loop(size: int, length: int) -> Callable[[], None]:
    """Return the recipe that every tutorial has: all in PyTorch, one word at a time."""
    import torch

    embedding, output = torch.nn.Embedding(V, size), torch.nn.Linear(size, V)
    lstm = torch.nn.LSTM(size, size, 2)

    @torch.no_grad()
    def run() -> None:
        state, word = None, torch.randint(V, (1, 1))
        for _ in range(length):
            hidden, state = lstm(embedding(word), state)
            word = torch.multinomial(output(hidden).squeeze().exp(), 1).view(1, 1)

    return run


def report(name: str, tokens: int, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{name:24} {tokens / wall:10,.0f} tokens/s   {tokens / cpu:10,.0f} per processor second", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", default="lstm")
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--softmax", default="exact", help="exact or adaptive")
    parser.add_argument("--tokens", type=int, default=20_000)
    given = parser.parse_args()
    shares = 1 / np.arange(1, V + 1)
    shares[SENTENCE_START] = 0
    shares /= shares.sum()
    stream = np.random.default_rng(1).choice(V, given.tokens, p=shares).astype(np.int32)
    stream[-1] = SENTENCE_END
    model = make_model(NeuralSettings(network=given.network, size=given.size, softmax=given.softmax), shares)
    sentences = [stream[begin : begin + 25] for begin in range(0, given.tokens, 25)]
    report("a stream", given.tokens, lambda: model.stream_log_probs(stream))
    report("sentences of 25", given.tokens, lambda: model.token_log_probs(sentences))

    def write(texts: int, length: int) -> None:
        sampling = Sampling(seed=1)
        generate(model, n=texts, length=length, sampling=sampling, stop_at_sentence_end=False)

    write(1, 2)  # loads the kernel
    report("generation", 300, lambda: write(1, 300))
    report("generation, 32 at once", 960, lambda: write(32, 30))
    loop = plain_loop(given.size, 60)
    loop()  # the first time takes longer
    report("a plain loop in PyTorch", 60, loop)


if __name__ == "__main__":
    main()
