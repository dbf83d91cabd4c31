"""``nextword inspect``: one command for each thing to look into."""

from cyclopts import App

app = App(name="inspect", help="Look inside a model as it learns.")
app.command(
    "nextword.cli.inspect_word2vec:inspect_word2vec",
    name="word2vec",
    help=(
        "Take one step of word2vec on one sentence, and show every number on the way.\n\n"
        "Example: nextword inspect word2vec --architecture skipgram --objective negative-sampling"
    ),
)
