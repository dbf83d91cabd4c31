"""The tour's part on vectors: trained, asked, drawn and saved."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nextword.cli.demo_tour import meaning, tell_vectors
from nextword.cli.demo_tour.parts import Parts
from nextword.cli.demo_tour.places import Places
from nextword.cli.demo_tour.vector_table import best_vectors, measure_vectors, softmax_speed
from nextword.embedding.maps import map_words
from nextword.store.word2vec import save_word2vec
from nextword.text.output import open_output

MAP_WORDS = 500


@dataclass(frozen=True)
class VectorsPart:
    """What the part found, for JSON, and what of it the closing words say."""

    content: dict[str, Any]
    lesson: str
    word: str
    """One that has neighbours worth asking for."""
    question: tuple[str, ...]
    """An analogy to ask; empty where the text is too small for one."""


def tour_vectors(
    parts: Parts, places: Places, made: dict[str, Any], say: Callable[[str], None]
) -> VectorsPart:
    """Compute and show one stop after the other; save the best vectors, and a map of them."""
    began = time.perf_counter()
    handmade = meaning.by_hand()
    say(tell_vectors.tell_handmade(handmade))
    say(tell_vectors.tell_head(parts))
    rows = []
    for row in measure_vectors(parts):
        rows.append(row)
        say(tell_vectors.tell_row(row))
    softmax = softmax_speed(rows[0])
    say(tell_vectors.tell_table_end(rows, softmax))
    best = best_vectors(rows)
    vectors = best.model.vectors()
    near, answered = meaning.nearest(vectors), meaning.analogies(vectors)
    say(tell_vectors.tell_neighbours(best, near))
    if answered:
        say(tell_vectors.tell_analogies(answered))
    save_word2vec(best.model, places.vectors, made, text_words=best.text_words)
    question = answered[0].question if answered else ()
    drawn = map_words(vectors, top=MAP_WORDS, method="pca", analogy=question)
    with open_output(places.map) as file:
        file.write(drawn.html().encode())
    lesson = tell_vectors.vectors_lesson(best)
    content = {
        "vectors": str(places.vectors),
        "map": str(places.map),
        "vocabulary": len(vectors),
        "handmade": handmade.as_dict(),
        "rows": [row.as_dict() for row in rows],
        "best": {name: best.as_dict()[name] for name in ("architecture", "objective")},
        "softmax_words_per_second": round(softmax),
        "neighbours": [found.as_dict() for found in near],
        "analogies": [found.as_dict() for found in answered],
        "lesson": lesson,
        "seconds": round(time.perf_counter() - began, 3),
    }
    return VectorsPart(content, lesson, near[0].word, question)
