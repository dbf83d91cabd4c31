import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import SettingError
from nextword.lm import Sampling, generate, generate_samples, generation, stream
from nextword.lm.generation import iterate_samples

SEEDS = st.integers(0, 2**40)


def pieces_and_sample(pieces):
    """Drain a stream: its pieces, and the sample that it returns."""
    texts = []
    while True:
        try:
            texts.append(next(pieces))
        except StopIteration as end:
            return texts, end.value


def test_a_model_says_what_it_knows_and_stops_at_the_sentence_end(toy):
    assert generate(toy.saying("the students opened their books")) == ["the students opened their books"]


def test_the_prompt_is_not_repeated_and_the_join_keeps_its_space(toy, model):
    (text,) = generate(model, "the students", length=3, sampling=Sampling(seed=1))
    assert text.startswith(" ")
    assert "the students" + text == model.tokenizer.decode(model.tokenizer.encode("the students" + text))


def test_the_prompt_is_read(toy):
    table = np.zeros((5, 5))
    table[:, 2] = 1
    table[3] = [0, 0, 0, 0, 1]
    assert generate(toy.Bigram(table), "the") == [" students"]
    assert generate(toy.Bigram(table), "the\n") == [""]


@given(SEEDS)
def test_a_seed_gives_the_same_text_and_text_i_does_not_depend_on_n(model, seed):
    five = generate(model, "the", n=5, sampling=Sampling(seed=seed))
    assert generate(model, "the", n=5, sampling=Sampling(seed=seed)) == five
    assert generate(model, "the", n=2, sampling=Sampling(seed=seed)) == five[:2]


def test_texts_and_seeds_differ(model):
    assert len(set(generate(model, n=5, sampling=Sampling(seed=1), length=20))) > 1
    assert generate(model, n=5, sampling=Sampling(seed=1)) != generate(model, n=5, sampling=Sampling(seed=2))
    assert generate(model, n=9) != generate(model, n=9)


def test_temperature_zero_is_greedy(model):
    texts = generate(model, n=4, sampling=Sampling(temperature=0), length=6)
    assert len(set(texts)) == 1
    state, greedy = model.initial_state(), []
    for _ in range(6):
        token = int(np.argmax(np.where(np.arange(9) < 2, -np.inf, model.log_probs(state)[0])))
        if token == 2:
            break
        greedy.append(token)
        state = model.advance(state, np.array([token]))
    assert texts[0] == model.tokenizer.decode(greedy)


@given(
    seed=SEEDS,
    length=st.integers(0, 25),
    stop=st.none() | st.lists(st.text("sehtkob \n", min_size=1, max_size=9), max_size=3),
    ends=st.booleans(),
    prompt=st.sampled_from(["", "the", "their books\nthe"]),
)
def test_pieces_joined_are_the_text(model, seed, length, stop, ends, prompt):
    options = {"length": length, "stop": stop, "stop_at_sentence_end": ends, "sampling": Sampling(seed=seed)}
    (expected,) = generate_samples(model, prompt, **options)
    texts, sample = pieces_and_sample(stream(model, prompt, **options))
    assert "".join(texts) == expected.text
    assert sample == expected
    assert all(texts)
    assert not any(string in expected.text for string in stop or [])
    assert len(expected.tokens) <= length


def test_text_comes_as_it_is_made(toy):
    assert list(stream(toy.saying("the students opened"))) == ["the", " students", " opened"]


def test_the_length_is_a_budget_of_tokens(toy):
    model = toy.saying("the students opened their books")
    assert generate(model, length=2) == ["the students"]
    assert generate(model, length=0, n=2) == ["", ""]
    assert list(stream(model, length=0)) == []


def test_why_a_text_ended_is_said(toy):
    model = toy.saying("the students opened")
    reasons = [
        generate_samples(model, length=length, stop=stop)[0].finish_reason
        for length, stop in [(2, None), (4, None), (3, None), (9, "ud"), (0, None)]
    ]
    assert reasons == ["length", "stop", "length", "stop", "length"]


def test_a_sample_knows_its_tokens_and_their_probabilities(model):
    for sample in generate_samples(model, "the", n=5, sampling=Sampling(seed=3, temperature=2)):
        prompt = model.tokenizer.encode("the")
        scores = model.token_log_probs([np.array([*prompt, *sample.tokens])])[0][1:]
        assert sample.log_probs == pytest.approx(scores.tolist())


def test_without_the_sentence_end_it_goes_on_with_the_next_line(toy):
    model = toy.Bigram([[0, 0, 0.5, 0.5]] * 4)
    (text,) = generate(model, length=40, stop_at_sentence_end=False, sampling=Sampling(seed=1))
    assert "\n" in text
    assert len(generate_samples(model, length=40, stop_at_sentence_end=False)[0].tokens) == 40


@given(seed=SEEDS, prompt=st.sampled_from(["", "the", "their books\n", "books\nthe"]))
def test_a_text_of_many_lines_is_its_tokens_decoded(model, seed, prompt):
    options = {"length": 30, "stop_at_sentence_end": False, "sampling": Sampling(seed=seed)}
    (sample,) = generate_samples(model, prompt, **options)
    read = model.encode_prompt(prompt).tolist()
    decode = model.tokenizer.decode
    assert decode(read) + sample.text == decode(read + sample.tokens)


def test_a_long_text_is_not_decoded_again_for_every_piece(toy):
    class Counting(toy.Tokenizer):
        def decode(self, ids):
            decoded.append(len(ids))
            return super().decode(ids)

    decoded = []
    model = toy.Bigram([[0, 0, 0.5, 0.5]] * 4, Counting(["the"]))
    list(stream(model, length=1000, stop_at_sentence_end=False, sampling=Sampling(seed=1)))
    assert sum(decoded) < 20 * 1000


def test_a_stop_string_may_span_tokens_and_is_held_back(toy):
    model = toy.saying("the students opened their books")
    assert generate(model, stop="ts op") == ["the studen"]
    assert list(stream(model, stop="ts op")) == ["the", " studen"]
    assert generate(model, stop=["books", "their b"]) == ["the students opened "]
    # What only looked like a stop string comes out after all.
    assert "".join(stream(model, stop="books they")) == "the students opened their books"
    assert list(stream(model, stop="ts ox")) == ["the", " studen", "ts opened", " their", " books"]


@pytest.mark.parametrize("text", ["café", "日本語 é", "a🙂b"])
def test_a_character_of_many_tokens_is_never_shown_in_parts(toy, text):
    tokenizer = toy.ByteTokenizer()
    model = toy.Script(tokenizer.encode(text).tolist(), tokenizer)
    assert list(stream(model)) == list(text)
    assert generate(model) == [text]


def test_bytes_that_never_become_a_character_come_out_at_the_end(toy):
    tokenizer = toy.ByteTokenizer()
    model = toy.Script([ord("a") + 3, 0xE6 + 3, 0x97 + 3], tokenizer)
    assert "".join(stream(model)) == generate(model)[0] == "a\ufffd"


def test_finished_texts_leave_the_batch(toy, model):
    class Watching(toy.Bigram):
        def log_probs(self, state):
            sizes.append(len(state))
            return super().log_probs(state)

    sizes = []
    generate(Watching(model.table), n=6, length=60, sampling=Sampling(seed=1))
    assert sizes[0] == 6
    assert sizes == sorted(sizes, reverse=True)
    assert 0 < sizes[-1] < 6


@given(seed=SEEDS, numbers=st.integers(1, 60), n=st.integers(1, 8))
def test_batches_change_no_text(model, seed, numbers, n):
    options = {"length": 12, "n": n, "sampling": Sampling(seed=seed, temperature=2)}
    together = generate_samples(model, "the", **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generation, "_BATCH_NUMBERS", numbers)
        assert generate_samples(model, "the", **options) == together
        assert list(iterate_samples(model, "the", **options)) == together


def test_batches_are_small_and_the_first_comes_before_the_second_grows(toy, model, monkeypatch):
    class Watching(toy.Bigram):
        def log_probs(self, state):
            sizes.append(len(state))
            return super().log_probs(state)

    sizes = []
    monkeypatch.setattr(generation, "_BATCH_NUMBERS", 4 * model.vocabulary_size)
    samples = iterate_samples(Watching(model.table), n=7, length=1)
    next(samples)
    assert sizes == [4]
    assert len(list(samples)) == 6
    assert sizes == [4, 3]


@pytest.mark.parametrize(("vocabulary", "most"), [(10**8, 1), (33_279, 60), (10, 256)])
def test_a_batch_is_bounded_whatever_the_vocabulary(vocabulary, most):
    assert generation._batch_size(vocabulary) == most


@pytest.mark.parametrize("make", [generate, generate_samples, iterate_samples, stream])
@pytest.mark.parametrize("sampling", [0.8, None, {"temperature": 0.8}])
def test_a_sampling_that_is_none_is_refused_at_the_call(model, make, sampling):
    with pytest.raises(SettingError, match=r"Sampling\(temperature=0.8\)"):
        make(model, sampling=sampling)


@pytest.mark.parametrize(
    "options", [{"length": -1}, {"n": 0}, {"n": 1.5}, {"stop": ""}, {"stop": ["a", ""]}, {"length": True}]
)
def test_settings_that_make_no_sense_are_refused(model, options):
    with pytest.raises(SettingError, match="got"):
        generate(model, **options)


def test_a_stream_checks_its_settings_at_the_call(model):
    with pytest.raises(SettingError):
        stream(model, length=-1)
