"""Series are read as they stand, or the line that is wrong is named."""

import pytest

from nextword.errors import InputError, SettingError
from nextword.tasks.forecast.reading import read_series


@pytest.fixture
def read(tmp_path):
    def read_text(text, **how):
        path = tmp_path / "series.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_series(path, **how)

    return read_text


def test_a_header_and_months_are_understood(read):
    series = read('"Month","Passengers"\n"1949-01",112\n"1949-02",118\n"1949-03",132\n')
    assert series.name == "Passengers"
    assert series.values.tolist() == [112, 118, 132]
    assert series.times == ("1949-01", "1949-02", "1949-03")
    assert series.period == 12
    assert series.label(1) == "1949-02"


@pytest.mark.parametrize(
    ("text", "values", "period"),
    [
        ("1\n2\n3\n", [1, 2, 3], None),
        ("\ufeffvalue\n1.5\n-2e3\n", [1.5, -2000], None),
        ("a;b\r\n2020-01-01;1\r\n2020-01-02;2\r\n\r\n", [1, 2], 7),
        ("2020-01-01 00:00,1\n2020-01-01 01:00,2\n", [1, 2], 24),
        ("2020-01\t5\n2020-04\t6\n", [5, 6], 4),
        ("1-11,5\n1-12,6\n2-01,7\n", [5, 6, 7], 12),
        ("spring,5\nsummer,6\n", [5, 6], None),
        ("1,5\n2,6\n3,7\n", [5, 6, 7], None),
    ],
)
def test_all_that_people_keep_series_in_is_read(read, text, values, period):
    series = read(text)
    assert series.values.tolist() == values
    assert series.period == period


def test_columns_are_chosen_by_name_or_number(read):
    text = "day,low,high\n2020-01-01,1,5\n2020-01-02,2,6\n"
    assert read(text).values.tolist() == [5, 6]
    assert read(text, column="low").values.tolist() == [1, 2]
    assert read(text, column="2").name == "low"
    assert read("1,2020-01-01\n2,2020-01-02\n", column="1", time="2").period == 7


def test_gaps_are_filled_by_a_straight_line_or_kept(read):
    text = "2020-01-01,1\n2020-01-02,2\n2020-01-04,4\n"
    filled = read(text, gaps="fill")
    assert filled.values.tolist() == [1, 2, 3, 4]
    assert filled.times == ("2020-01-01", "2020-01-02", "after 2020-01-02", "2020-01-04")
    assert read(text, gaps="keep").values.tolist() == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("name\n", "a header and no row"),
        ("a,1\nb,2,3\n", "line 2: 3 columns, where the first row has 2"),
        ("2020-01,1\n2020-02,\n", "line 2: nothing where a number should be"),
        ("2020-01,1\n2020-02,many\n", "line 2: 'many' where a number should be"),
        ("2020-01,1\n2020-02,nan\n", "line 2: nan is no finite number"),
        ("2020-01,1\n2020-02,inf\n", "line 2: inf is no finite number"),
        ("2020-03,1\n2020-02,2\n", "line 2: 2020-02 stands here after 2020-03"),
        ("2020-02,1\n2020-02,2\n", "line 2: 2020-02 stands here again"),
        ("2020-01,1\n2020-02,2\n2020-05,3\n", "line 3: between 2020-02 and 2020-05 is missing"),
        ("2020-01-01,1\n2020-01-03,2\n2020-01-06,3\n", "are 3 days, where others are 2 apart"),
        ("2020-01,1\n2020-02,2\n2020-13,3\n", "line 3: '2020-13' is no time as the others are, in months"),
        ('a,"1\n', "this is not CSV"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(read, text, said):
    with pytest.raises(InputError, match=said.replace("'", ".")):
        read(text)


def test_columns_that_there_are_not_and_ways_that_there_are_not(read):
    with pytest.raises(SettingError, match="no column 'c'; the file has 'a', 'b'"):
        read("a,b\n1,2\n", column="c")
    with pytest.raises(SettingError, match="no column '3'; the file has 1 to 2"):
        read("1,2\n", column="3")
    with pytest.raises(SettingError, match="gaps are to refuse, fill, keep"):
        read("1\n", gaps="maybe")
