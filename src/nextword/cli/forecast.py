"""``nextword forecast``: the next numbers of a series."""

from cyclopts import App

app = App(name="forecast", help="Tell the next numbers of a series by an LSTM that reads the last ones.")
app.command(
    "nextword.cli.forecast_commands:train",
    name="train",
    help="Learn from a series in a CSV file.\n\nExample: nextword forecast train passengers.csv -o forecaster",
)
app.command(
    "nextword.cli.forecast_commands:evaluate",
    name="evaluate",
    help=(
        "Learn from the first part of a series and tell the rest, beside what any forecast must beat.\n\n"
        "Example: nextword forecast evaluate passengers.csv --test 48 --picture passengers.png"
    ),
)
app.command(
    "nextword.cli.forecast_commands:predict",
    name="predict",
    help="Tell what comes after a series.\n\nExample: nextword forecast predict forecaster --steps 12",
)
