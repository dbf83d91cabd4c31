import pytest

from nextword.errors import SettingError
from nextword.neural.presets import PRESETS, preset_settings
from nextword.neural.settings import NETWORK_KINDS, NeuralSettings

EACH = [(network, preset) for network in NETWORK_KINDS for preset in ("small", "medium", "large")]


@pytest.mark.parametrize(("network", "preset"), EACH)
def test_each_network_has_each_preset(network, preset):
    settings = preset_settings(network, preset)
    assert settings == NeuralSettings(network=network, **PRESETS[network][preset])


def test_what_is_changed_goes_before_the_preset():
    assert preset_settings("rnn", "small", size=11, seed=2).size == 11


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("lstn", "small"), "a network is window, rnn, gru, lstm"),
        (("lstm", "huge"), "a preset is small, medium, large"),
    ],
)
def test_what_does_not_exist(arguments, message):
    with pytest.raises(SettingError, match=message):
        preset_settings(*arguments)
