"""Files of every format version load for ever and say the same."""

import json
from pathlib import Path

import pytest

from nextword.lm import check_language_model, evaluate
from nextword.ngram.arpa import read_arpa
from nextword.store.config import FORMAT_VERSION
from nextword.store.models import load_model
from nextword.text.corpus import encode_lines

FIXTURES = Path(__file__).parents[1] / "fixtures"
LINES = ["the old cat sat on his mat", "a unicorn ran"]
PERPLEXITIES = {
    "v1/ngram": 9.420022616216217,
    "v1/mixture": 9.350399988326016,
    "v1/pieces": 17.60935513462452,
    "v1/trigrams.arpa": 9.42002253356469,
}
NETWORKS = {
    "v1/window": 8.024759994019334,
    "v1/rnn": 7.240456211514033,
    "v1/gru": 17.106804566520374,
    "v1/lstm": 13.26775196305977,
}
"""In float32, whose sums may differ from one machine to the next."""


@pytest.mark.parametrize("name", PERPLEXITIES)
def test_old_files_say_what_they_said(name):
    path = FIXTURES / name
    model = load_model(path, verify=True) if path.is_dir() else read_arpa(path)
    result = evaluate(model, [encode_lines(LINES, model.tokenizer)])
    assert result.perplexity == pytest.approx(PERPLEXITIES[name], rel=1e-12)
    check_language_model(model, contexts=5, tolerance=1e-9 if path.is_dir() else 1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_old_networks_say_what_they_said(name):
    model = load_model(FIXTURES / name, verify=True)
    result = evaluate(model, [encode_lines(LINES, model.tokenizer)])
    assert result.perplexity == pytest.approx(NETWORKS[name], rel=1e-5)
    assert model.model_type == name.removeprefix("v1/")
    assert len(model.log) >= 1
    check_language_model(model, contexts=5, tolerance=1e-4)


def test_the_present_version_is_among_them():
    names = {path.name for path in FIXTURES.iterdir() if path.is_dir()}
    assert names == {f"v{version}" for version in range(1, FORMAT_VERSION + 1)}
    for path in FIXTURES.rglob("config.json"):
        version = next(part for part in path.parts if part in names)
        assert json.loads(path.read_text())["format_version"] == int(version[1:])
    for path in (*PERPLEXITIES, *NETWORKS):
        files = (FIXTURES / path).rglob("*") if (FIXTURES / path).is_dir() else [FIXTURES / path]
        assert sum(file.stat().st_size for file in files if file.is_file()) < 50_000
