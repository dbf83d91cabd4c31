"""The tour's part on networks in plain text for people, 100 columns wide."""

import textwrap
from collections.abc import Mapping, Sequence

from nextword.cli.demo_tour.network_table import COMMON, NETWORKS, SystemRow
from nextword.cli.demo_tour.parts import Parts

WIDTH = 100
WITHOUT_TORCH = (
    "The networks (fixed window, RNN, LSTM) are trained by PyTorch, which is not installed:\n"
    "  pip install 'nextword[neural]', and take the tour again\n"
)


def tell_head(parts: Parts) -> str:
    """Say what trains, and head the table."""
    said = (
        f"{COMMON['size']} numbers a word, {COMMON['epochs']} times through {len(parts.corpus.ids):,} tokens, on one "
        "thread (so every tour finds the same)"
    )
    return (
        "One question, five ways: networks on the same text, beside the n-grams (modified Kneser-Ney)\n\n"
        f"  {said}\n\n"
        f"  {'system':<14}  {'parameters':>10}  {'seconds':>7}  {'perplexity':>10}"
    )


def tell_row(row: SystemRow) -> str:
    """Return one line of the table."""
    return f"  {row.name:<14}  {row.parameters:>10,}  {row.seconds:>7.2f}  {row.perplexity:>10,.2f}"


def tell_weights(rows: Sequence[SystemRow]) -> str:
    """Say what the mixture is made of."""
    parts = ", ".join(f"{row.name} {row.weight:.2f}" for row in rows if row.weight and row.weight >= 0.005)
    notes = [
        "parameters: of n-grams, how many n-grams are kept",
        f"best mixture: {parts}; weights found on the tuning sentences",
    ]
    lines = [""]
    for note in notes:
        lines += textwrap.wrap(note, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def tell_texts(texts: Mapping[str, str]) -> str:
    """Show what each network writes."""
    width = max(map(len, texts))
    lines = ["What the networks write (one seed, drawn from the likeliest 80 %)", ""]
    for name, text in texts.items():
        head = f"  {name:<{width}}  "
        lines += textwrap.wrap(
            " ".join(text.split()), WIDTH, initial_indent=head, subsequent_indent=" " * len(head)
        )
    return "\n".join(lines) + "\n"


def networks_lesson(rows: Sequence[SystemRow], mixture: SystemRow) -> str:
    """Say what the table shows."""
    ngrams = min((row for row in rows if row.name not in NETWORKS), key=lambda row: row.perplexity)
    networks = min((row for row in rows if row.name in NETWORKS), key=lambda row: row.perplexity)
    leads = "is ahead of" if networks.perplexity < ngrams.perplexity else "is not yet at"
    return (
        f"the {networks.name} with {networks.parameters:,} numbers ({networks.perplexity:,.1f}) {leads} the "
        f"{ngrams.name} with {ngrams.parameters:,} n-grams ({ngrams.perplexity:,.1f}); mixed they are at "
        f"{mixture.perplexity:,.1f}, since they err at different words."
    )
