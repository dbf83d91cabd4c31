"""``nextword classify``: one command to learn classes of text, one to measure, one to answer."""

from cyclopts import App

app = App(name="classify", help="Tell classes of text apart with an LSTM.")
app.command(
    "nextword.cli.classify_train:train",
    name="train",
    help=(
        "Train a classifier on labelled texts.\n\n"
        "Example: nextword classify train messages.tsv -o filter --vectors vectors"
    ),
)
app.command(
    "nextword.cli.classify_evaluate:evaluate",
    name="evaluate",
    help=(
        "Measure a classifier on labelled texts, or, by cross-validation, settings beside two linear baselines.\n\n"
        "Example: nextword classify evaluate messages.tsv --folds 10 --seeds 3"
    ),
)
app.command(
    "nextword.cli.classify_predict:predict",
    name="predict",
    help=(
        "Give the class of every line, and the words that decided it.\n\n"
        'Example: echo "You won a prize, call now!" | nextword classify predict filter --why'
    ),
)
