"""The frame that all pages share."""

import json
import re

from nextword.text.pages import page

HOSTILE = "</script><!--scripts--><!--body-->&'\u2028"


def test_a_page_holds_what_it_is_given_in_its_place():
    made = page("Title", "<p id='own'></p>\n", "#own { margin: 0; }", ["const own = 1;"], {"numbers": [1, 2]})
    assert made.startswith("<!doctype html>")
    assert made.rstrip().endswith("</html>")
    assert "<title>Title</title>" in made
    assert "<body>\n<p id='own'></p>\n<noscript>" in made
    (style,) = re.findall("<style>(.*?)</style>", made, re.DOTALL)
    assert style.index("--paper") < style.index("#own")
    shared, own = re.findall("<script>(.*?)</script>", made, re.DOTALL)
    assert "pageData" in shared
    assert own == "const own = 1;"
    assert '<script type="application/json" id="data">{"numbers":[1,2]}</script>' in made
    assert "<!--" not in made


def test_what_a_page_is_given_takes_no_other_place():
    made = page(
        HOSTILE, "<!--data--><!--scripts-->", "/* <!--policy--> */", ["// <!--title-->"], {HOSTILE: HOSTILE}
    )
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', made)
    assert json.loads(data) == {HOSTILE: HOSTILE}
    assert "<title>&lt;/script&gt;&lt;!--scripts--&gt;" in made
    assert made.count("<script>") == made.count("</script>") - 1 == 2


def test_scripts_use_what_all_pages_share(open_page):
    body = '<p id="said"></p><div id="tip" hidden></div>'
    script = """
      byId("said").append(element("b", pageData.word, "bold"));
      byId("tip").textContent = "here";
      placeTip(innerWidth - 1, innerHeight - 1);
    """
    driver = open_page(page("Page", body, "", [script], {"word": "<i>word</i>"}))
    assert driver.find_element("css selector", "#said b.bold").text == "<i>word</i>"
    tip = driver.find_element("id", "tip")
    assert tip.text == "here"
    right, bottom, width, height = driver.execute_script(
        "const box = byId('tip').getBoundingClientRect(); return [box.right, box.bottom, innerWidth, innerHeight];"
    )
    assert 0 < right <= width
    assert 0 < bottom <= height
