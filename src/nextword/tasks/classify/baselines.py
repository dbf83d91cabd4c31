"""What a classifier has to be compared with: linear ones over counts of words, small and strong."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nextword.errors import MissingDependencyError
from nextword.tasks.classify.bag_learning import log_count_ratios
from nextword.text.word_level import WORD_OR_MARK

try:
    from scipy.sparse import csr_matrix
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC
except ImportError as error:
    raise MissingDependencyError(
        "baselines and folds need scikit-learn, which is not installed; try: pip install 'nextword[tasks]'"
    ) from error

Baseline = Callable[[Sequence[str], Sequence[str], Sequence[str]], list[str]]
"""From training texts, their labels and other texts to the labels of those."""
STRENGTH = 10.0
"""C of the logistic regression, ten times scikit-learn's own: better on all texts that were tried."""
MOST_STEPS = 5000
INTERPOLATION = 0.25
"""beta of Wang and Manning."""


class NBSVM(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """NB-SVM for two classes (Wang and Manning 2012): a linear SVM over log-count ratios, drawn to their mean.

    w' = (1 - beta) mean|w| + beta w; the bias is interpolated in the same way, between naive Bayes' and the SVM's,
    which the paper leaves at the SVM's: it makes no difference where classes are of one size.
    """

    def fit(self, X: Any, y: Any) -> "NBSVM":
        """Learn from which text holds which n-gram, (N, F), and classes 0 and 1, (N,)."""
        self.classes_ = np.unique(y)
        is_class = np.asarray(y) == self.classes_[-1]
        self.ratios_ = log_count_ratios(X, is_class)
        svm = LinearSVC(C=1.0, random_state=0, max_iter=MOST_STEPS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # so near its end that no answer changes
            svm.fit(csr_matrix(X.multiply(self.ratios_)), is_class)
        w, mean = svm.coef_[0], np.abs(svm.coef_[0]).mean()
        self.weights_ = self.ratios_ * ((1 - INTERPOLATION) * mean + INTERPOLATION * w)
        prior = np.log(is_class.sum() / (~is_class).sum())
        self.bias_ = (1 - INTERPOLATION) * mean * prior + INTERPOLATION * svm.intercept_[0]
        return self

    def decision_function(self, X: Any) -> Any:
        """Return how far each text lies on the side of the second class, (N,)."""
        return X @ self.weights_ + self.bias_

    def predict(self, X: Any) -> Any:
        """Return the class of each text, (N,)."""
        return self.classes_[(self.decision_function(X) > 0).astype(int)]


def tfidf_regression(texts: Sequence[str], labels: Sequence[str], others: Sequence[str]) -> list[str]:
    """Answer by tf-idf of words and pairs of words (ln tf + 1), and a logistic regression."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    regression = LogisticRegression(C=STRENGTH, max_iter=1000)
    return _answers(make_pipeline(vectorizer, regression), texts, labels, others)


def nb_svm(texts: Sequence[str], labels: Sequence[str], others: Sequence[str]) -> list[str]:
    """Answer by NB-SVM over which words, marks and pairs of them a text holds; one against all for many classes."""
    vectorizer = CountVectorizer(
        ngram_range=(1, 2), binary=True, token_pattern=WORD_OR_MARK, dtype=np.float64
    )
    return _answers(make_pipeline(vectorizer, OneVsRestClassifier(NBSVM())), texts, labels, others)


def _answers(pipeline: Any, texts: Sequence[str], labels: Sequence[str], others: Sequence[str]) -> list[str]:
    found = pipeline.fit(list(texts), np.array(labels, dtype=object).astype(str)).predict(list(others))
    return [str(label) for label in found]


BASELINES: dict[str, Baseline] = {
    "tf-idf, logistic regression": tfidf_regression,
    "NB-SVM": nb_svm,
}
