"""Layouts that keep neighbours together and give up straight lines: t-SNE and UMAP, by the libraries people know."""

import warnings

import numpy as np
from numpy.typing import NDArray

from nextword.errors import MissingDependencyError, SettingError

FEWEST = 5
"""Fewer points than this have no neighbourhoods to keep."""


def tsne(points: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Lay out unit vectors (N, E) on a plane (N, 2) by t-SNE (van der Maaten and Hinton 2008).

    Begins with the principal components, with a perplexity of 30 or a third of the points. Raises
    MissingDependencyError without scikit-learn, SettingError for fewer than five points.
    """
    _check_size(points, "t-SNE")
    try:
        from sklearn.manifold import TSNE
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingDependencyError("t-SNE needs scikit-learn: pip install 'nextword[plot]'") from error
    layout = TSNE(
        n_components=2,
        init="pca" if points.shape[1] > 1 else "random",
        perplexity=min(30.0, (len(points) - 1) / 3),
        random_state=seed,
    )
    with threadpool_limits(1):  # sums in another order would give another map
        return np.asarray(layout.fit_transform(points.astype(np.float32)), dtype=np.float64)


def umap(points: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Lay out unit vectors (N, E) on a plane (N, 2) by UMAP (McInnes, Healy and Melville 2018).

    Raises MissingDependencyError without umap-learn, SettingError for fewer than five points.
    """
    _check_size(points, "UMAP")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one of its parts, not this one, misses TensorFlow
            from umap import UMAP
    except ImportError as error:
        raise MissingDependencyError("UMAP needs umap-learn: pip install 'nextword[umap]'") from error
    layout = UMAP(
        n_components=2,
        metric="cosine",
        n_neighbors=min(15, len(points) - 1),
        init="spectral" if len(points) > 20 else "random",
        random_state=seed,
        n_jobs=1,  # with a seed it takes one thread anyway, and says so at length
    )
    return np.asarray(layout.fit_transform(points.astype(np.float32)), dtype=np.float64)


def _check_size(points: NDArray[np.float64], name: str) -> None:
    if len(points) < FEWEST:
        raise SettingError(f"{name} needs at least {FEWEST} words, got {len(points)}; show more, or take pca")
