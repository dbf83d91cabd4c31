"""Spans: found as the conlleval script finds them, written in each scheme, and counted."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.spans.schemes import allowed_steps, find_scheme
from nextword.tasks.tagging.spans.scores import TagScores, score_table
from nextword.tasks.tagging.spans.spans import Span, find_spans, marks_spans, rewritten, write_spans

SCHEMES = ["bio", "iob1", "bioes"]


@st.composite
def spans_in_words(draw):
    """Spans that follow one another in a sentence, some of them touching."""
    spans, place = [], 0
    for _ in range(draw(st.integers(0, 5))):
        begin = place + draw(st.integers(0, 2))
        place = begin + draw(st.integers(1, 3))
        spans.append(Span(draw(st.sampled_from(["A", "B", "A-B"])), begin, place))
    return spans, place + draw(st.integers(0, 2))


@pytest.mark.parametrize("scheme", SCHEMES)
@given(made=spans_in_words())
def test_what_was_written_is_found_again(scheme, made):
    spans, length = made
    tags = write_spans(spans, length, scheme)
    assert len(tags) == length
    assert find_spans(tags) == spans


@given(made=spans_in_words(), first=st.sampled_from(SCHEMES), second=st.sampled_from(SCHEMES))
def test_schemes_lead_to_one_another(made, first, second):
    tags = write_spans(*made, first)
    assert rewritten(rewritten(tags, second), first) == tags


@pytest.mark.parametrize("scheme", SCHEMES)
@given(made=spans_in_words())
def test_written_tags_take_only_allowed_steps(scheme, made):
    tags = write_spans(*made, scheme)
    names = sorted(set(tags) | {"O"})
    follows, begins, ends = allowed_steps(names, scheme)
    ids = [names.index(tag) for tag in tags]
    assert all(follows[one, other] for one, other in itertools.pairwise(ids))
    assert not ids or (begins[ids[0]] and ends[ids[-1]])


@given(tags=st.lists(st.sampled_from(["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y"]), max_size=8))
def test_steps_are_forbidden_only_where_a_scheme_would_write_other_tags(tags):
    names = ["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"]
    follows, begins, ends = allowed_steps(names, "bioes")
    ids = [names.index(tag) for tag in tags]
    may_stand = all(follows[one, other] for one, other in itertools.pairwise(ids))
    if ids:
        may_stand = may_stand and bool(begins[ids[0]]) and bool(ends[ids[-1]])
    assert may_stand == (rewritten(tags, "bioes") == tags)


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        # Begun properly; begun by I-; gone on under another label, which begins a span too.
        (["B-X", "I-X"], [Span("X", 0, 2)]),
        (["I-X", "I-X"], [Span("X", 0, 2)]),
        (["O", "I-X", "I-Y"], [Span("X", 1, 2), Span("Y", 2, 3)]),
        (["B-X", "B-X"], [Span("X", 0, 1), Span("X", 1, 2)]),
        (["B-X", "O", "I-X"], [Span("X", 0, 1), Span("X", 2, 3)]),
        (["S-X", "I-X", "E-X", "I-X"], [Span("X", 0, 1), Span("X", 1, 3), Span("X", 3, 4)]),
        ([], []),
    ],
)
def test_spans_are_found_as_conlleval_finds_them(tags, spans):
    assert find_spans(tags) == spans


def conlleval(sentences):
    """Count as the conlleval script does, word by word: chunks there, found and right.

    A chunk is right where both sides begin it at one word, with one type, and end it at one word.
    """

    def ends(before, tag):
        (last, last_type), (now, now_type) = split(before), split(tag)
        return (last, now) in {("B", "B"), ("B", "O"), ("I", "B"), ("I", "O")} or (
            last != "O" and last_type != now_type
        )

    def starts(before, tag):
        (last, last_type), (now, now_type) = split(before), split(tag)
        return (last, now) in {("B", "B"), ("I", "B"), ("O", "B"), ("O", "I")} or (
            now != "O" and last_type != now_type
        )

    def split(tag):
        return (tag[0], tag[2:])

    there = found = right = 0
    last_true = last_found = "O"
    inside = False
    for true_tags, found_tags in sentences:
        for true, guess in zip(
            [*true_tags, "O"], [*found_tags, "O"], strict=True
        ):  # O: the script's boundary
            if inside:
                true_ends, guess_ends = ends(last_true, true), ends(last_found, guess)
                if true_ends and guess_ends and last_true[2:] == last_found[2:]:
                    inside, right = False, right + 1
                elif true_ends != guess_ends or true[2:] != guess[2:]:
                    inside = False
            true_starts, guess_starts = starts(last_true, true), starts(last_found, guess)
            if true_starts and guess_starts and true[2:] == guess[2:]:
                inside = True
            there, found = there + true_starts, found + guess_starts
            last_true, last_found = true, guess
    return there, found, right


TAG = st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"])


@given(st.lists(st.lists(st.tuples(TAG, TAG), max_size=8), max_size=4))
def test_any_tags_are_counted_as_the_conlleval_script_counts_them(pairs):
    sentences = [([one for one, _ in each], [other for _, other in each]) for each in pairs]
    scores = TagScores(spans=True)
    for true, found in sentences:
        scores.add(true, found)
    overall = scores.overall
    assert (overall.true, overall.found, overall.right) == conlleval(sentences)


def test_scores_are_those_worked_out_by_hand():
    # true  NP(0-2) VP(2-3) NP(3-4)      found  NP(0-2) VP(2-4)
    # One of two found is right, one of three there is found: P 1/2, R 1/3, F1 = 2 * 1 / (3 + 2).
    scores = TagScores(spans=True)
    scores.add(["B-NP", "I-NP", "B-VP", "B-NP"], ["B-NP", "I-NP", "B-VP", "I-VP"])
    overall = scores.overall
    assert (overall.true, overall.found, overall.right) == (3, 2, 1)
    assert (overall.precision, overall.recall, overall.f1) == (1 / 2, 1 / 3, 2 / 5)
    assert scores.accuracy == 3 / 4
    # NP: 1 right of 1 found and 2 there.  VP: 0 right of 1 found and 1 there.
    assert (scores.labels["NP"].precision, scores.labels["NP"].recall) == (1.0, 0.5)
    assert (scores.labels["VP"].precision, scores.labels["VP"].f1) == (0.0, 0.0)
    assert "NP" in score_table(scores)


def test_spans_in_a_broken_scheme_count_as_in_conlleval():
    # I-NP after O begins a span for conlleval: both sides have NP(1-2).
    scores = TagScores(spans=True)
    scores.add(["O", "B-NP", "O"], ["O", "I-NP", "O"])
    assert scores.overall.f1 == 1.0
    assert scores.accuracy == 2 / 3


def test_plain_tags_are_counted_word_by_word():
    scores = TagScores(spans=False)
    scores.add(["N", "V", "N"], ["N", "N", "N"])
    assert scores.accuracy == scores.measure == 2 / 3
    assert (scores.labels["N"].precision, scores.labels["N"].recall) == (2 / 3, 1.0)
    assert "found" not in scores.as_dict()


def test_sentences_of_other_lengths_are_refused():
    with pytest.raises(InputError, match="a sentence of 1 tags cannot be compared with 2"):
        TagScores(spans=True).add(["O"], ["O", "O"])


@pytest.mark.parametrize("spans", [[Span("X", 0, 2), Span("X", 1, 3)], [Span("X", 2, 4)], [Span("X", 1, 1)]])
def test_spans_that_do_not_fit_are_refused(spans):
    with pytest.raises(InputError, match="does not fit"):
        write_spans(spans, 3)


def sentence(*tags):
    words = tuple("w" for _ in tags)
    lines = tuple(f"w {tag}\n" for tag in tags)
    return Sentence(words=words, tags=tags, lines=lines, rows=tuple(range(len(tags))), source="f")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_of_a_file_is_found(scheme):
    spans = [Span("X", 0, 1), Span("X", 1, 3), Span("Y", 4, 6)]
    assert find_scheme([sentence(*write_spans(spans, 6, scheme))]) == scheme


def test_tags_that_mark_no_spans_have_no_scheme():
    assert find_scheme([sentence("NOUN", "VERB")]) is None
    assert find_scheme([sentence("I-X", "noun")]) is None
    assert not marks_spans(["B-", "O"])


@pytest.mark.parametrize(
    ("tags", "what"),
    [
        (("B-X", "O", "I-X"), r"f: line 3: I-X begins a span.*BIO has it; write B-X"),
        (("B-X", "E-X", "I-X", "E-X"), r"f: line 3: I-X begins a span.*BIOES has it; write B-X"),
        (("B-X", "O", "S-X"), r"f: line 1: B-X cannot stand here.*write S-X"),
    ],
)
def test_a_tag_that_breaks_the_scheme_is_named_with_its_line(tags, what):
    with pytest.raises(InputError, match=what):
        find_scheme([sentence(*tags)])
