"""One table of settings: a dataclass, its flags and its TOML keys."""

import json
from dataclasses import fields

import pytest
from cyclopts import App

from nextword.cli.network_flags import GivenSettings, make_flags, setting_docstrings
from nextword.cli.network_settings import gather_settings, read_toml
from nextword.errors import InputError, SettingError
from nextword.neural.presets import PRESETS, UNUSED, preset_settings
from nextword.neural.settings import NETWORK_KINDS, NeuralSettings

OTHERS = {
    "size": 48,
    "hidden": 64,
    "layers": 3,
    "window": 4,
    "activation": "relu",
    "tied": False,
    "learned_start": True,
    "forget_bias": 1.0,
    "softmax": "adaptive",
    "shortlist": 300,
    "clusters": (4000, 20000),
    "samples": 77,
    "epochs": 3,
    "batch": 16,
    "steps": 21,
    "optimiser": "sgd",
    "rate": 7.5,
    "warm_up": 0.3,
    "decay_factor": 0.5,
    "weight_decay": 0.01,
    "clip": 1.5,
    "word_dropout": 0.05,
    "input_dropout": 0.11,
    "hidden_dropout": 0.12,
    "output_dropout": 0.13,
    "recurrent_dropout": 0.14,
    "activation_penalty": 2.0,
    "change_penalty": 1.0,
    "average_from": 0.75,
    "patience": 4,
    "precision": "float32",
    "seed": 9,
}
"""A value of each setting that is not its usual one."""


def as_flag(name, value):
    flag = "--" + name.replace("_", "-")
    if value is False:
        return [flag.replace("--", "--no-", 1)]
    if value is True:
        return [flag]
    return [flag, ",".join(map(str, value)) if isinstance(value, tuple) else str(value)]


def as_toml(name, value):
    return f"{name} = {json.dumps(list(value) if isinstance(value, tuple) else value)}\n"


def parsed(network, flags):
    """What the command line makes of some flags."""
    app, kind = App(), make_flags(network)
    seen = []

    def take(settings: GivenSettings = kind()) -> None:  # noqa: B008
        seen.append(settings.given())

    take.__annotations__["settings"] = kind
    app.default(take)
    app(flags, exit_on_error=False, print_error=False, result_action="return_value")
    return seen[0]


def used_by(network):
    return {name: value for name, value in OTHERS.items() if name not in UNUSED[network]}


def test_the_table_above_names_every_setting():
    usual = NeuralSettings()
    assert {"network", *OTHERS} == {field.name for field in fields(NeuralSettings)}
    assert all(getattr(usual, name) != value for name, value in OTHERS.items())


@pytest.mark.parametrize("network", NETWORK_KINDS)
def test_flag_toml_and_argument_are_the_same_settings(network, tmp_path):
    others = used_by(network)
    by_flags = parsed(network, [part for item in others.items() for part in as_flag(*item)])
    assert by_flags == others
    path = tmp_path / "settings.toml"
    path.write_text("".join(as_toml(*item) for item in others.items()))
    argument = NeuralSettings(network=network, **others)
    assert gather_settings(network, by_flags) == argument
    assert gather_settings(network, {}, config=path) == argument


@pytest.mark.parametrize("network", NETWORK_KINDS)
def test_every_setting_that_a_network_uses_has_a_flag_with_help(network):
    named = {field.name for field in fields(make_flags(network))}
    assert named == set(used_by(network))
    assert all(setting_docstrings()[name] for name in named)


def test_settings_that_no_network_uses_there_are_none():
    assert not frozenset.intersection(*UNUSED.values())


def test_a_flag_goes_before_the_file_and_that_before_the_preset(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("size = 300\nlayers = 3\n")
    settings = gather_settings("lstm", {"size": 31}, "large", path)
    assert (settings.size, settings.layers) == (31, 3)
    assert settings.input_dropout == PRESETS["lstm"]["large"]["input_dropout"]
    assert settings.batch == NeuralSettings().batch


def test_a_time_says_how_often_the_text_is_read_unless_somebody_does(tmp_path):
    assert preset_settings("lstm", "small").epochs == 5
    assert gather_settings("lstm", {}, "small", is_timed=True).epochs is None
    assert gather_settings("lstm", {"epochs": 2}, "small", is_timed=True).epochs == 2
    path = tmp_path / "settings.toml"
    path.write_text("epochs = 3\n")
    assert gather_settings("lstm", {}, "small", path, is_timed=True).epochs == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("input_droput = 0.1", "has no setting 'input_droput'; did you mean input_dropout?"),
        ("input-dropout = 0.1", "did you mean input_dropout?"),
        ("window = 3", "the lstm has no setting 'window'"),
        ("zzzz = 3", "there are network, size"),
        ('network = "gru"', "for another network"),
        ("[size]\nx = 1", "size is a table"),
        ('size = "200"', "size is a whole number"),
        ("size = true", "size is a whole number"),
        ("tied = 1", "tied is true or false"),
        ('clusters = ["a"]', "clusters are ranks"),
        ("rate = nan", "rate is a number"),
        ("size = 1979-05-27", "size is a whole number"),
    ],
)
def test_what_a_file_may_not_say(tmp_path, content, message):
    path = tmp_path / "settings.toml"
    path.write_text(content)
    with pytest.raises(SettingError) as caught:
        gather_settings("lstm", {}, config=path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"size 200", b"\xff", b"x = " + b"[" * 5000, b"#" * (1 << 20) + b"\n", b"x = " + b"1" * 5000],
)
def test_a_file_that_is_not_toml(tmp_path, content):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"settings\.toml"):
        read_toml(path, "lstm")


def test_a_file_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(InputError, match="cannot read"):
            read_toml(path, "lstm")


def test_a_file_may_name_its_network(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('network = "gru"\nsize = 7\n')
    assert gather_settings("gru", {}, config=path).size == 7
