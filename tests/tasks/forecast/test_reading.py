"""Series are read as they stand, or the line that is wrong is named."""

import time

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
        ("2020-10-25T02:00+02:00,1\n2020-10-25T02:00+01:00,2\n", [1, 2], 24),
        ("2020-01-01T00:00:00Z,1\n2020-01-01T01:00:00Z,2\n", [1, 2], 24),
        ("2020-01\t5\n2020-04\t6\n", [5, 6], 4),
        ("1-11,5\n1-12,6\n2-01,7\n", [5, 6, 7], 12),
        ("spring,5\nsummer,6\n", [5, 6], None),
        ("1,5\n2,6\n3,7\n", [5, 6, 7], None),
        ("a,b\r2020-01,1\r2020-02,2\r", [1, 2], 12),
        ("2020-01-01,1\n2020-02-01,2\n2020-03-01,3\n", [1, 2, 3], 12),
        ("2020-01-31,1\n2020-02-29,2\n2020-03-31,3\n", [1, 2, 3], 12),
        ("2020-01-15,1\n2020-04-15,2\n", [1, 2], 4),
        ("2019-01-01,1\n2020-01-01,2\n2021-01-01,3\n", [1, 2, 3], None),
        ("9999-11-30,1\n9999-12-31,2\n", [1, 2], 12),
        ("20200131,1\n20200201,2\n20200202,3\n", [1, 2, 3], 7),
        ("20200131,1\n20200229,2\n20200331,3\n", [1, 2, 3], 12),
        ("20200198,1\n20200199,2\n20200200,3\n", [1, 2, 3], None),
        ("2020-01-01 00:00:00.1,1\n2020-01-01 00:00:00.3,2\n2020-01-01 00:00:00.5,3\n", [1, 2, 3], None),
        ("31/01/2020,1\n01/02/2020,2\n", [1, 2], None),
        ('"mon\nth","it ""sells"""\n2020-01,1\n2020-02,2\n', [1, 2], 12),
        ('"month; year","a; b"\n2020-01,1\n2020-02,2\n', [1, 2], 12),
        ("t,v\n0,+1.50\n1,.5\n2,-7.\n", [1.5, 0.5, -7], None),
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
    # A header may look like a time, where a column of it is asked for by name.
    assert read("2020,low\n1,5\n2,6\n", column="low").name == "low"
    assert read("low,2020-01\n1,5\n2,6\n").name == "2020-01"
    with pytest.raises(InputError, match="line 1: 'x' where"):
        read("x,2020-01-01\n2,2020-01-02\n", column="1", time="2")
    assert read("1,2020-01-01\n2,2020-01-02\n", column="1", time="2").period == 7


def test_decimal_commas_are_read_where_they_are_told_of(read):
    for text in ("a;b\n2020-01;1,50\n2020-02;-2,25\n", "1,50\n-2,25\n", '2020-01\t"1,50"\n2020-02\t-2,25\n'):
        assert read(text, decimal="comma").values.tolist() == [1.5, -2.25]
    with pytest.raises(InputError, match=r"line 2: '1,50' where a number should be; .* --decimal comma"):
        read("a;b\n2020-01;1,50\n")
    with pytest.raises(InputError, match=r"line 1: '1\.50' where a number should be"):
        read("2020-01;1.50\n2020-02;1.75\n", decimal="comma", column="2")
    with pytest.raises(SettingError, match="decimal is point, comma, got 'dot'"):
        read("1\n", decimal="dot")


def test_months_told_by_their_first_day_may_have_gaps_too(read):
    text = "2020-01-01,1\n2020-02-01,2\n2020-05-01,5\n"
    assert read(text, gaps="fill").values.tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(InputError, match="missing what is 1 months apart"):
        read(text)


def test_gaps_are_filled_by_a_straight_line_or_kept(read):
    text = "2020-01-01,1\n2020-01-02,2\n2020-01-04,4\n"
    filled = read(text, gaps="fill")
    assert filled.values.tolist() == [1, 2, 3, 4]
    assert filled.times == ("2020-01-01", "2020-01-02", "after 2020-01-02", "2020-01-04")
    assert filled.filled == {2}
    kept = read(text, gaps="keep")
    assert kept.values.tolist() == [1, 2, 4]
    assert not kept.filled
    parts = "".join(f"2020-01-01 00:00:00.{tenths},{tenths}\n" for tenths in (0, 1, 3))
    assert read(parts, gaps="fill").values.tolist() == [0, 1, 2, 3]


def test_a_long_series_is_filled_in_no_time(read):
    text = "".join(f"{number},1\n" for number in range(20_000)) + "20005,7\n"
    began = time.process_time()
    assert read(text, gaps="fill").times[-2] == "after 19999"
    assert time.process_time() - began < 3


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
        ("2020-01,n/a\n2020-02,5\n", "line 1: 'n/a' where a number should be; repair or remove the row"),
        ("\n1,\n2,5\n", "line 2: nothing where a number should be"),
        ('a,"1\n', "this is not CSV"),
        ("a,b\n2020-01,1\nSource: us\n", "line 3: 1 column, where the first row has 2"),
        ("a,b,\n2020-01,1,\n", "line 2: nothing where a number should be; .* --column"),
        ('a,b\n2020-01,"1,234.5"\n', "line 2: '1,234.5' where a number should be; write it without commas"),
        ("a,b\n2020-01,1_000\n", "line 2: '1_000' where a number should be"),
        ("a,b\n2020-01,$5\n", "line 2: '.5' where a number should be"),
        (b"\xff\xfe1\x00\n\x00", "UTF-16"),
        (b"a,\xe4\n", "is not UTF-8"),
        (" \n\n", "holds no row"),
        ("month sales\n2020-01 5\n", "line 2: '2020-01 5' where a number should be; columns are parted by"),
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
    with pytest.raises(SettingError, match="2 columns are called 'a'; give a number"):
        read("a,a\nx,1\n", column="a")
    with pytest.raises(SettingError, match="gaps are to refuse, fill, keep"):
        read("1\n", gaps="maybe")


def test_a_slip_in_a_time_fills_no_memory(read):
    with pytest.raises(
        InputError, match=r"line 3: .* would have 1,000,000,000,000 numbers, more than 1,000,000"
    ):
        read("0,1\n1,2\n999999999999,3\n", gaps="fill")
