"""The tour's part on vectors in plain text for people, 100 columns wide."""

import textwrap
from collections.abc import Sequence

from nextword.cli.demo_tour.meaning import ASKED, ROYAL, Answered, Handmade, Neighbours
from nextword.cli.demo_tour.parts import Parts
from nextword.cli.demo_tour.vector_table import EPOCHS, SETTINGS, VectorRow
from nextword.embedding.handmade import FEATURES

WIDTH = 100
ENOUGH = 1000
"""A share of fewer questions than this says little."""


def tell_handmade(handmade: Handmade) -> str:
    """Show the table by hand beside one-hot vectors, and what it can answer."""
    table = handmade.vectors
    a, b, c = ROYAL
    heads = "  ".join(f"{feature:>10}" for feature in FEATURES)
    lines = [
        "Words as vectors: one-hot, where nothing is like anything, and by hand, where meaning has numbers",
        "",
        f"  {'':<10}{'one-hot':<19}{heads}",
    ]
    for word, places, row in zip(table.words, handmade.one_hot, table.vectors.tolist(), strict=True):
        numbers = "  ".join(f"{number:>10g}" for number in row)
        lines.append(f"  {word:<10}{' '.join(map(str, places)):<19}{numbers}")
    vector = " ".join(f"{number:g}" for number in (table[c] - table[a] + table[b]).tolist())
    near = ", ".join(f"{word} {cosine:.2f}" for word, cosine in handmade.neighbours)
    lines += [
        "",
        f"  nearest to {ASKED}, by cosine: {near} (one-hot: all others 0.00)",
        f"  {c} - {a} + {b} = ({vector}), the row of {handmade.answer}",
    ]
    return "\n".join(lines) + "\n"


def tell_head(parts: Parts) -> str:
    """Say what trains, and head the table."""
    size = SETTINGS[0].size
    return (
        "word2vec learns such rows from the text above\n\n"
        f"  {size} numbers a word, {EPOCHS} times through {len(parts.corpus.ids):,} tokens, on one thread "
        "(so every tour finds the same)\n\n"
        f"  {'architecture':<12}  {'objective':<20}  {'loss, first and last':>20}  {'words a second':>14}  "
        f"{'seconds':>7}  {'analogies':>9}"
    )


def tell_row(row: VectorRow) -> str:
    """Return one line of the table."""
    settings = row.model.settings
    loss = f"{row.first.loss:.3f} -> {row.last.loss:.3f}"
    right = "none" if row.accuracy is None else f"{row.accuracy:.1%}"
    return (
        f"  {settings.architecture:<12}  {settings.objective:<20}  {loss:>20}  "
        f"{row.last.words_per_second:>14,.0f}  {row.seconds:>7.2f}  {right:>9}"
    )


def tell_table_end(rows: Sequence[VectorRow], softmax: float) -> str:
    """Say what the columns mean, and what the full softmax would take."""
    questions, words = rows[0].questions, len(rows[0].model.words)
    asked = f"the share answered right of {questions:,} such as file : files :: string : ?"
    notes = [
        "loss: in nats, of the first and the last epoch; what is predicted differs from row to row",
        f"analogies: {asked}" if questions else "analogies: the text is too small for any",
        f"The full softmax scores all {words:,} words each time: some {softmax:,.0f} words a second, one step says.",
    ]
    lines = [""]
    for note in notes:
        lines += textwrap.wrap(note, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def tell_neighbours(row: VectorRow, near: Sequence[Neighbours]) -> str:
    """Show the nearest words of some."""
    settings = row.model.settings
    lines = [f"The nearest words, by cosine ({settings.architecture}, {settings.objective})", ""]
    width = max(len(found.word) for found in near)
    for found in near:
        said = "  ".join(f"{word} {cosine:.2f}" for word, cosine in found.neighbours)
        head = f"  {found.word:<{width}}  "
        lines += textwrap.wrap(said, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    return "\n".join(lines) + "\n"


def tell_analogies(answered: Sequence[Answered]) -> str:
    """Show analogies, where the wanted word came, and what was set aside."""
    lines = [
        "Analogies, as they come out (the words of a question are set aside: they cannot be answers)",
        "",
    ]
    for found in answered:
        a, b, c = found.question
        best = "  ".join(f"{word} {cosine:.2f}" for word, cosine in found.answers[:3])
        verdict = "right" if found.rank == 1 else f"wrong, {found.wanted} is {ordinal(found.rank)}"
        lines.append(f"  {f'{a} : {b} :: {c} : ?':<32}{best}")
        lines.append(f"  {'':<32}{verdict}{_aside(found)}")
    return "\n".join(lines) + "\n"


def vectors_lesson(row: VectorRow) -> str:
    """Return what there is to see, said from the numbers."""
    words = f"{row.last.words // row.last.epochs:,}"
    if row.accuracy is None or row.questions < ENOUGH:
        return f"{words} words are too few for vectors; good ones need tens of millions."
    return (
        f"No feature has a name here, yet {row.right:,} of {row.questions:,} analogies are right "
        f"({row.accuracy:.1%}; by chance one in {len(row.model.words):,}). That is what {words} words teach; "
        "good vectors need tens of millions."
    )


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, ...

    >>> [ordinal(number) for number in (1, 2, 3, 11, 22, 1013)]
    ['1st', '2nd', '3rd', '11th', '22nd', '1,013th']
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{'th' if number % 100 in (11, 12, 13) else ending}"


def _aside(found: Answered) -> str:
    """Say which of the question's own words would come first, where one would."""
    word, rank = found.excluded[0]
    return f"; let in, {word} itself would be the answer" if rank == 1 else ""
