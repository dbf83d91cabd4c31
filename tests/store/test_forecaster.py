"""Forecasters are kept as they are, and damaged ones are refused."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from nextword.errors import ModelFormatError, SettingError, StorageError
from nextword.store.forecaster import load_forecaster, save_forecaster
from nextword.store.models import load_model
from nextword.tasks.forecast.model import Forecaster
from nextword.tasks.forecast.series import Series
from nextword.tasks.forecast.settings import ForecastSettings
from nextword.tasks.forecast.train import train_forecaster


@pytest.fixture(scope="module")
def forecaster():
    values = np.exp(4 + np.sin(np.arange(60) / 2) / 3)
    return train_forecaster(
        Series("waves", values, (), 12),
        ForecastSettings(epochs=2, hidden=4, window=8, log="yes", difference=True),
    )


@pytest.fixture
def folder(forecaster, tmp_path):
    save_forecaster(forecaster, tmp_path / "it", {"command": "by hand"})
    return tmp_path / "it"


def test_a_saved_forecaster_tells_the_same(forecaster, folder):
    loaded = load_forecaster(folder)
    assert (loaded.settings, loaded.transform) == (forecaster.settings, forecaster.transform)
    for steps in (1, 12):
        expected, found = forecaster.forecast(steps), loaded.forecast(steps)
        assert np.array_equal(found.values, expected.values)
        assert np.array_equal(found.low, expected.low)
    assert loaded.series.name == "waves"
    assert loaded.series.period == 12
    assert "Forecaster: waves" in (folder / "README.md").read_text()
    save_forecaster(loaded, folder)
    assert load_forecaster(folder).forecast(1).values == pytest.approx(forecaster.forecast(1).values)


def test_what_nothing_could_load_is_not_saved(forecaster, tmp_path):
    arrays = {**forecaster.arrays, "v": forecaster.arrays["v"] * np.nan}
    with pytest.raises(
        SettingError, match="this forecaster cannot be saved: v holds numbers that are not finite"
    ):
        save_forecaster(replace_arrays(forecaster, arrays), tmp_path / "it")
    assert not (tmp_path / "it").exists()


def replace_arrays(forecaster, arrays):
    return Forecaster(forecaster.settings, forecaster.transform, arrays, forecaster.series, forecaster.errors)


def change(folder, edit):
    config = json.loads((folder / "config.json").read_text())
    config["files"] = {}
    edit(config)
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda config: config["model"].update(more=1), "more"),
        (lambda config: config["model"].pop("transform"), "settings, transform, series"),
        (lambda config: config["model"]["settings"].pop("window"), "settings"),
        (lambda config: config["model"]["settings"].update(hidden="4"), "hidden"),
        (lambda config: config["model"]["settings"].update(window=9), "float32"),
        (lambda config: config["model"]["transform"].update(scale=0.0), "transform"),
        (lambda config: config["model"]["transform"].update(period=70), "fewer than the window reads"),
        (lambda config: config["model"]["series"].update(period=1), "series"),
        (lambda config: config["model"].update(series=3), "series"),
    ],
)
def test_what_makes_no_sense_is_refused(folder, edit, said):
    change(folder, edit)
    with pytest.raises(ModelFormatError, match=said):
        load_forecaster(folder)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda tensors: tensors.pop("v"), "is to hold"),
        (lambda tensors: tensors.update(more=np.zeros(1, dtype=np.float32)), "is to hold"),
        (lambda tensors: tensors.update(b=np.zeros(3, dtype=np.float32)), "b is float32"),
        (lambda tensors: tensors.update(values=np.zeros(60, dtype=np.float32)), "values is to be"),
        (lambda tensors: tensors["W_h"].fill(np.nan), "not finite"),
        (lambda tensors: tensors["values"].fill(-1), "not above 0"),
        (lambda tensors: tensors.update(errors=np.zeros(0)), "errors is to be"),
    ],
)
def test_arrays_that_are_no_forecaster_are_refused(folder, edit, said):
    change(folder, lambda config: None)
    tensors = {name: array.copy() for name, array in load_file(folder / "model.safetensors").items()}
    edit(tensors)
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ModelFormatError, match=said):
        load_forecaster(folder)


def test_a_flipped_bit_and_other_folders_are_refused(folder, tmp_path):
    with pytest.raises(ModelFormatError, match="a forecaster, which tells numbers"):
        load_model(folder)
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-3] ^= 1
    (folder / "model.safetensors").write_bytes(data)
    with pytest.raises(ModelFormatError, match="not as it was saved"):
        load_forecaster(folder)
    with pytest.raises(ModelFormatError, match="no forecaster at"):
        load_forecaster(tmp_path / "none")


def test_nothing_of_others_is_replaced(forecaster, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear reader")
    with pytest.raises(StorageError):
        save_forecaster(forecaster, tmp_path / "letters")
    assert (tmp_path / "letters" / "letter.txt").exists()
