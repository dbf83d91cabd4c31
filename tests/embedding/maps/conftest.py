"""Vectors to draw, and a browser that looks at the page."""

import os
import shutil

import numpy as np
import pytest

from nextword.embedding.vectors.vectors import WordVectors

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
def vectors():
    """Royalty across, gender up, and 200 words about the origin: king - man + woman is queen."""
    chance = np.random.default_rng(3)
    named = {"man": (-1, -1), "woman": (-1, 1), "king": (1, -1), "queen": (1, 1)}
    words = [*named, *(f"word{number}" for number in range(200))]
    matrix = chance.normal(0, 0.25, (len(words), 12)).astype(np.float32)
    for row, (across, up) in enumerate(named.values()):
        matrix[row] *= 0.2
        matrix[row, 3], matrix[row, 7], matrix[row, 9] = across, up, 1
    counts = (9000 / np.arange(1, len(words) + 1)).astype(np.int64)
    return WordVectors(words, matrix, counts)


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
def browse(driver, tmp_path):
    """Opens maps; whatever the page did, nothing was fetched and nothing was refused or failed."""

    def open_map(drawn, address: str = ""):
        driver.get("about:blank")
        driver.get_log("browser")
        (tmp_path / "map.html").write_text(drawn.html(), encoding="utf-8")
        driver.get(f"{(tmp_path / 'map.html').as_uri()}{address}")
        return driver

    yield open_map
    assert driver.get_log("browser") == []
    assert driver.execute_script("return performance.getEntriesByType('resource').map(one => one.name)") == []
