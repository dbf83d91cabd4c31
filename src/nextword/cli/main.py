"""The command line: one lazily imported module a command, errors as one line and an exit code."""

import os
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import version
from types import FrameType

from cyclopts import App, CycloptsError

from nextword.cli.printable import printable
from nextword.cli.usage import usage_message
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
    suppress_keyboard_interrupt=False,
)

# The help of each command stands here so that `nextword --help` need not import the commands: where it lives,
# what it does, and an example.
COMMANDS = {
    "train": (
        "nextword.cli.train:app",
        "Train a model on text.",
        "nextword train ngram novels.txt -o five --order 5 --prune 0,0,1",
    ),
    "count": (
        "nextword.cli.count:app",
        "Count n-grams: once, for any number of models; merge counts, and exchange them.",
        "nextword count novels.txt -o counts --order 5",
    ),
    "evaluate": (
        "nextword.cli.evaluate:evaluate",
        "Measure a model's perplexity on a text: how many words it hesitates between.",
        "nextword evaluate five heldout.txt",
    ),
    "compare": (
        "nextword.cli.compare:compare",
        "Compare models on a text, and find their best mixture.",
        "nextword compare three five --on test.txt --tune valid.txt",
    ),
    "mix": (
        "nextword.cli.mix:mix",
        "Mix models linearly, with the weights under which a text is likeliest.",
        "nextword mix three five --tune valid.txt -o mixed",
    ),
    "score": (
        "nextword.cli.score:score",
        "Give the log-probability of every line, its tokens and its unknown words.",
        'echo "its water was so transparent" | nextword score five --per-token',
    ),
    "next": (
        "nextword.cli.next_words:next_words",
        "Show what comes next, and why.",
        'nextword next five "the students opened their"',
    ),
    "generate": (
        "nextword.cli.generate:generate",
        "Write text by asking what comes next, again and again.",
        'nextword generate five --prompt "it was" --temperature 0.8 --seed 1 -n 3',
    ),
    "convert": (
        "nextword.cli.convert:convert",
        "Convert between model folders and the files of other tools: ARPA; word2vec, GloVe and fastText vectors.",
        "nextword convert five five.arpa.gz",
    ),
    "prune": (
        "nextword.cli.prune:prune",
        "Make an n-gram model smaller.",
        "nextword prune five -o small --target-size 10MB --on heldout.txt",
    ),
    "inspect": (
        "nextword.cli.inspect:app",
        "Look inside models: as they learn, as they read, and how far back they remember.",
        "nextword inspect word2vec --picture step.png",
    ),
    "forecast": (
        "nextword.cli.forecast:app",
        "Tell the next numbers of a series by an LSTM that reads the last ones.",
        "nextword forecast evaluate passengers.csv --test 48 --picture passengers.png",
    ),
    "similar": (
        "nextword.cli.similar:similar",
        "Show the words most similar to one, by their vectors.",
        "nextword similar vectors king",
    ),
    "analogy": (
        "nextword.cli.analogy:analogy",
        "Answer analogies: man is to woman as king is to what?",
        "nextword analogy vectors man woman king",
    ),
    "evaluate-vectors": (
        "nextword.cli.evaluate_vectors:evaluate_vectors",
        "Measure word vectors: analogies, and people's judgments of similarity.",
        "nextword evaluate-vectors vectors --analogies questions-words.txt --similarity wordsim.txt",
    ),
    "map": (
        "nextword.cli.map:map_vectors",
        "Draw word vectors on a plane: a page with search and neighbours, or an image.",
        "nextword map vectors -o map.html --analogy man,woman,king",
    ),
    "tag": (
        "nextword.cli.tag:app",
        "Tag every word of a sentence: parts of speech, chunks, names.",
        "nextword tag train train.conllu -o tagger --valid dev.conllu",
    ),
    "classify": (
        "nextword.cli.classify:app",
        "Tell classes of text apart with an LSTM: good or bad reviews, wanted or unwanted messages.",
        "nextword classify train messages.tsv -o filter",
    ),
    "info": (
        "nextword.cli.info:info",
        "Show what a model holds and how it was made.",
        "nextword info five",
    ),
    "demo": ("nextword.cli.demo:demo", "Take the whole tour on this machine's own English.", "nextword demo"),
}
for _name, (_path, _help, _example) in COMMANDS.items():
    app.command(_path, name=_name, help=f"{_help}\n\nExample: {_example}")
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
        return _complain(usage_message(error, COMMANDS), USAGE)
    except NextwordError as error:
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        return _reader_has_gone()
    except SystemExit as error:
        # rich, which prints the help, leaves this way when the reader has gone.
        if isinstance(error.__context__, BrokenPipeError):
            return _reader_has_gone()
        raise
    except MemoryError:
        return _complain("out of memory; try a lower --order, pruning, or less text at once", FAILED)
    except OSError as error:
        return _complain(f"{error.strerror or error}: {error.filename or 'writing the output'}", BAD_INPUT)
    except Exception as error:
        if os.environ.get("NEXTWORD_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _complain(
            f"unexpected {what}; this is a defect of nextword or a damaged model (NEXTWORD_DEBUG=1 shows where)",
            FAILED,
        )
    return OK


def _reader_has_gone() -> int:
    """Nobody reads our output any more, as after `head`; that is no failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK


def _complain(message: str, code: int) -> int:
    print("nextword:", printable(" ".join(message.split("\n"))), file=sys.stderr)
    return code


def _die_politely() -> None:
    """Let SIGTERM unwind the stack, so that half-written files are removed."""
    sys.unraisablehook = _raise_again

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    try:
        signal.signal(signal.SIGTERM, leave)
    except ValueError:  # not the main thread: a test or an embedding program
        return


def _raise_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Send a signal again that came where Python cannot raise: inside a callback of the compiler."""
    lost = {KeyboardInterrupt: signal.SIGINT, SystemExit: signal.SIGTERM}.get(unraisable.exc_type)
    if lost is None:
        sys.__unraisablehook__(unraisable)
    else:
        threading.Timer(0.05, os.kill, (os.getpid(), lost)).start()


if __name__ == "__main__":
    main()
