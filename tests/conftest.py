"""Texts and models that many tests use."""

import contextlib
import io
import json
import os
import random
import shutil

import pytest
from filelock import FileLock
from hypothesis import settings

from nextword.cli.main import run
from nextword.ngram.train import train_on_lines

settings.register_profile("default", deadline=None, max_examples=60)
settings.load_profile("default")

# The first call of a kernel compiles it; the tests must not depend on which comes first.
os.environ.setdefault("COLUMNS", "200")

FIRST = ("test_demo.py", "test_estimator.py", "test_docs.py")
"""Files whose tests take minutes: they come first, so that processes which share the tests end together.

The first makes the tour that the last needs, and the one between keeps another process busy until it is made.
"""


def pytest_collection_modifyitems(items):
    names = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: names.get(item.path.name, len(names)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Processes take a file of tests at a time, since its tests share what is costly; of the guide, a page."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrPage(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return nodeid if "test_docs.py" in nodeid else super()._split_scope(nodeid)

    return ByFileOrPage(config, log)


TOUR_WORDS = 40_000


@pytest.fixture(scope="session")
def toured(tmp_path_factory):
    """One tour, with its answer as JSON, as a user runs it: its folder, and the answer; nobody may change either.

    It is made once for all processes that share the tests, and on one thread, since others work beside it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, told = shared / "made" / "by the tour", shared / "tour.json"
    with FileLock(shared / "tour.lock"):
        if not told.exists():
            stdout = io.StringIO()
            with contextlib.redirect_stdout(stdout), pytest.MonkeyPatch.context() as patch:
                patch.setenv("NEXTWORD_THREADS", "1")
                assert run(["demo", "-o", str(folder), "--words", str(TOUR_WORDS), "--json", "--quiet"]) == 0
            told.write_text(stdout.getvalue(), encoding="utf-8")
    return folder, json.loads(told.read_text(encoding="utf-8"))


WORDS = ["the", "cat", "dog", "sat", "on", "mat", "a", "ran", "saw", "and", "his", "her", "old", "man"]


def make_lines(count: int, seed: int = 0, words=WORDS) -> list[str]:
    """Lines of a random text whose words depend on the word before, so that orders differ."""
    chance = random.Random(seed)
    follows = {word: chance.sample(words, 4) for word in words}
    lines = []
    for _ in range(count):
        word = chance.choice(words)
        line = [word]
        while chance.random() < 0.85:
            word = chance.choice(follows[word]) if chance.random() < 0.8 else chance.choice(words)
            line.append(word)
        lines.append(" ".join(line))
    return lines


@pytest.fixture(scope="session")
def lines():
    return make_lines(300)


@pytest.fixture(scope="session")
def model(lines):
    return train_on_lines(lines, order=3)


FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,800",
)


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    """Chromium without a window. Continuous integration must have one; elsewhere the tests are skipped without."""
    program, service = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not service:
        reason = "these tests need a browser: apt install chromium chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chromium = Chrome(options=options, service=ChromeService(service))
    yield chromium
    chromium.quit()


@pytest.fixture
def open_page(driver, tmp_path):
    """Opens pages; whatever a page did, nothing was fetched and nothing was refused or failed."""

    def opened(page: str, address: str = ""):
        driver.get("about:blank")
        driver.get_log("browser")
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        driver.get(f"{(tmp_path / 'page.html').as_uri()}{address}")
        return driver

    yield opened
    assert driver.get_log("browser") == []
    assert driver.execute_script("return performance.getEntriesByType('resource').map(one => one.name)") == []
