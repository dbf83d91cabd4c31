"""Train an n-gram model on counts, without the text."""

from collections.abc import Callable, Sequence

from nextword.errors import SettingError
from nextword.ngram.counting.counted import CountedText
from nextword.ngram.counting.merging.merge import with_limits, with_vocabulary
from nextword.ngram.estimation.estimate import check_thresholds
from nextword.ngram.estimation.smoothing import Smoothing, as_smoothing, check_held_out
from nextword.ngram.model import NgramModel
from nextword.ngram.train import estimate_model, read_held_out
from nextword.text.corpus import Source
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import VocabularyLimits


def train_on_counts(
    counted: CountedText,
    order: int | None = None,
    smoothing: Smoothing | str | None = None,
    *,
    held_out: Sequence[Source] | None = None,
    prune: Sequence[int] = (),
    limits: VocabularyLimits | None = None,
    vocabulary: Tokenizer | None = None,
    progress: Callable[[str], None] | None = None,
) -> NgramModel:
    """Estimate an n-gram model from counts: the very model that `train_ngram` makes of the text.

    ``order`` may be lower than that of the counts. ``limits`` make rare words ``<unk>``, or ``vocabulary`` all words
    that another model's tokenizer lacks. ``held_out`` is text on which Jelinek-Mercer smoothing fits its weights.

    Raises SettingError for settings that make no sense, VocabularyError for a vocabulary that the counts, limited
    themselves, cannot be read in.

    >>> from nextword.ngram.counting.counted import count_lines
    >>> counted = count_lines(["the cat sat", "the cat ran"], order=3)
    >>> train_on_counts(counted, 2, "mle").probability("sat", after="cat")
    0.5
    """
    say = progress or (lambda _: None)
    smoothing = as_smoothing(smoothing)
    check_held_out(smoothing, held_out)
    counted = counted.cut_to(order)
    check_thresholds(prune, counted.order)
    if counted.tokenizer.kind == "bpe" and any(prune[:1]):
        raise SettingError(
            f"a byte-pair vocabulary cannot lose tokens; prune from order 2 up, got {list(prune)}"
        )
    if limits is not None and not limits.is_open:
        say("limiting the vocabulary")
        counted = with_limits(counted, limits)
    if vocabulary is not None:
        counted = with_vocabulary(counted, vocabulary)
    held_out_ids = None if held_out is None else read_held_out(held_out, counted.tokenizer)
    say("estimating")
    return estimate_model(counted.tree, counted.tokenizer, smoothing, held_out=held_out_ids, prune=prune)
