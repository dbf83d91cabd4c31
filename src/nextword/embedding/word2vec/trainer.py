"""Training on sentences of rows: the kernels, their tables and their threads."""

from collections.abc import Generator
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from nextword.compile import available_threads
from nextword.embedding.word2vec.blocks import BlockResult, run_blocks
from nextword.embedding.word2vec.draws import alias_table, keep_thresholds
from nextword.embedding.word2vec.huffman import huffman_tree
from nextword.embedding.word2vec.matrices import Matrix
from nextword.embedding.word2vec.plan import Plan
from nextword.embedding.word2vec.sentences.kernels import train_sentences
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.updates.kernels import GROUP
from nextword.errors import InputError, SettingError

LOSS_EVERY = {"skipgram": 512, "cbow": 64}
"""The loss is measured on one example of so many, which takes some hundredths of the time ..."""
SMALL_TEXT = 1_000_000
"""... and on all of them where there are fewer words than this."""


class Trainer:
    """Two matrices, and what is needed to train them on words with these counts.

    ``total_words`` are those of all epochs, over which the rate falls. Raises InputError where there is nothing to
    predict: fewer than two words.
    """

    def __init__(
        self,
        counts: NDArray[np.int64],
        settings: Word2VecSettings,
        total_words: int,
        *,
        threads: int | None = None,
        inputs: Matrix | None = None,
        outputs: Matrix | None = None,
    ) -> None:
        if threads is not None and threads < 1:
            raise SettingError(f"at least one thread trains, got {threads}")
        V = len(counts)
        if V < 2:
            raise InputError(
                f"vectors need at least two words, this vocabulary has {V}; give more text, or a lower --min-count"
            )
        self.settings = settings
        self.threads = 1 if settings.deterministic else threads or available_threads()
        self.inputs = inputs or Matrix.random(V, settings.size, settings.seed)
        """W."""
        self.outputs = outputs or Matrix(V, settings.size)
        """W'; for hierarchical softmax its rows are the inner nodes of the tree."""
        self.plan = make_plan(counts, settings, total_words)
        self.blocks_done = 0
        """Blocks of the present text that were trained on, whether their results were read or not."""
        self._lock = Lock()

    def train(
        self,
        sentences: Sentences,
        *,
        epoch: int = 0,
        sentences_before: int = 0,
        words_before: int = 0,
        first: int = 0,
    ) -> Generator[BlockResult, None, None]:
        """Train on a text once, from block ``first`` on, and yield what came of each block.

        The random numbers follow from the seed, the epoch and ``sentences_before`` + the number of the sentence; the
        rate from ``words_before`` + the words before the sentence.
        """
        self.blocks_done = first

        def work(block: tuple[int, int]) -> BlockResult:
            done = self._train_block(sentences, *block, epoch, sentences_before, words_before)
            with self._lock:
                self.blocks_done += 1
            return done

        return run_blocks(work, sentences.blocks()[first:], self.threads)

    def _train_block(
        self, sentences: Sentences, begin: int, end: int, epoch: int, sentences_before: int, words_before: int
    ) -> BlockResult:
        done = train_sentences(
            sentences.words, sentences.bounds, begin, end, self.inputs.flat, self.outputs.flat, self.plan, epoch,
            sentences_before, words_before,
        )  # fmt: skip
        return BlockResult(int(sentences.bounds[end] - sentences.bounds[begin]), *done)


def make_plan(counts: NDArray[np.int64], settings: Word2VecSettings, total_words: int) -> Plan:
    """Return the settings and tables for the kernels."""
    samples_negatives = settings.objective == "negative-sampling"
    tree = huffman_tree(counts) if settings.objective == "hierarchical-softmax" else None
    longest = settings.negative + 1 if tree is None else int(tree.lengths.max())
    return Plan(
        vocabulary=len(counts),
        width=Matrix.width_of(settings.size),
        window=settings.window,
        shrinks=settings.shrink_window,
        is_skipgram=settings.architecture == "skipgram",
        is_mean=settings.hidden == "mean",
        is_exact=settings.gradient == "exact",
        negative=settings.negative if samples_negatives else 0,
        groups=-(-longest // GROUP),
        seed=settings.seed,
        rate=float(settings.first_rate),
        final_rate=float(settings.final),
        total_words=total_words,
        loss_every=1 if total_words < SMALL_TEXT else LOSS_EVERY[settings.architecture],
        thresholds=keep_thresholds(counts, settings.sample),
        table=alias_table(counts, settings.exponent) if samples_negatives else np.empty(0, np.uint64),
        offsets=np.empty(0, np.int64) if tree is None else tree.offsets,
        points=np.empty(0, np.int32) if tree is None else tree.points,
        codes=np.empty(0, np.int8) if tree is None else tree.codes,
    )
