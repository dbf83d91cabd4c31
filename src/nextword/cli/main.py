"""The command line: one lazily imported module a command, errors as one line and an exit code."""

import os
import shlex
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from types import FrameType

from cyclopts import App, CycloptsError

from nextword.errors import NextwordError

OK, FAILED, USAGE, BAD_INPUT, INTERRUPTED = 0, 1, 2, 3, 130

app = App(
    name="nextword",
    help="Classical language models on your own text: given the words so far, what word comes next?",
    help_epilogue=(
        "Data goes to stdout, progress and remarks to stderr; --json prints one object; - is stdin. "
        "Exit codes: 0 done, 1 failed, 2 usage, 3 bad input or model file, 130 interrupted."
    ),
    version=lambda: version("nextword"),
    help_format="plaintext",
)

# The help of each command stands here so that `nextword --help` need not import the commands.
COMMANDS = {
    "train": ("nextword.cli.train:app", "Train a model on text."),
    "evaluate": ("nextword.cli.evaluate:evaluate", "Measure a model's perplexity on a text."),
    "compare": ("nextword.cli.compare:compare", "Compare models on a text, and find their best mixture."),
    "mix": ("nextword.cli.mix:mix", "Mix models linearly, with weights tuned on a text."),
    "score": ("nextword.cli.score:score", "Give the log-probability of every line."),
    "next": ("nextword.cli.next_words:next_words", "Show what comes next, and why."),
    "generate": ("nextword.cli.generate:generate", "Write text."),
    "convert": ("nextword.cli.convert:convert", "Convert between ARPA files and model folders."),
    "info": ("nextword.cli.info:info", "Show what is in a model."),
    "demo": ("nextword.cli.demo:demo", "Take the whole tour on this machine's own English."),
}
for _name, (_path, _help) in COMMANDS.items():
    app.command(_path, name=_name, help=_help)
app.register_install_completion_command(help="Install completion for this shell (bash, zsh or fish).")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; what went wrong is said on stderr in one line."""
    os.environ["NEXTWORD_COMMAND"] = shlex.join(["nextword", *arguments])
    _die_politely()
    try:
        app(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        return _complain(f"{_one_line(error)}; see nextword --help", USAGE)
    except NextwordError as error:
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does; that is no failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except MemoryError:
        return _complain("out of memory; try a lower --order, pruning, or less text at once", FAILED)
    except OSError as error:
        return _complain(f"{error.strerror or error}: {error.filename or 'writing the output'}", BAD_INPUT)
    return OK


def _complain(message: str, code: int) -> int:
    print("nextword:", " ".join(message.split("\n")), file=sys.stderr)
    return code


def _one_line(error: CycloptsError) -> str:
    return " ".join(str(error).split()).rstrip(".")


def _die_politely() -> None:
    """Let SIGTERM unwind the stack, so that half-written files are removed."""

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    try:
        signal.signal(signal.SIGTERM, leave)
    except ValueError:  # not the main thread: a test or an embedding program
        return


if __name__ == "__main__":
    main()
