"""The tour in plain text for people, 100 columns wide."""

import math
import platform
import re
import shlex
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from nextword.cli.demo_tour.examples import Completion, Paragraph
from nextword.cli.demo_tour.memory import MemoryPart
from nextword.cli.demo_tour.mixtures import Mixture
from nextword.cli.demo_tour.networks import NetworksPart
from nextword.cli.demo_tour.parts import MIN_COUNT, Parts
from nextword.cli.demo_tour.places import Places
from nextword.cli.demo_tour.table import Row
from nextword.cli.demo_tour.vectors import VectorsPart
from nextword.lm.surprisal import LineScore, chain_rule

WIDTH = 100
TABLE_HEAD = (
    "Perplexity on the sentences held out: how many words a model hesitates between\n\n"
    f"  order  {'smoothing':<20}  {'n-grams':>9}  {'perplexity':>10}  {'impossible':>10}  {'seconds':>7}"
)


def tell_parts(parts: Parts) -> str:
    """Say how much text there is."""
    sizes = [
        ("to learn from", parts.train, len(parts.corpus.ids), ""),
        ("to tune on", parts.tune, len(parts.tune_ids), ""),
        ("held out", parts.heldout, len(parts.heldout_ids), f"  ({parts.unknown:,} of them unknown)"),
    ]
    lines = [
        f"Text: the documentation inside Python {platform.python_version()}, {parts.words:,} words of English",
        "",
        *(
            f"  {name:<14}{len(lines):>7,} sentences {tokens:>9,} tokens{remark}"
            for name, lines, tokens, remark in sizes
        ),
        f"  {'vocabulary':<14}{len(parts.corpus.tokenizer):>7,} words and marks in lower case, seen at least "
        f"{MIN_COUNT} times; others are <unk>",
    ]
    return "\n".join(lines) + "\n"


def tell_row(row: Row) -> str:
    """Return one line of the table."""
    perplexity, impossible = "a score", ""
    if row.heldout is not None:
        value = row.heldout.perplexity
        perplexity = f"{value:,.2f}" if math.isfinite(value) else "infinite"
        impossible = f"{row.heldout.zero_probability:,}"
    size = sum(row.model.automaton.ngrams)
    return f"  {row.order:>5}  {row.label:<20}  {size:>9,}  {perplexity:>10}  {impossible:>10}  {row.seconds:>7.2f}"


def tell_mixtures(mixtures: Sequence[Mixture]) -> str:
    """Say which weights are best for each smoothing and what they gain."""
    orders = "  ".join(f"order {row.order}" for row in mixtures[0].rows)
    lines = [
        "\nMixtures of all orders, their weights found by expectation maximisation on the tuning sentences",
        "",
        f"  {'smoothing':<20}  {orders}  {'perplexity':>10}  {'best alone':>10}",
    ]
    for mixture in mixtures:
        weights = "  ".join(f"{weight:>7.3f}" for weight in mixture.weights)
        lines.append(
            f"  {mixture.rows[0].label:<20}  {weights}  {mixture.perplexity:>10,.2f}  {mixture.best_alone:>10,.2f}"
        )
    return "\n".join(lines) + "\n"


def tell_completions(row: Row, completions: Sequence[Completion]) -> str:
    """Show what comes next, and why."""
    lines = [f"What comes next, and why ({row.label}, order {row.order})", ""]
    for completion in completions:
        lines.append(f"  {completion.prompt} ...")
        for word in completion.next:
            head = f"    {word['token']:<10} {word['probability']:>6.1%}  "
            lines += textwrap.wrap(
                word["why"] or "", WIDTH, initial_indent=head, subsequent_indent=" " * len(head)
            ) or [head.rstrip()]
    return "\n".join(lines) + "\n"


def tell_chain_rule(score: LineScore) -> str:
    """Write a sentence's probability out factor by factor."""
    equation, *table = chain_rule(score).split("\n")
    # A factor is not broken over two lines: its spaces are hidden while the lines are.
    held = re.sub(r"\([^)]*\)", lambda match: match[0].replace(" ", "\xa0"), equation)
    wrapped = textwrap.wrap(
        held, WIDTH - 2, initial_indent="  ", subsequent_indent="    ", break_long_words=False
    )
    lines = [line.replace("\xa0", " ") for line in wrapped] + [f"  {line}".rstrip() for line in table]
    return (
        "The chain rule: a sentence is as likely as its words, each given those before\n\n"
        + "\n".join(lines)
        + "\n"
    )


def tell_paragraphs(paragraphs: Sequence[Paragraph]) -> str:
    """Show what the model of each order writes."""
    lines = ["What modified Kneser-Ney writes (one seed, drawn from the likeliest 80 %)", ""]
    for paragraph in paragraphs:
        head = f"  order {paragraph.order}  "
        lines += textwrap.wrap(
            " ".join(paragraph.text.split()), WIDTH, initial_indent=head, subsequent_indent=" " * len(head)
        )
    return "\n".join(lines) + "\n"


def tell_end(
    lesson: str, vectors: VectorsPart, networks: NetworksPart, memory: MemoryPart, places: Places
) -> str:
    """Say what to see, where everything is and what to try next."""
    name, heldout, store = (
        shlex.quote(str(path)) for path in (places.model, places.text / "heldout.txt", places.vectors)
    )
    asked = [f"  nextword analogy {store} {shlex.join(vectors.question)}"] if vectors.question else []
    learned = (
        []
        if networks.lesson is None
        else ["", *textwrap.wrap(f"And in the networks: {networks.lesson}", WIDTH)]
    )
    remembered = (
        [] if memory.lesson is None else ["", *textwrap.wrap(f"And in memory: {memory.lesson}", WIDTH)]
    )
    trained = (
        []
        if networks.lesson is None
        else [
            f'  nextword next {shlex.quote(str(places.network))} "a list of"',
            "  nextword train lstm YOUR-TEXT.txt -o my-lstm --tokenizer words --lowercase --preset small",
            f'  nextword inspect gradients {shlex.quote(str(places.network))} --sentence "a list of items"',
        ]
    )
    return "\n".join(
        [
            *textwrap.wrap(f"What to see: {lesson}", WIDTH),
            "",
            *textwrap.wrap(f"And in the vectors: {vectors.lesson}", WIDTH),
            *learned,
            *remembered,
            "",
            *textwrap.wrap(
                f"In {places.folder} are the best n-gram model (ngram), the best vectors (vectors)"
                + ("" if networks.lesson is None else ", the best network (network)")
                + ("" if memory.picture is None else ", a picture of who remembers (agreement.png)")
                + ", the text (python-docs) and a map of words to open in a browser (map.html). To go on:",
                WIDTH,
            ),
            "",
            *_on_path(),
            f'  nextword next {name} "a list of"',
            f'  nextword generate {name} --prompt "the file" --top-p 0.9 -n 3',
            f"  nextword evaluate {name} {heldout}",
            f"  nextword similar {store} {shlex.quote(vectors.word)}",
            *asked,
            "  nextword inspect word2vec",
            "  nextword train ngram YOUR-TEXT.txt -o mine --tokenizer words --lowercase",
            "  nextword train word2vec YOUR-TEXT.txt -o my-vectors --tokenizer words --lowercase",
            *trained,
        ]
    )


def _on_path() -> list[str]:
    """Return the line that makes the commands be found, where they are not."""
    activate = Path(sys.executable).parent / "activate"
    if shutil.which("nextword") or not activate.exists():
        return []
    shown = activate.relative_to(Path.cwd()) if activate.is_relative_to(Path.cwd()) else activate
    return [f"  . {shlex.quote(str(shown))}"]
