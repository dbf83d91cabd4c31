"""How good a tagger is on sentences whose tags are known."""

from collections import Counter
from collections.abc import Sequence

from nextword.errors import InputError, shown
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.model import SequenceTagger
from nextword.tasks.tagging.spans.schemes import find_scheme
from nextword.tasks.tagging.spans.scores import TagScores
from nextword.tasks.tagging.spans.spans import OUTSIDE, Scheme, find_spans, marks_spans, rewritten
from nextword.tasks.tagging.training.choosing import with_words


def score_tags(tagger: SequenceTagger, sentences: Sequence[Sentence]) -> TagScores:
    """Return how good a tagger's tags are; spans are answered in the scheme of the sentences, where they have one."""
    scores = TagScores(spans=tagger.scheme is not None)
    scheme = None if tagger.scheme is None else _scheme_of(sentences)
    found = tagger.tag([each.words for each in sentences], [each.features for each in sentences])
    for sentence, tags in zip(sentences, found, strict=True):
        scores.add(sentence.tags or (), tags if scheme is None else rewritten(tags, scheme))
    return scores


def evaluate_tagger(tagger: SequenceTagger, sentences: Sequence[Sentence]) -> tuple[TagScores, Counter[str]]:
    """Return a tagger's scores, and how often words have a tag, or for spans a label, that it does not know.

    Raises InputError where there are no words, a word without a tag, or for a tagger of spans a tag that marks none.
    """
    judged = with_words(sentences, "evaluation")
    check_spans(tagger, judged)
    scores = score_tags(tagger, judged)
    true = [tag for sentence in judged for tag in sentence.tags or ()]
    if tagger.scheme is None:
        return scores, Counter(tag for tag in true if tag not in tagger.lexicon.tag_ids)
    known = {span.label for span in find_spans(tagger.tags)}
    labels = (tag.partition("-")[2] for tag in true if tag != OUTSIDE)
    return scores, Counter(label for label in labels if label not in known)


def check_spans(tagger: SequenceTagger, sentences: Sequence[Sentence]) -> None:
    """Raise InputError where a tagger finds spans, and tags of the sentences mark none."""
    if tagger.scheme is None:
        return
    tags = dict.fromkeys(tag for sentence in sentences for tag in sentence.tags or ())
    others = [tag for tag in tags if tag != OUTSIDE and not marks_spans([tag])]
    if others:
        raise InputError(
            "this tagger finds spans, and the sentences have tags that mark none, such as "
            f"{' and '.join(map(shown, others[:2]))}; name the column whose tags mark spans, or another tagger"
        )


def _scheme_of(sentences: Sequence[Sentence]) -> Scheme | None:
    """Return the scheme of the sentences' tags; None where they have none, or break it."""
    try:
        return find_scheme(sentences)
    except InputError:
        return None
