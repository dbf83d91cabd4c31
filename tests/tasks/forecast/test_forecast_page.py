"""The page of a forecast: what it knows, and what it does in a browser with names that try to be more than names."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.support.ui import WebDriverWait

from nextword.errors import SettingError, StorageError
from nextword.tasks.forecast.evaluation import evaluate_forecast, spread
from nextword.tasks.forecast.page import report_data, report_page
from nextword.tasks.forecast.picture import FITTED, TOLD, TRUTH, check_report, save_report
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings

HOSTILE = "</script><img src=x onerror=window.owned=1>"
MARGIN = 56 + 12
"""Pixels of the chart beside the lines."""


@pytest.fixture(scope="module")
def report(wavy):
    return evaluate_forecast(wavy, ForecastSettings(epochs=2, hidden=4), test=24, seeds=(1, 2))


def point_at(driver, chart, place, count=120):
    """Move the mouse to a time."""
    element = driver.find_element("id", chart)
    width = element.size["width"]
    x = 56 + (width - MARGIN) * place / (count - 1) - width / 2
    ActionChains(driver).move_to_element_with_offset(element, round(x), 0).perform()


def paths(driver, chart):
    return [path.get_attribute("class") for path in driver.find_elements("css selector", f"#{chart} path")]


def test_the_page_holds_all_numbers(report, wavy):
    data = report_data(report)
    assert data["labels"] == list(wavy.times)
    assert data["values"] == wavy.values.tolist()  # to the last digit
    least = report.forecaster.least
    assert data["fitted"][:least] == [None] * least
    assert data["fitted"][least:96] == pytest.approx(report.fitted[least:], rel=1e-5)
    for name, numbers in (
        ("oneStep", report.told),
        ("manySteps", report.forecast.values),
        ("low", report.forecast.low),
        ("high", report.forecast.high),
    ):
        assert data[name][:96] == [None] * 96
        assert data[name][96:] == pytest.approx(numbers, rel=1e-5)
    assert {len(data[name]) for name in ("values", "fitted", "oneStep", "manySteps", "low", "high")} == {120}
    assert data["systems"][-1] == {
        "system": "LSTM",
        "oneStep": spread(report.rows[-1].one_step),
        "manySteps": spread(report.rows[-1].many_steps),
    }


def test_names_stand_on_the_page_as_data_alone_and_nothing_is_an_address(report, wavy):
    page = report_page(replace(report, series=replace(wavy, name=HOSTILE)))
    assert HOSTILE not in page
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert json.loads(data)["name"] == HOSTILE
    assert "http" not in re.sub(r"Content-Security-Policy|http-equiv", "", page)


def test_numbers_beyond_all_bounds_are_left_out(report, open_page):
    beyond = replace(report.forecast, high=np.append(report.forecast.high[:-1], np.inf))
    data = report_data(replace(report, forecast=beyond))
    assert data["high"][-1] is None
    driver = open_page(report_page(replace(report, forecast=beyond)))
    assert "NaN" not in driver.find_element("css selector", "#many .bounds").get_attribute("d")


def test_a_reader_points_at_a_month_and_reads_its_numbers(open_page, report, wavy):
    driver = open_page(report_page(report))
    assert driver.title == "sales, told by an LSTM"
    point_at(driver, "one", 100)
    tip = driver.find_element("id", "tip").text
    assert tip.startswith(wavy.times[100])
    numbers = [float(found) for found in re.findall(r"(?:series|ahead|once) ([\d.]+)", tip)]
    expected = [wavy.values[100], report.told[4], report.forecast.values[4]]
    assert numbers == pytest.approx(expected, rel=1e-5)
    low, high = re.search(r"bounds ([\d.]+) to ([\d.]+)", tip).groups()
    assert (float(low), float(high)) == pytest.approx(
        (report.forecast.low[4], report.forecast.high[4]), rel=1e-5
    )
    assert len(driver.find_elements("css selector", "#many circle")) == 2
    point_at(driver, "many", 50)
    assert driver.find_element("id", "tip").text.startswith(wavy.times[50])
    assert "all at once" not in driver.find_element("id", "tip").text
    ActionChains(driver).move_to_element(driver.find_element("id", "systems")).perform()
    assert not driver.find_element("id", "tip").is_displayed()


def test_a_finger_leaves_the_numbers_until_it_touches_elsewhere(open_page, report, wavy):
    driver = open_page(report_page(report))
    send = (
        "const at = document.querySelector(arguments[0]), box = at.getBoundingClientRect();"
        "for (const kind of arguments[1]) at.dispatchEvent(new PointerEvent(kind, {pointerType: 'touch', "
        "bubbles: kind !== 'pointerleave', clientX: box.right - 12, clientY: box.top + 20}))"
    )
    driver.execute_script(send, "#one", ["pointerdown", "pointerup", "pointerleave"])
    assert driver.find_element("id", "tip").text.startswith(wavy.times[119])
    driver.execute_script(send, "h1", ["pointerdown"])
    assert not driver.find_element("id", "tip").is_displayed()


def test_the_keyboard_and_a_screen_reader_are_served(open_page, report, wavy):
    driver = open_page(report_page(report))
    chart = driver.find_element("id", "one")
    assert chart.get_attribute("role") == "img"
    assert spread(report.rows[-1].one_step) in chart.get_attribute("aria-label")
    status = driver.find_element("id", "status")
    chart.send_keys(Keys.ARROW_RIGHT)
    assert status.text.startswith(f"{wavy.times[96]}: the series {float(wavy.values[96])!r}, one step ahead ")
    for keys, place in (
        (Keys.ARROW_LEFT, 95), (Keys.HOME, 0), (Keys.ARROW_LEFT, 0), (Keys.END, 119), (Keys.ARROW_RIGHT, 119),
    ):  # fmt: skip
        chart.send_keys(keys)
        assert status.text.startswith(f"{wavy.times[place]}:")
    driver.find_element("css selector", "#numbers summary").click()
    # A page is told of the click only after it.
    WebDriverWait(driver, 10).until(lambda page: page.find_elements("css selector", "#numbers tbody tr"))
    rows = driver.find_elements("css selector", "#numbers tbody tr")
    assert len(rows) == 24
    assert rows[0].text.split()[0] == wavy.times[96]
    assert [cell.text for cell in driver.find_elements("css selector", "#systems tbody th")] == [
        row.system for row in report.rows
    ]


def test_lines_are_hidden_and_the_last_part_stands_alone(open_page, report, wavy):
    driver = open_page(report_page(report))
    assert paths(driver, "one") == ["truth", "fitted", "told"]
    assert paths(driver, "many") == ["bounds", "truth", "told"]
    for kind in ("fitted", "bounds"):
        button = driver.find_element("css selector", f"#lines .{kind}")
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
    assert paths(driver, "one") == paths(driver, "many") == ["truth", "told"]
    driver.find_element("css selector", "#lines .fitted").click()
    assert paths(driver, "one") == ["truth", "fitted", "told"]
    driver.find_element("id", "near").click()
    point_at(driver, "one", 0)
    assert driver.find_element("id", "tip").text.startswith(wavy.times[72])


def test_colours_are_those_of_the_picture(open_page, report):
    driver = open_page(report_page(report))
    for kind, colour in (("truth", TRUTH), ("fitted", FITTED), ("told", TOLD)):
        shown = driver.find_element("css selector", f"#one path.{kind}").value_of_css_property("stroke")
        red, green, blue = (int(part) for part in re.findall(r"\d+", shown)[:3])
        assert f"#{red:02x}{green:02x}{blue:02x}" == colour


@pytest.mark.parametrize("scale", [0.0, 1e-9, 1e12, -1e5])
def test_numbers_of_any_size_have_an_axis(open_page, report, wavy, scale):
    forecast = replace(
        report.forecast,
        values=report.forecast.values * scale,
        low=report.forecast.low * scale,
        high=report.forecast.high * scale,
    )
    scaled = replace(
        report,
        series=Series(HOSTILE, wavy.values * scale),
        fitted=report.fitted * scale,
        told=report.told * scale,
        forecast=forecast,
    )
    driver = open_page(report_page(scaled))
    assert driver.execute_script("return window.owned") is None
    assert driver.find_element("id", "name").text == HOSTILE
    labels = driver.find_elements("css selector", "#one text[text-anchor=end]")
    assert len(labels) >= 3
    left = driver.find_element("id", "one").location["x"]
    assert all(label.location["x"] >= left for label in labels)
    drawn = driver.find_element("css selector", "#one .truth").get_attribute("d")
    assert "NaN" not in drawn
    assert "Infinity" not in drawn


def test_a_page_is_written_as_a_file_and_other_names_are_refused(report, tmp_path, monkeypatch):
    save_report(report, tmp_path / "sales.HTML")
    assert (tmp_path / "sales.HTML").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(SettingError, match=r"\.png, \.svg, \.pdf, \.html, got 'sales.gif'"):
        check_report(tmp_path / "sales.gif")
    with pytest.raises(StorageError, match="mkdir -p"):
        check_report(tmp_path / "none" / "sales.html")
