"""The page in a real browser, from a file: search, neighbours, arrows, and words that try to be more than words."""

import numpy as np
import pytest
from selenium.webdriver import ActionChains, Keys

from nextword.embedding.maps import map_words
from nextword.embedding.vectors.vectors import WordVectors

HOSTILE = [
    "<img src=x onerror=window.owned=1>",
    "</script><script>window.owned=1</script>",
    "<!--",
    "\u202eevil",
    "y" * 3000,
    "__proto__",
    "constructor",
    '" onload="window.owned=1',
    "javascript:window.owned=1",
    "\ud800half",
    "",
]


def text_of(driver, name: str) -> str:
    return driver.find_element("id", name).text


def lines_of(driver, name: str) -> list[str]:
    return [line.text for line in driver.find_elements("css selector", f"#{name} li")]


def search(driver, word: str) -> None:
    box = driver.find_element("id", "word")
    box.clear()
    box.send_keys(word, Keys.ENTER)


def state(driver, name: str):
    return driver.execute_script(f"return view.{name}")


def place_of(driver, word: int) -> tuple[int, int]:
    """Where a word stands, from the middle of the canvas."""
    return driver.execute_script(
        "const [x, y] = view.toScreen(map.x[arguments[0]], map.y[arguments[0]]);"
        "return [Math.round(x - view.width / 2), Math.round(y - view.height / 2)]",
        word,
    )


def test_a_word_is_searched_and_its_neighbours_are_read(browse, vectors):
    driver = browse(map_words(vectors))
    assert driver.title == "A map of 204 of 204 words"
    search(driver, "queen")
    assert text_of(driver, "chosen-word") == "queen"
    assert text_of(driver, "chosen-count") == "occurs 2,250 times"
    expected = vectors.most_similar("queen", topn=10)
    assert lines_of(driver, "neighbours") == [
        f"{rank}\n{word}\n{cosine:.3f}" for rank, (word, cosine) in enumerate(expected, start=1)
    ]
    assert expected[0][0] in text_of(driver, "status")
    driver.find_element("css selector", "#neighbours button.word").click()
    assert text_of(driver, "chosen-word") == expected[0][0]
    assert state(driver, "chosen") == vectors.words.index(expected[0][0])


def test_a_search_forgives_case_and_takes_beginnings_and_says_what_is_missing(browse, vectors):
    driver = browse(map_words(vectors))
    for typed, found in (("QUEEN", "queen"), (" king ", "king"), ("que", "queen"), ("word19", "word19")):
        search(driver, typed)
        assert text_of(driver, "chosen-word") == found
    search(driver, "unicorn")
    assert "unicorn" in text_of(driver, "status")
    assert "is not on this map" in text_of(driver, "status")
    driver.find_element("id", "word").clear()
    driver.find_element("id", "word").send_keys("word1")
    options = driver.execute_script(
        "return Array.from(document.querySelectorAll('#matches option'), o => o.value)"
    )
    assert options[:3] == ["word1", "word10", "word11"]


def test_an_address_with_a_word_opens_on_it(browse, vectors):
    driver = browse(map_words(vectors), "#woman")
    ActionChains(driver).pause(0.3).perform()
    assert text_of(driver, "chosen-word") == "woman"
    search(driver, "king")
    assert driver.current_url.endswith("#king")
    driver = browse(map_words(vectors), "#%E0%A4%A")
    assert not driver.find_element("id", "chosen").is_displayed()


def test_a_pointer_shows_a_word_and_chooses_it(browse, vectors):
    driver = browse(map_words(vectors))
    canvas = driver.find_element("id", "map")
    ActionChains(driver).move_to_element_with_offset(canvas, *place_of(driver, 3)).perform()
    near = [word for word, _ in vectors.most_similar("queen", topn=5)]
    tip = text_of(driver, "tip").replace("\u2068", "").replace("\u2069", "")
    assert tip.split("\n") == ["queen", "occurs 2,250 times", ", ".join(near)]
    ActionChains(driver).click().perform()
    assert text_of(driver, "chosen-word") == "queen"


def test_the_map_moves_and_zooms_by_wheel_pointer_keys_and_buttons(browse, vectors):
    driver = browse(map_words(vectors))
    canvas = driver.find_element("id", "map")
    zoom, x = state(driver, "zoom"), state(driver, "x")
    ActionChains(driver).move_to_element(canvas).scroll_by_amount(0, -200).perform()
    driver.execute_script(
        "document.getElementById('map').dispatchEvent(new WheelEvent('wheel', {deltaY: -200}))"
    )
    assert state(driver, "zoom") > zoom
    ActionChains(driver).drag_and_drop_by_offset(canvas, 120, 0).perform()
    assert state(driver, "x") < x
    zoom = state(driver, "zoom")
    canvas.send_keys("+")
    assert state(driver, "zoom") > zoom
    canvas.send_keys("-")
    assert state(driver, "zoom") == pytest.approx(zoom)
    x = state(driver, "x")
    canvas.send_keys(Keys.ARROW_RIGHT)
    assert state(driver, "x") > x
    driver.find_element("id", "closer").click()
    assert state(driver, "zoom") == pytest.approx(1.6 * zoom)
    driver.find_element("id", "whole").click()
    ActionChains(driver).pause(0.6).perform()
    assert state(driver, "zoom") == pytest.approx(driver.execute_script("return view.wholeFrame().zoom"))


def test_the_analogy_is_told_in_words(browse, vectors):
    drawn = map_words(vectors, analogy=("man", "woman", "king"))
    driver = browse(drawn)
    heading = text_of(driver, "analogy-question").replace("\u2068", "").replace("\u2069", "")
    assert heading == "man is to woman as king is to …"
    expected = vectors.most_similar(positive=["king", "woman"], negative=["man"], topn=5)
    assert expected[0][0] == "queen"
    assert lines_of(driver, "answers") == [
        f"{rank}\n{word}\n{cosine:.3f}" for rank, (word, cosine) in enumerate(expected, start=1)
    ]
    own = sorted(zip(drawn.analogy.ranks.tolist(), ("man", "woman", "king"), strict=True))
    assert [line.split("\n")[:2] for line in lines_of(driver, "own")] == [
        [str(rank), word] for rank, word in own
    ]
    assert "leads to king − man + woman" in text_of(driver, "remark")
    driver.find_element("id", "show-analogy").click()


def test_the_table_holds_every_word(browse, vectors):
    driver = browse(map_words(vectors, top=30))
    driver.find_element("css selector", "#all summary").click()
    ActionChains(driver).pause(0.2).perform()
    rows = [row.text for row in driver.find_elements("css selector", "#rows tr")]
    assert len(rows) == 30
    near = ", ".join(word for word, _ in vectors.most_similar("man", topn=3))
    assert rows[0] == f"man 9,000 {near}"


def test_every_control_has_a_name_and_the_map_a_description(browse, vectors):
    driver = browse(map_words(vectors, analogy=("man", "woman", "king")), "#queen")
    for control in driver.find_elements("css selector", "button, input, canvas, summary"):
        assert control.accessible_name, control.get_attribute("outerHTML")
    assert driver.find_element("id", "status").get_attribute("aria-live") == "polite"
    assert "man, woman and king" in driver.find_element("id", "map").accessible_name


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_words_stay_words(browse, driver, width, scheme):
    words = [*HOSTILE, *(f"w{number}" for number in range(30))]
    matrix = np.random.default_rng(2).normal(size=(len(words), 6)).astype(np.float32)
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    )
    browse(map_words(WordVectors(words, matrix), analogy=tuple(HOSTILE[:3])))
    driver.find_element("css selector", "#all summary").click()
    for place, word in enumerate(HOSTILE):
        driver.execute_script("choose(arguments[0])", place)
        shown = driver.find_element("id", "chosen-word").get_property("textContent")
        if "\u202e" in word:
            assert shown == "\\u202eevil"
        elif word.isprintable() and word and len(word) < 100:
            assert shown == word
        assert not set(shown) & set("\u202e\ud800")
        wide = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, word[:20]
    search(driver, HOSTILE[0])
    assert text_of(driver, "chosen-word") == HOSTILE[0]
    assert driver.execute_script("return window.owned") is None
    assert driver.title == "A map of 41 of 41 words"
    assert driver.execute_script("return document.querySelectorAll('script').length") == 6
    assert driver.find_elements("css selector", "img, [onerror], [onload]") == []
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_policy_holds_even_if_markup_got_in(browse, vectors):
    driver = browse(map_words(vectors, top=5))
    driver.execute_script(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.owned=1\">');"
        "const made = document.createElement('script'); made.textContent = 'window.owned = 1';"
        "document.body.append(made)"
    )
    ActionChains(driver).pause(0.2).perform()
    assert driver.execute_script("return window.owned") is None
    refused = [line["message"] for line in driver.get_log("browser")]
    assert refused
    assert all("Content Security Policy" in message for message in refused)
    driver.get("about:blank")  # what this test asked for itself is no fault of the page


def test_a_page_inside_another_works_without_an_address_of_its_own(driver, vectors):
    driver.get("data:text/html,<title>a notebook</title>")
    driver.get_log("browser")
    driver.execute_script(
        "const frame = document.createElement('iframe'); frame.srcdoc = arguments[0];"
        "frame.width = 1000; frame.height = 700; document.body.append(frame)",
        map_words(vectors).html(),
    )
    driver.switch_to.frame(0)
    ActionChains(driver).pause(0.3).perform()
    search(driver, "queen")
    assert text_of(driver, "chosen-word") == "queen"
    assert state(driver, "chosen") == vectors.words.index("queen")
    driver.find_element("id", "close").click()
    assert not driver.find_element("id", "chosen").is_displayed()
    driver.switch_to.default_content()
    assert driver.get_log("browser") == []
