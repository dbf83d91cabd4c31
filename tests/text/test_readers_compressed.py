"""Compressed text: told by its bytes, read to the end, and never cut short in silence."""

import bz2
import gzip
import io
import lzma
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from nextword.errors import InputError
from nextword.text.readers import read_blocks

TEXT = "".join(f"line {number} größer\n" for number in random.Random(1).sample(range(10**9), 20_000)).encode()
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}

each_compressor = pytest.mark.parametrize(("name", "compress"), COMPRESSORS.items())


def read(path: Path, data: bytes, **settings: int) -> bytes:
    path.write_bytes(data)
    return b"".join(block.data for block in read_blocks([path], **settings))


@each_compressor
@pytest.mark.parametrize("block_size", [1 << 10, 1 << 24])
def test_one_member_whatever_the_file_is_called(
    tmp_path: Path, name: str, compress: Callable[[bytes], bytes], block_size: int
) -> None:
    assert read(tmp_path / "a.txt", compress(TEXT), block_size=block_size) == TEXT


def test_plain_text_may_be_called_compressed(tmp_path: Path) -> None:
    for suffix in ("gz", "bz2", "xz", "zst"):
        assert read(tmp_path / f"a.{suffix}", TEXT) == TEXT


@each_compressor
def test_members_in_a_row_are_all_read(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    members = [TEXT[:1], b"", TEXT[1:100_000], TEXT[100_000:], b"the end"]
    data = b"".join(map(compress, members))
    assert read(tmp_path / "a", data) == TEXT + b"the end\n"
    # Small members, and members that end at the border of what is read at once.
    assert read(tmp_path / "a", compress(b"x\n") * 5000) == b"x\n" * 5000
    assert read(tmp_path / "a", compress(b"x\n") + b"\0" * 512 + compress(b"y\n")) == b"x\ny\n"


@each_compressor
def test_progress_is_told_in_compressed_bytes(
    tmp_path: Path, name: str, compress: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "a"
    path.write_bytes(compress(TEXT))
    told: list[int] = []
    list(read_blocks([path], progress=told.append))
    assert sum(told) == path.stat().st_size


@each_compressor
@pytest.mark.parametrize("kept", [12, 600, -1, -9])
def test_cut_short(tmp_path: Path, name: str, compress: Callable[[bytes], bytes], kept: int) -> None:
    with pytest.raises(InputError, match=f"a: the {name} data ends in the middle; the file is cut short"):
        read(tmp_path / "a", compress(TEXT)[:kept])


@each_compressor
def test_damaged(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    data = bytearray(compress(TEXT))
    data[len(data) // 2 : len(data) // 2 + 40] = b"\x55" * 40
    with pytest.raises(InputError, match=f"a: the {name} data is damaged"):
        read(tmp_path / "a", bytes(data))


@each_compressor
def test_rubbish_after_the_end(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InputError, match=f"a: the {name} data is damaged"):
        read(tmp_path / "a", compress(TEXT) + b"rubbish after the end")


@each_compressor
def test_nothing_inside(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InputError, match="is empty"):
        read(tmp_path / "a", compress(b""))


@each_compressor
def test_standard_input_may_be_compressed(
    monkeypatch: pytest.MonkeyPatch, name: str, compress: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(compress(TEXT))))
    assert b"".join(block.data for block in read_blocks(["-"])) == TEXT


@each_compressor
def test_a_byte_order_mark_inside_is_dropped(
    tmp_path: Path, name: str, compress: Callable[[bytes], bytes]
) -> None:
    assert read(tmp_path / "a", compress(b"\xef\xbb\xbfa\n"), block_size=1) == b"a\n"


@each_compressor
def test_compressed_twice_is_named(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InputError, match="a is a gzip file inside another compressed file"):
        read(tmp_path / "a", compress(gzip.compress(TEXT)))


@each_compressor
def test_a_small_file_cannot_grow_into_the_memory(
    tmp_path: Path, name: str, compress: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(InputError, match="line 1 is longer than 65,536 bytes"):
        read(tmp_path / "a", compress(b"a" * (1 << 25)), max_line_bytes=1 << 16, block_size=1 << 10)


def test_zstd_frames_to_skip_and_long_windows(tmp_path: Path) -> None:
    frame = COMPRESSORS["zstd"](TEXT)
    skipped = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    assert read(tmp_path / "a", skipped + frame + skipped + frame) == TEXT + TEXT
    settings = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    assert read(tmp_path / "a", compressor.compress(TEXT) + compressor.flush()) == TEXT
