"""The corpus as streams: nothing is read twice, nothing out of order, and little is left out."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from nextword.neural.training.streams import Streams
from nextword.text.vocabulary import SENTENCE_END


@given(st.integers(1, 400), st.integers(1, 9), st.integers(1, 12), st.integers(0, 5))
def test_each_stream_is_a_stretch_of_the_text_and_each_target_the_word_after(length, batch, steps, seed):
    streams = Streams(torch.arange(10, 10 + length), batch, steps)
    parts = list(streams.epoch(torch.Generator().manual_seed(seed)))
    assert len(parts) <= streams.count()
    words, targets = (torch.cat(column) for column in zip(*parts, strict=True))
    assert words.shape == targets.shape
    assert words.shape[1] == streams.rows <= batch
    assert torch.equal(targets[1:], targets[:-1] + 1)
    assert torch.equal(words[1:], targets[:-1])
    assert targets.numel() == len(set(targets.flatten().tolist()))
    first = targets[0, 0].item()
    assert words[0, 0].item() == (SENTENCE_END if first == 10 else first - 1)
    left_out = length - targets.numel()
    assert left_out < streams.rows + streams.steps
    assert all(len(part) == steps for part, _ in parts[:-1])


def test_an_epoch_goes_on_from_any_step():
    streams = Streams(torch.arange(1000), 3, 7)
    whole = list(streams.epoch(torch.Generator().manual_seed(1)))
    rest = list(streams.epoch(torch.Generator().manual_seed(1), first=20))
    assert len(rest) == len(whole) - 20
    assert all(
        torch.equal(a[0], b[0]) and torch.equal(a[1], b[1]) for a, b in zip(rest, whole[20:], strict=True)
    )


def test_a_text_too_short_for_its_streams_has_fewer():
    assert Streams(torch.arange(30), 32, 10).rows == 3
    assert Streams(torch.arange(5), 32, 10).rows == 1


def test_epochs_of_a_long_text_have_other_borders():
    streams = Streams(torch.arange(3000), 4, 10)
    firsts = {next(streams.epoch(torch.Generator().manual_seed(seed)))[1][0, 0].item() for seed in range(40)}
    assert len(firsts) > 5
