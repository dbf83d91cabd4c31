"""Measures, folds and baselines."""

import numpy as np
import pytest
from sklearn import metrics

from nextword.errors import InputError, SettingError
from nextword.tasks.classify.baselines import BASELINES, nb_svm
from nextword.tasks.classify.labelled import LabelledTexts
from nextword.tasks.classify.measures import measure
from nextword.tasks.classify.settings import ClassifierSettings
from nextword.tasks.classify.validation import cross_validate, stratified_folds


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_measures_are_those_of_scikit_learn(classes):
    random = np.random.default_rng(classes)
    labels = [f"class {number}" for number in range(classes)]
    truth = [labels[place] for place in random.integers(0, classes, 200)]
    answers = [word if random.random() < 0.6 else labels[0] for word in truth]
    found = measure(labels, truth, answers)
    assert found.texts == 200
    assert found.confusion.tolist() == metrics.confusion_matrix(truth, answers, labels=labels).tolist()
    assert found.accuracy == pytest.approx(metrics.accuracy_score(truth, answers))
    assert found.matthews == pytest.approx(metrics.matthews_corrcoef(truth, answers))
    assert found.macro_f1 == pytest.approx(metrics.f1_score(truth, answers, average="macro"))
    assert found.precision == pytest.approx(metrics.precision_score(truth, answers, average=None).tolist())
    assert found.recall == pytest.approx(metrics.recall_score(truth, answers, average=None).tolist())


def test_one_answer_to_all_says_nothing():
    found = measure(["x", "y"], ["x", "x", "y"], ["x", "x", "x"])
    assert (found.matthews, found.macro_f1) == (0, pytest.approx(0.4))
    assert (found.precision, found.recall) == ([pytest.approx(2 / 3), 0], [1, 0])


def labelled(reviews):
    texts, labels = reviews
    return LabelledTexts(texts, labels, [f"reviews: line {number}" for number in range(len(texts))])


def test_folds_answer_each_text_once_and_keep_shares(reviews):
    data = labelled(reviews)
    folds = list(stratified_folds(data, 4, seed=1))
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(len(data)))
    for train, test in folds:
        assert not set(train) & set(test)
        assert sum(data.labels[row] == "good" for row in test) == len(test) / 2


def test_cross_validation_reports_the_classifier_its_parts_and_both_baselines(reviews):
    settings = ClassifierSettings(size=8, hidden=6, epochs=4, rate=0.02)
    done = []
    reports = cross_validate(labelled(reviews), settings, folds=2, seeds=2, progress=done.append)
    assert [report.name for report in reports] == [
        "classifier",
        "its LSTM alone",
        "its bag alone",
        *BASELINES,
    ]
    assert done == [1] * 4
    for report in reports:
        assert report.confusion.sum() == 2 * len(reviews[0])
        assert len(report.fold_accuracies) == 4
        assert report.mean("accuracy") == pytest.approx(np.mean([each.accuracy for each in report.seeds]))
    assert reports[0].mean("accuracy") > 0.8
    alone = cross_validate(
        labelled(reviews), ClassifierSettings(bag=0, size=8, hidden=6, epochs=1), folds=2, seeds=1
    )
    assert [report.name for report in alone] == ["classifier", *BASELINES]


def test_whoever_learns_is_given_the_training_texts_alone(reviews, classifier):
    seen = []

    def learn(texts, labels, seed):
        seen.append((list(texts), list(labels), seed))
        return classifier

    cross_validate(labelled(reviews), ClassifierSettings(seed=5), learn=learn, folds=4, seeds=2)
    assert [seed for *_, seed in seen] == [5] * 4 + [6] * 4
    assert all(len(texts) == len(labels) == len(reviews[0]) * 3 / 4 for texts, labels, _ in seen)


def test_folds_that_cannot_be_cut_are_refused(reviews):
    data = labelled(reviews)
    with pytest.raises(SettingError, match="at least 2 folds, got 1"):
        list(stratified_folds(data, 1, seed=1))
    with pytest.raises(InputError, match="a class has 40 texts, fewer than the 41 folds; give --folds 40"):
        list(stratified_folds(data, 41, seed=1))
    with pytest.raises(SettingError, match="at least 1 seed, got 0"):
        cross_validate(data, ClassifierSettings(), seeds=0)


def test_folds_are_cut_by_any_seed_that_settings_have(reviews):
    folds = [str(list(stratified_folds(labelled(reviews), 2, seed))) for seed in (1 << 62, (1 << 62) + 1)]
    assert folds[0] != folds[1]


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_learn_what_is_easy(name, reviews, others):
    found = BASELINES[name](*reviews, others[0])
    assert np.mean(np.array(found) == others[1]) > 0.95


def test_nb_svm_is_the_formula_of_the_paper(reviews, others):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.svm import LinearSVC

    from nextword.text.word_level import WORD_OR_MARK

    texts, labels = reviews
    is_good = np.array(labels) == "good"
    vectorizer = CountVectorizer(ngram_range=(1, 2), binary=True, token_pattern=WORD_OR_MARK, dtype=float)
    f, test = vectorizer.fit_transform(texts).toarray(), vectorizer.transform(others[0]).toarray()
    p, q = 1 + f[is_good].sum(0), 1 + f[~is_good].sum(0)
    r = np.log((p / np.abs(p).sum()) / (q / np.abs(q).sum()))
    svm = LinearSVC(C=1.0, random_state=0).fit(f * r, is_good)
    w = 0.75 * np.abs(svm.coef_[0]).mean() + 0.25 * svm.coef_[0]
    expected = (test * r) @ w + 0.25 * svm.intercept_[0] > 0  # classes of one size: naive Bayes has no bias
    assert nb_svm(texts, labels, others[0]) == ["good" if each else "bad" for each in expected]


def test_nb_svm_tells_more_than_two_classes_apart():
    texts = ["red apple", "red rose", "green leaf", "green grass", "blue sky", "blue sea"] * 3
    labels = ["r", "r", "g", "g", "b", "b"] * 3
    assert nb_svm(texts, labels, ["red thing", "green thing", "blue thing"]) == ["r", "g", "b"]
