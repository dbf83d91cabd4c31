"""The page of gates: what it knows, and what it does in a browser with words that try to be more than words."""

import base64
import json
import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.support.select import Select

from nextword.errors import SettingError
from nextword.neural.inside.gate_colours import OPEN, SIGNED
from nextword.neural.inside.gate_page import gate_data, gate_page
from nextword.neural.inside.gate_picture import draw_gates, save_gates
from nextword.neural.inside.gates import GateRecord, NamedArray, record_gates
from nextword.neural.inside.holding import ORDERS, unit_order

TEXT = "w5 w9 w4 w39 w7"
RGB = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")
HOSTILE = (
    "<img src=x onerror=window.owned=1>",
    "</script><script>window.owned=1</script>",
    "<!--",
    "__proto__",
    "",
)


def numbers(text, kind):
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def values_of(part, layer):
    scaled = numbers(part["values"], "<i2").reshape(-1, layer.units) / 32767
    return scaled * numbers(part["most"], "<f4")


def with_memories(record, layer, **memories):
    """A record in whose layer some units have other memories: u2=(0.1, 0.2), counted from 0."""
    values = record.layers[layer]["cell"].copy()
    for name, course in memories.items():
        values[:, int(name[1:])] = course
    parts = {**record.layers[layer].parts, "cell": NamedArray(values, ("token", "unit"))}
    layers = list(record.layers)
    layers[layer] = replace(layers[layer], parts=parts)
    return replace(record, layers=tuple(layers))


@pytest.fixture(scope="module")
def record(random_model):
    return record_gates(random_model(network="lstm", layers=2), TEXT)


def test_the_page_holds_all_values_in_the_order_of_words(record):
    data = gate_data(record)
    assert data["tokens"] == TEXT.split()
    for layer, told in zip(record.layers, data["layers"], strict=True):
        assert [part["name"] for part in told["parts"]] == list(layer.parts)
        for part in told["parts"]:
            assert np.abs(values_of(part, layer) - layer[part["name"]]).max() < 1e-4
        for name in ORDERS:
            assert np.array_equal(numbers(told["orders"][name], "<u2"), unit_order(layer, name))


def test_a_small_memory_beside_a_huge_one_keeps_its_digits(record):
    huge = with_memories(record, 0, u0=(0, 10, 3000, 2000, 1), u1=(0.0123, -0.004, 0.001, 0.0002, 0), u2=0)
    (cell,) = (part for part in gate_data(huge)["layers"][0]["parts"] if part["name"] == "cell")
    values = values_of(cell, huge.layers[0])
    assert values[:, 1] == pytest.approx((0.0123, -0.004, 0.001, 0.0002, 0), abs=1e-6)
    assert values[:, 0] == pytest.approx((0, 10, 3000, 2000, 1), abs=0.05)
    assert (values[:, 2] == 0).all()


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


def test_a_text_too_long_for_a_page_is_refused_with_the_length_that_fits(random_model):
    model = random_model(network="lstm", layers=2, size=650, hidden=650)
    # 2 layers of 6 parts of 650 units, 2 bytes each in base64
    with pytest.raises(SettingError, match=r"1,500 words .* 31 MB.* at most 1,442 words"):
        gate_page(record_gates(model, "w4 " * 1500))


def test_a_reader_points_at_a_value_and_follows_a_unit(open_page, record):
    driver = open_page(gate_page(record))
    assert "an LSTM" in driver.find_element("tag name", "h1").text
    canvases = driver.find_elements("css selector", "figure canvas")
    assert len(canvases) == 6
    box = canvases[1].size
    # The middle of the third word, in the first row of units.
    x = (2.5 / 5 - 0.5) * box["width"]
    high = 160  # the least that a map has; the words stand below
    y = high * 0.5 / record.layers[1].units - box["height"] / 2
    ActionChains(driver).move_to_element_with_offset(canvases[1], round(x), round(y)).perform()
    longest = unit_order(record.layers[1], "longest")
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
    first = unit_order(record.layers[0], "longest")
    assert driver.find_element("css selector", "#longest span").text == f"unit {first[0] + 1}"


def test_a_small_memory_is_told_as_it_is_beside_a_huge_one(open_page, record):
    huge = with_memories(record, 1, u0=(3000, 2000, 1, 1, 1), u1=(0.0123, 0, 0, 0, 0))
    driver = open_page(gate_page(huge))
    Select(driver.find_element("id", "order")).select_by_value("number")
    canvas = driver.find_elements("css selector", "figure canvas")[4]
    canvas.send_keys(Keys.ARROW_RIGHT)  # to the unit that holds longest, and from there to the others
    told = {}
    for key in [Keys.ARROW_UP] * 6 + [Keys.ARROW_DOWN] * 6:
        canvas.send_keys(key)
        said = driver.find_element("id", "status").text
        told[re.search(r"unit (\d)", said)[1]] = re.search(r"cell ([-\d.]+)", said)[1]
    assert told["1"] == "3000.0"
    assert told["2"] == "0.012"


def test_the_colours_of_the_page_are_those_of_the_picture(open_page, record):
    driver = open_page(gate_page(record))
    ramps = driver.execute_script(
        "return Array.from(document.querySelectorAll('.ramp'), one => getComputedStyle(one).backgroundImage)"
    )
    for shown, colours in zip(ramps, (OPEN, SIGNED), strict=True):
        assert [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in RGB.findall(shown)] == list(colours)


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
    assert np.array_equal(image, record.layers[0]["forget"][:, unit_order(record.layers[0], "alike")].T)
    numbers_beside = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert numbers_beside == [str(unit + 1) for unit in unit_order(record.layers[0], "alike")]
    save_gates(record, tmp_path / "gates.png")
    assert (tmp_path / "gates.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_long_and_foreign_words_are_drawn_without_a_warning(record, tmp_path, ending):
    words = ("x" * 400, "$x_1$", "一", "\U0001f600", "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        save_gates(replace(record, tokens=words), tmp_path / f"gates{ending}")
    names = [text.get_text() for text in draw_gates(replace(record, tokens=words)).axes[0].get_xticklabels()]
    assert names == ["x" * 13 + "…", r"\$x_1\$", "一", "\U0001f600", ""]


def test_memories_beyond_one_have_the_ends_of_the_scale(record):
    huge = with_memories(record, 1, u0=(-7, 0, 0, 0, 3))
    limits = {
        axes.get_title(loc="left"): axes.images[0].get_clim()
        for axes in draw_gates(huge).axes
        if axes.get_title(loc="left")
    }
    assert limits["cell"] == (-7, 7)
    assert limits["hidden"] == (-1, 1)
    assert limits["forget gate"] == (0, 1)


def test_a_text_too_long_for_a_picture_is_sent_to_the_page(random_model):
    record = record_gates(random_model(network="gru"), "w4 " * 200)
    with pytest.raises(SettingError, match="--page"):
        draw_gates(record)
