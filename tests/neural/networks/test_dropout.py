"""Dropout in its forms: what is dropped, for how long, and that nothing changes on average."""

import pytest
import torch

from nextword.neural.networks.dropout import drop_weights, drop_words, locked_dropout


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def test_locked_dropout_drops_the_same_numbers_at_all_steps():
    dropped = locked_dropout(torch.ones(50, 20, 40), 0.25, training=True)
    assert torch.equal(dropped, dropped[:1].expand_as(dropped))
    assert dropped.unique().tolist() == pytest.approx([0, 1 / 0.75])
    assert dropped.mean().item() == pytest.approx(1, abs=0.05)
    assert not torch.equal(dropped[0, 0], dropped[0, 1])


def test_dropped_words_are_dropped_wherever_they_stand():
    words = torch.arange(100).repeat(3).view(3, 100)
    dropped = drop_words(torch.ones(3, 100, 4), words, 100, 0.3, training=True)
    assert torch.equal(dropped, dropped[:1].expand_as(dropped))
    assert torch.equal(dropped, dropped[..., :1].expand_as(dropped))
    assert 15 < (dropped[0, :, 0] == 0).sum() < 45


def test_dropped_weights_are_zero_and_the_others_larger():
    weights = drop_weights(torch.ones(50, 50), 0.4, training=True)
    assert weights.unique().tolist() == pytest.approx([0, 1 / 0.6])
    assert weights.mean().item() == pytest.approx(1, abs=0.05)


def test_nothing_is_dropped_outside_training_or_with_a_share_of_zero():
    vectors, words = torch.randn(3, 4, 5), torch.zeros(3, 4, dtype=torch.long)
    for share, training in ((0.5, False), (0.0, True)):
        assert torch.equal(locked_dropout(vectors, share, training), vectors)
        assert torch.equal(drop_words(vectors, words, 9, share, training), vectors)
        assert torch.equal(drop_weights(vectors, share, training), vectors)
