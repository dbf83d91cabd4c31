"""The settings of networks: what is refused, and that they survive being written down."""

import json

import pytest

from nextword.errors import SettingError
from nextword.neural.settings import NeuralSettings


def test_settings_are_the_same_after_a_way_through_json():
    settings = NeuralSettings(network="gru", clusters=(3000, 9000), average_from=0.5, rate=0.1)
    assert NeuralSettings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


def test_unknown_settings_are_refused_by_name():
    with pytest.raises(SettingError, match=r"no setting 'hiddenn'; its settings are network, size, hidden"):
        NeuralSettings.from_dict({"hiddenn": 3})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"network": "transformer"}, "network is window, rnn, gru or lstm, got 'transformer'"),
        ({"tied": 1}, "tied is true or false, got 1"),
        ({"size": 0}, "size is a whole number from 1 to 16,384, got 0"),
        ({"layers": True}, "layers is a whole number"),
        ({"epochs": 0}, "epochs is a whole number from 1"),
        ({"input_dropout": 1.0}, "input_dropout is a number of at least 0 and below 1, got 1.0"),
        ({"rate": 10**400}, "rate is a number of at least 0, got 1000000"),
        ({"clip": float("nan")}, "clip is a number of at least 0, got nan"),
        ({"rate": 0.0}, "rate is above 0"),
        ({"clusters": (5000, 4000)}, "clusters are ranks that rise from the shortlist's 2,000 on"),
        ({"clusters": (100,)}, "clusters are ranks that rise"),
        ({"hidden": 400, "layers": 1}, "tied, the only layer has as many numbers as a word, 200"),
        ({"network": "window", "recurrent_dropout": 0.1}, "a window has no recurrent weights"),
    ],
)
def test_what_makes_no_sense_is_refused(given, message):
    with pytest.raises(SettingError, match=message):
        NeuralSettings(**given)


def test_tied_networks_end_in_vectors_as_long_as_those_of_words():
    assert NeuralSettings(size=5, hidden=7, layers=3).layer_sizes == (7, 7, 5)
    assert NeuralSettings(size=5, hidden=7, layers=3, tied=False).layer_sizes == (7, 7, 7)
    assert NeuralSettings(size=5, layers=2).layer_sizes == (5, 5)


def test_weights_decay_in_proportion_to_the_rate_whatever_the_optimiser():
    for settings in (NeuralSettings(), NeuralSettings(optimiser="sgd")):
        assert settings.decay * settings.highest_rate < 1e-3
    assert NeuralSettings(optimiser="sgd", weight_decay=0.1).decay == 0.1
