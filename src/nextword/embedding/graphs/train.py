"""DeepWalk and node2vec: skip-gram on walks."""

from collections.abc import Callable

import numpy as np

from nextword.embedding.graphs.graph import Graph
from nextword.embedding.graphs.walks import Walks, WalkSettings, count_visits
from nextword.embedding.vectors.vectors import WordVectors
from nextword.embedding.word2vec.blocks import check_loss
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.softmax_trainer import trainer_for
from nextword.errors import InputError

USUAL = Word2VecSettings(size=128, window=10, epochs=1, rate=0.05)
"""DeepWalk's settings, but for twice word2vec's rate: few walks leave vectors half learned at the usual one."""
KEPT_STEPS = 1 << 26
"""Walks of so many steps together, 256 MiB, are kept; more are made anew for each pass, which gives the same."""


def train_node2vec(
    graph: Graph,
    walk_settings: WalkSettings | None = None,
    settings: Word2VecSettings = USUAL,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> WordVectors:
    """Return a vector for each node, (V, E): nodes that walks meet near one another become alike.

    The walks are sentences, their nodes the words, and ``settings`` say how word2vec learns from them. A first pass
    counts how often walks come to each node, which says how often it is drawn as a negative; nodes are in the order
    of these counts. `progress` is told how many steps were learned from since it was last told.

    Raises SettingError for settings that train nothing, InputError for a graph that teaches nothing, DivergedError
    where the rate is so high that numbers grow without bound.

    Sources: Perozzi, Al-Rfou and Skiena 2014 (DeepWalk), Grover and Leskovec 2016 (node2vec).

    >>> from nextword.embedding.graphs.communities import two_communities
    >>> train_node2vec(two_communities(10)).vectors.shape
    (20, 128)
    """
    walk_settings = WalkSettings() if walk_settings is None else walk_settings
    walks = Walks(graph, walk_settings, threads)
    steps = len(walks) * walk_settings.length  # (walks, length), the -1 behind dead ends included
    batches = list(walks) if steps <= KEPT_STEPS else walks
    counts = count_visits(batches, len(graph))
    order = np.argsort(-counts, kind="stable")
    rank = np.full(len(graph) + 1, -1, dtype=np.int32)  # the last entry is that of -1
    rank[order] = np.arange(len(graph))
    trainer = trainer_for(counts[order], settings, steps * settings.epochs, threads=threads)
    for epoch in range(settings.epochs):
        walks_before, examples = 0, 0
        for rows in batches:
            bounds = np.arange(len(rows) + 1) * walk_settings.length
            words_before = (epoch * len(walks) + walks_before) * walk_settings.length
            sentences = Sentences(rank[rows].ravel(), bounds)
            for done in trainer.train(
                sentences, epoch=epoch, sentences_before=walks_before, words_before=words_before
            ):
                check_loss(done.loss, settings.first_rate)
                examples += done.examples
                if progress is not None:
                    progress(done.words)
            walks_before += len(rows)
        if examples == 0:
            raise InputError(
                "no step of a walk has another beside it, so there is nothing to learn; give more edges, or --sample 0"
            )
    made = {
        "word2vec": settings.as_dict(),
        "walks": walk_settings.as_dict(),
        "directed": graph.directed,
        "edges": graph.edges,
    }
    return WordVectors(
        [graph.nodes[node] for node in order.tolist()], trainer.inputs.rows, counts[order], made
    )
