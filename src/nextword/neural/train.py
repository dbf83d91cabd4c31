"""Training from Python: from files or lines to a model, or step by step."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from nextword.errors import MissingDependencyError
from nextword.neural.model import NeuralModel
from nextword.neural.settings import NeuralSettings
from nextword.text.corpus import (
    Corpus,
    Source,
    TokenizerKind,
    encode_lines,
    encode_sources,
    learn_corpus,
    learn_from_lines,
)
from nextword.text.spilled import Streams
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SpecialTokenPolicy, VocabularyLimits

if TYPE_CHECKING:
    from nextword.neural.training.training import Training


def train_network(
    sources: Sequence[Source],
    settings: NeuralSettings,
    *,
    valid: Sequence[Source] | None = None,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
    seconds: float | None = None,
    device: str = "auto",
    threads: int | None = None,
) -> NeuralModel:
    """Train a network on text files; with ``valid``, its best weights on that text are returned.

    ``seconds`` bounds the time. Raises what `learn_corpus` and `Training` do, MissingDependencyError without PyTorch.
    """
    corpus = learn_corpus(
        sources, tokenizer=tokenizer, lowercase=lowercase, special_tokens=special_tokens, limits=limits
    )
    held_out = None if valid is None else Streams().join(encode_sources(valid, corpus.tokenizer))
    training = network_training(
        corpus, settings, valid=held_out, seconds=seconds, device=device, threads=threads
    )
    return _finished(training)


def train_network_on_lines(
    lines: Iterable[str],
    settings: NeuralSettings,
    *,
    valid: Iterable[str] | None = None,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    limits: VocabularyLimits | None = None,
    threads: int | None = None,
) -> NeuralModel:
    """Train a network on lines in memory, each a sentence.

    >>> lines = ["the students opened their books", "the students opened their laptops"]
    >>> settings = NeuralSettings(network="rnn", size=16, layers=1, epochs=40, rate=0.03)
    >>> model = train_network_on_lines(lines, settings, threads=1)
    >>> sorted(word for word, _ in model.next_words("the students opened their", k=2))
    ['books', 'laptops']
    """
    corpus = learn_from_lines(lines, tokenizer=tokenizer, lowercase=lowercase, limits=limits)
    held_out = None if valid is None else encode_lines(valid, corpus.tokenizer)
    return _finished(network_training(corpus, settings, valid=held_out, threads=threads))


def network_training(corpus: Corpus, settings: NeuralSettings, **how: Any) -> "Training":
    """Return a training that yields its progress when it is iterated over; ``how`` is what `Training` takes.

    Raises MissingDependencyError without PyTorch.
    """
    require_torch()
    from nextword.neural.training.training import Training

    return Training(corpus, settings, **how)


def require_torch() -> None:
    """Raise MissingDependencyError without PyTorch."""
    try:
        import torch  # noqa: F401
    except ImportError:
        raise MissingDependencyError(
            "training a network needs PyTorch, which is not installed; try: pip install 'nextword[neural]' (PyTorch's "
            "own pages say how to install its small build, which needs no GPU)"
        ) from None


def _finished(training: "Training") -> NeuralModel:
    for _ in training:
        pass
    return training.model()
