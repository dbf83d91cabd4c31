"""``nextword inspect``: one command for each thing to look into."""

from cyclopts import App

app = App(
    name="inspect", help="Look inside models: as they learn, as they read, and how far back they remember."
)
app.command(
    "nextword.cli.inspect_word2vec:inspect_word2vec",
    name="word2vec",
    help=(
        "Take one step of word2vec on one sentence, and show every number on the way.\n\n"
        "Example: nextword inspect word2vec --architecture skipgram --objective negative-sampling"
    ),
)
app.command(
    "nextword.cli.inspect_gates:inspect_gates",
    name="gates",
    help=(
        "Record the gates of an LSTM or a GRU as it reads a text: what each unit keeps, writes and reads.\n\n"
        'Example: nextword inspect gates lstm "the students opened their books" --page gates.html'
    ),
)
app.command(
    "nextword.cli.inspect_gradients:inspect_gradients",
    name="gradients",
    help=(
        "Measure how far back a word still counts: gradients against distance, and their decay.\n\n"
        "Example: nextword inspect gradients rnn lstm --text text.txt --picture gradients.png"
    ),
)
app.command(
    "nextword.cli.inspect_pairs:inspect_pairs",
    name="pairs",
    help=(
        "Judge minimal pairs: two sentences that differ in one point, of which one is right.\n\n"
        "Example: nextword inspect pairs model pairs.jsonl --by distance"
    ),
)
for name, asks in (
    (
        "agreement",
        "Does a verb agree with a noun far back? Every system learns a small language and is asked.",
    ),
    ("copy", "Can a system copy what it read? Every one learns a small language and is asked."),
    (
        "recall",
        "Can a system say what stood beside a letter? Every one learns a small language and is asked.",
    ),
    ("brackets", "Does the last bracket close the first? Every system learns a small language and is asked."),
):
    app.command(
        f"nextword.cli.inspect_probe:inspect_{name}",
        name=name,
        help=f"{asks}\n\nExample: nextword inspect {name} --picture {name}.png",
    )
