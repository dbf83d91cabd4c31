"""Records: JSON Lines and Parquet, the text in one field."""

import gzip
import json
import sys
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from nextword.errors import InputError, MissingDependencyError
from nextword.text.readers import Block, read_blocks, total_bytes

TEXTS = ["one", "", "two\nlines", "ends\n", "größer \U0001f600\r\n\x0b"]
LINES = "one\n\ntwo\nlines\nends\ngrößer \U0001f600\r\n\x0b\n".encode()


def json_lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def table(path: Path, rows_a_group: int = 2, **columns: object) -> Path:
    parquet.write_table(pyarrow.table(columns), path, row_group_size=rows_a_group)
    return path


def read(path: Path, field: str = "text", block_size: int = 1 << 24) -> bytes:
    return b"".join(block.data for block in read_blocks([path], field=field, block_size=block_size))


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.JSON", "a.b.jsonl.gz", "a.jsonl.zst"])
@pytest.mark.parametrize("block_size", [1, 1 << 24])
def test_json_lines(tmp_path: Path, name: str, block_size: int) -> None:
    path = json_lines(tmp_path / name, *({"id": 1, "text": text} for text in TEXTS))
    assert read(path, block_size=block_size) == LINES


def test_json_lines_compressed_with_another_field_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'\xef\xbb\xbf\n{"body": "a"}\r\n \n{"body":"b\\n\\nc"}'))
    assert list(read_blocks([path], field="body")) == [Block(b"a\nb\n\nc\n", str(path), 2)]


def test_first_line_of_json_lines_is_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a\\nb"}\n\n{"text": "c"}\n')
    blocks = list(read_blocks([path], block_size=1))
    assert [(block.data, block.first_line) for block in blocks] == [(b"a\nb\n", 1), (b"c\n", 3)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{'text': 1}", r"this is not JSON \(.*\); each line must hold one whole JSON object"),
        ("[" * 100_000, "this is not JSON"),
        ('["text"]', "this is an array; each line"),
        ('"text"', "this is a string; each line"),
        (
            '{"id": 1, "body": "x"}',
            "there is no field 'text'; the fields there are 'id', 'body': name the one",
        ),
        ("{}", "there is no field 'text'; there are no fields"),
        (json.dumps(dict.fromkeys("abcdefghijklm")), "'a', 'b', .* and 3 more: name"),
        ('{"text": null}', "the field 'text' holds null, not a string; the fields there are 'text'"),
        ('{"text": 5}', "holds a number, not a string"),
        ('{"text": true}', "holds true or false, not a string"),
        ('{"text": ["a"]}', "holds an array, not a string"),
        ('{"text": {}}', "holds an object, not a string"),
        (r'{"text": "a\ud800b"}', r"holds half of a surrogate pair \(\\ud800\)"),
        (r'{"text": "a\u0000b"}', "holds a NUL character"),
    ],
)
def test_wrong_records(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a\\nb"}\n' + line + "\n")
    with pytest.raises(InputError, match=rf"a\.jsonl: line 2: .*{message}"):
        read(path)


def test_json_lines_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "gr\xe9"}\n')
    with pytest.raises(InputError, match=r"a\.jsonl: line 1, byte 13: 0xe9 is not UTF-8"):
        read(path)


def test_json_lines_without_records_are_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n\n")
    with pytest.raises(InputError, match=r"a\.jsonl is empty"):
        read(tmp_path / "a.jsonl")


@pytest.mark.parametrize("name", ["a.parquet", "a.txt", "a.jsonl"])
@pytest.mark.parametrize("block_size", [1, 1 << 24])
@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string()])
def test_parquet(tmp_path: Path, name: str, block_size: int, kind: pyarrow.DataType) -> None:
    path = table(tmp_path / name, text=pyarrow.array(TEXTS, kind), id=list(range(len(TEXTS))))
    assert read(path, block_size=block_size) == LINES


def test_parquet_with_a_dictionary_and_another_field(tmp_path: Path) -> None:
    words = pyarrow.array(["x", "y", "x"]).dictionary_encode()
    assert read(table(tmp_path / "a", body=words), field="body") == b"x\ny\nx\n"


def test_parquet_streams_and_tells_its_progress(tmp_path: Path) -> None:
    path = table(tmp_path / "a", rows_a_group=1000, text=[f"row {n}" for n in range(3000)])
    told: list[int] = []
    blocks = list(read_blocks([path], block_size=2000, progress=told.append))
    assert sum(told) == total_bytes([path])
    assert len(blocks) > 5
    assert blocks[1].data.startswith(b"row %d\n" % (blocks[1].first_line - 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=20
    ),
    st.integers(1, 60),
)
def test_both_kinds_of_records_give_the_same_lines(tmp_path: Path, texts: list[str], block_size: int) -> None:
    expected = "".join(text if text.endswith("\n") else text + "\n" for text in texts).encode()
    path = json_lines(tmp_path / "a.jsonl", *({"text": text} for text in texts))
    assert read(path, block_size=block_size) == expected
    assert read(table(tmp_path / "a.parquet", text=texts), block_size=block_size) == expected


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"id": [1], "body": ["x"]}, "a: there is no field 'text'; the fields there are 'id', 'body'"),
        ({"text": [1]}, "a: the field 'text' holds int64, not strings"),
        ({"text": ["a", "b", "c", None]}, "a: row 4: the field 'text' is null"),
        ({"text": ["a\nb", "c\0d"]}, "a: line 3 holds NUL bytes"),
        ({"text": pyarrow.array([], pyarrow.string())}, "a is empty"),
    ],
)
def test_wrong_parquet_columns(tmp_path: Path, columns: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(table(tmp_path / "a", **columns), block_size=2)


def test_parquet_strings_that_are_not_utf8(tmp_path: Path) -> None:
    bad = pyarrow.array([b"ok", b"gr\xe9"], pyarrow.binary()).view(pyarrow.string())
    with pytest.raises(InputError, match="a: line 2, byte 3: 0xe9 is not UTF-8"):
        read(table(tmp_path / "a", text=bad))


def test_parquet_rows_obey_the_limit_of_a_line(tmp_path: Path) -> None:
    path = table(tmp_path / "a", text=["short", "x" * 100])
    with pytest.raises(InputError, match="a: line 2 is longer than 50 bytes"):
        list(read_blocks([path], max_line_bytes=50))


def test_what_is_not_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("just words\n")
    with pytest.raises(InputError, match=r"a\.parquet cannot be read as Parquet: .*; is it whole"):
        read(tmp_path / "a.parquet")
    whole = table(tmp_path / "b", rows_a_group=1000, text=[str(n) for n in range(9000)]).read_bytes()
    (tmp_path / "b").write_bytes(whole[:1000] + b"\xff" * 1000 + whole[2000:])
    with pytest.raises(InputError, match="b cannot be read as Parquet"):
        read(tmp_path / "b")


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path / "a", text=["x"])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingDependencyError, match=r"needs pyarrow: pip install 'nextword\[parquet\]'"):
        read(path)
