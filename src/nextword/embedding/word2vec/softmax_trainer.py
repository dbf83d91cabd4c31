"""Training with the full softmax: the same draws, and matrix products in place of sampled rows."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.word2vec.blocks import BlockResult
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.softmax import blas_threads, draw_windows, train_softmax
from nextword.embedding.word2vec.trainer import Trainer


class SoftmaxTrainer(Trainer):
    """A trainer for the full softmax, on one thread: every step moves all of W', which two cannot share."""

    def __init__(
        self, counts: NDArray[np.int64], settings: Word2VecSettings, total_words: int, **others: Any
    ) -> None:
        super().__init__(counts, settings, total_words, **(others | {"threads": 1}))

    def train(self, sentences: Sentences, **where: int) -> Iterator[BlockResult]:
        """Train on a text once; see `Trainer.train`."""
        with blas_threads(1):
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
        loss = train_softmax(
            self.inputs.rows, self.outputs.rows, *given, *predicted, rate, settings.hidden,
            undivided=settings.gradient == "whole",
        )  # fmt: skip
        examples = len(predicted[0])
        words = int(sentences.bounds[end] - sentences.bounds[begin])
        return BlockResult(words, len(windows.centres), examples, loss, examples)
