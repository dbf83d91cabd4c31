"""When a training is kept while it runs, how it leaves, and what is said of that."""

from collections.abc import Callable
from pathlib import Path

from nextword.cli.leaving import Leave
from nextword.cli.options import OutputOptions
from nextword.errors import StorageError
from nextword.store.pace import Pace


class Keeping:
    """Lets a training be kept by ``save`` as often as costs little of the time, and once more before it leaves.

    ``has_kept`` says whether this training, and not an older one in the same place, is in ``folder`` already.
    """

    def __init__(
        self, folder: Path, save: Callable[[], None], answer: OutputOptions, *, has_kept: bool
    ) -> None:
        self.folder, self.answer, self.has_kept = folder, answer, has_kept
        self._save, self._pace = save, Pace()

    def keep(self) -> None:
        """Keep the training as it stands.

        Raises StorageError where the disk refuses, DivergedError where nobody could go on from there.
        """
        try:
            with self._pace.measured():
                self._save()
        except StorageError as error:
            raise StorageError(f"{error}; the training stops; {self.what_is_kept()}") from None
        self.has_kept = True

    def is_due(self, *, ends_epoch: bool) -> bool:
        """Whether to keep it now."""
        return self._pace.is_due(ends_epoch=ends_epoch)

    def leave(self, leave: Leave) -> None:
        """Leave as we were asked to, and say what is kept."""
        self.answer.remark(self.what_is_kept())
        leave.now()

    def what_is_kept(self) -> str:
        """Return where the training is kept, and how to go on with it."""
        if not self.has_kept:
            return "nothing was kept yet; begin again with the same command"
        return f"kept in {self.folder}; go on with the same command and --resume"
