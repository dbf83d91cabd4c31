"""Tagged files: what is read of them, that they go out as they came in, and which line is wrong."""

import gzip

import pytest

from nextword.errors import InputError, SettingError
from nextword.tasks.tagging.files.layout import Layout, column_number
from nextword.tasks.tagging.files.reading import read_tagged

COLUMNS = """-DOCSTART- -X- -X- O

EU NNP  B-NP I-ORG
rejects VBZ B-VP O

Peter NNP B-NP I-PER

"""
CONLLU = """# sent_id = 1
# text = vámonos al mar
1-2\tvámonos\t_\t_\t_\t_\t_\t_\t_\t_
1\tvamos\tir\tVERB\tV\t_\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\tP\t_\t1\tobj\t_\t_
2.1\tse\tse\tX\t_\t_\t_\t_\t_\t_
3\tmar\tmar\tNOUN\tN\t_\t1\tobl\t_\tSpaceAfter=No

# a comment at the end
"""
UPOS = Layout(format="conllu", word=2, tag=4)


@pytest.fixture
def file(tmp_path):
    def write(text, name="file.txt"):
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


def read(path, layout, **options):
    return list(read_tagged(path, layout, **options))


def whole(sentences, layout, tag=None):
    return "".join(
        each.with_tags([tag] * len(each.words) if tag else each.tags or (), layout) for each in sentences
    )


def test_words_tags_and_features_come_from_their_columns(file):
    layout = Layout(word=1, tag=4, features=(2, 3))
    first, second = (each for each in read(file(COLUMNS), layout) if each.words)
    assert first.words == ("EU", "rejects")
    assert first.tags == ("I-ORG", "O")
    assert first.features == (("NNP", "VBZ"), ("B-NP", "B-VP"))
    assert second.words == ("Peter",)
    assert second.place(0).endswith("file.txt: line 6")


def test_the_last_column_is_the_tag_where_none_is_named(file):
    assert [each.tags for each in read(file("a X Y\nb X Z\n"), Layout())] == [("Y", "Z")]


def test_conllu_words_are_those_with_ids_of_their_own(file):
    sentence, rest = read(file(CONLLU), UPOS)
    assert sentence.words == ("vamos", "nos", "mar")
    assert sentence.tags == ("VERB", "PRON", "NOUN")
    assert rest.words == ()


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "layout"),
    [(COLUMNS, Layout(tag=4)), (CONLLU, UPOS), ("New York\tB\nof\tO\n", Layout(tag=2))],
)
def test_what_came_in_goes_out_byte_for_byte(file, text, layout, newline, ending):
    text = (text.rstrip("\n") + ending).replace("\n", newline)
    assert whole(read(file(text), layout), layout) == text


def test_only_the_column_of_tags_changes(file):
    changed = whole(read(file(CONLLU), UPOS), UPOS, "X")
    assert changed == CONLLU.replace("VERB", "X").replace("PRON", "X").replace("NOUN", "X")
    layout = Layout(tag=3)
    assert whole(read(file(COLUMNS), layout), layout, "?") == COLUMNS.replace("B-NP", "?").replace(
        "B-VP", "?"
    )


def test_the_last_column_changes_where_none_is_named(file):
    assert whole(read(file("a X  Y\n"), Layout()), Layout(), "Z") == "a X  Z\n"
    with pytest.raises(InputError, match="1 words need as many tags, got 2"):
        read(file("a X\n"), Layout())[0].with_tags(["X", "Y"], Layout())
    with pytest.raises(InputError, match=r"line 1: .*columns of their own"):
        read(file("a\n"), Layout())


@pytest.mark.parametrize(
    ("text", "layout", "tagged"),
    [("a\nb\r\n", Layout(), "a Z\nb Z\r\n"), ("a  x\n", Layout(features=(2,)), "a  x Z\n")],
)
def test_a_last_column_of_words_or_features_is_not_written_over(file, text, layout, tagged):
    sentences = read(file(text), layout, may_lack_tags=True)
    assert sentences[0].tags is None
    assert whole(sentences, layout, "Z") == tagged


def test_a_column_of_tags_that_is_not_there_yet_is_added(file):
    layout = Layout(tag=2)
    sentences = read(file("a\nb\r\n\nc"), layout, may_lack_tags=True)
    assert sentences[0].tags is None
    assert whole(sentences, layout, "X") == "a X\nb X\r\n\nc X"


def test_compressed_files_are_read(tmp_path):
    (tmp_path / "t.conllu.gz").write_bytes(gzip.compress(CONLLU.encode()))
    assert read(tmp_path / "t.conllu.gz", UPOS)[0].words == ("vamos", "nos", "mar")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a X\nb\n", 2, "has 1 column, and the lines before have 2"),
        ("a X\n\nb X Y\n", 3, "has 3 columns"),
        ("a\tX\n\tY\n", 2, "the word is empty"),
        ("a\tX\nb\t\n", 2, "column 2 is empty"),
        ("a\n", 1, "column 2 was asked for, and the file has 1"),
    ],
)
def test_a_wrong_line_of_columns_is_named(file, text, line, what):
    with pytest.raises(InputError, match=f"line {line}") as caught:
        read(file(text), Layout(tag=2) if text == "a\n" else Layout())
    assert what in str(caught.value)


def conllu_line(identity, form="w"):
    return f"{identity}\t{form}" + "\t_" * 8 + "\n"


@pytest.mark.parametrize(
    ("ids", "line"),
    [
        (["2"], 1),
        (["1", "3"], 2),
        (["1", "1"], 2),
        (["1", "x"], 2),
        (["1", "01"], 2),
        (["2-3", "1"], 1),
        (["1-0", "1"], 1),
        (["1-3", "1", "2-3", "2"], 3),
        (["1", "2.1"], 2),
        (["1", "1.2"], 2),
        (["1", ""], 2),
        (["1", "9" * 5000], 2),
    ],
)
def test_ids_that_cannot_stand_are_named_with_their_line(file, ids, line):
    with pytest.raises(InputError, match=f"line {line}: the ID .* cannot stand here"):
        read(file("".join(map(conllu_line, ids))), UPOS)


@pytest.mark.parametrize("ids", [["0.1", "1"], ["1-2", "1", "2", "2.1", "2.2", "3-4", "3", "4"]])
def test_ids_of_the_format_are_read(file, ids):
    words = [identity for identity in ids if identity.isdigit()]
    assert len(read(file("".join(map(conllu_line, ids))), UPOS)[0].words) == len(words)


def test_conllu_wants_ten_columns_and_words(file):
    with pytest.raises(InputError, match="line 1 has 3 columns, and CoNLL-U has 10"):
        read(file("1\ta\tb\n"), UPOS)
    with pytest.raises(InputError, match="line 2: the word is empty"):
        read(file(conllu_line("1") + conllu_line("2", "")), UPOS)


def test_columns_have_numbers_and_names():
    assert column_number("XPOS", "conllu") == 5
    for name, format in (("upos", "columns"), ("tag", "conllu"), ("last", "conllu"), ("-1", "columns")):
        with pytest.raises(SettingError, match="a column is a number from 1 or"):
            column_number(name, format)
    with pytest.raises(SettingError, match="columns of their own"):
        Layout(word=1, tag=1)
    with pytest.raises(SettingError, match="the column of tags is a whole number from 1 to 10"):
        Layout(format="conllu", word=2, tag=11)
