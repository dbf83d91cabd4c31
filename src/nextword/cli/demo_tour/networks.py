"""The tour's part on networks: trained, measured beside the n-grams, mixed, and asked to write."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from nextword.cli.demo_tour import tell_networks
from nextword.cli.demo_tour.examples import SAMPLING, TEXT_LENGTH
from nextword.cli.demo_tour.network_table import (
    NETWORKS,
    SystemRow,
    mix_systems,
    systems_of,
    train_networks,
)
from nextword.cli.demo_tour.parts import Parts
from nextword.cli.demo_tour.places import Places
from nextword.cli.demo_tour.table import Row
from nextword.lm.generation import generate
from nextword.store.models import save_model


@dataclass(frozen=True)
class NetworksPart:
    """What the part found, for JSON, and what of it the closing words say; None without PyTorch."""

    content: dict[str, Any] | None
    lesson: str | None


def tour_networks(
    rows: Sequence[Row],
    parts: Parts,
    places: Places,
    made: dict[str, Any],
    say: Callable[[str], None],
) -> NetworksPart:
    """Train one network after the other beside the n-grams, and save the best."""
    if find_spec("torch") is None:
        say(tell_networks.WITHOUT_TORCH)
        return NetworksPart(None, None)
    began = time.perf_counter()
    say(tell_networks.tell_head(parts))
    systems = systems_of([row for row in rows if row.smoothing.name == "modified-kneser-ney"])
    for system in systems:
        say(tell_networks.tell_row(system))
    for system in train_networks(parts):
        systems.append(system)
        say(tell_networks.tell_row(system))
    mixture, weights = mix_systems(systems, parts)
    systems = [replace(system, weight=weight) for system, weight in zip(systems, weights, strict=True)]
    say(tell_networks.tell_row(mixture))
    say(tell_networks.tell_weights(systems))
    networks = [system for system in systems if system.name in NETWORKS]
    texts = {system.name: _write(system) for system in networks}
    say(tell_networks.tell_texts(texts))
    best = min(networks, key=lambda system: system.tuning_perplexity)
    save_model(best.model, places.network, made)
    lesson = tell_networks.networks_lesson(systems, mixture)
    content = {
        "model": str(places.network),
        "best": best.name,
        "systems": [system.as_dict() for system in [*systems, mixture]],
        "texts": texts,
        "lesson": lesson,
        "seconds": round(time.perf_counter() - began, 3),
    }
    return NetworksPart(content, lesson)


def _write(system: SystemRow) -> str:
    return generate(system.model, length=TEXT_LENGTH, sampling=SAMPLING, stop_at_sentence_end=False)[0]
