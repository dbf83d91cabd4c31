"""Kill a training again and again, go on with it each time, and compare its weights with those of an unbroken one.

    python benchmarks/killed.py --text train.txt --valid valid.txt --kills 10 --in-saves 2 -- lstm --epochs 3

Some kills come at random moments, some in the middle of a save. What is behind -- are the network and its settings.
The table says where the kept training stood after each kill. --save-every saves more often than about every minute, so
that short trainings have many saves.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from multiprocessing.context import ForkProcess
from pathlib import Path

from nextword.cli import network_run  # noqa: F401  imported once, for all processes that are forked
from nextword.cli.main import run
from nextword.cli.network_watch import NetworkWatch
from nextword.neural.training import training
from nextword.store import pace
from nextword.store.models import saved_config
from nextword.text.corpus import learn_corpus

FORK = multiprocessing.get_context("fork")
TRAINS = FORK.Event()
"""Set once a child's training begins: what was imported, compiled and read before is not what is killed."""


def tell_and_watch(self: NetworkWatch, tensorboard: Path | None, curve: Path | None) -> None:
    TRAINS.set()
    _watch(self, tensorboard, curve)


_watch = NetworkWatch.run
NetworkWatch.run = tell_and_watch  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--valid", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--in-saves", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=float, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("network", nargs="+")
    given = parser.parse_args()
    if given.save_every is not None:
        training.REPORT_SECONDS = given.save_every / 2
        pace.SHARE, pace.USUAL_SECONDS = 2, given.save_every
    learn_corpus([given.text], special_tokens="skip")  # compiles, once for all processes
    with tempfile.TemporaryDirectory() as folder:
        report = torment(Path(folder), given)
    print(json.dumps(report) if given.json else told(report))
    sys.exit(0 if report["same"] else 1)


def torment(folder: Path, given: argparse.Namespace) -> dict[str, object]:
    """Train once in peace and once with kills; return what happened."""
    network, *settings = given.network
    command = ["train", network, str(given.text), *settings, "--threads", "1", "-q"]
    if given.valid is not None:
        command += ["--valid", str(given.valid)]
    finish(start([*command, "-o", str(folder / "whole")]))
    seconds = float(saved_config(folder / "whole").provenance["training_seconds"])
    chance = random.Random(given.seed)
    plan = [True] * given.in_saves + [False] * (given.kills - given.in_saves)
    chance.shuffle(plan)
    broken, kills = folder / "broken", []
    for in_save in plan:
        moment = chance.uniform(0.2, 1) * seconds / (len(plan) + 1)
        kills.append(kill_one(command, broken, moment, in_save=in_save))
    finish(start(go_on(command, broken)))
    weights = [(path / "model.safetensors").read_bytes() for path in (folder / "whole", broken)]
    left = sorted(path.name for path in folder.iterdir())
    return {"seconds": seconds, "kills": kills, "same": weights[0] == weights[1], "left": left}


def kill_one(command: list[str], broken: Path, moment: float, *, in_save: bool) -> dict[str, object]:
    """Kill one run, at a moment or in the first save after it; return when, whether in a save, and what was kept."""
    for _ in range(20):  # a save may end before the signal comes: then once more
        older = saves(broken)
        process = start(go_on(command, broken))
        TRAINS.wait()
        began = time.perf_counter()
        time.sleep(moment)
        while in_save and process.is_alive() and saves(broken) == older:
            pass
        was_alive = process.is_alive()
        process.kill()
        after = time.perf_counter() - began
        process.join()
        found = bool(saves(broken) - older)
        if found or not in_save:
            break
    return {"after": after, "alive": was_alive, "in_save": found, "kept": kept(broken)}


def start(command: list[str]) -> ForkProcess:
    TRAINS.clear()
    process = FORK.Process(target=child, args=(command,))
    process.start()
    return process


def child(command: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  for as long as the process lives
    sys.exit(run(command))


def finish(process: ForkProcess) -> None:
    process.join()
    if process.exitcode != 0:
        sys.exit(f"a training ended with exit code {process.exitcode}")


def go_on(command: list[str], broken: Path) -> list[str]:
    """Return the command that goes on where something was kept, or begins."""
    is_kept = (broken.parent / f"{broken.name}.training").exists()
    return [*command, "-o", str(broken), *(["--resume"] if is_kept else [])]


def saves(broken: Path) -> set[Path]:
    """Return what saves that are under way, or were when they were killed, have written so far."""
    return set(broken.parent.glob(f".{broken.name}.training.saving-*"))


def kept(broken: Path) -> str:
    """Return where the training stands that is kept."""
    path = broken.parent / f"{broken.name}.training" / "config.json"
    if broken.exists():
        return "the model: it had ended"
    if not path.exists():
        return "nothing"
    position = json.loads(path.read_text())["model"]["position"]["position"]
    return f"epoch {position['epoch'] + 1}, step {position['epoch_step']}"


def told(report: dict[str, object]) -> str:
    """Return the report as a table in Markdown."""
    lines = [
        f"unbroken: {report['seconds']:.1f} s",
        "",
        "| kill | after | in a save | kept |",
        "|---|---|---|---|",
    ]
    kills = report["kills"]
    if isinstance(kills, list):
        for number, kill in enumerate(kills, 1):
            in_save = "yes" if kill["in_save"] else "no"
            lines.append(f"| {number} | {kill['after']:.2f} s | {in_save} | {kill['kept']} |")
    lines += [
        "",
        f"weights in the end: {'the same' if report['same'] else 'NOT the same'} as those of the unbroken run",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
