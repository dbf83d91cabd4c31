"""A flag for each setting of a network, made from the settings themselves: their names, types and docstrings."""

import ast
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, fields, make_dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, get_type_hints

from cyclopts import Group, Parameter, Token

from nextword.cli.options import Whole
from nextword.neural.presets import PRESETS, UNUSED, USUAL_PRESET
from nextword.neural.settings import NeuralSettings

NETWORK, TRAINING = Group("The network", sort_key=1), Group("Its training", sort_key=2)
FIRST_OF_TRAINING = "epochs"
"""The fields before it say what a network is, those from it on how it is trained."""


@dataclass(frozen=True, kw_only=True)
class GivenSettings:
    """The settings that were given as flags; those that were not are None."""

    def given(self) -> dict[str, Any]:
        """Return the settings that were given."""
        return {name: value for name, value in vars(self).items() if value is not None}


def _ranks(_: object, tokens: Sequence[Token]) -> tuple[int, ...]:
    """Read whole numbers with commas between; none at all are none."""
    text = tokens[0].value
    try:
        return tuple(int(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise ValueError(f"{text!r} is not whole numbers with commas between, as in 4000,20000") from None


FLAG_TYPES: dict[Any, Any] = {
    int: Whole | None,
    int | None: Whole | None,
    float: float | None,
    float | None: float | None,
    bool: bool | None,
    tuple[int, ...]: Annotated[tuple[int, ...] | None, Parameter(converter=_ranks, n_tokens=1, negative="")],
}
"""The type of a flag for each type of a setting; a choice of names stays what it is."""


def make_flags(network: str) -> type[GivenSettings]:
    """Return the class whose fields are the flags of a network: the settings that it uses, each None if not given."""
    types, described = get_type_hints(NeuralSettings), setting_docstrings()
    names = [field.name for field in fields(NeuralSettings)]
    flags = []
    for place, name in enumerate(names):
        if name == "network" or name in UNUSED[network]:
            continue
        group = TRAINING if place >= names.index(FIRST_OF_TRAINING) else NETWORK
        help_text = described[name] + _usual(network, name)
        kind = FLAG_TYPES.get(types[name], types[name] | None)
        flag = f"--{name.replace('_', '-')}"
        flags.append((name, Annotated[kind, Parameter(name=flag, help=help_text, group=group)], None))
    made = make_dataclass(
        f"{network.capitalize()}Flags",
        flags,
        bases=(GivenSettings,),
        namespace={"__module__": __name__, "__doc__": f"The settings of the {network}."},
        frozen=True,
        kw_only=True,
    )
    return Parameter(name="*")(made)


@cache
def setting_docstrings(settings: type[Any] = NeuralSettings) -> dict[str, str]:
    """Return what the docstring of each setting of a class says; nothing where Python runs without sources."""
    said = dict.fromkeys((field.name for field in fields(settings)), "")
    try:
        (body,) = (
            node.body
            for node in ast.parse(inspect.getsource(settings)).body
            if isinstance(node, ast.ClassDef)
        )
    except (OSError, TypeError):
        return said
    for field, text in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
        ):
            said[field.target.id] = " ".join(ast.literal_eval(text.value).replace("``", "").split())
    return said


def _usual(network: str, name: str) -> str:
    """Return a sentence on what a setting is if not given; those whose docstring says so need none."""
    usual = NeuralSettings.from_dict({"network": network, **PRESETS[network][USUAL_PRESET]})
    value = getattr(usual, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return f" Usual: {','.join(map(str, value)) if isinstance(value, tuple) else value}."
