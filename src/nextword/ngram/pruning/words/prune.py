"""Pruning by vocabulary."""

import numpy as np
from numpy.typing import NDArray

from nextword.errors import SettingError, VocabularyError
from nextword.ngram.automaton.automaton import Automaton
from nextword.ngram.model import NgramModel
from nextword.ngram.pruning.rebuilding.sound import check_sound
from nextword.ngram.pruning.record import smaller
from nextword.ngram.pruning.words.unknown import as_unknown
from nextword.text.byte_pair import BytePairTokenizer
from nextword.text.vocabulary import SPECIAL_TOKENS, VocabularyLimits


def prune_vocabulary(model: NgramModel, limits: VocabularyLimits) -> NgramModel:
    """Return a model of the words within some limits; what the others had becomes ``<unk>``'s.

    N-grams that hold a dropped word go. After every context of kept words, each kept word has the probability that
    it had, and ``<unk>`` that of itself and all dropped words together, so nothing has to be renormalised. Text is
    read with the smaller vocabulary; what follows a dropped word is judged as after any ``<unk>``.

    A size keeps the first words of the vocabulary, which are the most frequent (from ARPA, the likeliest). Listed
    words that the model lacks are passed over.

    Raises SettingError for pieces of words, which cannot be lost, for limits that limit nothing, and for a minimum
    count where the model has no counts; VocabularyError where no word would be left.

    >>> from nextword.ngram.train import train_on_lines
    >>> model = train_on_lines(["the cat sat", "the dog sat", "the owl sat"], order=2, smoothing="mle")
    >>> few = prune_vocabulary(model, VocabularyLimits(words=("the", "sat", "cat")))
    >>> [round(few.probability(word, after="the"), 3) for word in ("cat", "dog")]
    [0.333, 0.667]
    """
    if isinstance(model.tokenizer, BytePairTokenizer):
        raise SettingError(
            "a byte-pair vocabulary cannot lose tokens; prune by entropy, or train with a smaller --vocabulary-size"
        )
    check_sound(model)
    kept_words = _kept_words(model, limits)
    words = np.flatnonzero(kept_words)
    if len(words) == len(SPECIAL_TOKENS):
        raise VocabularyError(
            f"none of the {model.vocabulary_size - len(SPECIAL_TOKENS):,} words would be left; "
            "give a larger vocabulary, or words that the model knows"
        )
    if len(words) == model.vocabulary_size:
        return model
    return smaller(
        model,
        as_unknown(model.exact, kept_words),
        by="vocabulary",
        tokenizer=model.tokenizer.restrict(words),
        words_before=model.vocabulary_size,
        words=len(words),
    )


def _kept_words(model: NgramModel, limits: VocabularyLimits) -> NDArray[np.bool_]:
    """Return, (V,), which words are within the limits; special tokens always are."""
    if limits.is_open:
        raise SettingError("these limits keep every word; give a list, a size or a minimum count")
    specials = len(SPECIAL_TOKENS)
    kept = np.zeros(model.vocabulary_size, dtype=np.bool_)
    if limits.words is not None:
        ids = model.tokenizer.ids
        kept[[ids[word] for word in limits.words if word in ids]] = True
    else:
        kept[:] = _seen_enough(model.exact, limits.min_count)
        if limits.max_size is not None:
            kept[specials + np.flatnonzero(kept[specials:])[limits.max_size :]] = False
    kept[:specials] = True
    return kept


def _seen_enough(automaton: Automaton, min_count: int) -> NDArray[np.bool_]:
    if min_count == 1:
        return np.ones(automaton.vocabulary_size, dtype=np.bool_)
    if len(automaton.counts) == 0:
        raise SettingError(
            "the model has no counts, as one from an ARPA file; give a list of words or a vocabulary size"
        )
    return automaton.counts[1 : 1 + automaton.vocabulary_size] >= min_count
