"""The sampled softmax: right on average, the exact one where all words are drawn, and repeatable."""

import pytest
import torch

from nextword.neural.outputs.exact import ExactSoftmax
from nextword.neural.outputs.sampled import SampledSoftmax, draw_probabilities
from nextword.text.vocabulary import SENTENCE_START

V, H = 300, 8
COUNTS = (10_000 / torch.arange(1, V + 1)).long()


def make(shortlist=20, samples=60):
    torch.manual_seed(3)
    return SampledSoftmax(COUNTS, H, None, shortlist=shortlist, samples=samples)


def text(rows):
    targets = torch.multinomial(COUNTS.double(), rows, replacement=True)
    targets[targets == SENTENCE_START] = 2
    return torch.randn(rows, H), targets


def test_words_are_drawn_as_often_as_asked():
    draws = draw_probabilities(COUNTS.double(), 20, 60)
    assert draws[:20].eq(1).all()
    assert draws[20:].sum().item() == pytest.approx(60, rel=1e-6)
    assert draws.diff().max() <= 0  # frequent words more often
    assert draws.min() > 0
    skewed = torch.tensor([9.0, 9, 9, 1e9, 1, 1, 1, 1]).double()
    assert draw_probabilities(skewed, 3, 2)[3:].tolist() == pytest.approx([1, 0.25, 0.25, 0.25, 0.25])


@pytest.mark.parametrize("samples", [V, V - 20])
def test_with_all_words_drawn_it_is_the_exact_softmax(samples):
    layer = make(samples=samples)
    exact = ExactSoftmax(COUNTS, H, None)
    exact.load_state_dict(layer.state_dict())
    hidden, targets = text(40)
    losses = [each(hidden, targets, torch.float32) for each in (layer, exact)]
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-6)
    for loss in losses:
        loss.backward()
    torch.testing.assert_close(layer.U.grad, exact.U.grad)
    torch.testing.assert_close(layer.bias.grad, exact.bias.grad)


def test_words_are_classes_as_often_as_their_correction_says():
    """A class's weight 1 / q makes the sum over classes right on average, if q is how often it is one."""
    layer, rows, steps = make(), 30, 3000
    torch.manual_seed(5)
    seen = torch.zeros(V)
    for _ in range(steps):
        targets = torch.multinomial(COUNTS.double(), rows, replacement=True)
        is_class, _ = layer.draw(targets)
        seen += is_class
    q = layer.log_inclusion(rows).exp()
    deviation = (seen / steps - q) / (q * (1 - q) / steps).sqrt().clamp(min=1e-6)
    assert seen[:20].eq(steps).all()
    assert deviation[20:].abs().max() < 4.5
    assert deviation[20:].std().item() == pytest.approx(1, abs=0.15)


def test_the_normaliser_is_right_on_average():
    layer, rows = make(), 30
    scores = torch.randn(V, dtype=torch.float64).exp()  # exp(s) of one hidden vector
    torch.manual_seed(6)
    inverse = (-layer.log_inclusion(rows).double()).exp()
    sums = []
    for _ in range(3000):
        targets = torch.multinomial(COUNTS.double(), rows, replacement=True)
        is_class, _ = layer.draw(targets)
        sums.append((scores * inverse)[is_class].sum())
    found = torch.stack(sums)
    error = found.std() / len(found) ** 0.5
    assert abs(found.mean() - scores.sum()) < 4 * error
    assert error < 0.01 * scores.sum()


def test_its_loss_is_near_the_exact_one():
    layer = make()
    hidden, targets = text(200)
    exact = layer.eval()(hidden, targets, torch.float32)
    losses = [layer.train()(hidden, targets, torch.float32) for _ in range(50)]
    assert torch.stack(losses).mean().item() == pytest.approx(exact.item(), rel=0.02)
    expected = -layer.target_log_probs(hidden, targets, torch.float32).mean()
    assert exact.item() == pytest.approx(expected.item(), rel=1e-6)


def test_the_same_random_state_draws_the_same():
    layer = make()
    hidden, targets = text(40)
    state = torch.get_rng_state()
    losses = []
    for _ in range(2):
        torch.set_rng_state(state)
        losses.append([layer(hidden, targets, torch.bfloat16).item() for _ in range(3)])
    assert losses[0] == losses[1]
    assert len(set(losses[0])) == 3


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_sentence_start_gets_no_gradient(dtype):
    layer = make()
    hidden, targets = text(40)
    layer(hidden, targets, dtype).backward()
    assert layer.U.grad[SENTENCE_START].abs().max() == 0
    assert layer.bias.grad[SENTENCE_START] == 0


@pytest.mark.parametrize("is_kept", [False, True])
def test_gradients_are_added_to_those_that_are_there(is_kept):
    layer = make(samples=V)  # nothing is left to chance
    hidden, targets = text(40)
    layer(hidden, targets, torch.float32).backward()
    once = layer.U.grad.clone()
    layer.zero_grad(set_to_none=not is_kept)
    for _ in range(2):
        layer(hidden, targets, torch.float32).backward()
    torch.testing.assert_close(layer.U.grad.to_dense(), 2 * once)
    assert not layer.U.grad.is_sparse
