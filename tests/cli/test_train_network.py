"""``nextword train window|rnn|gru|lstm``: from the command line, kept, gone on with, and refused."""

import json
import os
import signal
import sys

import numpy as np
import pytest

from nextword.cli import network_run, network_watch
from nextword.cli.main import run
from nextword.embedding.vectors.vectors import WordVectors
from nextword.neural.settings import NETWORK_KINDS
from nextword.neural.training import distributed, training
from nextword.store import atomic
from nextword.store.models import saved_config
from nextword.store.tensors import map_tensors, write_tensors
from nextword.store.vectors import save_vectors

SMALL = ["--size", "8", "--batch", "4", "--steps", "5", "--epochs", "3", "--threads", "1"]


@pytest.fixture
def files(tmp_path, lines, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t").write_text("\n".join(lines[:120]) + "\n")
    (tmp_path / "v").write_text("\n".join(lines[120:150]) + "\n")
    return tmp_path


def train(*options, network="lstm", text="t", output="m"):
    return run(["train", network, *([text] if text else []), "-o", output, *SMALL, *options])


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def leaves(code, *options, **others):
    """Train, and be told to leave: Ctrl-C is answered by `run`, SIGTERM ends the process."""
    if code == 130:
        assert train(*options, **others) == code
    else:
        with pytest.raises(SystemExit) as caught:
            train(*options, **others)
        assert caught.value.code == code


@pytest.fixture
def often(monkeypatch):
    """A report after each step, and with each of them a save."""
    monkeypatch.setattr(training, "REPORT_SECONDS", 0.0)


@pytest.fixture
def at_event(monkeypatch):
    """Return what lets something happen, to the one who watches, when the n-th event has come."""
    seen, note = [0], network_watch.NetworkWatch._note

    def plan(number, what):
        def noted(self, event):
            seen[0] += 1
            if seen[0] == number:
                what(self)
            return note(self, event)

        monkeypatch.setattr(network_watch.NetworkWatch, "_note", noted)

    return plan


@pytest.mark.parametrize("network", NETWORK_KINDS)
def test_each_network_answers_in_json_and_draws_its_curve(files, capsys, network):
    assert train("--valid", "v", "--json", "--curve", "curve.png", "--tensorboard", "b", network=network) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["model"] == "m"
    assert answer["network"] == network
    assert answer["vocabulary"] == 17
    assert answer["epochs"] == 3
    assert 1 < answer["valid_perplexity"] < 17
    assert answer["tokens_per_second"] > 0
    stored = map_tensors(files / "m" / "model.safetensors")
    named = [array for name, array in stored.items() if name != "ranks"]
    assert answer["parameters"] == sum(array.size for array in named)
    assert (files / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert len(list((files / "b").iterdir())) == 1
    assert not (files / "m.training").exists()
    config = saved_config(files / "m")
    assert config.model_type == network
    assert config.provenance["data"] == ["t"]
    log = [json.loads(line) for line in (files / "m" / "training.jsonl").read_text().splitlines()]
    ends = [entry for entry in log if entry["ends_epoch"]]
    assert [entry["epoch"] for entry in ends] == [1, 2, 3]
    assert min(entry["valid_perplexity"] for entry in ends) == answer["valid_perplexity"]
    assert [entry["share"] for entry in log] == sorted(entry["share"] for entry in log)


def test_people_read_how_it_goes(files, capsys):
    assert train() == 0
    out, err = capsys.readouterr()
    assert out.startswith("m: lstm of ")
    assert "epoch 3/3: perplexity" in err
    assert train("-q") == 0
    assert capsys.readouterr().err == ""


def test_a_time_is_kept(files, capsys):
    shortened = [part for part in SMALL if part not in ("--epochs", "3")]
    assert run(["train", "lstm", "t", "-o", "m", *shortened, "--time", "0.7s", "--json", "-q"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["seconds"] == pytest.approx(0.7, abs=0.5)
    assert answer["epochs"] > 0
    last = json.loads((files / "m" / "training.jsonl").read_text().splitlines()[-1])
    assert (last["share"], last["epochs"]) == (1.0, None)


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_who_is_asked_to_leave_saves_within_the_epoch_and_goes_on_to_the_same_weights(
    files, capsys, often, at_event, asked, code
):
    options = ["--valid", "v", "--average-from", "0.4"]
    assert train(*options, output="whole") == 0
    handler = signal.getsignal(signal.SIGINT)
    at_event(40, lambda _: os.kill(os.getpid(), asked))
    leaves(code, *options)
    assert signal.getsignal(signal.SIGINT) == handler
    assert "go on with the same command and --resume" in capsys.readouterr().err
    position = saved_config(files / "m.training").model["position"]["position"]
    assert position["step"] == 40
    assert position["epoch_step"] > 0
    assert not (files / "m").exists()
    assert train(*options, "--resume") == 0
    assert weights(files / "m") == weights(files / "whole")
    steps = [json.loads(line)["step"] for line in (files / "m" / "training.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)


def test_the_second_signal_is_obeyed_at_once(files, often, at_event):
    def twice(_):
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)

    at_event(5, twice)
    leaves(143)


def test_a_full_disk_stops_the_training_and_loses_nothing(files, capsys, often, at_event, monkeypatch):
    assert train(output="whole") == 0
    at_event(6, lambda _: monkeypatch.setattr(atomic, "_sync_tree", full))
    monkeypatch.setattr("nextword.store.pace.SHARE", 0)
    monkeypatch.setattr("nextword.store.pace.USUAL_SECONDS", 0.0)
    sync = atomic._sync_tree

    def full(folder):
        raise OSError(28, "No space left on device")

    assert train() == 3
    error = capsys.readouterr().err.splitlines()[-1]
    assert "free some space" in error
    assert "--resume" in error
    assert saved_config(files / "m.training").model["position"]["position"]["step"] == 5
    monkeypatch.setattr(atomic, "_sync_tree", sync)
    assert train("--resume") == 0
    assert weights(files / "m") == weights(files / "whole")


def test_a_model_that_could_not_be_saved_is_not_trained_again(files, capsys, monkeypatch):
    def full(*_):
        raise atomic.StorageError("cannot write m: No space left on device; free some space")

    with monkeypatch.context() as patch:
        patch.setattr(network_run, "save_model", full)
        assert train("--valid", "v") == 3
    assert "go on with the same command and --resume" in capsys.readouterr().err
    assert train("--valid", "v", "--resume") == 0
    out, err = capsys.readouterr()
    assert "epoch" not in err
    assert "3 epochs" in out
    assert train("--valid", "v", output="whole") == 0
    assert weights(files / "m") == weights(files / "whole")


def test_a_training_that_diverges_says_so_and_keeps_its_last_good_state(files, capsys, at_event):
    def spoil(watch):
        next(iter(watch.training.weights.values())).data[3:] = np.nan

    assert train("--optimiser", "sgd", "--rate", "1e38", "--clip", "0") == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert "no longer finite" in error
    assert "nothing was kept yet" in error
    at_event(2, spoil)  # once the first epoch is kept
    assert train() == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert "kept in m.training; go on with the same command and --resume, with a lower --rate" in error
    assert not (files / "m").exists()
    assert train("--resume", "--rate", "0.001") == 0


def test_what_an_older_training_left_is_not_taken_for_what_was_kept(broken, capsys):
    assert train("--optimiser", "sgd", "--rate", "1e38", "--clip", "0") == 1
    assert "nothing was kept yet; begin again" in capsys.readouterr().err.splitlines()[-1]


@pytest.fixture
def kept_steps(monkeypatch):
    """The steps after which a training was kept."""
    steps, keep = [], network_watch.TrainingKeeper.keep

    def noted(self, kept, tokenizer):
        steps.append(kept.content["position"]["step"])
        keep(self, kept, tokenizer)

    monkeypatch.setattr(network_watch.TrainingKeeper, "keep", noted)
    monkeypatch.setattr("nextword.store.pace.SHARE", 0)
    return steps


def test_a_training_is_kept_after_each_epoch_and_not_twice_after_the_last(files, kept_steps):
    assert train("-q") == 0
    epoch = kept_steps[0]
    assert kept_steps == [epoch, 2 * epoch, 3 * epoch]


def test_an_epoch_that_ends_far_worse_than_it_went_is_not_kept(files, often, kept_steps, monkeypatch):
    step = training.Training._step

    def worse(self, *arguments):
        loss = step(self, *arguments)
        ends = (self.position.epoch_step + 1, self.position.epoch) == (self.streams.count(), 1)
        return loss + 50 * ends

    monkeypatch.setattr(training.Training, "_step", worse)
    assert train("-q") == 0
    epoch = kept_steps[0]
    assert kept_steps == [epoch, 3 * epoch]


@pytest.fixture
def broken(files, often, at_event):
    at_event(20, lambda _: os.kill(os.getpid(), signal.SIGINT))
    leaves(130, "--valid", "v")
    return files


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--valid", "v", "--size", "9"], "began with size 8, this command says 9"),
        (["--valid", "v", "--lowercase"], "another text"),
        (["--valid", "t"], "another validation text"),
        ([], "another validation text"),
    ],
)
def test_only_the_command_that_began_it_goes_on(broken, capsys, options, message):
    shortened = [part for part in SMALL if part not in ("--size", "8")] if "--size" in options else SMALL
    assert run(["train", "lstm", "t", "-o", "m", *shortened, *options, "--resume"]) == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_lower_rate_and_more_epochs_go_on_and_say_so(broken, capsys):
    others = [part for part in SMALL if part not in ("--epochs", "3")]
    command = ["train", "lstm", "t", "-o", "m", "--valid", "v", *others, "--epochs", "4", "--rate", "0.001"]
    assert run([*command, "--resume", "--time", "1h", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "epochs 3 is now 4, rate None is now 0.001, time none is now 1 h" in err
    assert json.loads(out)["epochs"] == 4
    steps = [json.loads(line)["step"] for line in (broken / "m" / "training.jsonl").read_text().splitlines()]
    # The share of four epochs began again at a smaller one.
    assert steps[19:25] == [20, 21, 22, 23, 24, 25]


def test_a_checkpoint_of_other_sizes_is_refused(broken, capsys):
    folder = broken / "m.training"
    tensors = {name: np.array(array) for name, array in map_tensors(folder / "training.safetensors").items()}
    tensors["weights/embedding"] = tensors["weights/embedding"][:-1]
    write_tensors(folder / "training.safetensors", tensors)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "files": {}}))
    assert train("--valid", "v", "--resume") == 3
    assert "weights/embedding" in capsys.readouterr().err.splitlines()[-1]


def test_to_begin_again_replaces_what_was_kept_and_says_so(broken, capsys):
    assert train() == 0
    assert "will be replaced; --resume would go on" in capsys.readouterr().err
    assert not (broken / "m.training").exists()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--time", "30"], 2, "try 30m, 90s or 1h30m"),
        (["--resume"], 2, "no training to go on with"),
        (["--preset", "huge"], 2, "--preset"),
        (["--config", "none.toml"], 3, "none.toml"),
        (["--clusters", "a,b"], 2, "whole numbers with commas between"),
        (["--window", "3"], 2, "--window"),
        (["--layers", "0"], 2, "layers is a whole number"),
        (["--curve", "curve.jpg"], 2, "curve.jpg"),
        (["--curve", "nowhere/curve.png"], 3, "the folder nowhere does not exist"),
        (["--device", "abacus"], 2, "abacus"),
        (["--valid", "none"], 3, "none"),
        (["--valid", "empty"], 3, "empty is empty"),
        (["--vectors", "none"], 3, "none"),
    ],
)
def test_mistakes_are_one_line(files, capsys, options, code, message):
    (files / "empty").write_text("")
    assert train("-q", *options) == code
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (files / "m").exists()


def test_texts_that_hold_nothing(files, capsys):
    (files / "empty").write_text("")
    assert train("-q", text="empty") == 3
    assert "empty is empty" in capsys.readouterr().err
    assert train("-q", text=None) == 2
    assert "no text to train on" in capsys.readouterr().err
    assert train("-q", "--valid", "-", text="-") == 2
    assert "stdin can be read once" in capsys.readouterr().err


@pytest.mark.parametrize("network", NETWORK_KINDS)
def test_one_word_and_a_text_shorter_than_the_window_are_learned(files, capsys, network):
    (files / "one").write_text("word\n")
    assert train("-q", "--json", network=network, text="one") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["tokens"] == 2
    assert answer["valid_perplexity"] is None


def test_validation_words_never_seen_are_told_of(files, capsys):
    (files / "strange").write_text("colourless green ideas sleep\n")
    assert train("--json", "--valid", "strange") == 0
    out, err = capsys.readouterr()
    assert "4 of 5 validation tokens" in err
    assert json.loads(out)["valid_perplexity"] > 17


def test_without_pytorch_it_says_what_to_install(files, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert train("-q") == 1
    error = capsys.readouterr().err
    assert "pip install 'nextword[neural]'" in error
    assert "small build, which needs no GPU" in error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4000000000000 bytes"),
        MemoryError(),
    ],
)
def test_a_network_that_is_too_large_says_so(files, capsys, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(training.Training, "_step", fail)
    assert train("-q") == 2
    assert "try a smaller --batch" in capsys.readouterr().err


def test_a_curve_that_finds_no_room_costs_no_model(files, capsys, monkeypatch):
    def full(*_):
        raise atomic.StorageError("curve.png cannot be written: No space left on device")

    monkeypatch.setattr(network_watch, "save_curve", full)
    assert train("--curve", "curve.png") == 0
    assert "there is no curve: curve.png cannot be written" in capsys.readouterr().err
    assert (files / "m").exists()


def test_several_processes_cannot_share_stdin(files, capsys, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert train("-q", text="-") == 2
    assert "stdin can be read by one process, and 2 train together" in capsys.readouterr().err


def test_of_several_processes_only_the_first_speaks_and_writes(files, capsys, monkeypatch):
    monkeypatch.setattr(distributed, "rank", lambda: 1)
    assert train("--json", "--curve", "curve.png", "--tensorboard", "b") == 0
    assert capsys.readouterr() == ("", "")
    assert sorted(path.name for path in files.iterdir()) == ["t", "v"]


def test_word_vectors_begin_the_embedding(files):
    save_vectors(WordVectors(["the", "cat"], np.full((2, 8), 0.5, dtype=np.float32)), "w")
    assert train("-q") == 0
    assert train("-q", "--vectors", "w", output="n") == 0
    assert weights(files / "m") != weights(files / "n")


def test_a_folder_that_happens_to_stand_beside_the_model_is_kept(files, capsys):
    (files / "m.training").mkdir()
    (files / "m.training" / "log.txt").write_text("a week of work")
    assert train("-q") == 3
    assert "log.txt" in capsys.readouterr().err


def test_the_help_of_train_lists_the_networks(capsys):
    assert run(["train", "--help"]) == 0
    out = capsys.readouterr().out
    assert all(f" {network} " in out for network in NETWORK_KINDS)
    assert run(["train", "lstmm"]) == 2
    assert "did you mean lstm?" in capsys.readouterr().err
