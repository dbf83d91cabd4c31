"""Losses and gradients computed at once, against autograd of the plain formula."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from nextword.neural.outputs.exact import mean_cross_entropy
from nextword.neural.outputs.fused import Gradients, cross_entropies
from nextword.neural.outputs.normalise import normalise_by_kernel, normalise_by_tensors


def problem(rows, classes, size, dtype=torch.float32, seed=0):
    """Hidden vectors, vectors and biases of classes, and targets."""
    generator = torch.Generator().manual_seed(seed)
    parameters = [
        torch.randn(*shape, generator=generator, dtype=dtype).requires_grad_()
        for shape in ((rows, size), (classes, size), (classes,))
    ]
    return *parameters, torch.randint(classes, (rows,), generator=generator)


def plain(hidden, U, bias, targets, shift=None):
    scores = hidden @ U.T + bias
    if shift is not None:
        scores = scores + shift[:, None] * torch.nn.functional.one_hot(targets, len(bias))
    return cross_entropy(scores, targets)


def relative(found, expected):
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize("classes", [3, 16, 21])
@pytest.mark.parametrize("is_shifted", [False, True])
def test_gradients_are_those_of_finite_differences(classes, is_shifted):
    hidden, U, bias, targets = problem(4, classes, 3, torch.float64)
    shift = torch.linspace(-2, 0, 4, dtype=torch.float64) if is_shifted else None

    def loss(hidden, U, bias):
        return mean_cross_entropy(hidden, U, bias, targets, torch.float64, shift)

    assert torch.autograd.gradcheck(loss, (hidden, U, bias))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.bfloat16, 1e-2)])
@pytest.mark.parametrize("classes", [5, 16, 31, 2100])
def test_loss_and_gradients_are_those_of_the_plain_formula(dtype, tolerance, classes):
    hidden, U, bias, targets = problem(40, classes, 8)
    shift = -torch.rand(40)
    expected = plain(hidden, U, bias, targets, shift)
    gradients = torch.autograd.grad(expected, (hidden, U, bias))
    loss = mean_cross_entropy(hidden, U, bias, targets, dtype, shift)
    loss.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=tolerance)
    for parameter, gradient in zip((hidden, U, bias), gradients, strict=True):
        assert relative(parameter.grad, gradient) < tolerance


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30), st.integers(16, 60), st.integers(1, 2000), st.booleans())
def test_the_size_of_pieces_does_not_matter(rows, classes, most_scores, is_bfloat16):
    hidden, U, bias, targets = problem(rows, classes, 4)
    dtype = torch.bfloat16 if is_bfloat16 else torch.float32
    answers = []
    for most in (most_scores, 1 << 30):
        gradients = Gradients(torch.empty(rows, 4), torch.empty(classes, 4), torch.empty(classes))
        losses = cross_entropies(hidden, U, bias, targets, dtype, gradients=gradients, most_scores=most)
        answers.append((losses, *gradients))
    for found, expected in zip(*answers, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=0.1 if is_bfloat16 else 1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("classes", [16, 17, 50])
def test_the_kernel_agrees_with_tensors(dtype, classes):
    scores = (10 * torch.randn(9, classes)).to(dtype)
    bias, targets, shift = torch.randn(classes), torch.randint(classes, (9,)), -torch.rand(9)
    bias[1] = -1e9
    targets[targets == 1] = 2
    answers = []
    for compute in (normalise_by_kernel, normalise_by_tensors):
        copy, gradient = scores.clone(), torch.zeros(classes)
        answers.append((compute(copy, bias, targets, shift, 0.5, gradient), copy.float(), gradient))
    for found, expected in zip(*answers, strict=True):
        torch.testing.assert_close(found, expected, rtol=8e-3 if dtype == torch.bfloat16 else 1e-5, atol=1e-6)
    assert answers[0][1][:, 1].abs().max() == 0


def test_bfloat16_is_the_nearest_to_float32():
    scores = (5 * torch.randn(20, 37)).bfloat16()
    single = scores.float()
    for each in (scores, single):
        normalise_by_kernel(each, torch.zeros(37), torch.full((20,), 3), None, 1.0, None)
    assert torch.equal(scores, single.bfloat16())


@pytest.mark.parametrize("target", [-1, 20])
def test_a_target_that_is_no_class_is_refused(target):
    with pytest.raises(IndexError):
        normalise_by_kernel(torch.zeros(1, 20), torch.zeros(20), torch.tensor([target]), None, 1.0, None)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_share_the_rows(threads):
    scores, bias, targets = torch.randn(300, 1000), torch.randn(1000), torch.randint(1000, (300,))
    expected = scores.clone(), torch.zeros(1000)
    normalise_by_tensors(expected[0], bias, targets, None, 1.0, expected[1])
    before, gradient = torch.get_num_threads(), torch.zeros(1000)
    try:
        torch.set_num_threads(threads)
        normalise_by_kernel(scores, bias, targets, None, 1.0, gradient)
    finally:
        torch.set_num_threads(before)
    torch.testing.assert_close(scores, expected[0], rtol=1e-5, atol=1e-7)
    torch.testing.assert_close(gradient, expected[1], rtol=1e-4, atol=1e-5)


def test_a_target_far_below_the_others_has_a_finite_loss():
    scores = torch.zeros(1, 20)
    scores[0, 3] = -500
    for compute in (normalise_by_kernel, normalise_by_tensors):
        loss = compute(scores.clone(), torch.zeros(20), torch.tensor([3]), None, 1.0, None)
        assert loss.item() == pytest.approx(500 + torch.tensor(19.0).log().item(), rel=1e-6)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [3, 5, 38, 39])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_is_not_finite_stays_visible(number, place, dtype):
    scores = torch.zeros(2, 40, dtype=dtype)
    scores[0, place] = number
    losses = normalise_by_kernel(scores, torch.zeros(40), torch.tensor([3, 3]), None, 1.0, None)
    assert losses.isnan().tolist() == [True, False]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("classes", [16, 17, 32, 47])
@pytest.mark.parametrize("size", [1e3, 1e9, 1e37])
def test_scores_of_any_size_have_finite_losses_and_gradients(dtype, classes, size):
    """One class far above the others, or far below them, at each place of the last sixteen."""
    bias = torch.zeros(classes)
    bias[1] = -1e9
    for place in (0, 2, max(0, classes - 17), classes - 16, classes - 1):
        for sign in (1, -1):
            scores = torch.zeros(3, classes, dtype=dtype)
            scores[:, place] = sign * size
            expected, gradient = scores.clone(), torch.zeros(classes)
            targets = torch.tensor([place, 0, classes - 1])
            losses = normalise_by_kernel(scores, bias, targets, None, 1.0, gradient)
            sums = torch.zeros(classes)
            plain = normalise_by_tensors(expected, bias, targets, None, 1.0, sums)
            torch.testing.assert_close(losses, plain, rtol=1e-5, atol=1e-5)
            torch.testing.assert_close(scores, expected, rtol=1e-2, atol=1e-6)
            torch.testing.assert_close(gradient, sums, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_python_threads_share_no_scratch_memory(dtype):
    problems = [problem(30, 200 + 10 * seed, 8, seed=seed) for seed in range(4)]

    def gradients(place):
        hidden, U, bias, targets = problems[place % 4]
        loss = mean_cross_entropy(hidden, U, bias, targets, dtype)
        return loss.detach(), *torch.autograd.grad(loss, (hidden, U, bias))

    alone = [gradients(place) for place in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for place, found in enumerate(pool.map(gradients, range(40))):
            torch.testing.assert_close(found, alone[place % 4])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_scratch_memory_of_inference_serves_training(dtype):
    hidden, U, bias, targets = problem(6, 5000, 4)
    with ThreadPoolExecutor(1) as pool:  # a thread of its own, which begins without any

        def work():
            with torch.inference_mode():
                cross_entropies(hidden, U, bias, targets, dtype)
            mean_cross_entropy(hidden, U, bias, targets, dtype).backward()

        pool.submit(work).result()
    assert torch.isfinite(U.grad).all()


def test_vectors_that_do_not_lie_in_one_piece():
    hidden, U, bias, targets = problem(12, 20, 4)
    expected = plain(hidden, U, bias, targets)
    gradients = torch.autograd.grad(expected, (hidden, U, bias))
    spread = [
        torch.stack([values.detach(), values.detach()], dim=-1)[..., 0].requires_grad_()
        for values in (hidden, U, bias)
    ]
    targets = torch.stack([targets, targets], dim=-1)[:, 0]
    assert not any(values.is_contiguous() for values in (*spread, targets))
    loss = mean_cross_entropy(*spread, targets, torch.float32)
    for found, gradient in zip(torch.autograd.grad(loss, spread), gradients, strict=True):
        assert relative(found, gradient) < 1e-6


def test_no_rows_cost_nothing():
    hidden, U, bias, targets = problem(0, 20, 4)
    loss = mean_cross_entropy(hidden, U, bias, targets, torch.float32)
    loss.backward()
    assert loss.item() == 0
    assert hidden.grad.shape == (0, 4)
    assert U.grad.abs().sum() == 0
    assert bias.grad.abs().sum() == 0


def test_only_the_gradients_that_are_wanted():
    hidden, U, bias, targets = problem(6, 20, 4)
    U.requires_grad_(False)
    mean_cross_entropy(hidden, U, bias, targets, torch.float32).backward()
    assert U.grad is None
    expected = torch.autograd.grad(plain(hidden, U, bias, targets), (hidden, bias))
    assert relative(hidden.grad, expected[0]) < 1e-6
    assert relative(bias.grad, expected[1]) < 1e-6
    with torch.no_grad():
        assert not mean_cross_entropy(hidden, U, bias, targets, torch.float32).requires_grad


def test_a_loss_that_is_part_of_a_larger_one():
    hidden, U, bias, targets = problem(6, 20, 4)
    (gradient,) = torch.autograd.grad(plain(hidden, U, bias, targets), hidden)
    loss = mean_cross_entropy(hidden, U, bias, targets, torch.float32)
    (3 * loss + loss).backward()
    assert relative(hidden.grad, 4 * gradient) < 1e-6


def test_two_losses_before_their_gradients():
    hidden, U, bias, targets = problem(6, 20, 4)
    (gradient,) = torch.autograd.grad(plain(hidden, U, bias, targets), U)
    losses = [mean_cross_entropy(hidden, U, bias, targets, torch.float32) for _ in range(2)]
    sum(losses).backward()
    assert relative(U.grad, 2 * gradient) < 1e-6
