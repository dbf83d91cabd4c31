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
from support import small_lines

from nextword.errors import InputError, ModelFormatError
from nextword.lm import check_language_model
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.arpa.parsing.kernels import parse_number
from nextword.ngram.estimation.smoothing import Additive, MaximumLikelihood, ModifiedKneserNey
from nextword.ngram.train import train_on_lines

SMALL = """\\data\\
ngram 1=5
ngram 2=4
ngram 3=2

\\1-grams:
-1\t<unk>
0\t<s>\t-0.5
-0.7\t</s>
-0.5\ta\t-0.25
-0.4\tb\t-0.125

\\2-grams:
-0.2\tb </s>
-0.1\t<s> b\t-0.75
-0.3\ta b\t-1
-0.6\tb a

\\3-grams:
-0.05\t<s> b a
-0.06\ta b </s>

\\end\\
"""


@pytest.fixture
def read(tmp_path):
    """A function that reads a text as an ARPA file."""

    def read_text(text: str | bytes):
        path = tmp_path / "model.arpa"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_arpa(path)

    return read_text


def written(model) -> bytes:
    file = io.BytesIO()
    write_arpa(model, file)
    return file.getvalue()


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
        "order": 3, "source": "arpa", "unknown_word_added": False, "contexts_added": 0,
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
    assert model.settings["contexts_added"] > 0
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
    assert model.automaton.ngrams == [5, 4, 1, 1, 1]
    assert model.settings["contexts_added"] == 2
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
        .replace("-1\t", "-1.\t")
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
    assert read_arpa("-", told.append).order == 3
    assert sum(told) == len(SMALL)


def test_blocks_and_tables_grow_and_join(tmp_path, monkeypatch):
    text = [f"w{number} w{number // 2} w{number % 7}" for number in range(9000)]
    model = train_on_lines(text, 3)
    write_arpa(model, tmp_path / "model.arpa")
    monkeypatch.setattr(
        "nextword.ngram.arpa.parsing.source._LIMITS",
        type(sys.modules["nextword.ngram.arpa.parsing.source"]._LIMITS)(block_size=1000, max_line_bytes=500),
    )
    monkeypatch.setattr("nextword.ngram.arpa.parsing.source._CHUNK", 700)
    assert written(read_arpa(tmp_path / "model.arpa")) == written(model)


WRONG = [
    ("ngram 2=4", "ngram 2=5", 19, "says that there are 5 2-grams, but the section ends after 4"),
    ("ngram 2=4", "ngram 2=3", 17, "there are more"),
    ("ngram 1=5", "ngram 1=4", 11, "there are more"),
    ("ngram 3=2", "ngram 3=1000000000000", 22, "1,000,000,000,000 3-grams"),
    ("ngram 1=5", "ngram 1=1000000000000", 12, "1,000,000,000,000 1-grams"),
    ("ngram 3=2", "ngram 3=" + "9" * 5000, 4, "expected a line like"),
    ("ngram 2=4", "ngram 3=4", 3, "expected ngram 2="),
    ("ngram 2=4\n", "", 3, "expected ngram 2="),
    ("ngram 2=4", "ngram 2=-4", 3, "expected a line like"),
    ("\\data\\\n", "", 1, "begins with"),
    ("\\end\\\n", "", 22, "cut short"),
    ("\\end\\", "\\end", 23, "expected"),
    ("\\2-grams:", "\\3-grams:", 13, "expected"),
    ("\\1-grams:", "\\2-grams:", 6, "expected"),
    ("\\end\\\n", "\\end\\\nmore\n", 24, "behind"),
    ("-0.5\ta", "0.5\ta", 10, "positive"),
    ("-0.5\ta", "nan\ta", 10, "not a finite"),
    ("-0.5\ta", "-inf\ta", 10, "not a finite"),
    ("-0.5\ta", "-1e999\ta", 10, "not a finite"),
    ("-0.5\ta", "-0.5x\ta", 10, "not a number"),
    ("-0.5\ta", "-\ta", 10, "not a number"),
    ("-0.5\ta", "-1e\ta", 10, "not a number"),
    ("-0.5\ta", "1.2.3\ta", 10, "not a number"),
    ("\t-0.25", "\tnan", 10, "not a finite"),
    ("\t-0.25", "\t1e300", 10, "above 99"),
    ("\t-0.25", "\t-0.25\tb", 10, "behind the back-off"),
    ("a b\t-1", "a c\t-1", 16, "'c' is not among the 1-grams"),
    ("a b\t-1", "a b b\t-1", 16, "'b' is not a number"),
    ("b </s>\n-0.1", "b\n-0.1", 14, "too early"),
    ("-0.3\ta b\t-1", "-0.3", 16, "too early"),
    ("-0.5\ta\t", "-0.5\t", 10, "behind the back-off|stands"),
    ("-0.6\tb a", "-0.6\t<s> b", 17, "'<s> b' stands on line 15 already"),
    ("-0.06\ta b </s>", "-0.06\t<s> b a", 21, "'<s> b a' stands on line 20 already"),
    ("-0.5\ta", "-0.5\tb", 11, "stands twice"),
    ("-0.5\ta", "-0.5\t<UNK>", 10, "stands twice"),
    ("-0.05\t<s> b a", "-0.05\t<s> b a\t-1", 20, "highest order"),
    ("\t<s>\t", "\ts\t", 15, "'<s>' is not among"),
    ("-0.5\ta", "-0.5\t\0", 10, "NUL"),
    ("ngram 1=5", "ngram 1=0", 7, "there are more"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), WRONG)
def test_what_is_wrong_is_named_by_line(read, old, new, line, message):
    assert old in SMALL
    with pytest.raises(ModelFormatError, match=message) as caught:
        read(SMALL.replace(old, new, 1))
    assert f"model.arpa: line {line}" in str(caught.value)
    with pytest.raises(ModelFormatError) as caught_again:
        read(SMALL.replace(old, new, 1).replace("\n", "\r\n"))
    assert f": line {line}" in str(caught_again.value)


def test_sentences_need_their_ends(read):
    for token in ("<s>", "</s>"):
        text = SMALL.replace(token, "x" if token == "<s>" else "y")
        with pytest.raises(ModelFormatError, match=f"lack {token}"):
            read(text)


def test_orders_above_32(read):
    header = "".join(f"ngram {order}=0\n" for order in range(1, 34))
    with pytest.raises(ModelFormatError, match="line 34: orders go up to 32"):
        read("\\data\\\n" + header)


def test_bytes_that_are_not_utf_8(read):
    with pytest.raises(ModelFormatError, match="line 10.* is not UTF-8"):
        read(SMALL.replace("-0.5\ta", "-0.5\té").encode("latin1"))


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"mmap lm http://kheafield.com/code format version 5\n\0" + bytes(100), "KenLM binary"),
        (b"blmt 3 100 200\n" + bytes(100), "IRSTLM"),
        (b"iARPA\n\n\\data\\\n", "IRSTLM"),
        (b"", "begins with"),
        (b"\n\n", "begins with"),
        (b"just some text\n", "begins with"),
        (b"\x89PNG\r\n\x1a\n\0", "PNG"),
        (b"PK\x03\x04" + bytes(50), "zip"),
        ("\\data\\".encode("utf-16"), "UTF-16"),
        (b'{"model_type": "ngram"}', "JSON"),
    ],
)
def test_other_kinds_of_files_are_named(read, head, kind):
    for data in (head, gzip.compress(head)):
        with pytest.raises(ModelFormatError, match=kind):
            read(data)


def test_places_without_a_file(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_arpa(tmp_path / "missing.arpa")
    with pytest.raises(ModelFormatError, match="folder"):
        read_arpa(tmp_path)


@pytest.mark.parametrize("seed", range(4))
def test_any_bytes_give_a_model_or_an_error(lines, read, seed):
    whole = written(train_on_lines(lines[:40], 3))
    chance = random.Random(seed)
    models = 0
    for _ in range(150):
        data = bytearray(whole)
        match chance.randrange(5):
            case 0:
                for _ in range(chance.randrange(1, 4)):
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            case 1:
                del data[chance.randrange(len(data)) :]
            case 2:
                rows = whole.splitlines(keepends=True)
                rows.insert(chance.randrange(len(rows)), chance.choice(rows))
                data = bytearray(b"".join(rows))
            case 3:
                rows = whole.splitlines(keepends=True)
                del rows[chance.randrange(len(rows))]
                data = bytearray(b"".join(rows))
            case 4:
                place = chance.randrange(len(data))
                data[place:place] = chance.choice(
                    [b"\t", b"\n", b"\0", b"-", b"1e9", b"\xff", b"9" * 40, b" a"]
                )
        try:
            model = read(bytes(data))
        except (ModelFormatError, InputError):
            continue
        models += 1
        assert not np.isnan(model.score("the cat sat on the zebra"))
        written(model)
    assert models > 0


def numbers():
    finite = st.floats(allow_nan=False, allow_infinity=False)
    return st.one_of(
        finite.map(repr), finite.map("{:.7f}".format), st.from_regex(r"[-+]?[0-9]{0,25}\.?[0-9]{1,25}")
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
