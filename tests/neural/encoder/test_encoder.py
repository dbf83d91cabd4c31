"""The encoder that is trained and the one that answers say the same, and padding changes nothing."""

import numpy as np
import pytest
import torch

from nextword.errors import ModelFormatError, SettingError
from nextword.neural.encoder import inference
from nextword.neural.encoder.batches import padded, shuffled_batches, sorted_batches
from nextword.neural.encoder.network import Encoder
from nextword.neural.encoder.shape import EncoderShape

SHAPES = [(layers, directions) for layers in (1, 2, 3) for directions in (1, 2)]
LENGTHS = np.array([7, 1, 4, 7, 2])


def encoder(layers=2, directions=2, seed=0, **dropout):
    torch.manual_seed(seed)
    return Encoder(EncoderShape(size=6, hidden=5, layers=layers, directions=directions), **dropout).eval()


def vectors(seed=0, T=7):
    return np.random.default_rng(seed).normal(size=(T, len(LENGTHS), 6)).astype(np.float32)


def read(network, given, lengths=LENGTHS):
    with torch.no_grad():
        return network(torch.from_numpy(given), torch.from_numpy(lengths)).numpy()


def of_torch(network):
    """PyTorch's own layers with the same weights."""
    shape = network.shape
    own = torch.nn.LSTM(
        shape.size, shape.hidden, shape.layers, bidirectional=shape.directions == 2
    ).requires_grad_(False)
    for name, array in network.arrays().items():
        _, layer, direction, part = name.split(".")
        suffix = f"l{layer}" + ("_reverse" if direction == "from_end" else "")
        theirs = {"W_x": "weight_ih_", "W_h": "weight_hh_", "b": "bias_ih_"}[part]
        getattr(own, theirs + suffix).copy_(torch.from_numpy(array))
        if part == "b":
            getattr(own, "bias_hh_" + suffix).zero_()
    return own


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
def test_numpy_says_what_pytorch_says(layers, directions):
    network = encoder(layers, directions)
    answers = inference.Encoder(network.shape, network.arrays()).read(vectors(), LENGTHS)
    assert answers.dtype == np.float32
    assert answers.shape == (7, 5, 5 * directions)
    np.testing.assert_allclose(answers, read(network, vectors()), atol=1e-5)


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
def test_both_are_the_packed_lstm_of_pytorch(layers, directions):
    network = encoder(layers, directions)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        torch.from_numpy(vectors()), torch.from_numpy(LENGTHS), enforce_sorted=False
    )
    expected, _ = torch.nn.utils.rnn.pad_packed_sequence(of_torch(network)(packed)[0])
    np.testing.assert_allclose(read(network, vectors()), expected.numpy(), atol=1e-5)


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
def test_a_sequence_is_read_as_if_it_were_alone(layers, directions):
    network = encoder(layers, directions)
    together = read(network, vectors())
    for column, length in enumerate(LENGTHS):
        alone = read(network, vectors()[:length, column : column + 1], np.array([length]))
        np.testing.assert_allclose(together[:length, column], alone[:, 0], atol=1e-6)
        assert not together[length:, column].any()


def test_what_fills_up_does_not_matter():
    changed = vectors()
    changed[np.arange(7)[:, None] >= LENGTHS] = 1e3
    network = encoder()
    assert np.array_equal(read(network, changed), read(network, vectors()))
    answers = inference.Encoder(network.shape, network.arrays())
    assert np.array_equal(answers.read(changed, LENGTHS), answers.read(vectors(), LENGTHS))


def test_gradients_reach_every_weight_and_only_own_steps():
    network = encoder()
    given = torch.from_numpy(vectors()).requires_grad_()
    network(given, torch.from_numpy(LENGTHS)).sum().backward()
    assert all(weight.grad.abs().sum() > 0 for weight in network.parameters())
    is_own = torch.arange(7)[:, None] < torch.from_numpy(LENGTHS)
    assert torch.equal(given.grad.abs().sum(-1) > 0, is_own)


def test_dropout_is_for_training_alone():
    network = encoder(hidden_dropout=0.5, recurrent_dropout=0.5)
    assert np.array_equal(read(network, vectors()), read(encoder(), vectors()))
    network.train()
    assert not np.array_equal(read(network, vectors()), read(network, vectors()))


def test_weights_go_out_and_in_again():
    network, other = encoder(seed=0), encoder(seed=1)
    other.load(network.arrays())
    assert np.array_equal(read(network, vectors()), read(other, vectors()))
    assert set(network.arrays()) == set(network.shape.array_shapes())


def test_weights_of_another_shape_are_refused():
    arrays = encoder(layers=1).arrays()
    with pytest.raises(ModelFormatError, match=r"lacks layers\.1\.from_start\.W_x"):
        encoder(layers=2).load(arrays)
    with pytest.raises(ModelFormatError, match="no part of this encoder"):
        inference.Encoder(EncoderShape(size=6, hidden=5, directions=1), arrays)
    with pytest.raises(ModelFormatError, match=r"float32 \(20, 7\)"):
        inference.Encoder(EncoderShape(size=7, hidden=5), arrays)


@pytest.mark.parametrize("wrong", [{"size": 0}, {"hidden": 1.5}, {"layers": 0}, {"directions": 3}])
def test_sizes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(SettingError, match=f"got {next(iter(wrong.values()))}"):
        EncoderShape(**{"size": 6, **wrong})


def test_batches_hold_every_sequence_once_and_depend_on_seed_and_epoch():
    lengths = np.random.default_rng(3).integers(1, 60, size=997)
    for batches in (shuffled_batches(lengths, 16, seed=4), sorted_batches(lengths, 16)):
        assert sorted(np.concatenate(list(batches)).tolist()) == list(range(997))

    def order(seed, epoch):
        return np.concatenate(list(shuffled_batches(lengths, 16, seed, epoch))).tolist()

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)


def test_batches_hold_little_but_words():
    lengths = np.random.default_rng(3).integers(1, 60, size=997)
    places = sum(len(rows) * lengths[rows].max() for rows in shuffled_batches(lengths, 16, seed=4))
    assert places < 1.15 * lengths.sum()


def test_sequences_are_filled_up_at_their_ends():
    numbers, lengths = padded([np.array([5]), np.array([], dtype=int), np.array([6, 7])], filler=9)
    assert numbers.tolist() == [[5, 9, 6], [9, 9, 7]]
    assert lengths.tolist() == [1, 0, 2]
