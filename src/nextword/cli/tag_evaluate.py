"""``nextword tag evaluate``: how good a tagger is on sentences whose tags are known."""

import time
from pathlib import Path

from nextword.cli.options import OutputOptions, Text
from nextword.cli.tag_options import ColumnOptions
from nextword.cli.usage import refuse_options


def tag_evaluate(
    model: Path,
    file: Text,
    /,
    *,
    columns: ColumnOptions = ColumnOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Measure a tagger: words tagged right; for tags of spans, precision, recall and F1 as conlleval counts them.

    Example: nextword tag evaluate tagger test.conllu

    Parameters
    ----------
    model
        The folder of a tagger.
    file
        A file of one word a line with its tag, a blank line between sentences; - for stdin.
    """
    from nextword.store.tagger import load_tagger
    from nextword.tasks.tagging.evaluation import evaluate_tagger
    from nextword.tasks.tagging.files.reading import read_tagged
    from nextword.tasks.tagging.spans.scores import score_table

    refuse_options([str(model), file])
    answer.announce_compiling()
    tagger = load_tagger(model)
    sentences = list(read_tagged(file, columns.layout(file, tagger.layout)))
    began = time.perf_counter()
    scores, unknown = evaluate_tagger(tagger, sentences)
    seconds = time.perf_counter() - began
    content = {"model": str(model), **scores.as_dict(), "unknown_tags": dict(unknown.most_common())}
    content["words_per_second"] = scores.words / max(seconds, 1e-9)
    if unknown:
        named = ", ".join(f"{tag} ({count:,})" for tag, count in unknown.most_common(5))
        answer.remark(
            f"{unknown.total():,} of {scores.words:,} words have tags that the model does not know and never answers: "
            f"{named}"
        )
    answer.answer(content, lambda: score_table(scores))
