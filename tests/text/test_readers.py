"""Plain text: bytes pass unchanged, blocks hold whole lines, line numbers are right."""

import gzip
import io
import os
import random
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.errors import InputError, SettingError
from nextword.text.compressed import compression_of
from nextword.text.lines import BlockLimits, cut_blocks
from nextword.text.readers import Block, read_blocks, read_exact_lines, total_bytes

LINE = st.text(st.characters(exclude_characters="\0\n\ufeff", exclude_categories=["Cs"]), max_size=30)


def joined(*sources: Path, **settings: int) -> bytes:
    return b"".join(block.data for block in read_blocks(sources, **settings))


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@given(st.lists(LINE, min_size=1, max_size=40), st.booleans(), st.integers(1, 200), st.integers(1, 50))
def test_blocks_join_to_the_text_and_are_numbered(
    lines: list[str], ended: bool, block_size: int, piece_size: int
) -> None:
    text = "\n".join(lines).encode() + (b"\n" if ended else b"")
    pieces = (text[start : start + piece_size] for start in range(0, len(text), piece_size))
    blocks = list(cut_blocks(pieces, "x", BlockLimits(block_size, 1000)))
    expected = text if text.endswith(b"\n") or not text else text + b"\n"
    assert b"".join(block.data for block in blocks) == expected
    assert all(block.data.endswith(b"\n") for block in blocks)
    assert all(
        after.first_line == before.first_line + before.data.count(b"\n") for before, after in pairwise(blocks)
    )
    assert not blocks or blocks[0].first_line == 1
    assert len(blocks) <= 1 or all(len(block.data) <= block_size + 4 * 30 + 1 for block in blocks)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=20), st.integers(1, 30), st.integers(1, 60))
def test_the_first_line_over_the_limit_is_named(lengths: list[int], limit: int, block_size: int) -> None:
    text = b"".join(b"x" * length + b"\n" for length in lengths)
    blocks = cut_blocks(iter([text]), "x", BlockLimits(block_size, limit))
    too_long = [number for number, length in enumerate(lengths, start=1) if length > limit]
    if not too_long:
        assert b"".join(block.data for block in blocks) == text
        return
    with pytest.raises(InputError, match=rf"^x: line {too_long[0]} is longer than {limit} bytes; split"):
        list(blocks)


@given(st.binary(max_size=60), st.integers(1, 20))
def test_any_bytes_are_passed_on_or_refused(data: bytes, block_size: int) -> None:
    clean = b"\0" not in data
    try:
        data.decode()
    except UnicodeDecodeError:
        clean = False
    blocks = cut_blocks(iter([data]), "x", BlockLimits(block_size, 1000))
    if not clean:
        with pytest.raises(InputError):
            list(blocks)
        return
    text = data.removeprefix(b"\xef\xbb\xbf")
    ending = b"" if not text or text.endswith(b"\n") else b"\n"
    assert b"".join(block.data for block in blocks) == text + ending


@pytest.mark.parametrize("block_size", [1, 7, 64, 1 << 24])
def test_every_byte_but_the_last_newline_is_the_files_own(tmp_path: Path, block_size: int) -> None:
    data = "a\r\nb\rc\x0b\x0cd\u00a0e\u2028f\u3000\x85\n\n\n  größer \n<s> x".encode()
    assert joined(write(tmp_path / "a.txt", data), block_size=block_size) == data + b"\n"


def test_a_large_file_comes_in_blocks_of_about_the_size_asked_for(tmp_path: Path) -> None:
    words = random.Random(1)
    data = b"".join(b"x" * words.randrange(200) + b"\n" for _ in range(50_000))
    blocks = list(read_blocks([write(tmp_path / "a.txt", data)], block_size=1 << 18))
    assert b"".join(block.data for block in blocks) == data
    assert len(blocks) == pytest.approx(len(data) / (1 << 18), abs=2)
    assert [block.first_line for block in blocks[:2]] == [1, blocks[0].data.count(b"\n") + 1]


def test_a_line_longer_than_a_block_is_one_block(tmp_path: Path) -> None:
    data = b"a\n" + b"b" * 3_000_000 + b"\nc\n"
    assert joined(write(tmp_path / "a.txt", data), block_size=1000) == data


def test_sources_keep_their_names_and_start_at_line_one(tmp_path: Path) -> None:
    first, second = write(tmp_path / "b.txt", b"1\n2"), write(tmp_path / "a.txt", b"3\n")
    assert list(read_blocks([first, str(second)])) == [
        Block(b"1\n2\n", str(first), 1),
        Block(b"3\n", str(second), 1),
    ]


@pytest.mark.parametrize(
    ("data", "text"), [(b"\xef\xbb\xbfa\n", b"a\n"), (b"a\n\xef\xbb\xbfb", b"a\n\xef\xbb\xbfb\n")]
)
def test_a_byte_order_mark_is_dropped_at_the_start_only(tmp_path: Path, data: bytes, text: bytes) -> None:
    assert joined(write(tmp_path / "a.txt", data), block_size=1) == text


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf"])
def test_nothing_at_all_is_an_error(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path / "a.txt", data)
    with pytest.raises(InputError, match=r"a\.txt is empty; there must be at least one line"):
        list(read_blocks([path]))


def test_one_empty_file_among_others_is_no_error(tmp_path: Path) -> None:
    assert joined(write(tmp_path / "a.txt", b""), write(tmp_path / "b.txt", b"\n")) == b"\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a\nbc\xff\n", r": line 2, byte 3: 0xff is not UTF-8; convert the file, for example with iconv"),
        (b"ok\n" * 9 + b"gr\xe9", r": line 10, byte 3: 0xe9 is not UTF-8"),
        (b"a\n\xed\xa0\x80\n", r": line 2, byte 1: 0xed is not UTF-8"),
        (
            b"x" * (1 << 20) + b"\n" + "é".encode() * (1 << 19) + b"\xc3\n",
            r": line 2, byte 1048577: 0xc3 is not",
        ),
        (b"a\nb\0c\n", r": line 2 holds NUL bytes; is it a binary file \(or UTF-16\)\?"),
        ("hello\n".encode("utf-16-le"), r": line 1 holds NUL bytes"),
        ("hello\n".encode("utf-16"), r"is UTF-16 text, not UTF-8 text; convert the file, .*iconv -f utf-16"),
        ("hello\n".encode("utf-32"), r"is UTF-32 text"),
        (b"mmap lm http://kheafield.com/code format version 5\n\0", r"is a KenLM binary model"),
        (b"PK\x03\x04\x14\0\x06\0", r"is a zip archive \(docx"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", r"is a PDF document.*pdftotext"),
        (b"\x7fELF\x02\x01\x01\0", r"is a program \(ELF\)"),
        (b"@\0\0\0\0\0\0\0{}", r"is a safetensors file"),
        (b"\x80\x04\x95\x05\0", r"is a Python pickle"),
        (b"name" + b"\0" * 253 + b"ustar\x0000", r"is a tar archive"),
        (b"PAR1\x15\x04\0", r"is a Parquet file"),
    ],
)
def test_what_is_not_text_is_named(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=r"a\.txt" + ".*" + message):
        list(read_blocks([write(tmp_path / "a.txt", data)]))


def test_text_that_begins_like_another_kind_is_text(tmp_path: Path) -> None:
    for start in (b"PAR1 is a gene\n", b"BZh in 2h\n", b"%PDF-1.7 is a format\n", b"P*M\n"):
        assert joined(write(tmp_path / "a.txt", start)) == start
        assert compression_of(start) is None


class Endless(io.RawIOBase):
    """Standard input that never stops: `yes a | tr -d "\\n"`."""

    given = 0

    def read(self, size: int = -1, /) -> bytes:
        self.given += size
        return b"a" * size


def test_an_endless_line_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Endless()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=endless))
    with pytest.raises(
        InputError, match=r"line 1 is longer than 1,048,576 bytes; split .* raise max_line_bytes"
    ):
        list(read_blocks(["-"], max_line_bytes=1 << 20, block_size=1 << 16))
    assert endless.given < (1 << 20) + (1 << 18)


def test_a_long_line_that_ends_inside_a_character_is_too_long(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "é".encode() * 100_000)
    with pytest.raises(InputError, match="line 1 is longer than 1,000 bytes"):
        list(read_blocks([path], max_line_bytes=1000, block_size=333))


def test_a_huge_binary_file_without_lines_is_binary(tmp_path: Path) -> None:
    path = write(tmp_path / "a.bin", b"x")
    os.truncate(path, 1 << 36)  # 64 GiB, which takes no space on disk
    with pytest.raises(InputError, match="line 1 holds NUL bytes"):
        list(read_blocks([path], max_line_bytes=1 << 20, block_size=1 << 16))


def test_progress_and_total_are_the_bytes_on_disk(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, b"some words\n" * 1000) for name in ("a", "b")]
    read: list[int] = []
    list(read_blocks(paths, block_size=1000, progress=read.append))
    assert sum(read) == total_bytes(paths) == 22_000
    assert total_bytes([*paths, "-"]) is None


@pytest.mark.parametrize("settings", [{"block_size": 0}, {"max_line_bytes": 0}])
def test_sizes_must_be_positive(settings: dict[str, int]) -> None:
    with pytest.raises(SettingError, match="must be at least 1"):
        read_blocks(["-"], **settings)


@pytest.mark.parametrize("text", ["a\n\nb\r\n", "a\n b", "\n", "\n\n\n", "é", " \t\n\x0b"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_exact_lines_join_to_the_very_text(tmp_path: Path, text: str, pack: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path / "t.jsonl", pack(text.encode()))
    lines = list(read_exact_lines(path))
    assert "".join(line for _, _, line in lines) == text
    assert [number for _, number, _ in lines] == list(range(1, len(lines) + 1))
    assert all(line.find("\n") in (-1, len(line) - 1) for _, _, line in lines)


def test_exact_lines_of_nothing_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is empty"):
        list(read_exact_lines(write(tmp_path / "t", b"")))
