"""Spans of time as people write them: 90s, 30m, 1h30m."""

import re

from nextword.errors import SettingError

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_DURATION = re.compile(rf"(?:{_NUMBER}h)?(?:{_NUMBER}m)?(?:{_NUMBER}s)?")
_SECONDS = (3600, 60, 1)


def parse_duration(text: str, option: str = "--time") -> float:
    """Return the seconds of ``1h30m``; raises SettingError for anything else, and for no time at all.

    >>> parse_duration("1h30m")
    5400.0
    >>> parse_duration("90s")
    90.0
    """
    found = _DURATION.fullmatch(text.strip().lower())
    parts = [] if found is None else [float(part or 0) for part in found.groups()]
    seconds = sum(part * unit for part, unit in zip(parts, _SECONDS, strict=False))
    if seconds <= 0:
        raise SettingError(
            f"{option} takes hours, minutes and seconds above 0, got {text!r}; try 30m, 90s or 1h30m"
        )
    return seconds


def spoken_duration(seconds: float) -> str:
    """Return a span of time in its two largest units.

    >>> spoken_duration(5400), spoken_duration(61.2), spoken_duration(0.25)
    ('1 h 30 min', '1 min 1 s', '0.2 s')
    """
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 3600:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min" + (f" {rest} s" if rest else "")
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours:,} h" + (f" {minutes} min" if minutes else "")
