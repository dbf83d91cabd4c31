"""A training on TensorBoard."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nextword.errors import MissingDependencyError, StorageError, disk_reason

SCALARS = {
    "perplexity/training": "perplexity",
    "perplexity/validation": "valid_perplexity",
    "rate": "rate",
    "gradient_norm": "gradient_norm",
    "tokens_per_second": "tokens_per_second",
}
"""What a diagram is called, and which entry of the log it shows."""


class Board:
    """Writes the entries of a training's log where TensorBoard looks for them; diagrams run over the tokens read.

    Raises MissingDependencyError without TensorBoard, StorageError where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise MissingDependencyError(
                "--tensorboard needs TensorBoard, which is not installed; try: pip install 'nextword[tensorboard]'"
            ) from None
        try:
            self._writer = SummaryWriter(str(folder))
        except OSError as error:
            raise StorageError(f"cannot write {folder}: {disk_reason(error)}") from None

    def write(self, entry: Mapping[str, Any]) -> None:
        """Show one entry."""
        for name, key in SCALARS.items():
            if entry.get(key) is not None:
                self._writer.add_scalar(name, entry[key], entry["tokens"])

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()
