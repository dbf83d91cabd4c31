"""The exact softmax: normalised, without <s>, and near log V before training."""

import math

import pytest
import torch

from nextword.neural.outputs.exact import ExactSoftmax
from nextword.text.vocabulary import SENTENCE_START

V, H = 60, 8


@pytest.fixture
def layer():
    torch.manual_seed(3)
    return ExactSoftmax(torch.arange(V, 0, -1), H, None)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_an_untrained_layer_knows_nothing(layer, dtype):
    hidden, targets = torch.randn(200, H), torch.randint(2, V, (200,))
    assert layer(hidden, targets, dtype).item() == pytest.approx(math.log(V), rel=0.05)


def test_log_probs_sum_to_one_and_give_those_of_targets(layer):
    hidden, targets = torch.randn(30, H), torch.randint(2, V, (30,))
    log_probs = layer.log_probs(hidden)
    torch.testing.assert_close(log_probs.exp().sum(dim=1), torch.ones(30))
    found = layer.target_log_probs(hidden, targets, torch.float32)
    torch.testing.assert_close(found, log_probs[torch.arange(30), targets])
    assert layer(hidden, targets, torch.float32).item() == pytest.approx(-found.mean().item(), rel=1e-6)
    assert not found.requires_grad


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_no_sentence_begins_inside_a_text(layer, dtype):
    hidden, targets = torch.randn(30, H), torch.randint(2, V, (30,))
    assert layer.log_probs(hidden).exp()[:, SENTENCE_START].max() == 0
    layer(hidden, targets, dtype).backward()
    assert layer.U.grad[SENTENCE_START].abs().max() == 0
    assert layer.bias.grad[SENTENCE_START] == 0
    assert layer.U.grad[SENTENCE_START + 1].abs().max() > 0


def test_no_rows(layer):
    empty, none = torch.zeros(0, H), torch.zeros(0, dtype=torch.long)
    assert layer.target_log_probs(empty, none, torch.float32).shape == (0,)
    assert layer.log_probs(empty).shape == (0, V)
