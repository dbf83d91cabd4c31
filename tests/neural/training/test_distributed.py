"""Two processes that train together do what one does with all streams."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nextword.errors import SettingError
from nextword.neural.training.devices import own_gpu
from nextword.neural.training.distributed import local_rank, own_rows, rank

SCRIPT = """
import json
from pathlib import Path
from neural.samples import settings, zipf_corpus
from nextword.neural.training import distributed, training as module
from nextword.neural.training.training import Training

module.REPORT_SECONDS = 0.0
corpus = zipf_corpus(80)
told = {}
for network, output in (("lstm", "exact"), ("window", "adaptive")):
    how = dict(network=network, softmax=output, shortlist=10, clusters=(20,), epochs=2, batch=8, steps=12)
    training = Training(corpus, settings(**how), valid=corpus.ids, threads=1)
    losses = []
    for event in training:
        losses.append((event.loss, event.valid_perplexity or 0))
        if event.ends_epoch and event.epoch == 1:
            snapshot = training.snapshot()
    weights = sum(float(weight.double().abs().sum()) for weight in training.weights.values())
    gone_on = Training(corpus, settings(**how), valid=corpus.ids, threads=1)
    gone_on.restore(snapshot)
    for event in gone_on:
        pass
    is_same = all(weight.equal(gone_on.weights[name]) for name, weight in training.weights.items())
    told[network] = [losses, weights, is_same]
distributed.leave()
names = [task.read_text().strip() for task in Path("/proc/self/task").glob("*/comm")]  # none elsewhere than on Linux
told["threads"] = [name for name in names if "gloo" in name]
if distributed.rank() == 0:
    print(json.dumps(told))
"""


def run(launcher, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    tests = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(tests), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *launcher, str(script)], capture_output=True, text=True, env=environment,
        check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_two_processes_have_the_losses_of_one(tmp_path):
    alone = run([], tmp_path)
    together = run(["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"], tmp_path)
    assert (
        alone.pop("threads") == together.pop("threads") == []
    )  # one left over may abort the program at its end
    for kind, (losses, weights, is_same) in alone.items():
        assert is_same
        assert together[kind][2]
        assert len(losses) == len(together[kind][0]) > 10
        for one, two in zip(losses, together[kind][0], strict=True):
            assert two == pytest.approx(one, rel=2e-4)
        assert together[kind][1] == pytest.approx(weights, rel=1e-4)


def test_streams_that_cannot_be_shared_out_are_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    monkeypatch.setenv("RANK", "1")
    assert own_rows(9) == slice(3, 6)
    for batch in (8, 2):
        with pytest.raises(
            SettingError, match=f"{batch} streams cannot be shared out evenly among 3 processes"
        ):
            own_rows(batch)


def test_what_launchers_leave_behind_makes_no_second_process_of_one_alone(monkeypatch):
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert (rank(), local_rank()) == (0, 0)


def test_each_process_of_a_machine_has_a_gpu_of_its_own(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "1")
    cuda, third, processor = torch.device("cuda"), torch.device("cuda:3"), torch.device("cpu")
    assert [own_gpu(device) for device in (cuda, third, processor)] == [cuda, third, processor]
    monkeypatch.setenv("WORLD_SIZE", "2")
    second = torch.device("cuda:1")
    assert [own_gpu(device) for device in (cuda, third, processor)] == [second, third, processor]
