"""``nextword train node2vec``: a vector for each node of a graph."""

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Text, Whole, provenance, reading
from nextword.errors import SettingError

Flag = Annotated[bool, Parameter(negative="")]


def node2vec(
    *edges: Text,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    walks: Whole = 10,
    length: Whole = 80,
    p: float = 1.0,
    q: float = 1.0,
    directed: Flag = False,
    unweighted: Flag = False,
    size: Whole = 128,
    window: Whole = 10,
    negative: Whole = 5,
    sample: float = 1e-3,
    epochs: Whole = 1,
    rate: float = 0.05,
    seed: Whole = 1,
    threads: Whole | None = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Learn a vector for each node of a graph: walks along its edges are the sentences of a skip-gram.

    Example: nextword train node2vec friends.edg -o friends && nextword similar friends alice

    Parameters
    ----------
    edges
        Edge lists, folders of them, or - for stdin: two names a line and perhaps a positive weight, white space
        between; lines that begin with # are skipped. Plain, gzip, bzip2, xz or zstd.
    output
        The folder of vectors to write; older vectors there are replaced once the new ones are whole.
    walks
        Walks that begin at each node.
    length
        Nodes of a walk; shorter where it can go no further.
    p
        The return parameter: below 1, walks go back often and stay near; above 1, seldom.
    q
        The in-out parameter: above 1, walks stay around where they began; below 1, they go far. p = q = 1 is DeepWalk.
    directed
        Edges lead from the first name to the second only.
    unweighted
        All edges weigh the same, however often they come; what follows the two names is skipped.
    size
        Numbers of a vector.
    window
        Nodes before and behind one in a walk that are its context, at most.
    negative
        Nodes drawn at random beside each context.
    sample
        Pass nodes above this share of all steps over now and then; 0, for graphs of a few nodes, passes none.
    epochs
        Passes over the walks.
    rate
        The learning rate at the beginning; it falls to a ten-thousandth.
    seed
        Where random numbers begin; walks are the same for any number of threads.
    threads
        Processors to use; all if not given.
    """
    from nextword.embedding.graphs.edges import read_edges
    from nextword.embedding.graphs.train import train_node2vec
    from nextword.embedding.graphs.walks import WalkSettings
    from nextword.embedding.word2vec.settings import Word2VecSettings
    from nextword.store.vectors import check_vectors_target, save_vectors

    if not edges:
        raise SettingError("there is no graph to train on; name a file of edges, a folder or - for stdin")
    how = WalkSettings(walks=walks, length=length, p=p, q=q, seed=seed)
    settings = Word2VecSettings(
        size=size, window=window, negative=negative, sample=sample, epochs=epochs, rate=rate, seed=seed
    )
    check_vectors_target(output)
    with reading(answer, edges) as watch:
        graph = read_edges(edges, directed=directed, weighted=not unweighted, progress=watch)
    began = time.perf_counter()
    with answer.progress("training", walks * length * len(graph) * epochs, in_bytes=False) as watch:
        vectors = train_node2vec(graph, how, settings, threads=threads, progress=watch)
    seconds = time.perf_counter() - began
    save_vectors(vectors, output, provenance(edges, training_seconds=round(seconds, 3)))
    steps = 0 if vectors.counts is None else int(vectors.counts.sum()) * epochs
    content = {
        "vectors": str(output),
        "nodes": len(graph),
        "edges": graph.edges,
        "walks": walks * len(graph),
        "words_per_second": round(steps / seconds),
        "seconds": round(seconds, 3),
    }
    answer.answer(
        content,
        lambda: (
            f"{output}: {len(graph):,} nodes, {graph.edges:,} edges, {content['walks']:,} walks, "
            f"{content['words_per_second']:,} nodes of walks a second, {seconds:.1f} s"
        ),
    )
