"""What a path may be: files, folders, pipes, standard input; and what it may not."""

import io
import os
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from nextword.errors import InputError
from nextword.text.readers import read_blocks, total_bytes
from nextword.text.sources import find_sources


def joined(*sources: str | Path) -> bytes:
    return b"".join(block.data for block in read_blocks(sources))


def put_on_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))


def test_a_folder_is_all_its_files_sorted_without_hidden_ones(tmp_path: Path) -> None:
    names = ["b.txt", "a/z.txt", "a/b/c.txt", ".hidden", ".git/config", "a/.x", "c/empty.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("" if "empty" in name else name)
    (tmp_path / "d").mkdir()
    assert joined(tmp_path) == b"a/b/c.txt\na/z.txt\nb.txt\n"
    assert total_bytes([tmp_path]) == len("a/b/c.txta/z.txtb.txt")


def test_a_hidden_folder_may_be_named(tmp_path: Path) -> None:
    (tmp_path / ".texts").mkdir()
    (tmp_path / ".texts" / "a.txt").write_text("a")
    assert joined(tmp_path / ".texts") == b"a\n"


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("a\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "up").symlink_to(tmp_path / "folder")
    (tmp_path / "folder" / "one").symlink_to(tmp_path / "real")
    (tmp_path / "folder" / "two").symlink_to(tmp_path / "real")
    (tmp_path / "folder" / "three.txt").symlink_to(tmp_path / "real" / "a.txt")
    found = [source.name for source in find_sources([tmp_path / "folder"])]
    assert found == [str(tmp_path / "folder" / name) for name in ("one/a.txt", "three.txt")]


def test_a_lone_string_is_one_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    assert [block.data for block in read_blocks(str(tmp_path / "a.txt"))] == [b"a\n"]


@pytest.mark.parametrize("name", ["-", "/dev/stdin", Path("-")])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, name: str | Path) -> None:
    put_on_standard_input(monkeypatch, b"one\ntwo")
    blocks = list(read_blocks([name]))
    assert [(block.data, block.source) for block in blocks] == [(b"one\ntwo\n", "standard input")]
    assert not sys.stdin.buffer.closed


def test_standard_input_only_once() -> None:
    with pytest.raises(InputError, match="standard input was named more than once"):
        read_blocks(["-", "/dev/stdin"])


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input is closed"):
        list(read_blocks(["-"]))
    put_on_standard_input(monkeypatch, b"")
    sys.stdin.close()
    with pytest.raises(InputError, match="standard input cannot be read"):
        list(read_blocks(["-"]))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a Unix thing")
def test_a_named_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"through a pipe\n" * 20_000,))
    writer.start()
    assert total_bytes([pipe]) is None
    assert joined(pipe) == b"through a pipe\n" * 20_000
    writer.join()


def test_an_open_descriptor(tmp_path: Path) -> None:
    if not Path("/dev/fd").exists():
        pytest.skip("no /dev/fd here")
    read_end, write_end = os.pipe()
    os.write(write_end, b"as <(...) of a shell gives it\n")
    os.close(write_end)
    assert joined(f"/dev/fd/{read_end}") == b"as <(...) of a shell gives it\n"
    os.close(read_end)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([], "no text was given; name at least one"),
        ([""], "the name of a text is empty"),
        (["missing.txt"], "missing.txt does not exist; check the path"),
        (["a\0b"], "cannot be read: .*null"),
        (["/dev/null"], "/dev/null is a device, not a file"),
        (["x" * 5000], "cannot be read: File name too long"),
        (["/etc/passwd/x"], "cannot be read: Not a directory"),
    ],
)
def test_names_that_are_no_text(sources: Sequence[str], message: str) -> None:
    # Raised by the call, before any text is read.
    with pytest.raises(InputError, match=message):
        read_blocks(sources)
    with pytest.raises(InputError, match=message):
        total_bytes(sources)


def test_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / ".hidden").write_text("x")
    with pytest.raises(InputError, match="is a folder without files"):
        read_blocks([tmp_path])


def test_a_missing_file_is_told_before_the_first_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(InputError, match=r"b\.txt does not exist"):
        read_blocks([tmp_path / "a.txt", tmp_path / "b.txt"])


def test_links_to_nothing_and_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to(tmp_path / "nothing")
    with pytest.raises(InputError, match="broken does not exist"):
        read_blocks([tmp_path])
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="loop is a link that leads back to itself"):
        read_blocks([tmp_path / "loop"])


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("talk")
        with pytest.raises(InputError, match="talk is a socket, not a file"):
            read_blocks(["talk"])


def test_a_name_that_is_not_utf8_is_shown_escaped(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"gr\xe9.txt")
    with pytest.raises(InputError, match=r"gr\\udce9\.txt does not exist"):
        read_blocks([path])


class Failing(io.BytesIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def read(self, size: int | None = -1, /) -> bytes:
        raise self.error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(5, "Input/output error"), "cannot be read: Input/output error; check the path and the disk"),
        (PermissionError(13, "Permission denied"), "permission denied; check its owner and mode"),
    ],
)
def test_failures_of_the_system_become_input_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("words")

    def refuse(*_: object) -> None:
        raise error

    blocks = read_blocks([path])
    monkeypatch.setattr(Path, "open", lambda *_: Failing(error))
    with pytest.raises(InputError, match=message):
        list(blocks)
    blocks = read_blocks([path])
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=message):
        list(blocks)
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputError, match=message):
        read_blocks([tmp_path])
