"""Where the tour writes."""

from dataclasses import dataclass
from pathlib import Path

from nextword.errors import StorageError
from nextword.store.models import check_target
from nextword.store.vectors import check_vectors_target

ELSEWHERE = "choose another place with -o"


@dataclass(frozen=True)
class Places:
    """The results of a tour, all in one folder."""

    folder: Path

    @property
    def text(self) -> Path:
        """The folder of the text."""
        return self.folder / "python-docs"

    @property
    def model(self) -> Path:
        """The best n-gram model."""
        return self.folder / "ngram"

    @property
    def vectors(self) -> Path:
        """The best vectors."""
        return self.folder / "vectors"

    @property
    def network(self) -> Path:
        """The best network."""
        return self.folder / "network"

    @property
    def map(self) -> Path:
        """The page with the map of the vectors."""
        return self.folder / "map.html"

    @property
    def agreement(self) -> Path:
        """The picture of who sees a noun from its verb."""
        return self.folder / "agreement.png"

    def prepare(self) -> None:
        """Make sure, before the work, that all results can be written; raises StorageError where one cannot."""
        try:
            self.text.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"cannot make the folder {self.text}: {error.strerror}; {ELSEWHERE}") from None
        check_target(self.model)
        check_target(self.network)
        check_vectors_target(self.vectors)
        for file in (self.map, self.agreement):
            if file.is_dir():
                raise StorageError(f"{file} is a folder, and the tour writes a file there; {ELSEWHERE}")
