import stat
import tempfile
from pathlib import Path

import numba
import pytest

from nextword import compile as compiling


def test_kernels_compile_where_no_cache_can_be_written(tmp_path, monkeypatch):
    calls = []

    def njit(**options):
        calls.append(options["cache"])
        if len(calls) == 1:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(numba, "njit", njit)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    assert compiling.kernel(abs) is abs
    assert calls == [True, True]
    assert Path(numba.config.CACHE_DIR).parent == tmp_path


def test_the_private_folder_is_ours_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = Path(compiling.private_folder())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o777)
    assert compiling.private_folder() == "", "machine code that others may have written is not run"


@pytest.mark.parametrize(("setting", "wanted"), [("3", 3), ("0", None), ("many", None), ("", None)])
def test_threads_follow_the_environment(monkeypatch, setting, wanted):
    monkeypatch.setenv("NEXTWORD_THREADS", setting)
    assert compiling.available_threads() == wanted or wanted is None
    assert compiling.available_threads() >= 1
