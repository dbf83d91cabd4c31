"""Training with the full softmax: the same draws, and matrix products in place of sampled rows."""

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.blocks import BlockResult
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.softmax import draw_windows, one_blas_thread, train_softmax
from nextword.embedding.word2vec.trainer import Trainer

MOST_EXAMPLES = 64
"""Examples whose steps are added up ..."""
WORDS_PER_EXAMPLE = 16
"""... and fewer in small vocabularies, where their steps would all move the same rows, and overshoot."""


class SoftmaxTrainer(Trainer):
    """A trainer for the full softmax, on one thread: every step moves all of W', which two cannot share."""

    def __init__(
        self, counts: NDArray[np.int64], settings: Word2VecSettings, total_words: int, **others: Any
    ) -> None:
        super().__init__(counts, settings, total_words, **(others | {"threads": 1}))
        self._batch_size = min(MOST_EXAMPLES, max(1, len(counts) // WORDS_PER_EXAMPLE))

    def train(self, sentences: Sentences, **where: int) -> Generator[BlockResult, None, None]:
        """Train on a text once; see `Trainer.train`."""
        with one_blas_thread():
            yield from super().train(sentences, **where)

    def _train_block(
        self, sentences: Sentences, begin: int, end: int, epoch: int, sentences_before: int, words_before: int
    ) -> BlockResult:
        plan, settings = self.plan, self.settings
        windows = draw_windows(sentences, begin, end, plan, epoch, sentences_before)
        progress = (words_before + sentences.bounds[begin]) / plan.total_words
        rate = float(plan.rate + (plan.final_rate - plan.rate) * progress)
        each = np.arange(len(windows.centres) + 1)
        context, centre = (windows.contexts, windows.bounds), (windows.centres, each)
        # As the lecture draws them: CBOW predicts the centre from its context, skip-gram the context from the centre.
        given, predicted = (centre, context) if plan.is_skipgram else (context, centre)
        with np.errstate(over="ignore", invalid="ignore"):  # a loss that is not finite tells
            loss = train_softmax(
                self.inputs.rows, self.outputs.rows, *given, *predicted, rate, settings.hidden,
                undivided=settings.gradient == "whole", batch_size=self._batch_size,
            )  # fmt: skip
        examples = len(predicted[0])
        words = int(sentences.bounds[end] - sentences.bounds[begin])
        return BlockResult(words, len(windows.centres), examples, loss, examples)


def trainer_for(
    counts: NDArray[np.int64], settings: Word2VecSettings, total_words: int, **others: Any
) -> Trainer:
    """Return what trains by the objective of the settings; see `Trainer`."""
    kind = SoftmaxTrainer if settings.objective == "softmax" else Trainer
    return kind(counts, settings, total_words, **others)
