"""``nextword demo``: the whole tour, on text that is on every machine with Python."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, provenance
from nextword.cli.printable import printable

if TYPE_CHECKING:
    from nextword.cli.demo_tour.parts import Parts
    from nextword.cli.demo_tour.places import Places


def demo(
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])] = Path("demo"),
    words: int | None = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Take the whole tour on this machine's own English: nothing is downloaded.

    Trains n-gram models of order 1 to 5 with each smoothing on the documentation inside this Python, measures
    and mixes them, completes prompts, writes text, and saves the best model. Then trains word2vec on the same text,
    asks for neighbours and analogies, and saves the vectors and a map of them. Last, where PyTorch is installed, trains
    a fixed window, an RNN and an LSTM, mixes all, and asks each how far back it can look.

    Parameters
    ----------
    output
        The folder for the model, the vectors, the map and the text.
    words
        Use only so many words of the text.
    """
    from nextword.cli.demo_tour.parts import read_parts
    from nextword.cli.demo_tour.places import Places

    began = time.perf_counter()
    places = Places(output)
    places.prepare()
    answer.announce_compiling()
    with answer.stages() as stage:
        stage("reading the documentation inside this Python")
        parts = read_parts(words)
        parts.write(places.text)

    def say(text: str) -> None:
        if not answer.json:
            print(printable(text), flush=True)

    content, end = _tour(parts, places, say)
    content["seconds"] = round(time.perf_counter() - began, 3)
    answer.answer(content, lambda: end)


def _tour(parts: "Parts", places: "Places", say: Callable[[str], None]) -> tuple[dict[str, Any], str]:
    """Compute and show one stop after the other; returns all of it for JSON, and the closing words."""
    from nextword.cli.demo_tour import examples, table, tell
    from nextword.cli.demo_tour.lesson import lesson
    from nextword.cli.demo_tour.memory import tour_memory
    from nextword.cli.demo_tour.mixtures import best_mixture, mix
    from nextword.cli.demo_tour.networks import tour_networks
    from nextword.cli.demo_tour.vectors import tour_vectors
    from nextword.ngram.estimation.smoothing import ModifiedKneserNey
    from nextword.store.models import save_model

    say(tell.tell_parts(parts))
    say(tell.TABLE_HEAD)
    rows = []
    for row in table.measure(parts):
        rows.append(row)
        say(tell.tell_row(row))
    mixtures = mix(rows, parts)
    say(tell.tell_mixtures(mixtures))
    best = table.best_row(rows)
    completions = examples.complete(best.model)
    say(tell.tell_completions(best, completions))
    score = examples.score_sentence(best.model)
    say(tell.tell_chain_rule(score))
    paragraphs = examples.write_paragraphs(table.of_smoothing(rows, ModifiedKneserNey))
    say(tell.tell_paragraphs(paragraphs))
    made = provenance((str(places.text / "train.txt"),))
    save_model(best.model, places.model, made)
    vectors = tour_vectors(parts, places, made, say)
    networks = tour_networks(rows, parts, places, made, say)
    memory = tour_memory(parts, places, say)
    seen = lesson(rows)
    content = {
        "model": str(places.model),
        "text": parts.as_dict(),
        "rows": [row.as_dict() for row in rows],
        "mixtures": [mixture.as_dict() for mixture in mixtures],
        "mixture": best_mixture(mixtures).as_dict(),
        "completions": [completion.as_dict() for completion in completions],
        "chain_rule": examples.factors(score),
        "texts": [paragraph.as_dict() for paragraph in paragraphs],
        "lesson": seen,
        "vectors": vectors.content,
        "networks": networks.content,
        "memory": memory.content,
    }
    return content, tell.tell_end(seen, vectors, networks, memory, places)
