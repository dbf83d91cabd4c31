from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from nextword.store.pace import SHARE, USUAL_SECONDS, Pace


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@given(st.floats(0.001, 5), st.floats(0.01, 200), st.booleans())
def test_saving_takes_at_most_a_fiftieth_of_the_time(cost, step, ends_epoch):
    clock = Clock()
    pace, saved = Pace(clock), 0.0
    with pace.measured():
        clock.now += cost
    for _ in range(300):
        clock.now += step
        if pace.is_due(ends_epoch=ends_epoch):
            with pace.measured():
                clock.now += cost
            saved += cost
    assert saved <= clock.now / SHARE


def test_a_save_is_due_at_the_end_of_an_epoch_and_about_every_minute():
    clock = Clock()
    pace = Pace(clock)
    assert pace.is_due(ends_epoch=True)
    assert not pace.is_due(ends_epoch=False)
    clock.now += USUAL_SECONDS
    assert pace.is_due(ends_epoch=False)
    with suppress(OSError), pace.measured():
        raise OSError
    assert not pace.is_due(ends_epoch=False)
