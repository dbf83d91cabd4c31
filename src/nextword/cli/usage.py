"""What is wrong with a command line, in one sentence."""

import difflib
from collections.abc import Iterable

from cyclopts import CycloptsError
from cyclopts.exceptions import CoercionError, MissingArgumentError, UnknownCommandError, UnusedCliTokensError

from nextword.errors import SettingError

SUBCOMMANDS = {
    "train": ["ngram", "word2vec", "node2vec", "window", "rnn", "gru", "lstm"],
    "inspect": ["word2vec", "gates", "gradients", "pairs", "agreement", "copy", "recall", "brackets"],
    "forecast": ["train", "evaluate", "predict"],
    "tag": ["train", "evaluate", "apply"],
    "classify": ["train", "evaluate", "predict"],
}
"""Commands that have commands of their own."""


def usage_message(error: CycloptsError, commands: Iterable[str]) -> str:
    """Return a parsing error as one sentence, and where to look."""
    chain = " ".join(error.command_chain or ())
    where = f"see nextword {chain} --help" if chain else "see nextword --help"
    return f"{_what(error, list(commands))}; {where}"


def _what(error: CycloptsError, commands: list[str]) -> str:
    unused = error.unused_tokens or []
    if isinstance(error, UnknownCommandError) and unused:
        known = SUBCOMMANDS[error.command_chain[0]] if error.command_chain else commands
        close = difflib.get_close_matches(unused[0], known, n=1)
        advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
        return f"unknown command {unused[0]!r}, {advice}"
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        given = error.keyword is not None or error.argument.tokens
        return f"{error.argument.name} {'needs a value' if given else 'is missing'}"
    if isinstance(error, UnusedCliTokensError) and unused:
        if unknown := _unknown_option_before(error, unused[0]):
            return unknown
        return f"there is more than the command takes, {unused[0]!r}; put words with spaces in quotes"
    if isinstance(error, CoercionError) and error.token is not None and error.msg is not None:
        return f"{error.token.keyword or 'the argument'}: {error.msg}"
    return " ".join(str(error).split()).rstrip(".")


def _unknown_option_before(error: CycloptsError, token: str) -> str | None:
    """Say that an option is unknown where it was taken for an argument, so that its value was one too many."""
    tokens, app = list(error.root_input_tokens or []), error.app
    place = tokens.index(token) if token in tokens else 0
    option = tokens[place - 1] if place else ""
    if app is None or not option.startswith("--"):
        return None
    known = [name for each in app.assemble_argument_collection() for name in each.names]
    if option in known:
        return None
    close = difflib.get_close_matches(option, [name for name in known if name.startswith("--")], n=1)
    return f"unknown option {option}{f', did you mean {close[0]}?' if close else ''}"


def refuse_options(names: Iterable[str]) -> None:
    """Raise SettingError for what looks like an option among the names of texts; ``-`` is stdin."""
    for name in names:
        if name.startswith("-") and name != "-":
            raise SettingError(
                f"unknown option {name}; see --help, and write ./{name} for a file of that name"
            )
