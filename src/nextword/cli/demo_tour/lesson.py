"""What there is to see in the table, said from its numbers."""

from collections.abc import Sequence

from nextword.cli.demo_tour.table import Row, of_smoothing
from nextword.ngram.estimation.smoothing import Additive, MaximumLikelihood, ModifiedKneserNey, Smoothing

NEAR = 1.05
"""A perplexity within this factor of the best is as good as the best."""


def lesson(rows: Sequence[Row]) -> str:
    """Return one sentence on what longer contexts gain and what each smoothing makes of them."""
    measured = [
        (row.order, row.heldout.perplexity) for row in of_smoothing(rows, ModifiedKneserNey) if row.heldout
    ]
    best_order, best = min(measured, key=lambda pair: pair[1])
    near_order, near = next((order, value) for order, value in measured if value <= NEAR * best)
    first = measured[0][1]
    told = f"With modified Kneser-Ney, perplexity falls from {first:,.0f} at order 1 to {near:,.0f}"
    told += f" at order {near_order}"
    if best_order > near_order:
        told += f", and the orders after it gain only {1 - best / near:.1%} more"
    elif near_order < measured[-1][0]:
        told += ", and longer contexts gain nothing more"
    return "; ".join([told, *_others(rows, measured[-1][1])]) + "."


def _others(rows: Sequence[Row], kneser_ney: float) -> list[str]:
    """Say how the simpler smoothings fare where contexts are longest."""
    said = []
    counted, added = _longest(rows, MaximumLikelihood), _longest(rows, Additive)
    if counted and counted.heldout and counted.heldout.zero_probability:
        share = counted.heldout.zero_probability / counted.heldout.tokens
        said.append(
            f"maximum likelihood of order {counted.order} holds {share:.0%} of the tokens impossible, "
            "only because it has not seen them there"
        )
    if added and added.heldout and added.heldout.perplexity > kneser_ney:
        said.append(
            f"a pseudo-count avoids that, but at order {added.order} it is "
            f"{added.heldout.perplexity / kneser_ney:,.0f} times as perplexed as Kneser-Ney"
        )
    return said


def _longest(rows: Sequence[Row], smoothing: type[Smoothing]) -> Row | None:
    return max(of_smoothing(rows, smoothing), key=lambda row: row.order, default=None)
