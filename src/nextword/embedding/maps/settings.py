"""What a map shows, and how its words are laid on the plane."""

from dataclasses import dataclass
from typing import Literal, get_args

from nextword.errors import SettingError
from nextword.lm.settings import check_whole

Method = Literal["pca", "analogy", "tsne", "umap"]
FREQUENT = 1000
"""How many of the most frequent words a map shows if nothing else is asked for."""
MOST = 20_000
"""More points than this make a picture of nothing and a page that browsers are slow with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MapSettings:
    """The words of a map and the way they are laid out; raises SettingError for what makes no sense."""

    top: int | None = None
    """How many of the most frequent words; 1,000 if neither ``words`` nor ``around`` are given, else none."""
    words: tuple[str, ...] = ()
    """Words to show."""
    around: tuple[str, ...] = ()
    """Words to show with their nearest neighbours."""
    near: int = 50
    """How many neighbours of each word of ``around``."""
    method: Method | None = None
    """``pca``: the plane in which the words differ most; ``analogy``: the plane through the first three words of
    an analogy; ``tsne`` and ``umap``: neighbours stay neighbours, and distances and directions mean little.
    ``analogy`` where there is one, else ``pca``, if not given."""
    analogy: tuple[str, ...] = ()
    """(a, b, c) of the question: a is to b as c is to what?"""
    neighbours: int = 10
    """How many nearest neighbours the page lists for each word."""
    seed: int = 1
    """For UMAP, and for t-SNE's numerics; the planes need no chance."""

    def __post_init__(self) -> None:
        if self.top is not None:
            check_whole("top", self.top, 0, f"try {FREQUENT}")
        check_whole("near", self.near, 1, "try 50")
        check_whole("neighbours", self.neighbours, 1, "try 10")
        check_whole("seed", self.seed, 0, "try 1")
        if self.method is not None and self.method not in get_args(Method):
            raise SettingError(f"method must be one of {', '.join(get_args(Method))}, got {self.method!r}")
        for name in ("words", "around", "analogy"):
            if isinstance(getattr(self, name), str):
                raise SettingError(
                    f"{name} takes several words, got {getattr(self, name)!r}; put it in brackets"
                )
        if self.analogy and len(set(self.analogy)) != 3:
            raise SettingError(
                f"an analogy asks of three different words, got {', '.join(map(repr, self.analogy))}; "
                "try man, woman, king: man is to woman as king is to what?"
            )
        if self.method == "analogy" and not self.analogy:
            raise SettingError("the plane of an analogy needs one; give its three words, or take method pca")

    @property
    def frequent(self) -> int:
        """How many of the most frequent words are asked for."""
        if self.top is not None:
            return self.top
        return 0 if self.words or self.around else FREQUENT

    @property
    def layout(self) -> Method:
        """The method to use."""
        return self.method or ("analogy" if self.analogy else "pca")
