"""What an ARPA file says of how its text was cut."""

import io

import pytest

from arpa_samples import SMALL, written
from nextword.errors import InputError, ModelFormatError, SettingError
from nextword.ngram.arpa import read_arpa, write_arpa
from nextword.ngram.train import train_on_lines

COMMENT = '# nextword tokenizer {"kind": "words", "lowercase": true, "special_tokens": "keep"}\n'
TEXT = ["The cat, the dog!", "A DOG; a cat?", "don't stop"]


@pytest.fixture
def read(tmp_path):
    """A function that reads a text as an ARPA file."""

    def read_text(text: str, **settings):
        path = tmp_path / "model.arpa"
        path.write_bytes(text.encode())
        return read_arpa(path, **settings)

    return read_text


@pytest.mark.parametrize("tokenizer", ["whitespace", "words"])
@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize("special_tokens", ["error", "skip", "keep"])
def test_the_tokenizer_comes_back(tmp_path, tokenizer, lowercase, special_tokens):
    model = train_on_lines(TEXT, 2, tokenizer=tokenizer, lowercase=lowercase, special_tokens=special_tokens)
    write_arpa(model, tmp_path / "model.arpa.gz")
    read = read_arpa(tmp_path / "model.arpa.gz")
    assert read.tokenizer.same_vocabulary(model.tokenizer)
    assert read.tokenizer.settings() == model.tokenizer.settings()
    assert written(read) == written(model)
    for sentence in (*TEXT, "The unicorn!"):
        assert read.score(sentence) == pytest.approx(model.score(sentence), abs=1e-5)


def test_the_comment_is_one_line_before_the_counts():
    settings = {"tokenizer": "words", "lowercase": True, "special_tokens": "keep"}
    assert written(train_on_lines(TEXT, 2, **settings)).decode().startswith(COMMENT + "\\data\\\n")
    assert written(train_on_lines(TEXT, 2)).startswith(b"\\data\\\n")


def test_pieces_come_back_as_words(tmp_path):
    # A space is no word of an ARPA file, so only texts of single words have characters that can stand in one.
    pieces = train_on_lines(TEXT, 2, tokenizer="bpe", lowercase=True)
    characters = train_on_lines(["abc", "cab"], 2, tokenizer="characters", lowercase=True)
    for model in (pieces, characters):
        assert written(model).startswith(b"\\data\\\n")
        write_arpa(model, tmp_path / "model.arpa")
        read = read_arpa(tmp_path / "model.arpa")
        assert (read.tokenizer.kind, read.tokenizer.tokens) == ("whitespace", model.tokenizer.tokens)
    with pytest.raises(SettingError, match="' '"):
        write_arpa(train_on_lines(TEXT, 2, tokenizer="characters"), io.BytesIO())


def test_forms_of_the_comment(read):
    for text in (
        COMMENT + SMALL,
        "\ufeff" + COMMENT + SMALL,
        "\n# made by hand\n" + COMMENT + "# {}\n\n" + SMALL,
        (COMMENT + SMALL).replace("\n", "\r\n"),
        "#nextword tokenizer" + '{"special_tokens":"keep","lowercase":true,"kind":"words"} \n' + SMALL,
    ):
        model = read(text)
        assert model.tokenizer.settings() == {"kind": "words", "lowercase": True, "special_tokens": "keep"}


def test_other_comments_say_nothing(read):
    for comment in ("# tokenizer words", "# nextword", "# nextword tokenizers", '# {"kind": "words"}'):
        model = read(f"{comment}\n{SMALL}")
        assert model.tokenizer.settings() == {
            "kind": "whitespace", "lowercase": False, "special_tokens": "error",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("}", "", "not JSON"),
        (' {"kind": "words", "lowercase": true, "special_tokens": "keep"}', "", "not JSON"),
        ('{"kind"', "[" * 100_000, "not JSON"),
        ('{"kind": "words", "lowercase": true, "special_tokens": "keep"}', "[]", "not a JSON object of kind"),
        (', "special_tokens": "keep"', "", "not a JSON object of kind"),
        ("}", ', "more": 1}', "not a JSON object of kind"),
        ('"words"', '"bpe"', "kind is one of whitespace, words, got 'bpe'"),
        ('"words"', '"characters"', "got 'characters'"),
        ('"words"', '["words"]', "kind is one of"),
        ("true", "1", "lowercase is true or false, got 1"),
        ('"keep"', "null", "special_tokens is one of error, skip, keep, got None"),
        ("\n", f"\n{COMMENT}", "second"),
    ],
)
def test_a_damaged_comment_is_named_by_line(read, old, new, message):
    with pytest.raises(ModelFormatError, match=message) as caught:
        read("# by hand\n" + COMMENT.replace(old, new, 1) + SMALL)
    assert f"model.arpa: line {3 if message == 'second' else 2}: the comment '# nextword" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_the_caller_has_the_last_word(read):
    model = read(SMALL, tokenizer="words", lowercase=True)
    assert model.tokenizer.encode("A, b!").tolist() == [4, 0, 3, 0]
    with pytest.raises(InputError, match="<unk>"):
        model.tokenizer.encode("a <unk>")
    settings = {"kind": "words", "lowercase": True, "special_tokens": "keep"}
    for given, changed in (
        ({"tokenizer": "whitespace"}, {"kind": "whitespace"}),
        ({"lowercase": False}, {"lowercase": False}),
        ({"special_tokens": "skip"}, {"special_tokens": "skip"}),
    ):
        assert read(COMMENT + SMALL, **given).tokenizer.settings() == settings | changed


def test_tokenizers_that_words_do_not_make(read):
    for settings in ({"tokenizer": "bpe"}, {"tokenizer": "characters"}, {"special_tokens": "drop"}):
        with pytest.raises(SettingError, match="is one of"):
            read(SMALL, **settings)
