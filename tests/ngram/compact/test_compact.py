"""A compact model has the same n-grams, nearly the same probabilities, and rows that sum to one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import ModelFormatError, NotADistributionError, SettingError, VocabularyError
from nextword.lm import check_language_model
from nextword.lm.model import LanguageModel
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.automaton.automaton import LANE_TOKENS, LANES, Automaton
from nextword.ngram.compact.building import kernels
from nextword.ngram.compact.building.codebook import encode
from nextword.ngram.estimation.smoothing import SMOOTHINGS
from nextword.ngram.train import train_on_lines
from nextword.text.corpus import encode_lines
from support import small_lines

TOLERANCE = 1e-6
"""Rows sum to one as nearly as float32 allows."""


@pytest.fixture(scope="module")
def compact(model):
    return model.compact()


INTERPOLATED = sorted(set(SMOOTHINGS) - {"katz", "stupid-backoff"})


@pytest.mark.parametrize("smoothing", INTERPOLATED)
@pytest.mark.parametrize("prune", [(), (0, 1)])
def test_every_smoothing_keeps_the_contract(lines, smoothing, prune):
    check_language_model(train_on_lines(lines, 4, smoothing, prune=prune).compact(), 0, 20, TOLERANCE)


@pytest.mark.parametrize("order", [1, 2, 5, 9])
def test_so_does_every_order(lines, order):
    check_language_model(train_on_lines(lines, order).compact(), 0, 10, TOLERANCE)


@given(small_lines, st.integers(1, 5), st.sampled_from(INTERPOLATED))
def test_rows_sum_to_one_after_every_context(lines, order, smoothing):
    model = train_on_lines(lines, order, smoothing).compact()
    for state in range(model.automaton.contexts):
        row = np.empty(model.vocabulary_size)
        model.automaton.distribution(state, row)
        assert math.fsum(np.exp(row)) == pytest.approx(1, abs=TOLERANCE)


@given(small_lines, st.integers(1, 5), st.sampled_from(["modified-kneser-ney", "mle", "witten-bell"]))
def test_the_ngrams_are_the_same(lines, order, smoothing):
    exact = train_on_lines(lines, order, smoothing).automaton
    compact = train_on_lines(lines, order, smoothing).compact().automaton
    back = compact.expanded()
    for name in ("starts", "children", "suffixes"):
        assert np.array_equal(getattr(back, name), getattr(exact, name))
    assert np.array_equal(back.words[1:], exact.words[1:])
    assert compact.ngrams == exact.ngrams
    for node in range(1, len(exact.words)):
        assert compact.path(node) == exact.path(node)
        assert compact.parent(node) == exact.parent(node)
        assert compact.order_of(node) == exact.order_of(node)
    for node in range(exact.contexts):
        for word in range(exact.vocabulary_size):
            assert compact.find(node, word) == exact.find(node, word)


@given(small_lines, st.integers(1, 5), st.data())
def test_states_and_matched_orders_are_the_same(lines, order, data):
    exact = train_on_lines(lines, order)
    compact = exact.compact()
    tokens = np.array(data.draw(st.lists(st.integers(0, exact.vocabulary_size - 1), max_size=12)), np.int32)
    states = [model.initial_state() for model in (exact, compact)]
    assert states[0] == states[1]
    for token in tokens:
        states = [
            model.advance(state, np.array([token]))
            for model, state in zip((exact, compact), states, strict=True)
        ]
        assert states[0] == states[1]
    assert np.array_equal(exact.matched_orders([tokens])[0], compact.matched_orders([tokens])[0])


def test_probabilities_are_those_of_the_expanded_automaton(compact, lines):
    wide = type(compact)(compact.automaton.expanded(), compact.tokenizer)
    stream = encode_lines(lines, compact.tokenizer)
    assert compact.stream_log_probs(stream) == pytest.approx(wide.stream_log_probs(stream), abs=1e-12)


@pytest.mark.parametrize("smoothing", ["modified-kneser-ney", "absolute-discounting", "mle"])
def test_the_error_is_bounded_by_the_codebooks(lines, smoothing):
    """Of a share and of a gamma x, an error e in ln(x / (1 - x)) changes x and 1 - x by at most a factor exp(e)."""
    exact = train_on_lines(lines, 4, smoothing)
    compact = exact.compact().automaton.expanded()
    # A share is scaled by (1 - gamma) / sum of shares: twice its error and once gamma's; then gamma once an order.
    bound = 0.0
    for length in range(1, exact.order):
        shares, gammas = contexts_of(exact.automaton, length)
        bound = max(2 * worst_error(shares) + worst_error(gammas), bound + worst_error(gammas))
    with np.errstate(invalid="ignore"):
        errors = np.abs(compact.log_probs - exact.automaton.log_probs)[1:]
    same = compact.log_probs[1:] == exact.automaton.log_probs[1:]
    assert 1e-9 < bound < 0.05
    assert (same | (errors <= bound + 1e-6)).all()


def contexts_of(automaton: Automaton, length: int):
    begin, end = automaton.starts[length : length + 2]
    shares = np.empty(int(automaton.starts[length + 2] - end))
    gammas = np.empty(int(end - begin))
    arrays = automaton.children, automaton.suffixes, automaton.log_probs, automaton.backoffs
    kernels.shares_of(*arrays, int(begin), int(end), shares, gammas)
    sizes = np.diff(automaton.children)[begin:end]
    return shares, np.append(gammas[sizes > 1], 1 - shares)


def worst_error(values) -> float:
    values = values[(values > 1e-9) & (values < 1 - 1e-9)]
    codes, book = encode(values)
    coded = book[codes]
    return float(np.abs(np.log(values / (1 - values)) - np.log(coded / (1 - coded))).max(initial=0))


@given(st.lists(st.integers(0, 16), max_size=6), st.integers(1, 17))
def test_the_likeliest_words_are_exact(compact, context, k):
    state = compact.read([token for token in context if token != 1])
    words, scores = compact.top_k(state, k)
    wanted_words, wanted_scores = LanguageModel.top_k(compact, state, k)
    assert np.array_equal(scores, wanted_scores)
    assert np.array_equal(
        np.sort(words[scores > scores[:, -1:]]), np.sort(wanted_words[scores > scores[:, -1:]])
    )


def test_the_likeliest_words_are_those_of_the_exact_model(model, compact, lines):
    same = 0
    for line in lines:
        state = model.read(model.tokenizer.encode(line)[:3])
        words, scores = model.top_k(state, 3)
        ours, our_scores = compact.top_k(state, 3)
        assert our_scores == pytest.approx(scores, abs=1e-3)
        same += np.array_equal(ours, words)
    assert same > 0.95 * len(lines)


@given(small_lines, st.integers(1, 5), st.sampled_from(["modified-kneser-ney", "mle", "additive"]), st.data())
def test_plain_numpy_gives_the_same_bits(lines, order, smoothing, data):
    from nextword.ngram.compact import plain

    automaton = train_on_lines(lines, order, smoothing).compact().automaton
    tables, state = automaton.tables, automaton.initial
    for word in data.draw(st.lists(st.integers(0, automaton.vocabulary_size - 1), max_size=8)):
        rows = np.empty((2, automaton.vocabulary_size))
        automaton.distribution(state, rows[0])
        automaton.distribution(state, rows[1], cold=True)
        assert np.array_equal(rows[0], rows[1])
        going_on = plain.advance(tables, automaton.path(state), word)
        state = int(automaton.advance(np.array([state]), np.array([word], np.int32))[0])
        assert state == (automaton.initial if word == 2 else going_on)


def test_lanes_and_threads_change_no_score(compact, lines, monkeypatch):
    enough = 2 * LANES * LANE_TOKENS
    stream = encode_lines(
        lines * (enough // len(encode_lines(lines, compact.tokenizer)) + 2), compact.tokenizer
    )
    stream[np.random.default_rng(1).random(len(stream)) < 0.1] = 0  # unseen contexts among the seen
    sentences = np.split(stream, np.flatnonzero(stream == 2) + 1)
    wanted = np.concatenate(compact.token_log_probs(sentences))
    for threads in ("1", "3"):
        monkeypatch.setenv("NEXTWORD_THREADS", threads)
        assert np.array_equal(compact.stream_log_probs(stream), wanted)


def test_what_was_impossible_stays_impossible(lines):
    exact = train_on_lines(lines, 3, "mle")
    compact = exact.compact()
    for state in range(exact.automaton.contexts):
        rows = np.empty((2, exact.vocabulary_size))
        exact.automaton.distribution(state, rows[0])
        compact.automaton.distribution(state, rows[1])
        assert np.array_equal(rows[0] == -np.inf, rows[1] == -np.inf)


def test_models_that_back_off_are_refused(tmp_path, lines):
    """Their n-grams may be less likely than the shorter context says; what is stored is what a context adds to it."""
    (tmp_path / "katz.arpa").write_text(
        "\\data\\\nngram 1=5\nngram 2=2\n\n\\1-grams:\n-99\t<s>\t0\n-1\t<unk>\n-0.5228787\t</s>\n"
        "-0.3010300\ta\t-0.0579919\n-1\tb\n\n\\2-grams:\n-0.6989700\ta a\n-0.3467875\ta b\n\n\\end\\\n"
    )
    for model in (read_arpa(tmp_path / "katz.arpa"), train_on_lines(lines, 4, "katz")):
        with pytest.raises(SettingError, match="for interpolated models"):
            model.compact()


def test_scores_are_refused(lines):
    with pytest.raises(NotADistributionError, match="the compact form needs probabilities"):
        train_on_lines(lines, 4, "stupid-backoff").compact()


def test_it_is_smaller(lines):
    model = train_on_lines(lines, 5)
    exact = sum(array.nbytes for array in vars(model.automaton).values() if isinstance(array, np.ndarray))
    compact = model.compact().automaton
    codebooks = compact.share_book.nbytes + compact.gamma_book.nbytes
    size = sum(array.nbytes for array in vars(compact).values() if isinstance(array, np.ndarray)) - codebooks
    assert size < exact / 5


def test_what_a_compact_model_has_lost_is_said(compact, model):
    with pytest.raises(SettingError, match="use the exact model"):
        _ = compact.exact
    with pytest.raises(SettingError, match="compact already"):
        compact.compact()
    assert compact.settings["form"] == "compact"
    assert compact.why("the cat", "sat") == 'saw "the cat"; "sat" followed'
    assert model.exact is model.automaton


def test_ids_and_states_of_others_are_errors(compact):
    with pytest.raises(VocabularyError, match="0 to 16"):
        compact.token_log_probs([np.array([17])])
    with pytest.raises(VocabularyError, match="another model"):
        compact.log_probs(type(compact.initial_state())(np.array([10**6])))


def test_arrays_that_make_no_tree_cannot_be_compacted(model):
    exact = model.automaton
    for name, value in (("children", 0), ("children", 10**6), ("words", 17), ("words", -1)):
        arrays = {key: getattr(exact, key) for key in exact.__dataclass_fields__}
        arrays[name] = arrays[name].copy()
        arrays[name][5:9] = value
        with pytest.raises(ModelFormatError, match="damaged"):
            type(model)(Automaton(**arrays), model.tokenizer).compact()


def test_an_arpa_file_of_a_compact_model_has_its_probabilities(compact, tmp_path, lines):
    write_arpa(compact, tmp_path / "small.arpa")
    back = read_arpa(tmp_path / "small.arpa")
    for line in [*lines[:40], "the unicorn sat"]:
        assert back.score(line) == pytest.approx(compact.score(line), abs=1e-4)
