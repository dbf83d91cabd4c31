"""Perplexity during training: that of the whole text, where all of it is read."""

import math

import pytest
import torch

from neural.samples import network
from nextword.neural.training.evaluation import valid_perplexity, words_to_score
from nextword.text.vocabulary import SENTENCE_END


@pytest.mark.parametrize("kind", ["window", "lstm"])
@pytest.mark.parametrize("length", [1, 2, 100, 5000])
def test_the_perplexity_of_a_text_read_in_stretches_is_that_of_the_text(kind, length):
    net = network(network=kind)
    text = torch.randint(3, 30, (length,), generator=torch.Generator().manual_seed(1))
    before = torch.cat([torch.tensor([SENTENCE_END]), text[:-1]])
    log_probs, _ = net.target_log_probs(before.unsqueeze(1), text.unsqueeze(1), net.initial_state(1))
    stretches = max(1, min(32, length // 256))
    whole = length // stretches * stretches
    expected = math.exp(-log_probs[:whole].mean().item())
    assert valid_perplexity(net, text, length) == pytest.approx(expected, rel=1e-3)


def test_dropout_plays_no_part_and_training_goes_on():
    net = network(network="lstm", output_dropout=0.5)
    net.train()
    text = torch.arange(3, 30)
    assert valid_perplexity(net, text, 27) == valid_perplexity(net, text, 27)
    assert net.training


def test_short_validation_texts_are_read_whole_and_long_ones_in_part():
    assert words_to_score(500, 10) == 500
    assert words_to_score(217_646, 2_088_628) == 52_215
    assert words_to_score(50_000, 100_000) == 20_000
