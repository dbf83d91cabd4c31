"""``nextword mix``: a linear mixture of models as one model."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nextword.cli.compare import tune_on
from nextword.cli.options import OutputOptions, ReadingOptions, Text, provenance
from nextword.errors import SettingError


def mix(
    *models: Path,
    tune: Text,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    reading_options: ReadingOptions = ReadingOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Mix models linearly, with the weights under which a text is likeliest (by expectation maximisation).

    Parameters
    ----------
    models
        Model folders of one vocabulary.
    tune
        The text to tune the weights on; neither training nor test text.
    output
        The model folder to write.
    """
    from nextword.lm.mixture import LinearMixture
    from nextword.store.models import check_target, load_model, save_model

    if not models:
        raise SettingError("there is no model to mix; name two or more model folders")
    check_target(output)
    loaded = [load_model(path) for path in models]
    weights = tune_on(loaded, tune, reading_options, answer)
    save_model(LinearMixture(loaded, weights), output, provenance((tune,)))
    named = [{"model": str(path), "weight": weight} for path, weight in zip(models, weights, strict=True)]
    answer.answer(
        {"model": str(output), "weights": weights, "components": named},
        lambda: "\n".join(f"{row['weight']:.4f}  {row['model']}" for row in named),
    )
