"""Node vectors beside gensim's on the same walks: seconds, and how well they tell the labels of nodes.

    python benchmarks/graphs.py --data DIR [--graph BlogCatalog] [--walks 10] [--length 80] [--threads 2] [--write FILE]

DIR holds ``BlogCatalog.edg`` (an edge a line) and ``BlogCatalog.labels.tsv`` (a node, a tab, one of its labels).
Walks with p = q = 1 (the paper: 80 of 40 from each node); skip-gram, window 10, 128 numbers, 5 negatives, one epoch.
gensim is given the walks as lists of strings and as a file, and its faster way counts; writing the file does not.

Labels as in the DeepWalk paper (Perozzi, Al-Rfou and Skiena 2014, table 2): half of the nodes, drawn at random, train
one logistic regression a label (liblinear, C = 1, vectors as they are); a node of the other half that has k labels is
given the k likeliest. F1 over all decisions (micro) and as a mean over labels (macro), means of some splits.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextword.embedding.graphs.communities import two_communities
from nextword.embedding.graphs.edges import read_edges
from nextword.embedding.graphs.graph import Graph
from nextword.embedding.graphs.train import train_node2vec
from nextword.embedding.graphs.walks import Walks, WalkSettings
from nextword.embedding.word2vec.settings import Word2VecSettings

SIZE, WINDOW, NEGATIVE = 128, 10, 5
PAPER = (0.41, 0.27)
"""DeepWalk's own micro- and macro-F1 on BlogCatalog at half of the labels."""
RATES = (0.025, 0.05)
"""gensim's, and that of `nextword train node2vec`."""
PARAMETERS = ((1.0, 1.0), (0.25, 0.25), (4.0, 0.25), (0.25, 4.0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--graph", default="BlogCatalog")
    parser.add_argument("--walks", type=int, default=10)
    parser.add_argument("--length", type=int, default=80)
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    graph = read_edges([options.data / f"{options.graph}.edg"])
    labels = read_labels(options.data / f"{options.graph}.labels.tsv", graph.nodes)
    table = render(graph, labels, options)
    print(table)
    if options.write:
        options.write.write_text(table, encoding="utf-8")


def render(graph: Graph, labels: NDArray[np.bool_], options: argparse.Namespace) -> str:
    how = WalkSettings(walks=options.walks, length=options.length, seed=options.seed)
    speeds = walk_speeds(graph, options.threads)
    theirs, ways = train_gensim(graph, how, options.threads)
    way = min(ways, key=lambda name: ways[name])
    trained = {f"nextword, rate {rate}": train_ours(graph, how, options.threads, rate) for rate in RATES} | {
        f"gensim, rate 0.025, {way}": (theirs, ways[way])
    }
    scores = [f1(vectors, labels, options.splits) for vectors, _ in trained.values()]
    words = len(graph) * how.walks * how.length
    rows = {
        "walks and training (gensim: training alone), s": [
            f"{seconds:.1f}" for _, seconds in trained.values()
        ],
        "in gensim's time": [f"{seconds / ways[way]:.2f}" for _, seconds in trained.values()],
        "steps of walks a second": [f"{words / seconds:,.0f}" for _, seconds in trained.values()],
        f"micro-F1 (the paper: {PAPER[0]:.2f})": [spread(micro) for micro, _ in scores],
        f"macro-F1 (the paper: {PAPER[1]:.2f})": [spread(macro) for _, macro in scores],
    }
    lines = [
        "# Node vectors",
        "",
        f"{options.graph}: {len(graph):,} nodes, {graph.edges:,} edges, {labels.shape[1]} labels; {how.walks} walks of "
        f"{how.length} from each node; {options.threads} threads, {options.splits} splits.",
        "",
        f"| | {' | '.join(trained)} |",
        f"|---{'|---' * len(trained)}|",
        *(f"| {name} | {' | '.join(row)} |" for name, row in rows.items()),
        "",
        "gensim, s: " + ", ".join(f"{name} {took:.1f}" for name, took in ways.items()),
        "",
        f"| walks, steps a second | {' | '.join(speeds[PARAMETERS[0]])} |",
        f"|---{'|---' * len(speeds[PARAMETERS[0]])}|",
        *(
            f"| p = {p}, q = {q} | {' | '.join(f'{speed:,.0f}' for speed in row.values())} |"
            for (p, q), row in speeds.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def read_labels(path: Path, nodes: Sequence[str]) -> NDArray[np.bool_]:
    """Return which node has which label, (V, labels)."""
    places = {node: place for place, node in enumerate(nodes)}
    pairs = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    known = {label: place for place, label in enumerate(sorted({label for _, label in pairs}))}
    labels = np.zeros((len(nodes), len(known)), dtype=np.bool_)
    for node, label in pairs:
        if node in places:
            labels[places[node], known[label]] = True
    return labels


def walk_speeds(graph: Graph, most: int) -> dict[tuple[float, float], dict[str, float]]:
    """Return the steps a second by p and q and by the number of threads."""
    speeds: dict[tuple[float, float], dict[str, float]] = {}
    for p, q in PARAMETERS:
        speeds[p, q] = {}
        for threads in range(1, most + 1):
            walks = Walks(graph, WalkSettings(p=p, q=q), threads)
            steps = sum(rows.size for rows in walks)
            took = statistics.median(clock(lambda walks=walks: list(walks)) for _ in range(3))  # type: ignore[misc]
            speeds[p, q][f"{threads} threads" if threads > 1 else "1 thread"] = steps / took
    return speeds


def train_ours(
    graph: Graph, how: WalkSettings, threads: int, rate: float
) -> tuple[NDArray[np.float32], float]:
    """Return our vectors, (V, E) in the order of the graph's nodes, and the seconds of walks and training."""
    settings = Word2VecSettings(
        size=SIZE, window=WINDOW, negative=NEGATIVE, epochs=1, rate=rate, seed=how.seed
    )
    train_node2vec(two_communities(), how, settings, threads=threads)  # compiles
    began = time.perf_counter()
    found = train_node2vec(graph, how, settings, threads=threads)
    seconds = time.perf_counter() - began
    return found.vectors[[found.key_to_index[node] for node in graph.nodes]], seconds


def train_gensim(
    graph: Graph, how: WalkSettings, threads: int
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Return gensim's vectors from the same walks, and the seconds that its ways to read them take."""
    from gensim.models import Word2Vec

    rows = np.concatenate(list(Walks(graph, how, threads)))
    names = [str(node) for node in range(len(graph))]
    walks = [[names[node] for node in row if node >= 0] for row in rows.tolist()]
    settings: dict[str, Any] = {
        "vector_size": SIZE, "window": WINDOW, "negative": NEGATIVE, "sg": 1, "epochs": 1, "min_count": 0,
        "workers": threads, "seed": how.seed,
    }  # fmt: skip
    seconds, models = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "walks.txt"
        path.write_text("\n".join(" ".join(walk) for walk in walks) + "\n", encoding="utf-8")
        for name, source in (("lists", {"sentences": walks}), ("corpus_file", {"corpus_file": str(path)})):
            began = time.perf_counter()
            models[name] = Word2Vec(**source, **settings)
            seconds[name] = time.perf_counter() - began
    vectors = models[min(seconds, key=lambda name: seconds[name])].wv
    return vectors[names], seconds


def f1(
    vectors: NDArray[np.float32], labels: NDArray[np.bool_], splits: int
) -> tuple[list[float], list[float]]:
    """Return micro- and macro-F1 of each split, half of the labelled nodes to train on."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.multiclass import OneVsRestClassifier

    labelled = np.flatnonzero(labels.any(axis=1))
    micro, macro = [], []
    for split in range(splits):
        shuffled = np.random.default_rng(split).permutation(labelled)
        train, test = np.split(shuffled, [len(labelled) // 2])
        present = labels[train].any(axis=0)
        model = OneVsRestClassifier(LogisticRegression(solver="liblinear", C=1.0))
        model.fit(vectors[train], labels[train][:, present])
        chances = np.zeros((len(test), labels.shape[1]))
        chances[:, present] = model.predict_proba(vectors[test])
        ranks = np.argsort(np.argsort(-chances, axis=1), axis=1)
        given = ranks < labels[test].sum(axis=1, keepdims=True)
        micro.append(float(f1_score(labels[test], given, average="micro")))
        macro.append(float(f1_score(labels[test], given, average="macro", zero_division=0)))
    return micro, macro


def spread(values: list[float]) -> str:
    return f"{statistics.mean(values):.3f} +- {statistics.pstdev(values):.3f}"


def clock(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
