"""A training under way: iterated over for its progress, stopped and saved at any step, and gone on with."""

import time
from collections.abc import Generator

from nextword.embedding.word2vec.blocks import BlockResult, check_loss
from nextword.embedding.word2vec.model import Word2Vec
from nextword.embedding.word2vec.progress import Progress
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.softmax_trainer import trainer_for
from nextword.errors import InputError, SettingError


class Training:
    """Train a model on sentences, from its position on, for the epochs of its settings.

    >>> import numpy as np
    >>> from nextword.embedding.word2vec.settings import Word2VecSettings
    >>> model = Word2Vec(["the", "cat"], np.array([3, 3]), Word2VecSettings(size=8, epochs=2, sample=0))
    >>> sentences = Sentences.of_ids(np.array([3, 4, 2] * 3, np.int32))
    >>> [round(progress.loss, 2) for progress in Training(model, sentences) if progress.ends_epoch]
    [2.77, 2.53]
    """

    def __init__(self, model: Word2Vec, sentences: Sentences, threads: int | None = None) -> None:
        settings, blocks = model.settings, len(sentences.blocks())
        if model.position.block > blocks:
            raise SettingError(
                f"the training stands at block {model.position.block} of a text of {blocks}; give the text it began "
                "with"
            )
        self.model = model
        self.sentences = sentences
        self.trainer = trainer_for(
            model.counts,
            settings,
            settings.epochs * len(sentences.words),
            threads=threads,
            inputs=model.inputs,
            outputs=model.outputs,
        )
        self._began = self._warm = time.perf_counter()
        self._words = self._words_cold = 0

    def __iter__(self) -> Generator[Progress, None, None]:
        """Yield progress after each block of sentences; stop asking to stop the training."""
        self._began = time.perf_counter()
        position = self.model.position
        while position.epoch < self.model.settings.epochs:
            yield from self._epoch()
            position.epoch, position.block = position.epoch + 1, 0

    def _epoch(self) -> Generator[Progress, None, None]:
        position, trainer = self.model.position, self.trainer
        text = len(self.sentences.words)
        blocks = self.sentences.blocks()
        first, last = position.block, len(blocks) - 1
        loss, examples, measured = 0.0, 0, 0
        results = trainer.train(
            self.sentences,
            epoch=position.epochs_before + position.epoch,
            words_before=position.epoch * text,
            first=first,
        )
        try:
            for block, result in enumerate(results, first):
                loss, examples, measured = self._add(result, loss, examples, measured)
                read = int(self.sentences.bounds[blocks[block][1]])
                if block == last:
                    position.block = trainer.blocks_done  # whoever saves now saves a whole epoch
                    if first == 0 and examples == 0:
                        raise InputError(
                            "no word has a neighbour, so there is nothing to learn: lines have one known word, or "
                            "what they have was passed over as too frequent; try --sample 0, a lower --min-count, "
                            "or more text"
                        )
                yield self._progress(read, loss / max(measured, 1), examples, ends_epoch=block == last)
        finally:
            results.close()  # blocks that were begun are finished
            position.block = trainer.blocks_done

    def _add(self, result: BlockResult, loss: float, examples: int, measured: int) -> tuple[float, int, int]:
        if self._words == 0:
            self._warm, self._words_cold = time.perf_counter(), result.words
        self._words += result.words
        return loss + result.loss, examples + result.examples, measured + result.measured

    def _speed(self) -> float:
        """Return the words read a second since the first block was done: a cold first run compiles in that one."""
        began, words = self._warm, self._words - self._words_cold
        if words < self._words_cold:  # too little is done to tell
            began, words = self._began, self._words
        return words / max(time.perf_counter() - began, 1e-9)

    def _progress(self, read: int, loss: float, examples: int, *, ends_epoch: bool) -> Progress:
        settings, position = self.model.settings, self.model.position
        check_loss(loss, settings.first_rate)
        text = len(self.sentences.words)
        words, total = position.epoch * text + read, settings.epochs * text
        return Progress(
            epoch=position.epoch + 1,
            epochs=settings.epochs,
            words=words,
            total_words=total,
            words_per_second=self._speed(),
            loss=loss,
            examples=examples,
            rate=settings.first_rate + (settings.final - settings.first_rate) * words / total,
            ends_epoch=ends_epoch,
        )
