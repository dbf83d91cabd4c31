import json
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numba
import numpy as np
import pytest

from nextword import compile as compiling
from nextword.store.models import save_model


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
    assert compiling._njit(abs) is abs
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


def test_a_question_from_a_cold_process_needs_no_compiler(model, tmp_path):
    save_model(model, tmp_path / "model")
    script = (
        "import sys\n"
        "from nextword.cli.main import run\n"
        "assert run(['next', sys.argv[1], 'the old', '--json']) == 0\n"
        "assert 'numba' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "model")], capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)["next"]
    assert [(row["token"], row["probability"]) for row in answer] == model.next_words("the old")


def test_kernels_are_compiled_by_whichever_thread_comes_first():
    script = (
        "from threading import Thread, Barrier\n"
        "import numpy as np\n"
        "from nextword.ngram.automaton import kernels\n"
        "from nextword.ngram.arpa.assembly import kernels as others\n"
        "kept, barrier, found = kernels.find_child, Barrier(4), []\n"
        "words, children = np.arange(-1, 5, dtype=np.int32), np.array([1, 6, 6], dtype=np.int32)\n"
        "def ask():\n"
        "    barrier.wait(); found.append(kept(words, children, 0, 3))\n"
        "threads = [Thread(target=ask) for _ in range(4)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "assert found == [4] * 4, found\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_many_questions_warm_the_kernels_up(model, tmp_path):
    save_model(model, tmp_path / "model")
    script = (
        "import sys\n"
        "from nextword.compile import is_cold\n"
        "from nextword.store.models import load_model\n"
        "model = load_model(sys.argv[1])\n"
        "answers = [model.next_words('the old') for _ in range(4)]\n"
        "assert not is_cold()\n"
        "assert all(answer == answers[0] for answer in answers)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "model")], check=True)


def test_what_is_cached_of_a_kernel_depends_on_all_kernels(tmp_path):
    """A kernel holds machine code of those that it calls, which may stand in other files."""
    from nextword.text import kernels

    kernels.count_numbers(np.zeros(1, np.int32), np.zeros(1, np.int64))
    package = Path(compiling.__file__).parent
    assert kernels.count_numbers._cache._cache_file._source_stamp == compiling.kernels_digest(package)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "kernels.py").write_text("one")
    before = compiling.kernels_digest.__wrapped__(tmp_path)
    (tmp_path / "a" / "kernels.py").write_text("two")
    assert compiling.kernels_digest.__wrapped__(tmp_path) != before


def test_what_is_cached_of_a_kernel_depends_on_the_constants_that_it_takes_from_other_files(tmp_path):
    package = tmp_path / "nextword"
    package.mkdir()
    (package / "kernels.py").write_text("from nextword.plan import WIDTH\n")
    digests = set()
    for text in ("WIDTH = 1", "WIDTH = 2"):
        (package / "plan.py").write_text(text)
        digests.add(compiling.kernels_digest.__wrapped__(package))
    assert len(digests) == 2
