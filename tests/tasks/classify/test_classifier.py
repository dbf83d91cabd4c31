"""Classifiers learn, answer without PyTorch what PyTorch answers, and say which words decided."""

import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
import torch

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, ModelFormatError, SettingError, VocabularyError
from nextword.neural.encoder.batches import padded
from nextword.neural.inference.softmax import log_softmax
from nextword.neural.settings import NeuralSettings
from nextword.neural.train import train_network_on_lines
from nextword.tasks.classify.bag import ngram_keys
from nextword.tasks.classify.bag_learning import WAYS, Way, learn_bag
from nextword.tasks.classify.beginning import at_random
from nextword.tasks.classify.member import Member
from nextword.tasks.classify.model import TextClassifier
from nextword.tasks.classify.network import ClassifierNetwork
from nextword.tasks.classify.settings import POOLS, ClassifierSettings
from nextword.tasks.classify.train import train_classifier
from nextword.tasks.classify.training import new_network, train_member
from nextword.tasks.classify.why import decisive_words

POOLINGS = [*POOLS, *("+".join(pair) for pair in combinations(POOLS, 2)), "attention+max+mean+last"]


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_numpy_answers_what_pytorch_answers(pooling, directions):
    settings = ClassifierSettings(size=6, hidden=5, layers=2, directions=directions, pooling=pooling)
    torch.manual_seed(0)
    network = ClassifierNetwork(settings, 30, 3).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(2).add_(0.1 * torch.randn_like(weight))
    random = np.random.default_rng(1)
    texts = [random.integers(0, 30, size=length) for length in (7, 1, 3, 7)]
    words, lengths = padded(texts)
    with torch.no_grad():
        expected = network(torch.from_numpy(words), torch.from_numpy(lengths)).numpy()
    member = Member(settings, network.arrays(), 30, 3)
    np.testing.assert_allclose(member.scores(words, lengths), expected, atol=1e-5)
    np.testing.assert_allclose(member.probabilities(texts), np.exp(log_softmax(expected)), atol=1e-5)


@pytest.mark.parametrize(
    "changes", [{"bag": 0.0}, {"bag": 0.5}, {"bag": 1.0}, {"bag": 0.0, "layers": 2, "members": 2}]
)
def test_it_learns_which_words_decide(train, others, changes):
    model = train(**changes)
    texts, labels = others
    assert np.mean(np.array(model.predict(texts)) == labels) > 0.95


def test_a_bag_that_has_all_of_the_answer_needs_no_lstm(train, others):
    model = train(bag=1.0, members=2)
    assert model.members == []
    assert model.settings.members == 2
    assert np.array_equal(
        model.probabilities(others[0]), model.bag.probabilities(list(map(model.encode, others[0])))
    )
    with pytest.raises(SettingError, match="has no LSTM to begin from"):
        train(begin=model)


def test_probabilities_sum_to_one_and_do_not_depend_on_company(classifier, others):
    texts = [*others[0], "", "zzz", "great " * 700]
    found = classifier.probabilities(texts)
    assert found.shape == (len(texts), 2)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    alone = np.concatenate([classifier.probabilities([text]) for text in texts])
    np.testing.assert_allclose(found, alone, atol=1e-6)
    assert classifier.probabilities([]).shape == (0, 2)


def test_the_same_seed_gives_the_same_weights_and_another_one_others(train, others):
    first, second, other = (train(seed=seed, epochs=2).probabilities(others[0]) for seed in (3, 3, 4))
    assert np.array_equal(first, second)
    assert not np.allclose(first, other)


def test_members_share_random_numbers_with_no_other_seed(train):
    def drawn(seed, members):
        found = train(seed=seed, members=members, bag=0.0, epochs=1).members
        return [member.arrays["U"].tolist() for member in found]

    first, second, alone = drawn(1, 2), drawn(2, 2), drawn(1, 1)
    assert first[0] == alone[0]
    assert len({str(weights) for weights in (*first, *second)}) == 4


def test_training_leaves_the_random_numbers_of_others_alone(train):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(epochs=1)
    assert torch.equal(torch.rand(3), expected)


def test_threads_are_as_many_as_asked_for_and_as_before_again(reviews):
    before, seen = torch.get_num_threads(), []
    settings = ClassifierSettings(size=4, hidden=4, epochs=1)
    train_classifier(*reviews, settings, threads=2, progress=lambda _: seen.append(torch.get_num_threads()))
    assert (seen, torch.get_num_threads()) == ([2], before)
    with pytest.raises(SettingError, match="threads is a whole number from 1"):
        train_classifier(*reviews, settings, threads=0)


def test_the_mixture_is_the_weighted_mean_of_its_parts(train, others):
    model = train(members=2, bag=0.3)
    read = [model.encode(text) for text in others[0]]
    lstms = [member.probabilities(read) for member in model.members]
    expected = 0.7 * np.mean(lstms, axis=0) + 0.3 * model.bag.probabilities(read)
    np.testing.assert_allclose(model.probabilities(others[0]), expected)
    assert not np.allclose(lstms[0], lstms[1])


def test_decisive_words_are_the_differences_without_them(classifier):
    text = "The lovely gadget: a phone!"
    why = decisive_words(classifier, text)
    assert [word for word, _ in why.words] == ["the", "lovely", "gadget", ":", "a", "phone", "!"]
    assert why.label == "good"
    assert why.strongest(1)[0][0] == "lovely"
    without = classifier.probabilities(["The gadget: a phone!"])[0, classifier.labels.index("good")]
    assert dict(why.words)["lovely"] == pytest.approx(np.log(why.probability) - np.log(without), abs=1e-6)
    against = decisive_words(classifier, text, "bad")
    assert dict(against.words)["lovely"] < 0
    assert decisive_words(classifier, "").words == [("", 0.0)]


def test_an_only_word_is_compared_with_no_word(classifier):
    why = decisive_words(classifier, "lovely")
    nothing = classifier.probabilities([""])[0, classifier.labels.index("good")]
    assert why.words == [("lovely", pytest.approx(np.log(why.probability) - np.log(nothing), abs=1e-6))]
    assert why.words[0][1] > 0.1
    assert decisive_words(classifier, "zzz").words == [("zzz", 0.0)]
    with pytest.raises(InputError, match="does not know the label 'fair'; it knows 'bad', 'good'"):
        decisive_words(classifier, "lovely", "fair")


def test_longer_texts_are_cut_off(train):
    model = train(longest=3)
    assert len(model.encode("a b c d e")) == 3
    assert np.array_equal(
        model.probabilities(["great great great bad"]), model.probabilities(["great great great"])
    )


def test_special_tokens_and_line_breaks_inside_texts_do_no_harm(train, reviews):
    texts = [text.replace(" ", "\n", 1) + " <s> \0 <unk>" for text in reviews[0]]
    model = train(texts=texts, labels=reviews[1])
    assert model.predict(["<unk> great\n\0phone </s>"]) == ["good"]


def test_three_classes(train):
    texts = ["red apple", "red rose", "green leaf", "green grass", "blue sky", "blue sea"] * 8
    labels = ["r", "r", "g", "g", "b", "b"] * 8
    for bag in (0.0, 1.0):
        model = train(texts=texts, labels=labels, bag=bag, epochs=15)
        assert model.labels == ["b", "g", "r"]
        assert model.predict(["red thing", "green thing", "blue thing"]) == ["r", "g", "b"]


def vectors(words, size=5, seed=0):
    return WordVectors(words, np.random.default_rng(seed).normal(size=(len(words), size)).astype(np.float32))


def test_it_begins_from_word_vectors_and_knows_their_words(train, reviews):
    given = vectors(["great", "phone", "stranger"])
    model = train(begin=given, embedding_rate=0.0)
    assert model.settings.size == 5
    rows = [model.tokenizer.token_id(word) for word in given.words]
    assert None not in rows
    kept = model.members[0].arrays["embedding"][rows]
    ratio = kept / given.vectors
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-5)  # as they were, but for their scale
    learned = train(begin=given, embedding_rate=1.0).members[0].arrays["embedding"][rows]
    assert not np.allclose(learned[:2], kept[:2])
    with pytest.raises(VocabularyError, match="no word of the texts has a vector"):
        train(begin=vectors(["none", "of", "these"]))


def test_words_that_only_the_vectors_know_stay_as_they_were(train):
    known = vectors(["great", "awful", "splendid"])
    model = train(begin=known)
    found = {
        word: model.members[0].arrays["embedding"][model.tokenizer.token_id(word)] for word in known.words
    }
    began = {word: known.vectors[place] for place, word in enumerate(known.words)}
    scale = float(found["splendid"] @ began["splendid"] / (began["splendid"] @ began["splendid"]))
    np.testing.assert_allclose(found["splendid"], scale * began["splendid"], rtol=1e-5)
    assert not np.allclose(found["great"], scale * began["great"], rtol=1e-3)


@pytest.fixture(scope="module")
def language_model(reviews):
    settings = NeuralSettings(network="lstm", size=8, layers=2, epochs=1, batch=2, steps=5, softmax="exact")
    return train_network_on_lines(reviews[0], settings, tokenizer="words", lowercase=True)


def test_it_begins_from_a_language_model(train, language_model):
    frozen = train(begin=language_model, layer_rate=0.0, epochs=2)
    shape = frozen.settings.encoder_shape
    assert (shape.size, shape.hidden, shape.layers, shape.directions) == (8, 8, 2, 1)
    ids = frozen.encode("a great phone")
    words = language_model.numbering.of(ids)[:, None]
    network = language_model.network
    expected, _ = network.remember(words, network.initial_state(1))
    member = frozen.members[0]
    found = member.encoder.read(member.arrays["embedding"][ids[:, None]], np.array([len(ids)]))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    learned = train(begin=language_model, layer_rate=0.5)
    assert not np.allclose(learned.members[0].arrays["encoder.layers.0.from_start.W_h"],
                           member.arrays["encoder.layers.0.from_start.W_h"])  # fmt: skip


def test_it_cuts_texts_as_the_language_model_does_and_so_does_who_begins_from_it(train, reviews):
    settings = NeuralSettings(network="lstm", size=4, layers=1, epochs=1, batch=2, steps=5, softmax="exact")
    model = train_network_on_lines(reviews[0], settings, tokenizer="whitespace")
    first = train(begin=model, epochs=1, bag=0.0)
    second = train(begin=first, epochs=1, bag=0.0)
    for each in (first, second):
        assert (each.settings.tokenizer, each.settings.lowercase) == ("whitespace", False)
        assert each.tokenizer.kind == "whitespace"
    pieces = train_network_on_lines(reviews[0], settings, tokenizer="bpe")
    with pytest.raises(
        SettingError, match="reads words, whitespace, characters, and this model's text is cut by bpe"
    ):
        train(begin=pieces)


def test_it_begins_from_a_classifier_of_other_texts(train, classifier):
    texts = ["a lovely novelty", "an awful novelty", "great novelty", "terrible novelty"]
    begun = train(texts=texts, labels=["+", "-"] * 2, begin=classifier, layer_rate=0.0, bag=0.0, epochs=40)
    assert begun.labels == ["+", "-"]
    assert begun.tokenizer.token_id("novelty") is not None
    before, after = classifier.members[0].arrays, begun.members[0].arrays
    assert np.array_equal(after["encoder.layers.0.from_end.W_h"], before["encoder.layers.0.from_end.W_h"])
    row, old = begun.tokenizer.token_id("works"), classifier.tokenizer.token_id("works")
    assert np.array_equal(after["embedding"][row], before["embedding"][old])
    # It tells words apart that only the other classifier has met.
    assert begun.predict(["works phone", "fails phone"]) == ["+", "-"]


def test_each_member_begins_from_another_one(train):
    three = train(members=3, bag=0.0, epochs=1)
    begun = train(begin=three, members=4, bag=0.0, layer_rate=0.0, epochs=1)
    name = "encoder.layers.0.from_end.W_h"
    for number, member in enumerate(begun.members):
        assert np.array_equal(member.arrays[name], three.members[number % 3].arrays[name])


def test_other_beginnings_are_refused(train, language_model, reviews):
    with pytest.raises(SettingError, match="word vectors, an LSTM or a classifier, got 'vectors'"):
        train(begin="vectors")
    rnn = train_network_on_lines(reviews[0], NeuralSettings(network="rnn", size=8, layers=1, epochs=1))
    with pytest.raises(SettingError, match="this model is a rnn"):
        train(begin=rnn)


def test_layers_are_unfrozen_one_by_one(reviews):
    settings = ClassifierSettings(size=6, hidden=5, layers=2, epochs=4, unfreeze=True, rate=0.01)
    begin = at_random(reviews[0], settings)
    network = new_network(begin, np.arange(len(begin.tokenizer)), 2, 1)
    read = [begin.tokenizer.encode(text) for text in reviews[0]]
    classes = np.array([label == "good" for label in reviews[1]]).astype(int)
    watched = {
        "U": "U", "above": "encoder.layers.1.from_end.W_h", "below": "encoder.layers.0.from_start.W_h",
        "words": "embedding",
    }  # fmt: skip
    before, changed = network.arrays(), []
    for _ in train_member(network, read, classes, seed=1):
        now = network.arrays()
        changed.append({name for name, key in watched.items() if not np.array_equal(before[key], now[key])})
        before = now
    assert changed == [{"U"}, {"U", "above"}, {"U", "above", "below"}, set(watched)]


@pytest.mark.parametrize("way", [Way(False, 1.0), Way(True, 0.3)])
def test_the_bag_is_the_logistic_regression_of_scikit_learn(way):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = ["a b c", "b c", "a a d", "d d b", "c a", "d b a"]
    classes = np.array([0, 0, 1, 1, 0, 1])
    words = {letter: number for number, letter in enumerate("abcd", start=3)}
    read = [np.array([words[word] for word in text.split()], dtype=np.int32) for text in texts]

    def ngrams(text):
        split = text.split()
        return [*split, *map(" ".join, pairwise(split))]

    holds = CountVectorizer(binary=True, analyzer=ngrams).fit_transform(texts).toarray()
    p, q = 1 + holds[classes == 1].sum(0), 1 + holds[classes == 0].sum(0)
    ratios = np.log((p / p.sum()) / (q / q.sum()))
    if way.idf:
        ratios *= np.log(7 / (1 + holds.sum(0))) + 1
    regression = LogisticRegression(C=way.strength, solver="liblinear").fit(holds * ratios, classes)
    bag, chosen = learn_bag(read, classes, 2, 7, 2, [way])
    assert chosen == way
    np.testing.assert_allclose(bag.probabilities(read), regression.predict_proba(holds * ratios), atol=1e-4)


@pytest.mark.parametrize("is_rare", [True, False])
def test_the_training_texts_choose_whether_rare_words_weigh_more(is_rare):
    random = np.random.default_rng(0)
    classes = np.arange(200) % 2
    # Either a common word mostly decides, beside rare ones that say nothing; or each text has a rare one that does.
    if is_rare:
        read = [[3 + 2 * random.integers(25) + of, *random.integers(60, 64, size=6)] for of in classes]
    else:
        read = [[3 + (of ^ (random.random() < 0.3)), *random.integers(20, 500, size=6)] for of in classes]
    texts = [np.array(text, dtype=np.int32) for text in read]
    bag, way = learn_bag(texts, classes, 2, 500, 1)
    assert way.idf == is_rare
    as_told, _ = learn_bag(texts, classes, 2, 500, 1, [way])
    assert np.array_equal(bag.weights, as_told.weights)
    assert learn_bag(texts[:8], classes[:8], 2, 500, 1)[1] == WAYS[0]  # too few to choose by


def test_ngrams_have_numbers_of_their_own():
    V = 5
    seen = {}
    for a in range(1, V):
        for b in range(1, V):
            for c in range(1, V):
                for key in ngram_keys(np.array([a, b, c], dtype=np.int32), V, 3).tolist():
                    parts = [(a,), (b,), (c,), (a, b), (b, c), (a, b, c)]
                    seen.setdefault(key, set(parts)).intersection_update(parts)
    assert len(seen) == 4 + 16 + 64
    assert all(seen.values())
    assert len(ngram_keys(np.array([0, 3, 0], dtype=np.int32), V, 3)) == 1


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ("pooling is one of", {"pooling": "sum"}),
        ("pooling is one of", {"pooling": "max+max"}),
        ("bag is a share", {"bag": 1.5}),
        ("rate is above 0", {"rate": 0}),
        ("hidden is a whole number", {"hidden": 0}),
        ("directions are 2", {"directions": 3}),
        ("word_dropout is a number", {"word_dropout": 1.0}),
        ("tokenizer is words", {"tokenizer": "bpe"}),
        ("unfreeze is true or false", {"unfreeze": 1}),
        ("no setting 'heden'", {"heden": 3}),
    ],
)
def test_settings_that_make_no_sense_are_refused(message, wrong):
    with pytest.raises(SettingError, match=message):
        ClassifierSettings.from_dict(wrong)


def test_texts_that_are_none_are_refused(train, classifier):
    with pytest.raises(InputError, match=r"try \[text\]"):
        classifier.predict("great")
    with pytest.raises(InputError, match="got 3 at place 1"):
        classifier.predict(["great", 3])
    with pytest.raises(InputError, match="all 2 texts are 'good'"):
        train(texts=["a", "b"], labels=["good", "good"])
    with pytest.raises(InputError, match="got 2 texts and 3 labels"):
        train(texts=["a", "b"], labels=["x", "y", "x"])


def test_what_no_file_can_hold_is_refused(train, classifier):
    with pytest.raises(InputError, match=r"labels are strings, got 1 at place 1; try str\(label\)"):
        train(texts=["a", "b"], labels=["x", 1])
    with pytest.raises(InputError, match="a label holds half a surrogate pair"):
        train(texts=["a", "b"], labels=["x", "\udc80"])
    with pytest.raises(InputError, match="the text at place 1 holds half a surrogate pair"):
        train(texts=["a", "b \udc80"], labels=["x", "y"])
    with pytest.raises(InputError, match="the text at place 0 holds half a surrogate pair"):
        classifier.predict(["\ud800"])


def test_a_bag_without_any_known_ngram_is_refused(train):
    with pytest.raises(
        VocabularyError, match="the 80 texts hold no known word, of 0; try a lower --min-count"
    ):
        train(min_count=100)
    assert train(min_count=100, bag=0.0, epochs=1).bag is None


def test_parts_that_do_not_fit_are_refused(classifier):
    arrays = classifier.members[0].arrays
    with pytest.raises(ModelFormatError, match="has 2 and a bag"):
        TextClassifier(
            classifier.settings, classifier.labels, classifier.tokenizer, [arrays, arrays], classifier.bag
        )
    with pytest.raises(ModelFormatError, match=r"U is float32 \(2, 32\)"):
        TextClassifier(classifier.settings, ["a", "b", "c"], classifier.tokenizer, [arrays], classifier.bag)


def test_answers_need_neither_torch_nor_scikit_learn(classifier, tmp_path):
    from nextword.store.classifiers import save_classifier

    save_classifier(classifier, tmp_path / "model")
    script = (
        "import sys; sys.modules['torch'] = sys.modules['sklearn'] = None; import nextword; "
        f"model = nextword.load_classifier({str(tmp_path / 'model')!r}); "
        "print(model.predict(['a great phone']), nextword.decisive_words(model, 'awful case').label)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "['good'] bad\n", done.stderr
