"""The smoothings by name."""

from dataclasses import fields

from nextword.errors import SettingError
from nextword.ngram.estimation.back_off.katz import Katz as Katz
from nextword.ngram.estimation.back_off.stupid import StupidBackoff as StupidBackoff
from nextword.ngram.estimation.base import Smoothing as Smoothing
from nextword.ngram.estimation.held_out.jelinek_mercer import JelinekMercer as JelinekMercer
from nextword.ngram.estimation.interpolated import AbsoluteDiscounting as AbsoluteDiscounting
from nextword.ngram.estimation.interpolated import Additive as Additive
from nextword.ngram.estimation.interpolated import KneserNey as KneserNey
from nextword.ngram.estimation.interpolated import MaximumLikelihood as MaximumLikelihood
from nextword.ngram.estimation.interpolated import ModifiedKneserNey as ModifiedKneserNey
from nextword.ngram.estimation.interpolated import WittenBell as WittenBell

SMOOTHINGS: dict[str, type[Smoothing]] = {
    kind.name: kind
    for kind in (
        MaximumLikelihood,
        Additive,
        StupidBackoff,
        JelinekMercer,
        Katz,
        WittenBell,
        AbsoluteDiscounting,
        KneserNey,
        ModifiedKneserNey,
    )
}
_BELONGS = (
    "delta belongs to additive, discount to those that discount, trust_above to katz, alpha to stupid-backoff"
)


def make_smoothing(name: str, **parameters: float | bool) -> Smoothing:
    """Return a smoothing by its name; raises SettingError for unknown names and parameters.

    >>> make_smoothing("additive", delta=0.5)
    Additive(interpolate_unigrams=True, delta=0.5)
    """
    if name not in SMOOTHINGS:
        raise SettingError(f"unknown smoothing {name!r}; known are {', '.join(SMOOTHINGS)}")
    try:
        return SMOOTHINGS[name](**parameters)
    except TypeError:
        known = ", ".join(field.name for field in fields(SMOOTHINGS[name]))
        given = ", ".join(parameters)
        raise SettingError(
            f"{name} smoothing has no such parameter: {given}; it has {known} ({_BELONGS})"
        ) from None


def as_smoothing(smoothing: Smoothing | str | None) -> Smoothing:
    """Return a smoothing given as itself, by name, or not at all (modified Kneser-Ney)."""
    if smoothing is None:
        return ModifiedKneserNey()
    if isinstance(smoothing, str):
        return make_smoothing(smoothing)
    if not isinstance(smoothing, Smoothing):
        raise SettingError(
            f"a smoothing is a name or an object such as ModifiedKneserNey(), got {smoothing!r}"
        )
    return smoothing


def check_held_out(smoothing: Smoothing, held_out: object) -> None:
    """Raise SettingError for held-out text that a smoothing has no use for."""
    if held_out is not None and not smoothing.fits_weights:
        raise SettingError(
            f"{smoothing.name} smoothing fits no weights, so it has no use for held-out text; leave it out, "
            "or take jelinek-mercer"
        )
