"""Forecasters tell what comes, the same with and without PyTorch, and beat what any forecast must beat."""

import warnings

import numpy as np
import pytest
import torch

from nextword.errors import DivergedError, InputError, SettingError
from nextword.tasks.forecast.baselines import baselines, holt_winters, persistence, seasonal_naive
from nextword.tasks.forecast.evaluation import evaluate_forecast
from nextword.tasks.forecast.fitting import Fitting
from nextword.tasks.forecast.picture import draw_report, save_report
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.settling import settled
from nextword.tasks.forecast.train import train_forecaster

QUICK = {"epochs": 3, "hidden": 4}


@pytest.fixture(scope="module", params=[False, True], ids=["windows", "stateful"])
def forecaster(request, wavy):
    settings = ForecastSettings(stateful=request.param, hidden=4, epochs=12, rate=0.05, shortcut="none")
    made = train_forecaster(wavy, settings)
    assert made.settings.epochs > 0  # it learned something
    return made


@pytest.mark.parametrize(("stateful", "relative"), [(False, "no"), (False, "yes"), (True, "no")])
def test_answers_are_those_of_the_network_that_was_trained(wavy, stateful, relative):
    settings = ForecastSettings(
        stateful=stateful, relative=relative, shortcut="none", hidden=4, epochs=4, rate=0.02
    )
    made = train_forecaster(wavy, settings)
    assert made.settings.epochs > 0  # it learned something
    z = made.transform.apply(wavy.values)
    windows = np.lib.stride_tricks.sliding_window_view(z, made.window)[:-1]
    fitting = Fitting(made.settings, windows, z[made.window :], len(windows), z if stateful else None)
    for _ in range(made.settings.epochs):
        fitting.epoch()
    told = z[made.window :] - fitting.errors()
    expected = [made.transform.undo(each, wavy.values) for each in told]
    assert made.one_step(wavy.values) == pytest.approx(np.array(expected), rel=1e-4)


def test_relative_windows_of_another_height_are_read_alike(wavy):
    made = train_forecaster(wavy, ForecastSettings(relative="yes", log="no", shortcut="none", **QUICK))
    higher = wavy.values + 500
    rise = made._read_windows(made.transform.apply(higher)[None, -made.window :])
    assert rise == pytest.approx(made._read_windows(made.transform.apply(wavy.values)[None, -made.window :]))
    as_it_is = train_forecaster(wavy, ForecastSettings(relative="no", log="no", shortcut="none", **QUICK))
    assert as_it_is._read_windows(as_it_is.transform.apply(higher)[None, -made.window :]) != pytest.approx(
        as_it_is._read_windows(as_it_is.transform.apply(wavy.values)[None, -made.window :])
    )


def test_an_lstm_alone_that_reads_no_height_tells_changes():
    rising = Series("rising", 100 + np.arange(60) + 5 * np.sin(np.arange(60)))
    how = {"log": "no", "shortcut": "none", "window": 6, "rate": 0.01, **QUICK, "epochs": 10}
    for relative, begins in (("yes", [0, 0, 0, 0, 0, 1]), ("no", [0] * 6)):
        made = train_forecaster(rising, ForecastSettings(relative=relative, **how))
        assert made.arrays["a"].tolist() == begins
        assert made.arrays["a_b"].tolist() == [0]
    # It is never far from the last number, wherever that is.
    report = evaluate_forecast(rising, ForecastSettings(relative="yes", **how), test=20, seeds=[1])
    assert report.rows[-1].one_step[0] < 8


def test_a_series_that_moves_on_is_read_relative_and_the_lstm_does_no_harm_there():
    months = np.arange(120)
    drift = np.cumsum(np.random.default_rng(1).normal(scale=0.03, size=120))
    values = np.exp(4 + months / 60 + 0.2 * np.sin(months * np.pi / 6) + drift)
    rising = Series("rising", values, [str(month) for month in months], 12)
    known = Series("rising", values[:60], rising.times[:60], 12)
    assert settled(ForecastSettings(), known).relative == "yes"
    assert settled(ForecastSettings(stateful=True), known).relative == "no"
    level = Series("level", values / np.exp(months / 60 + drift), rising.times, 12)
    assert settled(ForecastSettings(), level).relative == "no"

    def error(**changes):
        return evaluate_forecast(rising, ForecastSettings(rate=0.01, **changes), test=60, seeds=[1]).rows[-1]

    alone, found, harmed = error(epochs=0), error(), error(relative="no")
    assert found.one_step[0] < 1.1 * alone.one_step[0]
    assert harmed.one_step[0] > 1.3 * alone.one_step[0]  # it has met low numbers only


def test_what_is_told_of_a_number_hangs_on_those_before_it_alone(forecaster, wavy):
    told = forecaster.one_step(wavy.values)
    changed = wavy.values.copy()
    changed[100:] *= 3
    again = forecaster.one_step(changed)
    known = 100 - forecaster.least + 1
    assert again[:known] == pytest.approx(told[:known])
    assert (np.abs(again[known:] - told[known:]) > 1e-6).any()
    assert forecaster.one_step(wavy.values, 110) == pytest.approx(told[110 - forecaster.least :])


def test_many_steps_are_one_step_after_the_other(forecaster, wavy):
    known = wavy.values[:100].copy()
    many = forecaster.forecast(5, known).values
    for step in range(5):
        told = forecaster.forecast(1, known).values[0]
        assert told == pytest.approx(many[step], rel=1e-5)
        known = np.append(known, told)


def test_bounds_hold_the_forecast_and_widen(forecaster, wavy):
    found = forecaster.forecast(24)
    assert (found.low < found.high).all()
    narrow = forecaster.forecast(24, coverage=0.5)
    assert (narrow.high - narrow.low <= found.high - found.low).all()
    assert (forecaster.forecast(24).low == found.low).all()


def test_a_seed_gives_one_forecaster_and_another_seed_another(wavy):
    first, again, other = (
        train_forecaster(wavy, ForecastSettings(seed=seed, shortcut="none", **QUICK)) for seed in (1, 1, 2)
    )
    assert all(np.array_equal(first.arrays[name], again.arrays[name]) for name in first.arrays)
    assert not np.array_equal(first.arrays["W_h"], other.arrays["W_h"])


def test_the_last_fifth_alone_chooses_the_epochs_and_no_number_to_come_changes_anything(wavy):
    report = evaluate_forecast(wavy, ForecastSettings(**QUICK), test=24, seeds=(1,))
    changed = Series(wavy.name, np.append(wavy.values[:96], wavy.values[96:] * 7), wavy.times, 12)
    again = evaluate_forecast(changed, ForecastSettings(**QUICK), test=24, seeds=(1,))
    assert all(
        np.array_equal(array, again.forecaster.arrays[name])
        for name, array in report.forecaster.arrays.items()
    )
    assert again.forecast.values == pytest.approx(report.forecast.values)


def test_the_lstm_beats_what_it_must(wavy):
    report = evaluate_forecast(wavy, ForecastSettings(epochs=20), test=24, seeds=(1, 2))
    rows = {row.system: row for row in report.rows}
    assert list(rows) == ["persistence", "seasonal naive", "Holt-Winters", "weighted sum", "LSTM"]
    for name in ("persistence", "seasonal naive"):
        assert max(rows["LSTM"].one_step) < rows[name].one_step[0] / 2
        assert max(rows["LSTM"].many_steps) < rows[name].many_steps[0] / 2
    assert len(rows["LSTM"].one_step) == 2
    assert 0.6 < report.covered <= 1
    assert np.isnan(report.fitted[: report.forecaster.least]).all()
    assert np.isfinite(report.fitted[report.forecaster.least :]).all()
    known = wavy.values[96:]
    assert np.sqrt(((report.told - known) ** 2).mean()) == pytest.approx(rows["LSTM"].one_step[0])
    assert rows["persistence"].one_step_absolute[0] == pytest.approx(np.abs(np.diff(wavy.values)[95:]).mean())


def test_baselines_are_what_they_say(wavy):
    values = np.arange(1.0, 31.0)
    assert persistence(values, 24).one_step.tolist() == list(range(24, 30))
    assert persistence(values, 24).many_steps.tolist() == [24] * 6
    assert seasonal_naive(values, 24, 4).one_step.tolist() == list(range(21, 27))
    assert seasonal_naive(values, 24, 4).many_steps.tolist() == [21, 22, 23, 24, 21, 22]
    assert [told.name for told in baselines(values, 24, None)] == ["persistence", "Holt-Winters"]
    line = holt_winters(values, 24, None)
    assert line.one_step == pytest.approx(values[24:], abs=0.01)
    assert line.many_steps == pytest.approx(values[24:], abs=0.01)


def test_holt_winters_of_a_long_series_keeps_its_constants(wavy, monkeypatch):
    often = holt_winters(wavy.values, 96, 12)
    monkeypatch.setattr("nextword.tasks.forecast.baselines.MOST_FITS", 0)
    once = holt_winters(wavy.values, 96, 12)
    assert once.one_step == pytest.approx(often.one_step, rel=0.1)
    assert once.one_step[0] == pytest.approx(often.one_step[0])  # the states are those that were found, too
    assert np.array_equal(once.many_steps, often.many_steps)


def test_holt_winters_does_not_look_at_what_is_to_be_told(wavy):
    fallen = np.append(wavy.values[:119], -1.0)
    expected, found = holt_winters(wavy.values, 108, 12), holt_winters(fallen, 108, 12)
    assert np.array_equal(found.many_steps, expected.many_steps)
    assert np.array_equal(found.one_step, expected.one_step)


def test_the_picture_shows_the_series_and_what_was_told(wavy, tmp_path):
    report = evaluate_forecast(wavy, ForecastSettings(**QUICK), test=24, seeds=(1,))
    above, _ = draw_report(report).axes
    assert [line.get_color() for line in above.lines[:1]] == ["#2c5f9e"]
    assert {text.get_text() for text in above.get_legend().get_texts()} == {
        "the series", "told of what was learned from", "told of the rest",
    }  # fmt: skip
    save_report(report, tmp_path / "report.png")
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_open_is_decided_by_the_series(wavy):
    assert settled(ForecastSettings(), wavy).log == "yes"
    assert settled(ForecastSettings(log="no"), wavy).log == "no"
    assert settled(ForecastSettings(), wavy).period == 12
    assert settled(ForecastSettings(period=4), wavy).period == 4
    assert settled(ForecastSettings(), wavy).window in (12, 13, 24, 25)
    short = Series("short", wavy.values[:24], (), 12)
    assert settled(ForecastSettings(), short).window == 8
    assert settled(ForecastSettings(), Series("plain", wavy.values)).window in (6, 12, 24)


@pytest.mark.parametrize(
    ("series", "settings", "error", "said"),
    [
        (
            np.arange(20.0),
            {"window": 15},
            InputError,
            "a window of 15 needs at least 25 numbers, the series has 20",
        ),
        (np.arange(40.0), {"log": "yes"}, SettingError, "the series holds 0"),
        (np.array([1.0] * 30 + [np.nan] * 10), {}, InputError, "number 31 of the series is nan"),
        (np.arange(40.0), {"seasonal_difference": True}, InputError, "give --period"),
        (np.arange(40.0) * 1e299, {}, InputError, r"number 40 of the series is 3.9e\+300, .* a larger unit"),
        (np.arange(9.0), {}, InputError, "needs at least 11 numbers, the series has 9; give more$"),
    ],
)
def test_series_that_cannot_be_learned_from_are_refused(series, settings, error, said):
    with pytest.raises(error, match=said):
        train_forecaster(Series("bad", series), ForecastSettings(**settings, **QUICK))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"window": 0}, "window"),
        ({"period": 1}, "period"),
        ({"epochs": -1}, "epochs"),
        ({"rate": 0.0}, "rate is above 0"),
        ({"log": "maybe"}, "log is auto, yes, no"),
        ({"relative": "maybe"}, "relative is auto, yes, no"),
        ({"relative": "yes", "stateful": True}, "leave relative or stateful out"),
        ({"shortcut": "both"}, "shortcut is linear, none"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said):
    with pytest.raises(SettingError, match=said):
        ForecastSettings(**settings)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"test": 0.0}, "from 1 to 119, or a share of them below 1; got 0"),
        ({"test": 120}, "from 1 to 119, or a share of them below 1; got 120"),
        ({"test": -3}, "got -3"),
        ({"test": 2.5}, "got 2.5"),
        ({"test": float("nan")}, "got nan"),
        ({"test": float("inf")}, "got inf"),
        ({"test": 115}, "a test of 115 leaves 5 of 120 numbers to learn from, and 11 are needed"),
        ({"seeds": ()}, "at least one"),
        ({"seeds": (1, 1)}, "different numbers"),
        ({"coverage": 2}, "coverage is between 0 and 1, got 2"),
    ],
)
def test_splits_that_make_no_sense_are_refused_before_anything_is_trained(wavy, how, said, monkeypatch):
    monkeypatch.setattr("nextword.tasks.forecast.evaluation.train_forecaster", None)
    with pytest.raises(SettingError, match=said):
        evaluate_forecast(wavy, ForecastSettings(**QUICK), **how)


def test_what_is_told_fills_no_gap_of_what_is_learned_from(wavy):
    filled = Series("sales", wavy.values, wavy.times, 12, frozenset({94, 95, 96}))
    how = {"settings": ForecastSettings(**QUICK), "seeds": (1,)}
    for test in (24, 25):  # the last number learned from leans on one that is told
        with pytest.raises(
            SettingError, match=r"between 2007-10 and 2008-02 lies across .* a test of 22 or 26"
        ):
            evaluate_forecast(filled, test=test, **how)
    for test in (22, 26):
        assert evaluate_forecast(filled, test=test, **how).train == 120 - test


def test_questions_that_make_no_sense_are_refused(forecaster, wavy):
    for how, error, said in (
        ({"steps": 0}, SettingError, "steps are from 1"),
        ({"steps": 1, "coverage": 1.0}, SettingError, "coverage is between 0 and 1"),
        ({"steps": 1, "values": wavy.values[:5]}, InputError, "the series has 5"),
        ({"steps": 1, "values": -wavy.values}, InputError, "takes logarithms"),
    ):
        with pytest.raises(error, match=said):
            forecaster.forecast(**how)


def test_logarithms_of_what_comes_are_asked_for_only_where_there_are_some(wavy):
    fallen = Series("fallen", np.append(wavy.values[:-1], 0.0), wavy.times, 12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(
            InputError, match="takes logarithms, and the series holds 0; train it with --log no"
        ):
            evaluate_forecast(fallen, ForecastSettings(**QUICK), test=12, seeds=(1,))


def test_what_grows_beyond_all_bounds_is_no_forecast():
    made = train_forecaster(
        Series("steep", 10.0 ** (1.5 * np.arange(60))), ForecastSettings(log="yes", **QUICK)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(made.forecast(2).high).all()
        with pytest.raises(DivergedError, match=r"beyond 1e\+100 at step \d+; ask for fewer steps"):
            made.forecast(3000)


def test_the_least_that_can_be_evaluated_is_twelve_numbers():
    assert evaluate_forecast(Series("few", np.arange(12.0)), ForecastSettings(**QUICK), test=1).train == 11
    with pytest.raises(InputError, match="the series has 11 numbers, and 12 are needed"):
        evaluate_forecast(Series("few", np.arange(11.0)), ForecastSettings(**QUICK), test=1)


def test_a_constant_series_is_told_as_it_is():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = train_forecaster(Series("flat", np.full(60, 5.0)), ForecastSettings(**QUICK))
    assert made.forecast(3).values == pytest.approx([5, 5, 5])


def test_training_draws_from_no_one_elses_chance(wavy):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    train_forecaster(wavy, ForecastSettings(**QUICK))
    assert torch.equal(torch.rand(1), expected)


def test_training_takes_one_thread_and_leaves_as_many_as_there_were(wavy, monkeypatch):
    seen = []
    epoch = Fitting.epoch
    monkeypatch.setattr(Fitting, "epoch", lambda self: (seen.append(torch.get_num_threads()), epoch(self)))
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        train_forecaster(wavy, ForecastSettings(**QUICK))
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert set(seen) == {1}
