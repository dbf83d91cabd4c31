import bz2
import gzip
import io
import lzma
import math
import random
import sys
from itertools import pairwise

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from arpa_samples import SMALL, written
from nextword.errors import ModelFormatError
from nextword.lm import check_language_model
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.arpa.parsing.kernels import parse_number
from nextword.ngram.estimation.smoothing import Additive, MaximumLikelihood, ModifiedKneserNey
from nextword.ngram.train import train_on_lines
from support import small_lines


@pytest.fixture
def read(tmp_path):
    """A function that reads a text as an ARPA file."""

    def read_text(text: str | bytes):
        path = tmp_path / "model.arpa"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_arpa(path)

    return read_text


def log10s(model, sentence: str) -> list[float]:
    ids = np.append(model.tokenizer.encode(sentence), np.int32(2))
    return (model.token_log_probs([ids])[0] / math.log(10)).tolist()


def by_definition(text: str, sentence: str) -> list[float]:
    """Score each word of a sentence by the definition of a back-off model, from the lines of its file."""
    known, backoffs, order = {}, {}, 0
    for line in text.splitlines():
        if line.startswith("\\") and "grams" in line:
            order = int(line.strip("\\").split("-")[0])
        elif order and line and not line.startswith("\\"):
            log10, *words = line.split()
            ngram = tuple(words[:order])
            known[ngram] = float(log10)
            backoffs[ngram] = float(words[order]) if len(words) > order else 0.0
    history, scores = ["<s>"], []
    for word in [*sentence.split(), "</s>"]:
        word = word if (word,) in known else "<unk>"
        score = 0.0
        for begin in range(max(0, len(history) - order + 1), len(history) + 1):
            context = tuple(history[begin:])
            if (*context, word) in known:
                score += known[(*context, word)]
                break
            score += backoffs.get(context, 0.0)
        scores.append(score)
        history.append(word)
    return scores


def test_every_number_arrives(read):
    model = read(SMALL)
    # Words by falling probability, since the lines are not sorted as nextword sorts them.
    assert model.tokenizer.tokens == ["<unk>", "<s>", "</s>", "b", "a"]
    assert model.settings == {
        "order": 3, "source": "arpa", "unknown_word_added": False, "ngrams_added": 0, "scores": True,
    }  # fmt: skip
    assert len(model.automaton.counts) == 0
    assert model.automaton.ngrams == [5, 4, 2]
    assert log10s(model, "b a") == pytest.approx([-0.1, -0.05, -0.25 - 0.7])
    assert log10s(model, "a b") == pytest.approx([-0.5 - 0.5, -0.3, -0.06])
    assert log10s(model, "zebra") == pytest.approx([-0.5 - 1, -0.7])
    for sentence in ("b a b a", "a a b", "zebra b", ""):
        assert log10s(model, sentence) == pytest.approx(by_definition(SMALL, sentence))


def test_equally_likely_words_go_by_their_bytes(read):
    text = (
        SMALL.replace("-0.4\tb", "-0.5\té")
        .replace("-0.5\ta", "-0.5\tz")
        .replace(" a", " z")
        .replace("a ", "z ")
    )
    assert read(text.replace(" b", " é").replace("b ", "é ").replace("\tb", "\té")).tokenizer.tokens[3:] == [
        "z",
        "é",
    ]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "smoothing",
    [ModifiedKneserNey(), Additive(delta=0.3), MaximumLikelihood()],
    ids=lambda method: method.name,
)
def test_a_round_trip_changes_nothing(lines, tmp_path, order, smoothing):
    model = train_on_lines(lines, order, smoothing)
    write_arpa(model, tmp_path / "model.arpa")
    read = read_arpa(tmp_path / "model.arpa")
    assert written(read) == written(model)
    assert read.tokenizer.same_vocabulary(model.tokenizer)
    for name in ("starts", "words", "children", "suffixes"):
        assert np.array_equal(getattr(read.automaton, name), getattr(model.automaton, name))
    stream = np.concatenate(
        [np.append(model.tokenizer.encode(line + " zebra"), np.int32(2)) for line in lines]
    )
    both = read.stream_log_probs(stream), model.stream_log_probs(stream)
    assert np.allclose(*both, rtol=0, atol=1e-6)


@given(small_lines, st.integers(1, 5), st.sampled_from([(), (0, 1), (0, 0, 1)]), st.randoms())
def test_the_order_of_lines_does_not_matter(tmp_path_factory, lines, order, prune, chance):
    model = train_on_lines(lines, order, prune=prune[:order])
    path = tmp_path_factory.getbasetemp() / "shuffled.arpa"
    write_arpa(model, path)
    assert written(read_arpa(path)) == path.read_bytes()
    sections = path.read_text().split("\n\n")
    for place in range(1, order + 1):
        title, *entries = sections[place].splitlines()
        chance.shuffle(entries)
        sections[place] = "\n".join([title, *entries])
    path.write_text("\n\n".join(sections))
    read = read_arpa(path)
    assert sorted(written(read).splitlines()) == sorted(written(model).splitlines())
    for sentence in [*lines, "e d c b a", "zebra a zebra b"]:
        assert log10s(read, sentence) == pytest.approx(log10s(model, sentence), abs=1e-6)


def test_a_model_that_was_read_keeps_the_contract(model, tmp_path):
    write_arpa(model, tmp_path / "model.arpa")
    check_language_model(read_arpa(tmp_path / "model.arpa"), tolerance=1e-5)


def with_gaps(text: str, chance: random.Random, kept: float) -> str:
    """Drop lines above order 1 at random, so that contexts and suffixes of others are missing."""
    sections = [section.splitlines() for section in text.split("\n\n")]
    for section in sections[2:-1]:
        section[1:] = [line for line in section[1:] if chance.random() < kept]
    sections[0][1:] = [
        f"ngram {order}={len(section) - 1}" for order, section in enumerate(sections[1:-1], start=1)
    ]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


@pytest.mark.parametrize("seed", range(5))
def test_ngrams_that_are_left_out_change_no_score(lines, read, seed):
    order = 3 + seed % 3
    text = with_gaps(written(train_on_lines(lines, order)).decode(), random.Random(seed), 0.5)
    model = read(text)
    assert model.settings["ngrams_added"] > 0
    for line in [*lines[:100], "the zebra sat", "on the mat on the mat zebra cat"]:
        assert log10s(model, line) == pytest.approx(by_definition(text, line), abs=1e-6)
    # The other paths through the automaton agree with the plain walk; only sums to one are lost with the lines.
    model.is_distribution = False
    tokens = model.tokenizer.encode("the cat sat on the mat")
    state = model.initial_state()
    for token in tokens:
        row = model.log_probs(state)[0]
        best, scores = model.top_k(state, 7)
        assert np.allclose(row[best[0]], scores[0])
        assert np.allclose(np.sort(row)[::-1][:7], scores[0])
        state = model.advance(state, np.array([token]))
    assert written(read(written(model))) == written(model)


def test_whole_chains_of_contexts_are_filled_in(read):
    text = SMALL.replace("ngram 3=2\n", "ngram 3=0\nngram 4=0\nngram 5=1\n")
    text = (
        text[: text.index("\\3-grams:")]
        + "\\3-grams:\n\n\\4-grams:\n\n\\5-grams:\n-0.5\ta b a b a\n\n\\end\\\n"
    )
    model = read(text)
    assert model.automaton.ngrams == [5, 4, 2, 1, 1]
    assert model.settings["ngrams_added"] == 3  # with <s> b </s>, for the back-off of <s> b
    assert log10s(model, "a b a b a") == pytest.approx(by_definition(text, "a b a b a"))


def test_forms_that_other_toolkits_write(read):
    scores = log10s(read(SMALL), "a b a zebra")
    for text in (
        SMALL.replace("\n", "\r\n"),
        "\n# made by hand\n\n" + SMALL,
        "\ufeff" + SMALL,
        SMALL.replace("<unk>", "<UNK>"),
        SMALL.replace("\t", " "),
        SMALL.replace("-0.5", "-5e-1")
        .replace("-0.25", "-.25")
        .replace("-1\t<", "-1.\t<")
        .replace("-0.2\t", "-2E-01\t"),
        SMALL.replace("0\t<s>", "-99\t<s>"),
        SMALL.replace("b </s>\n", "b </s>\t0\n"),
        SMALL.replace("\n\n\\", "\n\\"),
        SMALL.replace("ngram 1=5", "ngram  1 = 5"),
        SMALL + "\n \n",
        SMALL.removesuffix("\n"),
    ):
        model = read(text)
        assert log10s(model, "a b a zebra") == pytest.approx(scores, abs=1e-12), text
        assert model.automaton.log_probs[2] == -np.inf


def test_a_file_without_unknown_word_gets_one(read):
    model = read(SMALL.replace("-1\t<unk>\n", "").replace("1=5", "1=4"))
    assert model.settings["unknown_word_added"]
    assert log10s(model, "zebra") == pytest.approx([-100.5, -0.7])
    assert log10s(read(SMALL.replace("-1\t<unk>", "-100\t<unk>")), "zebra") == pytest.approx([-100.5, -0.7])
    assert written(read(written(model))) == written(model)


def test_minus_99_is_a_probability_of_zero(read):
    model = read(SMALL.replace("-0.3\ta b\t-1", "-99\ta b\t-99").replace("-1\t<unk>", "-99\t<unk>"))
    assert log10s(model, "a b") == pytest.approx([-1, -np.inf, -0.06])
    assert log10s(model, "zebra") == pytest.approx([-np.inf, -0.7])


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress], ids="gbxz"
)
def test_compression_is_told_by_the_first_bytes(read, pack):
    assert written(read(pack(SMALL.encode()))) == written(read(SMALL))
    with pytest.raises(ModelFormatError, match=r"model\.arpa"):
        read(pack(SMALL.encode())[:-12])


def test_standard_input_and_progress(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode())))
    told = []
    assert read_arpa("-", progress=told.append).order == 3
    assert sum(told) == len(SMALL)


def test_blocks_and_tables_grow_and_join(tmp_path, monkeypatch):
    text = [f"w{number} w{number // 2} w{number % 7}" for number in range(9000)]
    model = train_on_lines(text, 3)
    write_arpa(model, tmp_path / "model.arpa")
    monkeypatch.setattr(
        "nextword.ngram.arpa.parsing.source._LIMITS",
        type(sys.modules["nextword.ngram.arpa.parsing.source"]._LIMITS)(block_size=1000, max_line_bytes=500),
    )
    monkeypatch.setattr("nextword.text.unpacking.CHUNK", 700)
    assert written(read_arpa(tmp_path / "model.arpa")) == written(model)


def numbers():
    finite = st.floats(allow_nan=False, allow_infinity=False)
    return st.one_of(
        finite.map(repr),
        finite.map("{:.7f}".format),
        st.from_regex(r"[-+]?[0-9]{0,25}\.?[0-9]{1,25}", fullmatch=True),
    )


@given(numbers())
def test_numbers_are_read_to_the_last_bits(written_number):
    text = np.frombuffer(written_number.strip().encode() + b"\n", dtype=np.uint8)
    wrong, value = parse_number(text, 0, len(text) - 1)
    expected = float(written_number)
    if wrong:  # the largest floats of all may overflow
        assert abs(expected) > 1e307
    elif abs(expected) > 1e-290:
        assert value == pytest.approx(expected, rel=1e-14)


@given(st.text("0123456789.-+eEinfa \t\n", max_size=8))
def test_other_texts_are_no_numbers(text):
    data = np.frombuffer(text.encode() + b"\n", dtype=np.uint8)
    wrong, _ = parse_number(data, 0, len(data) - 1)
    try:
        is_number = math.isfinite(float(text)) and text == text.strip() and "_" not in text
    except ValueError:
        is_number = False
    assert (wrong == 0) == is_number


def test_ids_fall_with_probability(lines, tmp_path):
    text = written(train_on_lines(lines, 2)).decode()
    sections = text.split("\n\n")
    for place in (1, 2):
        title, *entries = sections[place].splitlines()
        sections[place] = "\n".join([title, *entries[::-1]])
    (tmp_path / "model.arpa").write_text("\n\n".join(sections))
    log_probs = read_arpa(tmp_path / "model.arpa").automaton.log_probs
    assert all(left >= right for left, right in pairwise(log_probs[4 : 4 + 14]))
