"""The lecture's argument as an experiment: every system on the same small language, several times over."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np

from nextword.blas import one_blas_thread
from nextword.errors import SettingError
from nextword.tasks.probes.probe import Probe, make_language
from nextword.tasks.probes.systems import SYSTEMS, Outcome, probe_system


@dataclass(frozen=True)
class Plan:
    """What is tried."""

    probe: Probe
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    """Each makes a language of its own, and networks of their own."""
    systems: tuple[str, ...] = SYSTEMS
    distances: tuple[int, ...] | None = None
    """As usual for the probe if not given; from the nearest to the farthest, however they are given."""
    sentences: int = 40_000
    pairs: int = 100
    """A distance, for each seed."""
    changed: Mapping[str, Any] | None = None
    """Settings of networks that differ from the usual ones."""

    def __post_init__(self) -> None:
        unknown = [system for system in self.systems if system not in SYSTEMS]
        if unknown or not self.systems:
            raise SettingError(f"systems are {', '.join(SYSTEMS)}, got {list(self.systems)}")
        if not self.seeds:
            raise SettingError("at least one seed is needed, got none")
        for what, given in (("systems", self.systems), ("seeds", self.seeds)):
            if len(set(given)) < len(given):
                raise SettingError(
                    f"{what} are asked once each, got {list(given)}; leave the repeated ones out"
                )
        if self.distances is not None:
            object.__setattr__(self, "distances", tuple(sorted(self.distances)))


@dataclass(frozen=True)
class Found:
    """What came of a system over all seeds."""

    system: str
    distances: tuple[int, ...]
    accuracy: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    """(seeds, distances), from 0 to 1."""
    seconds: float
    """Of training, the mean."""

    @property
    def mean(self) -> list[float]:
        """By distance."""
        return [float(value) for value in self.accuracy.mean(axis=0)]

    @property
    def spread(self) -> list[float]:
        """The standard deviation over the seeds, by distance."""
        return [float(value) for value in self.accuracy.std(axis=0, ddof=min(1, len(self.accuracy) - 1))]


def run(plan: Plan, processes: int = 1) -> Iterator[Outcome]:
    """Yield what each system makes of each seed's language, as it comes.

    With several ``processes`` as many systems are trained at once, each on one thread.
    """
    slowest_first = sorted(plan.systems, key=SYSTEMS.index, reverse=True)
    tasks = [(system, seed) for system in slowest_first for seed in plan.seeds]
    if processes == 1:
        for system, seed in tasks:
            yield _probe(plan, system, seed)
        return
    # Networks are small: a second thread would gain nothing, and a second process gains all that it is.
    with ProcessPoolExecutor(processes, get_context("spawn"), _one_thread) as pool:
        waiting: list[Future[Outcome]] = [pool.submit(_probe, plan, system, seed) for system, seed in tasks]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def gather(outcomes: Sequence[Outcome]) -> list[Found]:
    """Return what came of each system, in the order of `SYSTEMS`."""
    found = []
    for system in SYSTEMS:
        own = sorted((each for each in outcomes if each.system == system), key=lambda each: each.seed)
        if own:
            distances = tuple(own[0].accuracy)
            accuracy = np.array([[each.accuracy[distance] for distance in distances] for each in own])
            found.append(Found(system, distances, accuracy, float(np.mean([each.seconds for each in own]))))
    return found


def _one_thread() -> None:
    os.environ["NEXTWORD_THREADS"] = "1"


def _probe(plan: Plan, system: str, seed: int) -> Outcome:
    # Every process draws the language for itself: that takes a moment, where training takes many.
    language = make_language(
        plan.probe, sentences=plan.sentences, pairs=plan.pairs, distances=plan.distances, seed=seed
    )
    with one_blas_thread():
        return probe_system(system, language, seed, plan.changed)
