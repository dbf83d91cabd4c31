"""A network's answers keep the contract, are those of PyTorch, and need no PyTorch."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest

from nextword.cli.options import ReadingOptions
from nextword.errors import ModelFormatError, SettingError, VocabularyError
from nextword.lm import (
    LanguageModel,
    LinearMixture,
    Sampling,
    check_language_model,
    evaluate,
    generate,
    generate_samples,
    tune_weights,
)
from nextword.neural.inference.softmax import COMPILED_FROM, Words
from nextword.neural.inference.states import Memories
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings

KINDS = ("window", "rnn", "gru", "lstm")
FLOAT32 = 1e-4


@pytest.mark.parametrize(
    ("network", "output", "tied", "layers"),
    list(product(KINDS, ("exact", "adaptive"), (True, False), (1, 2))),
)
def test_every_network_keeps_the_contract(random_model, network, output, tied, layers):
    changes = {"network": network, "softmax": output, "tied": tied, "layers": layers}
    if network != "window":
        changes["learned_start"] = not tied
    ranks = random_model.shuffled_ranks() if layers == 2 else None
    check_language_model(random_model(ranks, **changes), contexts=8, tolerance=FLOAT32)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("network", ["window", "rnn"])
def test_every_activation_keeps_the_contract(random_model, network, activation):
    check_language_model(random_model(network=network, activation=activation), contexts=4, tolerance=FLOAT32)


@pytest.mark.parametrize("shortlist", [3, 20, 39, 40, 41, 2000])
def test_an_adaptive_output_may_have_few_clusters_or_none(random_model, shortlist):
    model = random_model(softmax="adaptive", shortlist=shortlist, clusters=(shortlist + 10,))
    check_language_model(model, contexts=4, tolerance=FLOAT32)


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("output", ["exact", "adaptive"])
def test_rows_sum_to_one_in_float64_and_the_start_never_follows(random_model, network, output):
    model = random_model(network=network, softmax=output, scale=3)
    for tokens in ([], [3], [0, 39, 2, 2, 7]):
        row = model.log_probs(model.read(tokens))[0]
        assert row.dtype == np.float64
        assert abs(np.exp(row).sum() - 1) < 1e-9
        assert row[1] == -np.inf


def test_a_rare_word_is_reached_by_way_of_its_cluster(random_model):
    model = random_model(network="rnn", softmax="adaptive")  # words 0-7, and clusters 8-19 and 20-39
    U, bias = (model.arrays[name].astype(np.float64) for name in ("embedding", "output.bias"))
    rows, biases = (model.arrays[f"output.cluster_{name}"] for name in ("U", "bias"))
    state = model.read([5, 30])
    h = state.vectors[-1][0].astype(np.float64)
    scores = np.exp(U @ h + bias)
    clusters = np.exp(rows @ h + biases)
    head = scores[:8].sum() + clusters.sum()
    first = clusters[0] / head * scores[8:20] / scores[8:20].sum()
    second = clusters[1] / head * scores[20:] / scores[20:].sum()
    expected = np.concatenate([scores[:8] / head, first, second])
    assert np.allclose(np.exp(model.log_probs(state)[0]), expected, rtol=1e-5)


@pytest.mark.parametrize("output", ["exact", "adaptive"])
def test_no_word_is_likelier_than_certain(random_model, output):
    model = random_model(network="rnn", size=200, hidden=200, softmax=output, scale=3)
    random = np.random.default_rng(3)
    contexts = [random.choice([0, *range(2, 40)], 5) for _ in range(60)]
    likeliest = [model.top_k(model.read(context), 1)[0][0, 0] for context in contexts]
    sequences = [np.append(*pair).astype(np.int32) for pair in zip(contexts, likeliest, strict=True)]
    last = np.array([log_probs[-1] for log_probs in model.token_log_probs(sequences)])
    assert np.isclose(last, 0, atol=1e-3).sum() > 20  # as good as certain
    assert last.max() <= 0


@pytest.mark.parametrize("network", ["rnn", "window"])
def test_relu_does_not_run_away(random_model, network):
    model = random_model(network=network, activation="relu", hidden=6)
    for name, array in model.arrays.items():
        if name not in ("output.bias", "output.U"):
            array[...] = 1e3 + abs(array)
    text = np.array([3, 4, 5] * 30 + [2], dtype=np.int32)
    state = model.read(text)
    assert np.isfinite(model.network.hidden(state)).all()
    row = np.exp(model.log_probs(state)[0])
    assert row.sum() == pytest.approx(1)
    assert not np.isnan(model.stream_log_probs(text)).any()
    generate(model, "w3", length=20, sampling=Sampling(seed=1))


def test_a_long_text_is_given_in_blocks_that_take_some_seconds(random_model, tmp_path, monkeypatch):
    network = random_model(network="rnn")
    assert network.block_bytes < LanguageModel.block_bytes
    assert LinearMixture([network, network], [0.5, 0.5]).block_bytes == network.block_bytes
    monkeypatch.setattr(NeuralModel, "block_bytes", 1000)
    path, read = tmp_path / "text", []
    path.write_text("w3 w4 w5\n" * 600)
    so_far = [sum(read) for _ in ReadingOptions().encode((str(path),), [network], read.append)]
    assert len(so_far) >= 5
    assert so_far[0] <= 3000
    assert so_far[-1] == path.stat().st_size


def test_equal_states_have_equal_hashes(random_model):
    for network in KINDS:
        model = random_model(network=network)
        states = [model.read([3, 4]), model.read([3, 4])]
        assert states[0] == states[1]
        assert hash(states[0]) == hash(states[1])
        assert model.read([4, 3]) != states[0]
    zero = Memories((np.zeros((1, 3), dtype=np.float32),))
    negative = Memories((-np.zeros((1, 3), dtype=np.float32),))
    assert zero == negative
    assert hash(zero) == hash(negative)


@pytest.mark.parametrize("network", KINDS)
def test_ranks_change_no_answer(random_model, network):
    """The same network with its words numbered in another order says the same of the same words."""
    plain = random_model(network=network, softmax="exact")
    ranks = random_model.shuffled_ranks()
    arrays = dict(plain.arrays)
    for name in ("embedding", "output.bias"):
        arrays[name] = np.empty_like(arrays[name])
        arrays[name][ranks] = plain.arrays[name]
    shuffled = NeuralModel(plain.settings, arrays, plain.tokenizer, ranks)
    text = np.array([5, 9, 0, 2, 39, 2], dtype=np.int32)
    assert np.allclose(shuffled.stream_log_probs(text), plain.stream_log_probs(text), atol=1e-5)
    state, other = plain.read(text), shuffled.read(text)
    assert np.allclose(shuffled.log_probs(other), plain.log_probs(state), atol=1e-5)
    assert shuffled.top_k(other, 5)[0].tolist() == plain.top_k(state, 5)[0].tolist()


@pytest.mark.parametrize("output", ["exact", "adaptive"])
def test_equals_are_ordered_by_id(random_model, output):
    ranks = random_model.shuffled_ranks()
    model = random_model(ranks, softmax=output, shortlist=3, clusters=(4,), network="rnn", scale=0)
    best, found = model.top_k(model.initial_state(2), 40)
    assert best[:, -1].tolist() == [1, 1]  # <s> is impossible
    for ids, log_probs in zip(best, found, strict=True):
        for value in np.unique(log_probs):
            equals = ids[log_probs == value]
            assert equals.tolist() == sorted(equals)
    for k in (1, 2, 5):
        assert np.array_equal(model.top_k(model.initial_state(2), k)[0], best[:, :k])


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("output", ["exact", "adaptive"])
def test_long_texts_are_read_in_chunks(random_model, network, output, monkeypatch):
    model = random_model(network=network, softmax=output)
    random = np.random.default_rng(1)
    stream = random.choice([0, *range(2, 40)], 700).astype(np.int32)
    stream[-1] = 2
    sequences = [stream[:length] for length in (0, 300, 1, 299, 40, 0, 2)]
    short = [model.token_log_probs([sequence])[0] for sequence in sequences]
    whole = model.stream_log_probs(stream)
    monkeypatch.setattr("nextword.neural.inference.scoring.READ", 50)
    monkeypatch.setattr("nextword.neural.inference.scoring.SCORED", 7)
    assert np.allclose(model.stream_log_probs(stream), whole, atol=1e-5)
    for left, right in zip(model.token_log_probs(sequences), short, strict=True):
        assert np.allclose(left, right, atol=1e-5)


@pytest.mark.parametrize("size", [16, 17, 31, 40])
@pytest.mark.parametrize("vocabulary_size", [16, 37, 64])
def test_the_compiled_product_is_the_plain_one(size, vocabulary_size, monkeypatch):
    monkeypatch.setattr("nextword.neural.inference.softmax.COMPILED_FROM", 0)
    random = np.random.default_rng(size)
    draw = lambda *shape: random.standard_normal(shape).astype(np.float32)  # noqa: E731
    words, hidden = Words(draw(vocabulary_size, size), draw(vocabulary_size)), draw(1, size)
    assert np.allclose(words.scores_of_one(hidden), hidden @ words.U.T + words.bias, atol=1e-5)


@pytest.mark.parametrize("output", ["exact", "adaptive"])
def test_compiled_answers_keep_the_contract(random_model, output, monkeypatch):
    monkeypatch.setattr("nextword.neural.inference.softmax.COMPILED_FROM", 0)
    model = random_model(size=20, softmax=output, shortlist=16, vocabulary_size=60)
    check_language_model(model, contexts=4, tolerance=FLOAT32)


def test_more_words_than_are_scored_at_once(random_model):
    model = random_model(network="rnn", softmax="exact", vocabulary_size=2500)
    tokens = np.array([2499, 1024, 1023, 2, 0], dtype=np.int32)
    states = [model.read(tokens[:place]) for place in range(len(tokens))]
    rows = np.concatenate([model.log_probs(state) for state in states])
    assert np.allclose(model.stream_log_probs(tokens), rows[np.arange(5), tokens], atol=1e-4)


@pytest.mark.parametrize("output", ["exact", "adaptive", "sampled"])
@pytest.mark.parametrize(
    ("network", "tied", "layers", "activation", "learned_start"),
    [
        *product(KINDS, (True, False), (1, 2), ("tanh",), (False,)),
        *product(("window", "rnn"), (True,), (2,), ("relu", "sigmoid"), (False,)),
        *product(("rnn", "gru", "lstm"), (True,), (2,), ("tanh",), (True,)),
    ],
)
def test_answers_are_those_of_pytorch(random_model, network, tied, layers, activation, learned_start, output):
    import torch

    from nextword.neural.networks.make import make_network

    model = random_model(
        network=network,
        tied=tied,
        layers=layers,
        activation=activation,
        learned_start=learned_start,
        softmax=output,
        samples=5,
    )
    trained = make_network(model.settings, torch.ones(model.vocabulary_size)).eval()
    parameters = dict(trained.named_parameters())
    assert {name: tuple(part.shape) for name, part in parameters.items()} == {
        name: part.shape for name, part in model.arrays.items()
    }
    with torch.no_grad():
        for name, array in model.arrays.items():
            parameters[name].copy_(torch.from_numpy(array))
        words = torch.tensor([[2, 5, 9, 0, 2, 39, 38]]).T  # (T, B), </s> first: the state after <s>
        hidden, _ = trained.remember(words, trained.initial_state(1))
        expected = trained.output.log_probs(hidden.flatten(0, 1)).numpy()
    tokens = words[:, 0].numpy()[1:]
    found = np.concatenate([model.log_probs(model.read(tokens[:place])) for place in range(len(words))])
    possible = np.arange(40) != 1
    assert np.allclose(found[:, possible], expected[:, possible], atol=2e-5)
    scored = model.stream_log_probs(tokens.astype(np.int32))
    assert np.allclose(scored, expected[np.arange(len(tokens)), tokens], atol=2e-5)


def test_answers_need_no_pytorch_and_few_of_them_no_compiler(random_model, tmp_path):
    from nextword.store.models import save_model

    save_model(random_model(network="lstm"), tmp_path / "model")
    large = random_model(network="rnn", size=100, vocabulary_size=3000)  # generation would compile for it
    assert large.arrays["embedding"].size > COMPILED_FROM
    save_model(large, tmp_path / "large")
    script = (
        "import sys; from nextword.store.models import load_model; from nextword.lm import generate, evaluate; "
        "from nextword.cli.main import run; "
        f"model = load_model({str(tmp_path / 'model')!r}); model.next_words('w3 w4'); generate(model, 'w3', length=5); "
        "model.score('w5 w6'); model.why('w3', 'w4'); "
        f"load_model({str(tmp_path / 'large')!r}).next_words('w3 w4'); "
        f"assert run(['info', {str(tmp_path / 'model')!r}]) == 0; "
        "assert not {'torch', 'numba'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("network", ["rnn", "lstm", "window"])
def test_memory_crosses_sentences_and_blocks(random_model, network):
    model = random_model(network=network)
    first, second = np.array([3, 4, 2], dtype=np.int32), np.array([5, 2], dtype=np.int32)
    together = model.stream_log_probs(np.concatenate([first, second]))
    alone = model.stream_log_probs(second)
    assert not np.allclose(together[3:], alone, atol=1e-3)
    in_blocks = evaluate(model, [first, second])
    whole = evaluate(model, [np.concatenate([first, second])])
    assert in_blocks.perplexity == pytest.approx(whole.perplexity, rel=1e-6)
    mixture = LinearMixture([model, random_model(network=network, seed=7)], [0.3, 0.7])
    parts = np.concatenate(list(mixture.score_streams(iter([first, second]))))
    assert np.allclose(parts, mixture.stream_log_probs(np.concatenate([first, second])), atol=1e-5)
    tuned = [
        tune_weights(mixture.models, blocks)
        for blocks in ([first, second], [np.concatenate([first, second])])
    ]
    assert tuned[0].weights == pytest.approx(tuned[1].weights, abs=1e-4)


def test_a_text_is_generated_alone_as_with_others(random_model):
    model = random_model(network="gru", scale=1)
    texts = generate(model, "w3", n=3, length=12, sampling=Sampling(seed=4), stop_at_sentence_end=False)
    assert (
        texts[0] == generate(model, "w3", length=12, sampling=Sampling(seed=4), stop_at_sentence_end=False)[0]
    )


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("allow_unknown", [False, True])
@pytest.mark.parametrize("is_compiled", [False, True])
def test_words_drawn_by_way_of_their_cluster_are_those_drawn_from_all(
    random_model, n, allow_unknown, is_compiled, monkeypatch
):
    if is_compiled:
        monkeypatch.setattr("nextword.neural.inference.softmax.COMPILED_FROM", 0)
    model = random_model(
        network="rnn", size=20, softmax="adaptive", shortlist=16, clusters=(30,), vocabulary_size=60
    )
    sampling = Sampling(seed=8, allow_unknown=allow_unknown)
    answers = []
    for draw in (NeuralModel.draw, LanguageModel.draw):
        monkeypatch.setattr(NeuralModel, "draw", draw)
        texts = generate_samples(model, "w3", n=n, length=60, sampling=sampling, stop_at_sentence_end=False)
        answers.append(texts)
    drawn = [token for text in answers[0] for token in text.tokens]
    assert {np.searchsorted([16, 30], token, side="right") for token in drawn} == {0, 1, 2}
    assert allow_unknown or 0 not in drawn
    for found, expected in zip(*answers, strict=True):
        assert found.tokens == expected.tokens
        assert np.allclose(found.log_probs, expected.log_probs, atol=1e-5)


def test_only_clusters_in_the_order_of_ids_save_scores(random_model):
    for model in (
        random_model(softmax="exact"),
        random_model(random_model.shuffled_ranks(), softmax="adaptive"),
        LinearMixture([random_model(softmax="adaptive"), random_model(softmax="exact")], [0.5, 0.5]),
    ):
        assert model.draw(model.initial_state(), [0.5], [1]) is None
    model = random_model(softmax="adaptive")
    assert model.draw(model.initial_state(), [0.5], [1]) is not None


def test_what_an_answer_rests_on_is_said(random_model):
    window = random_model(network="window").why("w3 w4 w5 unheard", "w6")
    assert '"w4 w5 <unk>"' in window
    assert '"</s> </s> w3"' in random_model(network="window").why("w3", "w6")
    assert "all 4 words" in random_model(network="lstm").why("w3 w4 w5 w6", "w7")
    assert "the one word" in random_model(network="rnn").why("w3", "w7")
    assert "nothing yet" in random_model(network="gru").why("", "w7")
    assert random_model().matched_orders([]) is None


def test_questions_that_make_no_sense_are_refused(random_model):
    model, other = random_model(network="rnn"), random_model(network="window")
    state = model.initial_state(2)
    with pytest.raises(VocabularyError, match="another model"):
        model.log_probs(other.initial_state())
    with pytest.raises(VocabularyError, match="another model"):
        other.log_probs(state)
    with pytest.raises(VocabularyError, match="another model"):
        model.advance(random_model(network="lstm").initial_state(), np.array([3]))
    with pytest.raises(VocabularyError, match="0 to 39"):
        model.advance(state, np.array([3, 40]))
    with pytest.raises(VocabularyError, match="0 to 39"):
        model.token_log_probs([np.array([-1])])
    with pytest.raises(VocabularyError, match="2 rows"):
        model.advance(state, np.array([3]))
    with pytest.raises(VocabularyError, match="whole numbers"):
        model.token_log_probs([np.array([0.5])])
    with pytest.raises(SettingError, match="at least 1"):
        model.top_k(state, 0)


def test_arrays_must_be_those_of_the_settings(random_model):
    model = random_model(network="lstm", softmax="adaptive", tied=False)
    arrays, settings = model.arrays, model.settings
    for change, message in (
        ({"layers.0.W_h": arrays["layers.0.W_h"].T}, "layers.0.W_h"),
        ({"embedding": arrays["embedding"].astype(np.float64)}, "float64"),
        ({"embedding": arrays["embedding"][:-1]}, "vocabulary of 40"),
        ({"layers.7.b": arrays["layers.0.b"]}, "layers.7.b"),
    ):
        with pytest.raises(ModelFormatError, match=message):
            NeuralModel(settings, {**arrays, **change}, model.tokenizer)
    less = {name: array for name, array in arrays.items() if name != "output.U"}
    with pytest.raises(ModelFormatError, match=r"lacks output\.U"):
        NeuralModel(settings, less, model.tokenizer)
    for ranks in (np.arange(39), np.zeros(40, dtype=int), np.arange(40)[::-1], np.arange(40.0)):
        with pytest.raises(ModelFormatError, match="ranks"):
            NeuralModel(settings, arrays, model.tokenizer, ranks)


def test_arrays_may_lie_in_any_order(random_model):
    model = random_model(network="lstm")
    arrays = {name: np.asfortranarray(array) for name, array in model.arrays.items()}
    other = NeuralModel(model.settings, arrays, model.tokenizer)
    text = np.array([5, 9, 2], dtype=np.int32)
    assert np.allclose(other.stream_log_probs(text), model.stream_log_probs(text), atol=1e-6)
    assert all(array.flags.c_contiguous for array in other.arrays.values())


def test_a_model_says_what_it_is(random_model):
    model = random_model(network="gru", layers=1, softmax="exact", details={"epochs": 3})
    assert model.model_type == "gru"
    assert repr(model) == f"<NeuralModel, GRU: 40 words, {model.parameters:,} parameters>"
    assert model.parameters == 40 * 6 + 3 * 6 * 6 * 2 + 2 * 18 + 40
    assert model.details == {"epochs": 3}
    assert model.log == []
    assert isinstance(model.settings, NeuralSettings)
