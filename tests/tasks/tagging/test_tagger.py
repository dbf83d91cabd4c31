"""Taggers: they learn, answer without PyTorch what PyTorch trained, and never answer what breaks the scheme."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from nextword.errors import DivergedError, InputError, MissingDependencyError, ModelFormatError, SettingError
from nextword.neural.encoder.batches import padded
from nextword.tasks.tagging.evaluation import evaluate_tagger, score_tags
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.model import SequenceTagger
from nextword.tasks.tagging.numbering import number_features, number_forms, number_sentences
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.spans.spans import Span, rewritten
from nextword.tasks.tagging.train import train_tagger
from nextword.tasks.tagging.training.training import TaggerTraining


def trained(sentences, settings, **others):
    training = TaggerTraining(sentences, settings, **others)
    events = list(training)
    return training.model(), events


@pytest.fixture(scope="module")
def tagger(plain, small):
    return trained(plain, small())[0]


UNSEEN = ["Dora", "Hill", "works", "in", "Oslo", "."]


def test_a_tagger_learns_and_reads_names_it_has_not_seen(tagger, plain):
    assert tagger.scheme == "bio"
    assert score_tags(tagger, plain).overall.f1 > 0.97
    assert tagger.tag([UNSEEN]) == [["B-PER", "I-PER", "O", "O", "B-LOC", "O"]]
    assert tagger.spans([UNSEEN]) == [[Span("PER", 0, 2), Span("LOC", 4, 5)]]


def test_tags_of_no_scheme_are_learned_as_they_are(plain, small):
    kinds = [Sentence(words=s.words, tags=tuple(tag[-1] for tag in s.tags)) for s in plain]
    tagger, _ = trained(kinds, small(epochs=6))
    assert tagger.scheme is None
    assert set(tagger.tags) == {"R", "C", "O"}
    assert score_tags(tagger, kinds).accuracy > 0.95
    with pytest.raises(InputError, match="mark no spans"):
        tagger.spans([UNSEEN])


@pytest.mark.parametrize("scheme", ["iob1", "bioes"])
def test_answers_are_in_the_scheme_of_the_training_file(plain, small, scheme):
    other = [Sentence(words=s.words, tags=tuple(rewritten(s.tags, scheme))) for s in plain]
    tagger, _ = trained(other, small())
    assert tagger.scheme == scheme
    assert tagger.tag([UNSEEN])[0][4] == {"iob1": "I-LOC", "bioes": "S-LOC"}[scheme]
    # Judged by a file of another scheme, the same spans are right, and so are the words.
    assert score_tags(tagger, plain).accuracy > 0.97


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"characters": "lstm", "layers": 2},
        {"characters": "none", "affix_size": 0, "case_size": 0},
        {"constrained": False, "scheme": "bio"},
    ],
    ids=["cnn", "lstm", "words alone", "free"],
)
def test_numpy_answers_what_pytorch_trained(sentences, small, changed):
    settings = small(epochs=1, **changed)
    training = TaggerTraining(sentences, settings)
    list(training)
    network, lexicon = training.network.eval(), training.lexicon
    some = [*sentences[:7], Sentence(words=("Ünseen", "x" * 60), tags=None, features=(("name", "new"),))]
    model = SequenceTagger(settings, lexicon, network.arrays(), training.scheme)
    forms, places = number_sentences(each.words for each in some)
    numbers = [number_features(each.features, lexicon) for each in some]
    side_by_side, lengths = padded(places)
    features = [torch.from_numpy(padded([number[0] for number in numbers])[0])]
    with torch.no_grad():
        expected = network(
            number_forms(forms, lexicon, settings),
            torch.from_numpy(side_by_side),
            torch.zeros(side_by_side.shape, dtype=torch.bool),
            features,
            torch.from_numpy(lengths),
        ).numpy()
    vectors = model.reader.word_vectors(number_forms(forms, lexicon, settings))
    found = model.reader.scores([vectors[each] for each in places], numbers)
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_features_tell_what_words_do_not(sentences, small):
    settings = small(characters="none", affix_size=0, case_size=0)
    tagger, _ = trained(sentences, settings)
    words = ["Quux", "Quuux", "sits", "in", "Zzz", "."]
    features = [["name", "name", "other", "other", "name", "other"]]
    assert [span.begin for span in tagger.spans([words], [features])[0]] == [0, 4]
    for wrong in (None, [[["name"]]], [features, features]):
        with pytest.raises(InputError, match="features"):
            tagger.tag([words], wrong)


def test_probabilities_sum_to_one_and_agree_with_confident_tags(tagger, plain):
    words = [each.words for each in plain[:9]]
    tags = tagger.tag(words)
    for rows in tagger.probabilities(words):
        np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-9)
        assert rows.min() >= 0
    shares = tagger.tag_probabilities(words, None, tags)
    assert min(min(each) for each in shares) > 0.5
    with pytest.raises(InputError, match="is none of"):
        tagger.tag_probabilities([["a"]], None, [["B-NEW"]])


def test_one_sentence_is_tagged_as_it_is_among_others(tagger, plain):
    words = [each.words for each in plain] + [(), ("x",)]
    together = tagger.probabilities(words)
    for place in (0, 40, len(words) - 2, len(words) - 1):
        np.testing.assert_allclose(tagger.probabilities([words[place]])[0], together[place], atol=1e-5)
    assert tagger.tag([]) == []
    assert tagger.tag([[], ["Ann"], []])[0] == []


def test_what_was_looked_up_before_changes_no_answer(plain, small, tagger, monkeypatch):
    from nextword.tasks.tagging import model

    words = [each.words for each in plain]
    expected = tagger.tag(words)
    monkeypatch.setattr(model, "MOST_REMEMBERED", 5)
    assert [tagger.tag([each])[0] for each in words] == expected


def test_constrained_answers_never_break_the_scheme(plain, small):
    tagger, _ = trained(plain, small(epochs=1))
    random = np.random.default_rng(1)
    vocabulary = sorted({word for each in plain for word in each.words})
    words = [list(random.choice(vocabulary, size=9)) for _ in range(50)]
    for tags in tagger.tag(words):
        assert tags == rewritten(tags, "bio")


def test_the_same_seed_gives_the_same_tagger(plain, small):
    one, other, third = (trained(plain, small(epochs=2, seed=seed))[0] for seed in (1, 1, 2))
    assert all(np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays)
    assert not np.array_equal(one.arrays["W"], third.arrays["W"])


def test_trainings_leave_chance_and_threads_to_others(plain, small):
    alone, _ = trained(plain[:20], small(epochs=2), threads=1)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        torch.manual_seed(5)
        expected = torch.rand(4)
        torch.manual_seed(5)
        one, other = (TaggerTraining(plain[:20], small(epochs=2), threads=1) for _ in range(2))
        drawn = [torch.rand(1)]
        for training in (other, one):
            for _ in training:  # somebody draws numbers, and computes, while it goes on
                drawn.append(torch.rand(1))
                assert torch.get_num_threads() == 3
        TaggerTraining(plain[:20], small(epochs=1)).__iter__().__next__()  # which finds the number of threads
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert torch.equal(torch.cat(drawn)[:4], expected)
    for training in (one, other):
        found = training.model().arrays
        assert all(np.array_equal(found[name], alone.arrays[name]) for name in found)


def test_progress_tells_every_epoch_and_the_best_weights_are_kept(plain, small):
    tagger, events = trained(plain, small(epochs=5), valid=plain[:10])
    ends = [event for event in events if event.ends_epoch]
    assert [event.epoch for event in ends] == [1, 2, 3, 4, 5]
    assert ends[-1].share == 1.0
    best = max(event.measure for event in ends)
    assert tagger.details["valid_f1"] == best == ends[tagger.details["best_epoch"] - 1].measure
    assert score_tags(tagger, plain[:10]).overall.f1 == best
    assert [entry["epoch"] for entry in tagger.log] == [1, 2, 3, 4, 5]


def test_patience_ends_a_training_that_finds_nothing_better(plain, small):
    _, events = trained(plain, small(epochs=60, patience=2), valid=plain[:10])
    assert 3 <= max(event.epoch for event in events) < 60


def test_without_sentences_to_judge_by_all_are_trained_on(plain, small):
    tagger, events = trained(plain, small(epochs=2, held_out=0.0))
    assert tagger.details["train_sentences"] == len(plain)
    assert all(event.measure is None for event in events)
    assert "valid_f1" not in tagger.details


def test_tags_and_labels_that_a_model_does_not_know_are_counted(tagger, plain):
    odd = Sentence(words=("Ann", "and", "Bob"), tags=("B-ORG", "O", "B-PER"))
    scores, unknown = evaluate_tagger(tagger, [odd])
    assert unknown == {"ORG": 1}
    assert scores.labels["ORG"].true == 1


def test_what_cannot_be_learned_is_refused(plain, small):
    with pytest.raises(InputError, match="no training sentences, 0 with a word"):
        TaggerTraining([Sentence(words=(), tags=())], small())
    with pytest.raises(InputError, match="has no tag"):
        TaggerTraining([Sentence(words=("a",), tags=None)], small())
    with pytest.raises(DivergedError, match="no longer finite"):
        list(TaggerTraining(plain, small(rate=1e30, clip=0.0, epochs=3)))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"size": 0}, "size is a whole number from 1"),
        ({"dropout": 1.0}, "dropout is a number"),
        ({"rate": 0.0}, "rate is above 0"),
        ({"characters": "gru"}, "characters is cnn, lstm or none"),
        ({"characters": "lstm", "character_hidden": 7}, "even, got 7; try 8"),
        ({"epochs": 0}, "epochs is a whole number"),
        ({"scheme": "iobes"}, "scheme is bio, iob1 or bioes"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changed, what):
    with pytest.raises(SettingError, match=what):
        TaggerSettings(**changed)
    with pytest.raises(SettingError, match="has no setting 'sizes'"):
        TaggerSettings.from_dict({"sizes": 3})


def test_texts_in_place_of_sentences_are_refused(tagger):
    for wrong in ("Ann lives", ["Ann lives"]):
        with pytest.raises(InputError, match="lists of words"):
            tagger.tag(wrong)


def test_arrays_of_another_tagger_are_refused(tagger):
    arrays = {name: array for name, array in tagger.arrays.items() if name != "W"}
    with pytest.raises(ModelFormatError, match="lacks W"):
        SequenceTagger(tagger.settings, tagger.lexicon, arrays, "bio")


def test_answers_need_no_pytorch():
    script = (
        "import sys; import nextword.store.tagger, nextword.tasks.tagging.evaluation; "
        "import nextword.tasks.tagging.files.reading; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_training_without_pytorch_says_what_to_install(plain, small, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'nextword\[neural\]'"):
        train_tagger(plain, small())


def test_a_function_trains_from_sentences_to_a_tagger(plain, small):
    assert train_tagger(plain, small(epochs=2), valid=plain[:5], threads=1).details["epochs"] == 2
