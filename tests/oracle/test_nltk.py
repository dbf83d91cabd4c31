"""Maximum likelihood, additive smoothing and stupid backoff as NLTK computes them."""

import math

import pytest
from nltk.lm import MLE, Lidstone, StupidBackoff, Vocabulary
from nltk.lm.preprocessing import pad_both_ends, padded_everygram_pipeline
from nltk.util import everygrams, ngrams

from nextword.ngram.estimation.smoothing import Additive, MaximumLikelihood
from nextword.ngram.estimation.smoothing import StupidBackoff as OurStupidBackoff
from nextword.ngram.train import train_on_lines


class Predictable(Vocabulary):
    """NLTK's vocabulary, without counting <s>: it is given, never predicted, so it shares in no probability."""

    def __len__(self):
        return super().__len__() - 1


def nltk_model(kind, lines, order, *arguments):
    train, words = padded_everygram_pipeline(order, [line.split() for line in lines])
    model = kind(*arguments, order=order, vocabulary=Predictable(list(words), unk_label="<unk>"))
    model.fit(train)
    return model


def contexts_of(lines, order):
    padded = [pad_both_ends(line.split(), n=order) for line in lines]
    found = {gram[:-1] for line in padded for gram in ngrams(line, order) if "</s>" not in gram[:-1]}
    return sorted(found)[:120]


def our_row(model, context):
    """The distribution after a context in NLTK's form, where n - 1 <s> stand before a sentence."""
    words = [word for word in context if word != "<s>"]
    state = model.initial_state() if "<s>" in context else model.empty_state()
    return model.log_probs(model.read(model.tokenizer.encode(" ".join(words)), state))[0]


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ((MLE,), MaximumLikelihood()),
        ((Lidstone, 1.0), Additive()),
        ((Lidstone, 0.2), Additive(delta=0.2)),
    ],
    ids=["mle", "laplace", "lidstone"],
)
def test_every_probability_is_nltks(lines, order, theirs, ours):
    kind, *arguments = theirs
    oracle = nltk_model(kind, lines, order, *arguments)
    model = train_on_lines(lines, order, ours)
    for context in contexts_of(lines, order):
        row = our_row(model, context)
        for word in model.tokenizer.tokens:
            if word != "<s>":
                wanted = oracle.score(word, context)
                assert math.exp(row[model.tokenizer.ids[word]]) == pytest.approx(wanted, abs=1e-9), (
                    context,
                    word,
                )


def test_lidstone_is_uniform_after_an_unseen_context_in_both(lines):
    oracle = nltk_model(Lidstone, lines, 3, 0.5)
    model = train_on_lines(lines, 3, Additive(delta=0.5))
    words = model.tokenizer.tokens[3:]
    pairs = [(one, two) for one in words for two in words if oracle.counts[3][one, two].N() == 0]
    assert pairs, "the text is too rich for this test"
    for context in [*pairs, ("cat", "unicorn")]:
        row = our_row(model, context)
        for word in ("the", "cat", "<unk>", "</s>"):
            assert math.exp(row[model.tokenizer.ids[word]]) == pytest.approx(
                oracle.score(word, context), abs=1e-9
            )


def nltk_stupid_backoff(lines, order, alpha):
    """NLTK's model on sentences with one <s> and one </s>; its own padding adds N - 1 of each to every count."""
    sentences = [["<s>", *line.split(), "</s>"] for line in lines]
    grams = [[gram for gram in everygrams(words, max_len=order) if gram != ("<s>",)] for words in sentences]
    model = StupidBackoff(
        alpha, order=order, vocabulary=Vocabulary({w for words in sentences for w in words})
    )
    model.fit(grams)
    return model


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("alpha", [0.4, 0.7])
def test_stupid_backoff_is_nltks(lines, order, alpha):
    """Equal, but for two choices: a word never seen scores 0 in NLTK, and a context never seen costs alpha there."""
    oracle = nltk_stupid_backoff(lines, order, alpha)
    model = train_on_lines(lines, order, OurStupidBackoff(alpha=alpha))
    words = model.tokenizer.tokens[3:]
    contexts = [("<s>",), *zip(words[::2], words[1::2], words[2::2], strict=False)]
    contexts += [tuple(line.split()[:3]) for line in lines[:40]]
    for context in contexts:
        history = context[max(0, len(context) - order + 1) :]
        unseen = sum(oracle.counts[len(part) + 1][part].N() == 0 for part in suffixes(history))
        row = our_row(model, context)
        for word in [*words, "</s>"]:
            ours = math.exp(row[model.tokenizer.ids[word]])
            assert oracle.unmasked_score(word, history) == pytest.approx(ours * alpha**unseen, abs=1e-9)
        assert oracle.unmasked_score("unicorn", history) == 0 < math.exp(row[0])


def suffixes(context):
    return [context[begin:] for begin in range(len(context))]
