"""``nextword tag``: train a tagger, measure it, and let it tag."""

from cyclopts import App

app = App(name="tag", help="Tag every word of a sentence: parts of speech, chunks, names.")
app.command(
    "nextword.cli.tag_train:tag_train",
    name="train",
    help=(
        "Train a tagger on sentences whose tags are known.\n\n"
        "Example: nextword tag train train.conllu -o tagger --valid dev.conllu"
    ),
)
app.command(
    "nextword.cli.tag_evaluate:tag_evaluate",
    name="evaluate",
    help=(
        "Measure a tagger on sentences whose tags are known: words tagged right, and precision, recall and F1 of spans."
        "\n\nExample: nextword tag evaluate tagger test.conllu"
    ),
)
app.command(
    "nextword.cli.tag_apply:tag_apply",
    name="apply",
    help=(
        "Tag text, or a file of columns: what comes in goes out, with the tags in their column.\n\n"
        'Example: echo "The cat sat ." | nextword tag apply tagger'
    ),
)
