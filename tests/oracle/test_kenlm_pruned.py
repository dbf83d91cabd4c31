"""KenLM reads the ARPA files of pruned models, and scores every word as we do."""

import importlib
import math
import os
import random

import numpy as np
import pytest

from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.pruning import prune_by_counts, prune_by_entropy, prune_vocabulary
from nextword.ngram.train import train_on_lines
from nextword.text.vocabulary import SENTENCE_END, VocabularyLimits

kenlm = importlib.import_module("kenlm") if os.environ.get("CI") else pytest.importorskip("kenlm")

WAYS = {
    "entropy": lambda model: prune_by_entropy(model, 1e-4),
    "counts": lambda model: prune_by_counts(model, [0, 0, 1, 2]),
    "vocabulary": lambda model: prune_vocabulary(model, VocabularyLimits(max_size=12)),
    "all three": lambda model: prune_by_entropy(
        prune_by_counts(prune_vocabulary(model, VocabularyLimits(max_size=12)), [0, 1]), 1e-4
    ),
}


def make_text(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    words = [f"{stem}{ending}" for stem in "abcdefgh" for ending in ("", "o", "x")]
    weights = [1 / (1 + place) for place in range(len(words))]
    return [" ".join(chance.choices(words, weights, k=chance.randrange(12))) for _ in range(count)]


@pytest.mark.parametrize("smoothing", ["modified-kneser-ney", "witten-bell", "additive"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_kenlm_scores_a_pruned_model_as_we_do(tmp_path, way, smoothing):
    full = train_on_lines(make_text(400, seed=1), 4, smoothing)
    model = way(full)
    assert model.order >= 2
    assert sum(model.automaton.ngrams) < sum(full.automaton.ngrams)
    path = str(tmp_path / "model.arpa")
    write_arpa(model, path)
    oracle = kenlm.Model(path)
    for line in [*make_text(100, seed=2), "unheard a", "a unheard b", "unheard"]:
        ids = np.append(model.tokenizer.encode(line), np.int32(SENTENCE_END))
        theirs = [log10 for log10, _, _ in oracle.full_scores(line)]
        for reader in (model, read_arpa(path)):
            [ours] = reader.token_log_probs([ids])
            assert (ours / math.log(10)).tolist() == pytest.approx(theirs, abs=1e-5)
