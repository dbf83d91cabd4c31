"""The page of gates: what it knows, and what it does in a browser with words that try to be more than words."""

import base64
import json
import re

import numpy as np
import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.support.select import Select

from nextword.errors import SettingError
from nextword.neural.inside.gate_page import gate_data, gate_page
from nextword.neural.inside.gate_picture import draw_gates, save_gates
from nextword.neural.inside.gates import GateRecord, record_gates
from nextword.neural.inside.holding import unit_orders

TEXT = "w5 w9 w4 w39 w7"
HOSTILE = (
    "<img src=x onerror=window.owned=1>",
    "</script><script>window.owned=1</script>",
    "<!--",
    "__proto__",
    "",
)


def numbers(text, kind):
    return np.frombuffer(base64.b64decode(text), dtype=kind)


@pytest.fixture(scope="module")
def record(random_model):
    return record_gates(random_model(network="lstm", layers=2), TEXT)


def test_the_page_holds_all_values_in_the_order_of_words(record):
    data = gate_data(record)
    assert data["tokens"] == TEXT.split()
    for layer, told in zip(record.layers, data["layers"], strict=True):
        assert [part["name"] for part in told["parts"]] == list(layer.parts)
        for part in told["parts"]:
            values = (
                numbers(part["values"], "<i2").reshape(len(record.tokens), layer.units) / 32767 * part["most"]
            )
            assert np.abs(values - layer[part["name"]]).max() < 1e-4
        for name, order in unit_orders(layer).items():
            assert np.array_equal(numbers(told["orders"][name], "<u2"), order)


def test_words_stand_on_the_page_as_data_alone(record):
    hostile = GateRecord(record.model, HOSTILE, record.layers)
    page = gate_page(hostile)
    for word in HOSTILE[:2]:
        assert word not in page
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert json.loads(data)["tokens"] == list(HOSTILE)
    assert "http" not in re.sub(r"Content-Security-Policy|http-equiv", "", page)


def test_thirty_words_of_a_large_network_are_under_three_megabytes(random_model):
    model = random_model(network="lstm", layers=2, size=650, hidden=650)
    page = gate_page(record_gates(model, " ".join(f"w{3 + number}" for number in range(30))))
    assert len(page.encode()) < 3_000_000


def test_a_reader_points_at_a_value_and_follows_a_unit(open_page, record):
    driver = open_page(gate_page(record))
    assert "an LSTM" in driver.find_element("tag name", "h1").text
    canvases = driver.find_elements("css selector", "figure canvas")
    assert len(canvases) == 6
    box = canvases[1].size
    # The middle of the third word, in the first row of units.
    x = (2.5 / 5 - 0.5) * box["width"]
    high = box["height"] - 78
    y = high * 0.5 / record.layers[1].units - box["height"] / 2
    ActionChains(driver).move_to_element_with_offset(canvases[1], round(x), round(y)).perform()
    longest = unit_orders(record.layers[1])["longest"]
    tip = driver.find_element("id", "tip").text
    assert f"unit {longest[0] + 1} at “w4”" in tip
    forget = record.layers[1]["forget"][2, longest[0]]
    assert float(re.search(r"forget\s+([\d.]+)", tip)[1]) == pytest.approx(forget, abs=1e-3)
    canvases[1].click()
    driver.find_elements("css selector", "#longest button")[2].click()
    assert driver.find_element("id", "unit-name").text == f"Unit {longest[2] + 1} through the text"
    canvases[0].send_keys(Keys.ARROW_RIGHT)
    canvases[0].send_keys(Keys.ARROW_RIGHT)
    assert f"unit {longest[2] + 1} at “w9”" in driver.find_element("id", "status").text
    Select(driver.find_element("id", "layer")).select_by_index(0)
    first = unit_orders(record.layers[0])["longest"]
    assert driver.find_element("css selector", "#longest span").text == f"unit {first[0] + 1}"


def test_hostile_words_run_nothing(open_page, record):
    driver = open_page(gate_page(GateRecord(record.model, HOSTILE, record.layers)))
    canvas = driver.find_element("css selector", "figure canvas")
    ActionChains(driver).move_to_element_with_offset(canvas, 0, -60).perform()
    assert driver.execute_script("return window.owned") is None
    assert HOSTILE[2] in driver.find_element("id", "tip").text


def test_the_picture_has_a_map_for_each_part(record, tmp_path):
    figure = draw_gates(record, layer=1, order="alike")
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert titles == ["input gate", "forget gate", "output gate", "candidate", "cell", "hidden"]
    image = figure.axes[1].images[0].get_array()
    assert np.array_equal(image, record.layers[0]["forget"][:, unit_orders(record.layers[0])["alike"]].T)
    save_gates(record, tmp_path / "gates.png")
    assert (tmp_path / "gates.png").read_bytes().startswith(b"\x89PNG")


def test_a_text_too_long_for_a_picture_is_sent_to_the_page(random_model):
    record = record_gates(random_model(network="gru"), "w4 " * 200)
    with pytest.raises(SettingError, match="--page"):
        draw_gates(record)
