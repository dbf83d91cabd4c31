"""The chain of tags against every path there is, and its loss against PyTorch's own derivatives."""

import itertools
import math

import numpy as np
import pytest
import torch

from nextword.tasks.tagging.crf.chain import Chain
from nextword.tasks.tagging.spans.schemes import allowed_steps
from nextword.tasks.tagging.training.loss import negative_log_likelihood

LENGTHS = [1, 3, 0, 4, 2]
STARTS = np.concatenate([[0], np.cumsum(LENGTHS)])
TAGS = 3


def drawn(seed, scale=1.0, allowed=None):
    random = np.random.default_rng(seed)
    chain = Chain.of(
        scale * random.normal(size=(TAGS, TAGS)),
        scale * random.normal(size=TAGS),
        scale * random.normal(size=TAGS),
        allowed,
    )
    return chain, (scale * random.normal(size=(STARTS[-1], TAGS))).astype(np.float32)


def path_weight(chain, scores, path):
    """s(y), term by term."""
    weight = chain.start[path[0]] + chain.end[path[-1]]
    weight += sum(float(scores[t, tag]) for t, tag in enumerate(path))
    return weight + sum(chain.steps[one, other] for one, other in itertools.pairwise(path))


def all_weights(chain, scores):
    """Every path of one sentence, and its weight."""
    paths = itertools.product(range(TAGS), repeat=len(scores))
    return {path: path_weight(chain, scores, path) for path in paths}


ALLOWED = allowed_steps(["B-X", "I-X", "O"], "bio")


@pytest.mark.parametrize("allowed", [None, ALLOWED], ids=["free", "constrained"])
@pytest.mark.parametrize(("seed", "scale"), [(1, 1.0), (2, 5.0), (3, 40.0), (4, 0.0)])
def test_best_path_totals_and_marginals_are_those_of_all_paths(seed, scale, allowed):
    chain, scores = drawn(seed, scale, allowed)
    best, weights = chain.best(scores, STARTS)
    totals, marginals, steps = chain.weigh(scores, STARTS)
    expected_steps = np.zeros((TAGS, TAGS))
    for sentence, (begin, end) in enumerate(itertools.pairwise(STARTS)):
        if begin == end:
            assert totals[sentence] == weights[sentence] == 0.0
            continue
        paths = all_weights(chain, scores[begin:end])
        most = max(paths.values())
        log_total = most + math.log(sum(math.exp(weight - most) for weight in paths.values()))
        assert weights[sentence] == pytest.approx(most, abs=1e-9)
        assert paths[tuple(best[begin:end])] == pytest.approx(most, abs=1e-9)
        assert totals[sentence] == pytest.approx(log_total, abs=1e-9)
        expected = np.zeros((end - begin, TAGS))
        for path, weight in paths.items():
            share = math.exp(weight - log_total)
            for t, tag in enumerate(path):
                expected[t, tag] += share
            for one, other in itertools.pairwise(path):
                expected_steps[one, other] += share
        np.testing.assert_allclose(marginals[begin:end], expected, atol=1e-9)
    np.testing.assert_allclose(steps, expected_steps, atol=1e-9)


def test_paths_are_scored_as_they_are_defined():
    chain, scores = drawn(5)
    starts = np.array([0, 1, 4, 10])
    tags = np.random.default_rng(6).integers(0, TAGS, size=len(scores))
    expected = [
        path_weight(chain, scores[begin:end], tags[begin:end]) for begin, end in itertools.pairwise(starts)
    ]
    np.testing.assert_allclose(chain.score(scores, starts, tags), expected, atol=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_the_best_path_never_breaks_the_scheme(seed):
    names = ["B-X", "I-X", "O"]
    chain, scores = drawn(seed, 5.0, ALLOWED)
    best, _ = chain.best(scores, STARTS)
    for begin, end in itertools.pairwise(STARTS):
        tags = [names[tag] for tag in best[begin:end]]
        assert all(
            before in ("B-X", "I-X") for before, tag in zip(["O", *tags], tags, strict=False) if tag == "I-X"
        )


def test_sentences_that_are_not_those_of_the_scores_are_refused():
    chain, scores = drawn(1)
    for starts in ([0, 3], [1, len(scores)], [0, 5, 3, len(scores)]):
        with pytest.raises(ValueError, match="sentences begin at 0"):
            chain.best(scores, np.array(starts))


@pytest.mark.parametrize("forbid", [False, True])
def test_the_loss_and_its_gradients_are_those_of_pytorch(forbid):
    starts = np.array([0, 1, 4, 10])
    chain, scores = drawn(7)
    tags = torch.tensor([0, 0, 1, 2, 2, 0, 1, 1, 2, 2])
    weights = [torch.tensor(each) for each in (scores.astype(float), chain.steps, chain.start, chain.end)]
    ours, theirs = ([each.clone().requires_grad_() for each in weights] for _ in range(2))

    def masked(parts):
        if not forbid:
            return parts
        kept = [
            torch.where(torch.from_numpy(may), part, torch.tensor(-torch.inf, dtype=part.dtype))
            for may, part in zip(ALLOWED, parts[1:], strict=True)
        ]
        return [parts[0], *kept]

    scored, *rest = masked(ours)
    loss = negative_log_likelihood(scored, starts, tags, *rest)
    loss.backward()
    expected = sum(
        by_autograd(*masked(theirs), begin, end, tags) for begin, end in itertools.pairwise(starts)
    )
    expected.backward()
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), abs=1e-9)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.grad.numpy(), other.grad.numpy(), atol=1e-9)


def by_autograd(scores, steps, start, end, first, last, tags):
    """-log P of one sentence by every path, which PyTorch differentiates by itself."""

    def weight(path):
        inner = sum((steps[one, other] for one, other in itertools.pairwise(path)), torch.tensor(0.0))
        return (
            start[path[0]] + end[path[-1]] + sum(scores[first + t, tag] for t, tag in enumerate(path)) + inner
        )

    paths = [weight(path) for path in itertools.product(range(TAGS), repeat=int(last - first))]
    possible = torch.stack([path for path in paths if path > -torch.inf])
    return torch.logsumexp(possible, dim=0) - weight(tags[first:last].tolist())
