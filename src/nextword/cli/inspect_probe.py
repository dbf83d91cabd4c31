"""``nextword inspect agreement``, ``copy``, ``recall``, ``brackets``: how far back each system can look."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Whole
from nextword.errors import SettingError, StorageError

if TYPE_CHECKING:
    from nextword.tasks.probes.experiment import Plan
    from nextword.tasks.probes.probe import Probe
    from nextword.tasks.probes.systems import Outcome

SEEDS = 5


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ProbeOptions:
    """How a probe is made and whom it asks."""

    seeds: Whole | None = None
    """How many times over, each time another language and other networks; 5 if not given."""
    systems: Annotated[tuple[str, ...] | None, Parameter(negative="", consume_multiple=True)] = None
    """Whom to ask: trigram, 5-gram, "fixed window", RNN and LSTM; all if not given."""
    distances: Annotated[tuple[Whole, ...] | None, Parameter(negative="", consume_multiple=True)] = None
    """The distances, as numbers; as usual for the probe if not given."""
    sentences: Whole = 40_000
    """How many sentences each system learns from."""
    pairs: Whole = 100
    """How many pairs are judged for each distance and seed."""
    epochs: Whole | None = None
    """How often networks read the sentences."""
    size: Whole | None = None
    """H, how many units networks have."""
    processes: Whole | None = None
    """How many systems are trained side by side; as many as there are processors if not given."""

    def plan(self, probe: "Probe") -> "Plan":
        """Return what is tried."""
        from nextword.tasks.probes.experiment import Plan
        from nextword.tasks.probes.systems import SYSTEMS

        seeds = SEEDS if self.seeds is None else self.seeds
        if seeds < 1:
            raise SettingError(f"at least one seed is needed, got {seeds}")
        changed = {"epochs": self.epochs, "size": self.size}
        return Plan(
            probe,
            seeds=tuple(range(1, seeds + 1)),
            systems=self.systems or SYSTEMS,
            distances=self.distances,
            sentences=self.sentences,
            pairs=self.pairs,
            changed={name: value for name, value in changed.items() if value is not None},
        )

    def refuse_training(self, picture: Path | None) -> None:
        """Raise SettingError for options that say how systems are trained and asked: with --write none is."""
        names = ("seeds", "systems", "epochs", "size", "processes")
        given = [f"--{name}" for name in names if getattr(self, name) is not None]
        given += ["--picture"] * (picture is not None)
        if given:
            raise SettingError(
                f"--write makes files and trains nothing, so there is nothing for {', '.join(given)} to change; leave "
                "out one or the other"
            )


def _command(name: str) -> Callable[..., None]:
    """Return the command of a probe."""

    def inspect_probe(
        *,
        write: Path | None = None,
        overwrite: Annotated[bool, Parameter(negative="")] = False,
        picture: Path | None = None,
        options: ProbeOptions = ProbeOptions(),
        answer: OutputOptions = OutputOptions(),
    ) -> None:
        from nextword.tasks.probes.names import PROBES

        _inspect(PROBES[name], write, picture, options, answer, overwrite=overwrite)

    inspect_probe.__doc__ = f"""Let every system learn a small language, and ask how far back it can look.

    Example: nextword inspect {name} --picture {name}.png

    Parameters
    ----------
    write
        Train nothing: write the language of the first seed into this folder, as train.txt and pairs.jsonl.
    overwrite
        Let --write replace these files in a folder that holds some already.
    picture
        Draw accuracy against distance into this file: .png, .svg or .pdf.
    """
    return inspect_probe


inspect_agreement = _command("agreement")
inspect_copy = _command("copy")
inspect_recall = _command("recall")
inspect_brackets = _command("brackets")


def _inspect(
    probe: "Probe",
    write: Path | None,
    picture: Path | None,
    options: ProbeOptions,
    answer: OutputOptions,
    *,
    overwrite: bool,
) -> None:
    from nextword.tasks.probes.experiment import gather, run
    from nextword.tasks.probes.picture import save_found
    from nextword.tasks.probes.telling import record, table
    from nextword.text.pictures import check_picture

    if write is not None:
        options.refuse_training(picture)
    elif overwrite:
        raise SettingError("--overwrite says what --write may do; give both, or leave it out")
    plan = options.plan(probe)
    if write is not None:
        if not overwrite:
            _check_empty(write)
        content = _write(plan, write)
        answer.answer(
            content, lambda: f"{content['sentences']:,} sentences and {content['pairs']:,} pairs in {write}"
        )
        return
    if picture is not None:
        check_picture(picture)
    outcomes: list[Outcome] = []
    total = len(plan.systems) * len(plan.seeds)
    with answer.progress("training", total, in_bytes=False) as watch:
        for outcome in run(plan, _processes(options.processes, total)):
            outcomes.append(outcome)
            watch.advance(1)
    found = gather(outcomes)
    content = record(probe, found)
    if picture is not None:
        save_found(probe, found, picture)
        content["picture"] = str(picture)
        answer.remark(f"picture in {picture}")
    answer.answer(content, lambda: table(probe, found))


def _processes(given: int | None, total: int) -> int:
    from nextword.compile import available_threads

    if given is not None and given < 1:
        raise SettingError(f"at least one process is needed, got {given}")
    return min(given or available_threads(), total)


def _check_empty(folder: Path) -> None:
    """Raise StorageError where a folder holds files: who else's they may be cannot be told."""
    try:
        others = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be read: {error.strerror or error}; choose another place"
        ) from error
    if others:
        raise StorageError(
            f"{folder} holds files already ({', '.join(others[:3])}); choose another name, or replace train.txt and "
            "pairs.jsonl there with --overwrite"
        )


def _write(plan: "Plan", folder: Path) -> dict[str, Any]:
    from nextword.tasks.probes.probe import make_language
    from nextword.text.output import open_output
    from nextword.text.pairs import BAD, GOOD

    language = make_language(
        plan.probe,
        sentences=plan.sentences,
        pairs=plan.pairs,
        distances=plan.distances,
        seed=plan.seeds[0],
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be made: {error.strerror or error}; choose another place"
        ) from error
    with open_output(folder / "train.txt") as file:
        file.write("".join(f"{line}\n" for line in language.lines).encode())
    with open_output(folder / "pairs.jsonl") as file:
        for pair in language.pairs:
            fields: dict[str, Any] = {
                GOOD: pair.good,
                BAD: pair.bad,
                "distance": int(pair.fields["distance"]),
            }
            file.write((json.dumps(fields) + "\n").encode())
    return {"folder": str(folder), "sentences": len(language.lines), "pairs": len(language.pairs)}
