"""Labelled texts are read from tables as people have them, and errors name the line."""

import csv
import gzip

import pytest

from nextword.errors import InputError, SettingError
from nextword.tasks.classify.columns import Columns, find_columns
from nextword.tasks.classify.labelled import LabelledTexts
from nextword.tasks.classify.table import read_classes, read_table


def write(folder, text, name="texts.tsv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("messages", 'ham\tGo, until "now\nspam\tFree entry\nham\tOk lar\n'),
        ("reviews.txt", 'Go, until "now\tham\nFree entry\tspam\nOk lar\tham\n'),
        ("header.tsv", 'text\tlabel\nGo, until "now\tham\nFree entry\tspam\nOk lar\tham\n'),
        ("mark.tsv", '\ufeffham\tGo, until "now\r\nspam\tFree entry\r\n\r\nham\tOk lar\r\n'),
        ("table.csv", 'label,text\nham,"Go, until ""now"\nspam,Free entry\nham,Ok lar\n'),
        ("no-suffix", 'ham,"Go, until ""now"\nspam,Free entry\nham,Ok lar\n'),
        (
            "wide.csv",
            'id,Class,from,Message\n1,ham,a,"Go, until ""now"\n2,spam,b,Free entry\n3,ham,c,Ok lar\n',
        ),
    ],
)
def test_tables_are_read_as_they_come(tmp_path, name, text):
    data = read_table(write(tmp_path, text, name))
    assert data.texts == ['Go, until "now', "Free entry", "Ok lar"]
    assert data.labels == ["ham", "spam", "ham"]
    assert len(data) == 3


def test_columns_are_taken_by_name_or_number(tmp_path):
    text = "who\twhat\tkind\nann\tGo on\tham\nbob\tFree\tspam\nann\tOk\tham\n"
    by_name = read_table(write(tmp_path, text), text_column="what", label_column="Kind")
    assert (by_name.texts, by_name.labels) == (["Go on", "Free", "Ok"], ["ham", "spam", "ham"])
    by_number = read_table(write(tmp_path, text.split("\n", 1)[1]), text_column="2", label_column=3)
    assert (by_number.texts, by_number.labels) == (by_name.texts, by_name.labels)


def test_places_are_lines_of_the_file(tmp_path):
    data = read_table(write(tmp_path, 'label,text\n\nham,"Go, on"\nspam,Free\nham,Ok\n', "t.csv"))
    assert [place.rpartition(": ")[2] for place in data.places] == ["line 3", "line 4", "line 5"]


def test_other_encodings_are_read_where_they_are_named(tmp_path):
    path = write(tmp_path, "ham\tune fiancée\nspam\tgrátis\nham\tnaïve\n", encoding="cp1252")
    assert read_table(path, encoding="cp1252").texts == ["une fiancée", "grátis", "naïve"]
    with pytest.raises(
        InputError, match=r"line 1, byte 14: 0xe9 is not UTF-8; .*iconv .*, or .* --encoding latin-1$"
    ):
        read_table(path)
    with pytest.raises(InputError, match=r"0xe9 is not UTF-8; .* --encoding latin-1$"):
        read_classes({"ham": path})
    with pytest.raises(SettingError, match="no encoding 'klingon'; try utf-8"):
        read_table(path, encoding="klingon")
    with pytest.raises(InputError, match="is not ascii"):
        read_table(path, encoding="ascii")
    for encoding in ("undefined", "hex", "a\0b"):
        with pytest.raises(SettingError, match="there is no encoding"):
            read_table(path, encoding=encoding)


def test_no_encoding_is_named_for_what_is_compressed_or_a_folder(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = write(folder, "ham\tcaf\xe9\n", encoding="latin-1")
    (tmp_path / "texts.tsv.gz").write_bytes(gzip.compress(path.read_bytes()))
    for source in (folder, tmp_path / "texts.tsv.gz"):
        with pytest.raises(InputError, match=r"0xe9 is not UTF-8; .*-t utf-8$"):
            read_table(source)


def test_a_file_a_class(tmp_path):
    good = write(tmp_path, "lovely\n\nsome\tmore , fun\n", "good")
    bad = write(tmp_path, "dull\n", "bad")
    data = read_classes({"pos": good, "neg": bad})
    assert data.texts == ["lovely", "some\tmore , fun", "dull"]
    assert data.labels == ["pos", "pos", "neg"]
    assert data.places[1].endswith("good: line 3")


@pytest.mark.parametrize(
    ("error", "message", "text", "options"),
    [
        (InputError, "line 3: there are 3 columns, and 2", "ham\ta\nspam\tb\nham\tc\td\n", {}),
        (InputError, "line 1: there is one column", "just text\n", {}),
        (InputError, "line 2: the text is empty", "ham\ta\nspam\t \nham\tb\n", {}),
        (InputError, "line 2: the label is empty", "ham\ta\n\tb\nham\tc\n", {}),
        (InputError, "is empty", "\n\n", {}),
        (InputError, "a header and no texts", "label\ttext\n", {"text_column": 2, "label_column": 1}),
        (InputError, "both columns have 2 different values", "a\tb\nc\td\n", {}),
        (SettingError, "there are 3 columns; say which", "a\tb\tc\n", {}),
        (
            SettingError,
            "no column 'kind'; the first row has 'ham', 'a'",
            "ham\ta\n",
            {"label_column": "kind"},
        ),
        (SettingError, "--label-column is from 1 to 2, got 3", "ham\ta\n", {"label_column": "3"}),
        (SettingError, "column 1 cannot hold both", "ham\ta\n", {"label_column": 1, "text_column": 1}),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, error, message, text, options):
    with pytest.raises(error, match=message):
        read_table(write(tmp_path, text), **options)


def test_broken_quotes_are_refused_with_their_line(tmp_path):
    with pytest.raises(InputError, match="line 2: this is not CSV"):
        read_table(write(tmp_path, 'ham,ok\nspam,"free" entry\n', "t.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_quoted_texts_keep_their_blank_lines_and_are_named_by_their_first_line(tmp_path, encoding):
    text = 'label,text\n\nham,"one\n\n \r\ntwo"\n  \nspam,free\nham,ok\n'
    data = read_table(write(tmp_path, text, "t.csv"), encoding=encoding)
    assert data.texts == ["one\n\n \ntwo", "free", "ok"]
    assert [place.rpartition(": ")[2] for place in data.places] == ["line 3", "line 8", "line 9"]
    with pytest.raises(InputError, match="line 2: this is not CSV"):
        read_table(write(tmp_path, 'ham,ok\nspam,"free\n\nham,ok\n', "open.csv"), encoding=encoding)


def test_long_texts_in_quotes_are_texts_and_others_keep_their_limit(tmp_path):
    limit = csv.field_size_limit()
    text = "word " * 40_000
    data = read_table(write(tmp_path, f'ham,"{text}"\nspam,b\nham,c\n', "t.csv"))
    assert data.texts[0] == text
    assert csv.field_size_limit() == limit


def test_a_first_text_of_one_known_word_is_no_header():
    rows = [["review", "1"], ["fine", "0"], ["bad", "0"]]
    assert find_columns(rows, None, None) == Columns(text=0, label=1, has_header=False)


def labelled(*labels):
    return LabelledTexts(
        list("abcdefg"[: len(labels)]), list(labels), [f"f: line {n}" for n in range(len(labels))]
    )


def test_classes_must_be_two_with_two_texts_each():
    labelled("x", "y", "x", "y").check_classes()
    with pytest.raises(InputError, match="all 3 texts are labelled 'x'"):
        labelled("x", "x", "x").check_classes()
    with pytest.raises(InputError, match="line 2: the label 'z' stands on this line only"):
        labelled("x", "x", "z").check_classes()


def test_a_header_that_was_not_known_is_guessed_from_its_label(tmp_path):
    rows = "fine,good\npoor,bad\nnice,good\nawful,bad\n"
    path = write(tmp_path, f"comment,mark\n{rows}", "t.csv")
    with pytest.raises(
        InputError, match=r"line 1: the label 'mark' .* is a header, give --label-column 'mark'$"
    ):
        read_table(path).check_classes()
    read_table(path, label_column="mark").check_classes()
    for text in (f"text,label\nodd,mark\n{rows}", f"{rows}odd,mark\n", f"odd,5\n{rows}"):
        with pytest.raises(InputError, match=r"stands on this line only; .*another --label-column$"):
            read_table(write(tmp_path, text, "t.csv")).check_classes()


def test_labels_that_a_classifier_does_not_know_are_refused_with_their_line():
    with pytest.raises(
        InputError, match="line 1: the classifier does not know the label 'z'; it knows 'x', 'y'"
    ):
        labelled("x", "z").check_known(["x", "y"])
