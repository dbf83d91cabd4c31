import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import VocabularyError
from nextword.lm import check_language_model
from nextword.lm.model import LanguageModel
from nextword.ngram.automaton.automaton import LANE_TOKENS, LANES
from nextword.ngram.train import train_on_lines
from nextword.text.corpus import encode_lines


def test_the_model_keeps_the_contract(model):
    check_language_model(model, contexts=40)


@pytest.mark.parametrize("order", [1, 2, 5, 9])
def test_so_does_every_order(lines, order):
    check_language_model(train_on_lines(lines, order), contexts=10)


@pytest.mark.parametrize("prune", [(), (0, 0, 1), (1, 1, 2)])
def test_lanes_and_threads_change_no_score(lines, prune, monkeypatch):
    model = train_on_lines(lines, 4, prune=prune)
    enough = 2 * LANES * LANE_TOKENS
    stream = encode_lines(lines * (enough // len(encode_lines(lines, model.tokenizer)) + 2), model.tokenizer)
    stream[np.random.default_rng(1).random(len(stream)) < 0.1] = 0  # unseen contexts among the seen
    sentences = np.split(stream, np.flatnonzero(stream == 2) + 1)
    wanted = np.concatenate(model.token_log_probs(sentences))
    for threads in ("1", "3"):
        monkeypatch.setenv("NEXTWORD_THREADS", threads)
        assert np.array_equal(model.stream_log_probs(stream), wanted)


def test_a_long_sentence_is_one_lane(model):
    stream = np.append(np.full(3 * LANE_TOKENS * LANES, 3, dtype=np.int32), np.int32(2))
    assert np.array_equal(model.stream_log_probs(stream), model.token_log_probs([stream])[0])
    assert len(model.stream_log_probs(stream[:0])) == 0


@given(st.lists(st.integers(0, 16), max_size=6), st.integers(1, 17))
def test_the_likeliest_words_are_exact(model, context, k):
    state = model.read([token for token in context if token != 1])
    words, scores = model.top_k(state, k)
    wanted_words, wanted_scores = LanguageModel.top_k(model, state, k)
    assert np.array_equal(scores, wanted_scores)
    assert np.array_equal(words, wanted_words)


def test_states_are_equal_when_their_futures_are(model):
    known = model.tokenizer.encode("the cat")
    assert model.read([*known.tolist(), 2]) == model.initial_state()
    # A trigram model looks two words back, and no further.
    assert model.read([5, 6, *known.tolist()]) == model.read(known)
    assert model.read(known[:1]) != model.read([0, known[0]])
    state = model.read(known)
    assert copy.deepcopy(state) == state
    assert pickle.loads(pickle.dumps(state)) == state
    assert hash(copy.copy(state)) == hash(state)


@pytest.mark.parametrize("tokens", [[99], [-1], [17, 3]])
def test_ids_outside_the_vocabulary_are_errors(model, tokens):
    with pytest.raises(VocabularyError, match="0 to 16"):
        model.token_log_probs([np.array(tokens)])
    with pytest.raises(VocabularyError):
        model.advance(model.initial_state(), np.array(tokens[:1]))


def test_arrays_of_a_model_are_read_only(model):
    with pytest.raises(ValueError, match="read-only"):
        model.automaton.log_probs[0] = 1


def test_reasons_count_what_was_seen():
    model = train_on_lines(["in the morning", "in the morning", "in the end", "at the end"], 3)
    assert model.why("in the", "morning") == 'saw "in the" 3 times; "morning" followed 2 times'
    assert model.why("at the", "morning") == (
        'saw "at the" once, never with "morning" next; saw "the" 4 times; "morning" followed 2 times'
    )
    assert model.why("on the", "end") == 'never saw "<unk> the"; saw "the" 4 times; "end" followed 2 times'
    assert model.why("", "xyz") == 'saw "<s>" 4 times, never with "<unk>" next; never saw "<unk>"'
    assert model.explain("in the", "morning").matched_order == 3
    assert model.explain("", "the").matched_order == 1


def test_reasons_of_a_pruned_model_do_not_claim_what_they_cannot_know():
    model = train_on_lines(
        ["in the morning", "in the morning", "in the end", "at the end"], 3, prune=[0, 0, 1]
    )
    assert model.why("in the", "end") == (
        'saw "in the" 3 times, kept none with "end"; saw "the" 4 times; "end" followed 2 times'
    )


def test_every_token_says_how_long_an_ngram_was_matched(model, lines):
    for line in [*lines[:30], "the unicorn sat", ""]:
        ids = [*model.tokenizer.encode(line).tolist(), 2]
        (orders,) = model.matched_orders([np.array(ids)])
        for place, order in enumerate(orders.tolist()):
            history = [1, *ids[:place]]
            longest = max(
                length
                for length in range(1, model.order + 1)
                if length == 1
                or walk_to(model, [*history[len(history) - length + 1 :], ids[place]], length) >= 0
            )
            assert order == longest


def walk_to(model, words, length):
    node = 0 if len(words) == length else -1
    for word in words:
        node = model.automaton.find(node, word) if node >= 0 else -1
    return node


def test_reasons_stay_within_the_sentence():
    model = train_on_lines(["a b", "c d"], 3)
    assert model.why("a b\nc", "d") == 'saw "<s> c" once; "d" followed once'


def test_next_words_add_up(model):
    words = model.next_words("the cat", k=model.vocabulary_size)
    assert sum(probability for _, probability in words) == pytest.approx(1)
    assert [probability for _, probability in words] == sorted((p for _, p in words), reverse=True)


def test_the_score_of_a_sentence_is_the_sum_of_its_words(model):
    line = "the cat sat"
    total = 0.0
    state = model.initial_state()
    for token in [*model.tokenizer.encode(line).tolist(), 2]:
        total += model.log_probs(state)[0, token]
        state = model.advance(state, np.array([token]))
    assert model.score(line) == pytest.approx(total, rel=1e-12)
