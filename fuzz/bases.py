"""Small sound models of every kind, to be damaged."""

import io
import random
from pathlib import Path

import numpy as np

from nextword.lm import LinearMixture
from nextword.neural.inference.make import array_shapes
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning import prune_by_entropy
from nextword.ngram.train import train_on_lines
from nextword.store.models import save_model
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import VocabularyLimits

WORDS = ("the", "cat", "dog", "sat", "on", "mat", "a", "ran")


def make_models() -> list[NgramModel]:
    """Return models of several orders, smoothings and tokenizers, of some hundred n-grams each."""
    chance = random.Random(1)
    lines = [" ".join(chance.choice(WORDS) for _ in range(chance.randrange(1, 7))) for _ in range(40)]
    return [
        train_on_lines(lines, 3),
        train_on_lines(lines, 4, prune=[0, 0, 1]),
        train_on_lines(lines, 2, "additive", tokenizer="words", lowercase=True),
        train_on_lines(lines, 1),
        train_on_lines(lines, 3, "mle", limits=VocabularyLimits(max_size=4)),
        train_on_lines(lines, 3, "witten-bell", tokenizer="characters"),
        train_on_lines(lines, 2, tokenizer="bpe", limits=VocabularyLimits(max_size=265)),
        train_on_lines(lines, 3, "katz"),
        train_on_lines(lines, 3, "stupid-backoff"),
        prune_by_entropy(train_on_lines(lines, 4), 1e-3),
    ]


def make_networks(tokenizer: Tokenizer) -> list[NeuralModel]:
    """Return a network of each kind with random numbers, two of them with words numbered in another order."""
    V, networks = len(tokenizer), []
    for seed, changes in enumerate(
        (
            {"network": "window", "window": 2, "activation": "relu"},
            {
                "network": "rnn",
                "learned_start": True,
                "softmax": "adaptive",
                "shortlist": 4,
                "clusters": (8,),
            },
            {"network": "gru", "tied": False, "hidden": 3},
            {"network": "lstm", "layers": 2, "softmax": "adaptive", "shortlist": 5, "clusters": ()},
        )
    ):
        random_numbers = np.random.default_rng(seed)
        settings = NeuralSettings.from_dict({"size": 4, "layers": 1, **changes})
        arrays = {
            name: random_numbers.standard_normal(shape, dtype=np.float32)
            for name, shape in array_shapes(settings, V).items()
        }
        ranks = np.concatenate([np.arange(3), 3 + random_numbers.permutation(V - 3)])
        networks.append(NeuralModel(settings, arrays, tokenizer, ranks if seed % 2 else None, {"epochs": 2}))
        networks[-1].log = [{"epoch": epoch, "share": epoch / 2} for epoch in (1, 2)]
    return networks


def make_arpa_files() -> list[bytes]:
    """Return ARPA files of models, and one with holes, as SRILM leaves them."""
    files = []
    for model in make_models():
        if model.tokenizer.kind != "characters":  # which holds the space
            file = io.BytesIO()
            write_arpa(model, file)
            files.append(file.getvalue())
    return [*files, _with_holes(files[0])]


def make_folders(place: Path) -> list[Path]:
    """Save models, one read from ARPA, networks, and two mixtures; return their folders."""
    place.mkdir()
    models = make_models()
    arpa = place / "holes.arpa"
    arpa.write_bytes(make_arpa_files()[-1])
    trigrams, mle = models[0], train_on_lines(["the cat sat"], 2, "mle", tokenizer=models[0].tokenizer)
    compact = [models[number].compact() for number in (0, 1, 3)]
    networks = make_networks(trigrams.tokenizer)
    mixtures = [
        LinearMixture([trigrams, mle], [0.75, 0.25]),
        LinearMixture([networks[-1], trigrams], [0.5, 0.5]),
    ]
    everything = [*models, *compact, read_arpa(arpa), *networks, *mixtures]
    folders = []
    for number, model in enumerate(everything):
        folders.append(place / str(number))
        save_model(model, folders[-1])
    return folders


def _with_holes(data: bytes) -> bytes:
    """Drop a bigram that trigrams begin with, and one that a trigram ends with."""
    lines = data.split(b"\n")
    bigrams = [
        line for line in lines if len(line.split(b"\t")) == 3 and line.split(b"\t")[1].count(b" ") == 1
    ]
    for line in (bigrams[2], bigrams[-2]):
        lines.remove(line)
    count = len(bigrams)
    return b"\n".join(lines).replace(b"ngram 2=%d" % count, b"ngram 2=%d" % (count - 2))
