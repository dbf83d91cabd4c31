"""The tour's part on memory: who sees a noun from its verb, phrases later."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nextword.cli.demo_tour.parts import Parts
from nextword.cli.demo_tour.places import Places
from nextword.compile import available_threads
from nextword.tasks.probes.agreement import AGREEMENT
from nextword.tasks.probes.experiment import Found, Plan, gather, run
from nextword.tasks.probes.picture import save_found
from nextword.tasks.probes.telling import record, table

SENTENCES = 40_000
WORDS_A_SENTENCE = 5
"""Of the tour's text: a tour on less text learns from fewer sentences."""
EXAMPLE = "The man next to the large oak tree near the grocery store on the corner is tall ."


@dataclass(frozen=True)
class MemoryPart:
    """What the part found, for JSON, and what of it the closing words say; None without PyTorch."""

    content: dict[str, Any] | None
    lesson: str | None
    picture: Path | None
    """Where it was drawn; None without Matplotlib."""


def tour_memory(parts: Parts, places: Places, say: Callable[[str], None]) -> MemoryPart:
    """Let every system learn a small language, and ask which verb agrees with a noun far back."""
    if find_spec("torch") is None:
        return MemoryPart(None, None, None)
    began = time.perf_counter()
    plan = Plan(
        AGREEMENT,
        seeds=(1,),
        sentences=min(SENTENCES, len(parts.corpus.ids) // WORDS_A_SENTENCE),
    )
    say(f"What is remembered: {plan.sentences:,} sentences such as\n\n  {EXAMPLE}\n")
    found = gather(list(run(plan, available_threads())))
    say("\n".join(f"  {line}".rstrip() for line in table(AGREEMENT, found).splitlines()) + "\n")
    content = record(AGREEMENT, found)
    picture = places.agreement if find_spec("matplotlib") is not None else None
    if picture is not None:
        save_found(AGREEMENT, found, picture)
        content["picture"] = str(picture)
    content["lesson"] = lesson(found)
    content["seconds"] = round(time.perf_counter() - began, 3)
    return MemoryPart(content, content["lesson"], picture)


def lesson(found: Sequence[Found]) -> str:
    """Say what the table shows at its longest distance."""
    last = {each.system: each.mean[-1] for each in found}
    distance = found[0].distances[-1]
    return (
        f"with {distance} phrases between noun and verb, the trigram and the 5-gram choose the right verb "
        f"{last['trigram']:.0%} and {last['5-gram']:.0%} of the time, the fixed window {last['fixed window']:.0%}, "
        f"the RNN {last['RNN']:.0%} and the LSTM {last['LSTM']:.0%}; who cannot see the noun is right half the time."
    )
