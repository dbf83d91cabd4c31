from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextword.cli.durations import parse_duration, spoken_duration
from nextword.errors import SettingError


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
def test_hours_minutes_and_seconds_add_up(hours, minutes, seconds):
    parts = [f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if number]
    total = 3600 * hours + 60 * minutes + seconds
    if total:
        assert parse_duration("".join(parts)) == total
        assert parse_duration("".join(parts).upper()) == total


@pytest.mark.parametrize(
    "text", ["", "0s", "30", "m", "m30", "30s1h", "-5m", "1 h", "1d", "nan", "infs", "1e3s", "1.s", "１m"]
)
def test_everything_else_is_refused(text):
    with pytest.raises(SettingError, match="try 30m, 90s or 1h30m"):
        parse_duration(text)


@given(st.text(alphabet="0123456789.hms -", max_size=12))
def test_a_text_is_a_positive_time_or_refused(text):
    with suppress(SettingError):
        assert 0 < parse_duration(text) < float("inf")


@given(st.integers(1, 10**6))
def test_what_is_spoken_is_near_what_was_meant(seconds):
    text = spoken_duration(seconds).replace(",", "").replace("min", "m").replace(" ", "")
    assert parse_duration(text) == pytest.approx(seconds, rel=0.01)
