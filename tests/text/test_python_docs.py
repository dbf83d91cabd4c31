import re
import sysconfig
from collections import Counter

import pytest

from nextword.errors import InputError, SettingError
from nextword.text import python_docs
from nextword.text.prose import sentences
from nextword.text.python_docs import documentation_lines, split_heldout
from nextword.text.vocabulary import SPECIAL_TOKENS


@pytest.fixture(scope="module")
def lines():
    return documentation_lines()


def letters(line):
    return re.sub("[^a-z]+", " ", line.lower()).strip()


def test_there_is_a_decent_amount_of_english(lines):
    words = Counter(word for line in lines for word in line.lower().split())
    assert len(lines) > 8_000
    assert sum(words.values()) > 100_000
    assert {word for word, _ in words.most_common(6)} == {"the", "a", "is", "of", "to", "and"}
    assert sum("the " in line.lower() for line in lines) > 0.6 * len(lines)


def test_a_line_is_one_sentence(lines):
    for line in lines:
        assert line[0].isupper(), line
        assert re.search(r"[.!?]\)?$", line), line
        assert len(line.split()) >= 4, line
        assert line == " ".join(line.split())


def test_the_main_kinds_of_markup_are_gone(lines):
    marks = ("`", '"', "**", ">>>", "::", ":class:", ":param", "\\", "<", "|", "==", "--", "~", "{", "http:")
    assert [line for line in lines if any(mark in line for mark in marks)] == []
    assert [line for line in lines if not line.isascii() or "\0" in line] == []
    assert not set(SPECIAL_TOKENS) & {word for line in lines for word in line.split()}


def test_no_line_comes_twice_though_case_and_punctuation_differ(lines):
    assert len({letters(line) for line in lines}) == len(lines)


def test_the_lines_are_the_same_each_time(lines):
    assert documentation_lines() == lines


def test_nothing_is_in_both_parts_of_the_split(lines):
    learned, heldout = split_heldout(lines)
    assert not {letters(line) for line in learned} & {letters(line) for line in heldout}
    assert sorted(learned + heldout) == sorted(lines)
    assert 0.04 < len(heldout) / len(lines) < 0.06
    assert split_heldout(lines) == (learned, heldout)


def test_neighbours_are_held_out_together():
    given = [f"word{chr(97 + place // 26)}{chr(97 + place % 26)}" for place in range(400)]
    learned, heldout = split_heldout(given, every=20)
    assert heldout == given[100:110] + given[300:310]
    assert learned == given[:100] + given[110:300] + given[310:]


def test_what_is_held_out_is_not_learned_from_elsewhere():
    given = [
        "The same line.",
        *(f"Line {chr(97 + place)} is here." for place in range(9)),
        "THE same line 2!",
    ]
    learned, heldout = split_heldout(given, every=2)
    assert heldout == ["THE same line 2!"]
    assert "The same line." not in learned
    assert len(learned) == 9


def test_something_must_be_left_to_learn_from():
    with pytest.raises(SettingError, match="at least 2, got 1"):
        split_heldout(["a"], every=1)


@pytest.fixture
def library(tmp_path, monkeypatch):
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(python_docs, "_topics", lambda: iter(()))
    return tmp_path


def test_modules_are_parsed_in_order_and_never_run(library):
    (library / "b.py").write_text('"""This is the module b."""\nraise SystemExit\n')
    (library / "a.py").write_text(
        'class A:\n    """This is the class A."""\n\n    async def f(self):\n        """This is a method of it."""\n'
    )
    (library / "test").mkdir()
    (library / "test" / "c.py").write_text('"""This is not for the reader."""\n')
    assert documentation_lines() == [
        "This is the class A.",
        "This is a method of it.",
        "This is the module b.",
    ]


def test_files_that_do_not_parse_are_skipped_and_strange_ones_do_not_warn(library):
    (library / "a.py").write_text('"""This is never seen.""" if\n')
    (library / "b.py").write_bytes(b'"""This is \xff never seen."""\n')
    (library / "c.py").write_text('"""This is seen by all."""\nx = "\\d"\ny = 1 is 1\n')
    assert documentation_lines() == ["This is seen by all."]


def test_a_python_without_sources_is_told_so(library):
    (library / "a.py").write_text("x = 1\n")
    with pytest.raises(InputError, match="without the sources of its standard library"):
        documentation_lines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Return the value\nof an item.", ["Return the value of an item."]),
        ("It is for post-\nmortem use only.", ["It is for post-mortem use only."]),
        ("Open the file. It must then exist!", ["It must then exist!"]),  # three words are too few
        ("Open the *named* file, ``path``.", ["Open the named file, path."]),
        ("The 'with' statement isn't “new”.", ["The with statement isn't new."]),
        ("Call :meth:`~A.run` when it is time.", ["Call A.run when it is time."]),
        (
            "Open it for reading.\n:param name: The name of it.\n:return: The file which it is.",
            ["Open it for reading.", "The name of it.", "The file which it is."],
        ),
        ("Changed in version 3.6: The name may be empty.", ["The name may be empty."]),
        ("One way, e.g. This one, is used.", ["One way, e.g. This one, is used."]),
        ("Title of it\n===========\nThis is the text.", ["This is the text."]),
        ("For example, this is it::\n\n    This is in a block.\n\nThis is the end.", ["This is the end."]),
        (">>> print('This is a test.')\nThis is a test.\n", ["This is a test."]),
        ("- This is the first.\n- This is\n  the other.", ["This is the first.", "This is the other."]),
        ("name    This is in a column.\n", []),
        ("x = the value of y + 1.", []),
        ("-v, --verbose  This is an option.", []),
        ("This has no end", []),
        ("The (bracket is not closed.", []),
    ],
)
def test_sentences(text, expected):
    assert list(sentences(text)) == expected
