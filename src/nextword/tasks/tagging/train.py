"""Training a tagger from Python: from sentences to a model, or step by step."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nextword.neural.train import require_torch
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.model import SequenceTagger
from nextword.tasks.tagging.settings import TaggerSettings

if TYPE_CHECKING:
    from nextword.tasks.tagging.training.training import TaggerTraining


def train_tagger(
    sentences: Sequence[Sentence],
    settings: TaggerSettings | None = None,
    *,
    valid: Sequence[Sentence] | None = None,
    threads: int | None = None,
) -> SequenceTagger:
    """Train a tagger on sentences with their tags; with ``valid``, the weights that are best on those are returned.

    Raises what `TaggerTraining` does, MissingDependencyError without PyTorch.
    """
    training = tagger_training(sentences, settings or TaggerSettings(), valid=valid, threads=threads)
    for _ in training:
        pass
    return training.model()


def tagger_training(
    sentences: Sequence[Sentence],
    settings: TaggerSettings,
    *,
    valid: Sequence[Sentence] | None = None,
    layout: Mapping[str, Any] | None = None,
    threads: int | None = None,
) -> "TaggerTraining":
    """Return a training to iterate over for its progress.

    Raises what `TaggerTraining` does, MissingDependencyError without PyTorch.
    """
    require_torch()
    from nextword.tasks.tagging.training.training import TaggerTraining

    return TaggerTraining(sentences, settings, valid=valid, layout=layout, threads=threads)
