"""Training: reproducible, resumable, learning, and refusing what would teach nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nextword.embedding.word2vec.growing import grow
from nextword.embedding.word2vec.model import Word2Vec
from nextword.embedding.word2vec.sentences import text
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.train import start, train_word2vec_on_lines
from nextword.embedding.word2vec.training import Training
from nextword.errors import DivergedError, InputError, SettingError
from nextword.text.corpus import learn_from_lines

WAYS = [
    {"architecture": architecture, "objective": objective}
    for architecture in ("skipgram", "cbow")
    for objective in ("negative-sampling", "hierarchical-softmax", "softmax")
]


def lines(count: int = 400, seed: int = 0) -> list[str]:
    """Two topics of five words each; no line mixes them, and some words are in every line."""
    draw = np.random.default_rng(seed)
    topics = [["cat", "dog", "mouse", "horse", "cow"], ["car", "bus", "train", "ship", "plane"]]
    made = []
    for number in range(count):
        words = draw.choice(topics[number % 2], 8)
        made.append(" ".join(f"{word} the" if place % 3 == 0 else word for place, word in enumerate(words)))
    return made


def begin(count: int = 400, **settings) -> tuple[Word2Vec, Sentences]:
    return start(learn_from_lines(lines(count)), Word2VecSettings(**{"size": 20, "sample": 0, **settings}))


def trained(threads: int = 1, **settings) -> Word2Vec:
    model, sentences = begin(**settings)
    for _ in Training(model, sentences, threads):
        pass
    return model


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_words_of_one_topic_come_to_lie_together(way):
    rate = 0.01 if way["objective"] == "softmax" else 0.05  # its steps are exact, and many times larger
    vectors = train_word2vec_on_lines(
        lines(200), Word2VecSettings(size=16, sample=0, epochs=12, rate=rate, **way), threads=1
    ).vectors()
    for word, other, stranger in (("cat", "dog", "plane"), ("car", "bus", "horse"), ("ship", "train", "cow")):
        assert vectors.similarity(word, other) > vectors.similarity(word, stranger) + 0.1


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_the_same_seed_gives_the_same_vectors_and_the_loss_falls(way):
    model, sentences = begin(epochs=4, rate=0.05, **way)
    losses = [step.loss for step in Training(model, sentences, 1) if step.ends_epoch]
    assert losses[-1] < losses[0]
    again = trained(epochs=4, rate=0.05, **way)
    assert np.array_equal(model.inputs.flat, again.inputs.flat)
    assert np.array_equal(model.outputs.flat, again.outputs.flat)
    other = trained(epochs=4, rate=0.05, seed=2, **way)
    assert not np.array_equal(model.inputs.flat, other.inputs.flat)


def test_deterministic_training_is_the_same_for_any_number_of_threads():
    models = [trained(threads, deterministic=True) for threads in (1, 2, 5)]
    assert all(np.array_equal(models[0].inputs.flat, model.inputs.flat) for model in models)


def test_several_threads_train_as_well_as_one():
    model, sentences = begin(count=6000, epochs=2)
    alone = [step.loss for step in Training(model, sentences, 1) if step.ends_epoch]
    model, sentences = begin(count=6000, epochs=2)
    assert len(sentences.blocks()) > 2
    together = [step.loss for step in Training(model, sentences, 2) if step.ends_epoch]
    assert together == pytest.approx(alone, rel=0.02)


def test_draws_do_not_depend_on_blocks():
    """The same epoch as one block or as many: the same words are kept, the same examples seen."""
    model, sentences = begin(count=6000)
    whole = Training(model, sentences, 1).trainer
    from nextword.embedding.word2vec.sentences.kernels import train_sentences

    arrays = (whole.inputs.flat, whole.outputs.flat, whole.plan)
    one = train_sentences(sentences.words, sentences.bounds, 0, 6000, *arrays, 0, 0, 0)
    parts = [
        train_sentences(sentences.words, sentences.bounds, first, first + 1000, *arrays, 0, 0, 0)
        for first in range(0, 6000, 1000)
    ]
    assert one[0] == sum(part[0] for part in parts)
    assert one[1] == sum(part[1] for part in parts)


@pytest.mark.parametrize("way", WAYS[:3], ids=lambda way: way["objective"])
@pytest.mark.parametrize("stop", [1, 3, 5])
def test_a_training_that_was_stopped_goes_on_to_the_same_vectors(way, stop, monkeypatch):
    monkeypatch.setattr(text, "BLOCK_WORDS", 500)
    settings = {"epochs": 2, "size": 8, **way}
    unbroken, sentences = begin(**settings)
    assert len(sentences.blocks()) >= 4
    for _ in Training(unbroken, sentences, 1):
        pass
    model, sentences = begin(**settings)
    steps = iter(Training(model, sentences, 1))
    for _ in range(stop):
        next(steps)
    steps.close()
    saved = Word2Vec(
        model.words,
        model.counts,
        model.settings,
        inputs=model.inputs,
        outputs=model.outputs,
        position=model.position,
    )
    for _ in Training(saved, sentences, 1):
        pass
    assert np.array_equal(unbroken.inputs.flat, saved.inputs.flat)
    assert np.array_equal(unbroken.outputs.flat, saved.outputs.flat)


def test_stopping_leaves_a_whole_number_of_blocks_done():
    model, sentences = begin(count=9000)
    training = Training(model, sentences, 3)
    steps = iter(training)
    next(steps)
    steps.close()
    assert 1 <= model.position.block <= len(sentences.blocks())
    assert model.position.epoch == 0


def test_the_loss_is_that_of_the_text_not_of_the_threads():
    """In the beginning every score is 0, so that each of the six outputs of a pair costs log 2."""
    model, sentences = begin(rate=1e-9, epochs=1)
    (step,) = [step for step in Training(model, sentences, 1) if step.ends_epoch]
    # Negatives that are the centre are skipped, so it is a little less than six times as much.
    assert 4 * math.log(2) < step.loss <= 6 * math.log(2) + 1e-6
    model, sentences = begin(rate=1e-9, epochs=1, objective="softmax")
    (step,) = [step for step in Training(model, sentences, 1) if step.ends_epoch]
    assert step.loss == pytest.approx(math.log(11), rel=1e-5)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_a_short_text_that_is_read_often_has_a_loss(architecture):
    model, sentences = begin(count=2, epochs=100_000, architecture=architecture)
    step = next(iter(Training(model, sentences, 1)))
    assert 2 < step.loss <= 6 * math.log(2) + 1e-6


def test_progress_counts_the_words_of_the_text():
    model, sentences = begin(epochs=3)
    steps = list(Training(model, sentences, 1))
    assert steps[-1].words == steps[-1].total_words == 3 * len(sentences.words)
    assert [step.epoch for step in steps if step.ends_epoch] == [1, 2, 3]
    assert steps[-1].rate == pytest.approx(0.025e-4)


def test_long_sentences_are_cut_and_nothing_is_lost():
    ids = np.array([3] * 25 + [2] + [4] * 3 + [2, 2] + [5], dtype=np.int32)
    sentences = Sentences.of_ids(ids, longest=10)
    assert np.diff(sentences.bounds).tolist() == [10, 10, 5, 3, 1]
    assert sentences.counts(3).tolist() == [25, 3, 1]


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("negative", [0, 1, 5, 6, 1024])
def test_the_smallest_vocabulary_and_the_widest_windows(architecture, negative):
    """What fills groups of rows up, and rows to whole vectors, stays zero."""
    ways = {"negative": negative} if negative else {"objective": "hierarchical-softmax"}
    for size, window in ((1, 4096), (17, 1)):
        model = train_word2vec_on_lines(
            ["a b", "b", "a b " * 9],
            Word2VecSettings(
                architecture=architecture, size=size, window=window, sample=0, epochs=1, rate=0.001, **ways
            ),
            threads=2,
        )
        for matrix in (model.inputs, model.outputs):
            assert np.isfinite(matrix.flat).all()
            assert not matrix.padded[-1].any()
            assert not matrix.padded[:, size:].any()


def test_one_text_is_not_taken_over_twice():
    corpus = learn_from_lines(lines(20))
    _, sentences = start(replace(corpus, ids=corpus.ids.copy()), Word2VecSettings())
    again = start(corpus, Word2VecSettings())[1]
    assert np.array_equal(sentences.words, again.words)
    with pytest.raises(SettingError, match=r"ids\.copy\(\)"):
        start(corpus, Word2VecSettings())


def test_which_matrix_the_vectors_are():
    model = trained(epochs=1)
    sum_of_both = model.vectors("input").vectors + model.vectors("output").vectors
    np.testing.assert_allclose(model.vectors("average").vectors, sum_of_both / 2, atol=1e-7)
    with pytest.raises(SettingError, match="nodes of a tree"):
        trained(epochs=1, objective="hierarchical-softmax").vectors("output")
    with pytest.raises(SettingError, match="input, output or average"):
        model.vectors("both")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"negative": 0}, "trains nothing"),
        ({"epochs": 0}, "epochs"),
        ({"window": 0}, "window"),
        ({"size": 0}, "size"),
        ({"size": 10.5}, "size"),
        ({"rate": 0.0}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"rate": 0.01, "final_rate": 0.02}, "falls from"),
        ({"sample": -1.0}, "sample"),
        ({"architecture": "glove"}, "skipgram or cbow"),
        ({"objective": "hs"}, "hierarchical-softmax"),
        ({"hidden": "max"}, "mean or sum"),
        ({"seed": -1}, "seed"),
        ({"seed": 1 << 63}, "seed"),
        ({"exponent": 1e300}, "exponent"),
        ({"deterministic": 1}, "true or false"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(SettingError, match=message):
        Word2VecSettings(**settings)


def test_unknown_settings_are_refused():
    with pytest.raises(SettingError, match="tempo"):
        Word2VecSettings.from_dict({"tempo": 0.025})


def test_a_text_of_single_words_teaches_nothing():
    with pytest.raises(InputError, match="no word has a neighbour"):
        train_word2vec_on_lines(["cat", "dog", "cat"], Word2VecSettings(sample=0))


def test_a_last_block_without_neighbours_ends_a_training_that_goes_on():
    ids = np.array([3, 4, 2] * 20_000 + [3, 2], dtype=np.int32)
    settings = Word2VecSettings(size=4, sample=0, epochs=1)
    model, sentences = Word2Vec(["a", "b"], np.array([20_001, 20_000]), settings), Sentences.of_ids(ids)
    last = len(sentences.blocks()) - 1
    assert np.diff(sentences.bounds[sentences.blocks()[last][0] :]).tolist() == [1]
    model.position.block = last
    assert [step.examples for step in Training(model, sentences, 1)] == [0]
    assert model.position.epoch == 1


def test_a_position_that_no_text_of_this_length_has_is_refused():
    model, sentences = begin()
    model.position.block = 99
    with pytest.raises(SettingError, match="give the text it began with"):
        Training(model, sentences)


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_train_nothing(threads):
    with pytest.raises(SettingError, match="at least one thread"):
        train_word2vec_on_lines(lines(), threads=threads)


def test_one_word_is_no_vocabulary():
    with pytest.raises(InputError, match="at least two words"):
        train_word2vec_on_lines(["cat cat cat"], Word2VecSettings(sample=0))


def test_a_training_that_diverges_says_so():
    with pytest.raises(DivergedError, match="lower --rate"):
        train_word2vec_on_lines(lines(), Word2VecSettings(rate=1e30, final_rate=1e30, sample=0, epochs=3))


def test_a_training_goes_on_with_more_text_and_new_words():
    model = trained(epochs=2)
    before = {word: model.inputs.rows[row].copy() for row, word in enumerate(model.words)}
    corpus = learn_from_lines(["the cat meets the lion", "the lion meets the cat", "once unheard"] * 30)
    grown, sentences = grow(model, corpus, min_count=40, epochs=3)
    assert set(grown.words) - set(model.words) == {"lion", "meets"}
    assert grown.counts.tolist() == sorted(grown.counts.tolist(), reverse=True)
    the = grown.words.index("the")
    assert grown.counts[the] == model.counts[model.words.index("the")] + 120
    for row, word in enumerate(grown.words):
        if word in before:
            assert np.array_equal(grown.inputs.rows[row], before[word])
    for _ in Training(grown, sentences, 1):
        pass
    assert grown.position.epochs_before == 2
    assert not np.array_equal(grown.inputs.rows[the], before["the"])
    lion = grown.words.index("lion")
    assert np.abs(grown.outputs.rows[lion]).sum() > 0


def test_another_seed_gives_new_words_other_vectors():
    model = trained(epochs=1)
    grown = [
        grow(model, learn_from_lines(["the lion"] * 9), seed=seed)[0].vectors()["lion"] for seed in (1, 2)
    ]
    assert not np.array_equal(*grown)


def test_what_cannot_change_when_a_training_goes_on():
    corpus = learn_from_lines(["the cat"])
    with pytest.raises(SettingError, match="size cannot change"):
        grow(trained(epochs=1), corpus, size=50)
    with pytest.raises(SettingError, match="cut it in the same way"):
        grow(trained(epochs=1), learn_from_lines(["the cat"], lowercase=True))
