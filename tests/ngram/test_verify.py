"""The sums and the faults that verification finds, beside a slow count of every row."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arpa_samples import SMALL
from nextword.errors import ModelFormatError
from nextword.ngram.arpa import read_arpa
from nextword.ngram.automaton import verify as verify_module
from nextword.ngram.automaton.verify import check_outline, verify
from nextword.ngram.estimation.smoothing import SMOOTHINGS
from nextword.ngram.model import NgramModel, NgramState
from nextword.ngram.soundness import check_model
from nextword.ngram.train import train_on_lines
from support import small_lines


def row_sums(model) -> list[float]:
    """The sum of each context's probabilities, as the model gives them."""
    states = NgramState(np.arange(len(model.automaton.backoffs)))
    return np.exp(model.log_probs(states)).sum(axis=1).tolist()


@given(
    lines=small_lines,
    order=st.integers(1, 5),
    smoothing=st.sampled_from(sorted(SMOOTHINGS)),
    prune=st.lists(st.integers(0, 2), max_size=3).map(sorted),
)
def test_every_trained_model_is_sound(lines, order, smoothing, prune):
    model = train_on_lines(lines, order, smoothing, prune=prune[:order])
    sums = check_model(model) if model.is_distribution else verify(model.automaton)
    assert sums.totals.tolist() == pytest.approx(row_sums(model), rel=1e-12)


def test_the_sums_are_those_of_the_rows_where_links_skip(tmp_path):
    # "<s> b a" has the suffix "b a"; without it, "a". SMALL does not sum to one.
    for dropped in (None, "-0.6\tb a\n"):
        text = SMALL if dropped is None else SMALL.replace(dropped, "").replace("ngram 2=4", "ngram 2=3")
        (tmp_path / "small.arpa").write_text(text)
        model = read_arpa(tmp_path / "small.arpa")
        sums = verify(model.automaton)
        assert sums.totals.tolist() == pytest.approx(row_sums(model), rel=1e-12)
        assert not model.is_distribution


def test_runs_and_threads_change_nothing(lines, monkeypatch):
    model = train_on_lines(lines, 4)
    whole = verify(model.automaton).totals
    monkeypatch.setattr(verify_module, "RUN_NODES", 7)
    monkeypatch.setenv("NEXTWORD_THREADS", "3")
    assert np.array_equal(verify(model.automaton).totals, whole)


def changed(model, name, change):
    array = getattr(model.automaton, name).copy()
    change(array)
    return NgramModel(dataclasses.replace(model.automaton, **{name: array}), model.tokenizer, model.settings)


@pytest.mark.parametrize("name", ["log_probs", "backoffs"])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e9, 1e-3])
def test_every_number_that_is_none_is_found(lines, name, value):
    model = train_on_lines(lines[:10], 3)
    for place in range(len(getattr(model.automaton, name))):
        if name == "backoffs" and (value == 1e-3 or place == 0):
            continue  # a weight may be above one, and nothing asks for that of the words alone
        with pytest.raises(ModelFormatError):
            check_model(changed(model, name, lambda array, at=place: array.__setitem__(at, value)))


@pytest.mark.parametrize("name", ["words", "children", "suffixes"])
def test_every_wrong_link_is_found(lines, name):
    model = train_on_lines(lines[:10], 3)
    array = getattr(model.automaton, name)
    for place in range(1, len(array)):
        for value in (-1, 0, int(array[place]) + 1, int(array[place]) - 1, 2**31 - 1):
            if value != array[place]:
                with pytest.raises(ModelFormatError):
                    check_model(changed(model, name, lambda a, at=place, new=value: a.__setitem__(at, new)))


@given(place=st.integers(0, 10_000), factor=st.sampled_from([0.5, 0.999, 1 - 1e-5]))
def test_every_plausible_wrong_probability_is_found(model, place, factor):
    seen = np.flatnonzero(model.automaton.log_probs > -np.inf)[1:]
    at = int(seen[place % len(seen)])
    with pytest.raises(ModelFormatError, match="sum to"):
        check_model(
            changed(model, "log_probs", lambda array: array.__setitem__(at, array[at] + np.log(factor)))
        )


def test_the_outline_costs_no_look_at_longer_ngrams(model):
    damaged = changed(model, "log_probs", lambda array: array.__setitem__(-1, np.nan))
    check_outline(damaged.automaton)
    with pytest.raises(ModelFormatError, match="nan"):
        verify(damaged.automaton)


def test_scores_above_one_are_refused(tmp_path):
    text = SMALL.replace("-0.5\ta\t-0.25", "-0.5\ta\t0.6")
    (tmp_path / "small.arpa").write_text(text)
    with pytest.raises(ModelFormatError, match=r"after 'a' has the probability 1\.259, and none is above 1"):
        read_arpa(tmp_path / "small.arpa")


def test_a_weight_above_one_is_none_of_its_own(tmp_path):
    # What 'a' leaves to others is small before the weight, so no probability is above one.
    text = SMALL.replace("-0.5\ta\t-0.25", "-0.5\ta\t0.2")
    (tmp_path / "small.arpa").write_text(text)
    assert not read_arpa(tmp_path / "small.arpa").is_distribution


@pytest.mark.parametrize("weight", [200.0, 1e308])
def test_scores_lifted_above_one_are_refused(weight):
    model = train_on_lines(["a b c d", "b c d a", "c d a b"], 4, "stupid-backoff")
    lifted = dataclasses.replace(model.exact, backoffs=np.full_like(model.exact.backoffs, weight))
    with pytest.raises(ModelFormatError):
        check_model(NgramModel(lifted, model.tokenizer, model.settings))
