"""A task's training from the command line: begun or gone on with, kept while it runs, and removed once it is saved."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from cyclopts import Parameter

from nextword.cli.keeping import Keeping
from nextword.cli.leaving import leaving
from nextword.cli.options import OutputOptions
from nextword.errors import SettingError, StorageError
from nextword.store.task_training import Begun, KeptTask, TaskKeeper

if TYPE_CHECKING:
    from nextword.neural.training.snapshot import Snapshot


class Resumable(Protocol):
    """A training that can be kept where it stands, and go on from there."""

    threads: int | None

    def snapshot(self) -> "Snapshot":
        """Return all that is needed to go on from here; its arrays are good until the next step."""

    def restore(self, snapshot: "Snapshot") -> None:
        """Go on from a snapshot; raises ModelFormatError where it does not fit."""


Resume = Annotated[
    bool,
    Parameter(
        negative="",
        help="Go on with a training that was interrupted: the same command, and this. With the same number of threads "
        "it ends in the same weights.",
    ),
]
Keep = Callable[[bool], Any]
"""What a training calls where it can be kept, with whether an epoch ends."""


class TaskRun:
    """One command's training of a ``model_type``, and the folder in which it is kept.

    Raises, at once, what stands in the way: StorageError for a folder that holds something else, and with ``resume``
    SettingError where no training is kept, ModelFormatError where it is damaged.
    """

    def __init__(self, output: Path, model_type: str, *, resume: bool, answer: OutputOptions) -> None:
        self.answer = answer
        self.keeper = TaskKeeper(output, model_type)
        self.keeper.check()
        self.kept = self.keeper.load() if resume else None
        if not resume and self.keeper.exists():
            answer.remark(
                f"the training kept in {self.keeper.folder} will be replaced; --resume would go on with it"
            )

    @contextmanager
    def watch(self, training: Resumable, begun: Begun) -> Iterator[Keep]:
        """Yield what a training is to call while it runs; one that was kept goes on from there.

        Raises SettingError where it began with something else. After Ctrl-C or SIGTERM the training is kept, and we
        leave, at the next call. At the end it is kept once more: whatever happens to the saving of the model, nothing
        is trained twice.
        """
        if self.kept is not None:
            self._go_on(training, begun, self.kept)
        self._keeping = keeping = Keeping(
            self.keeper.folder,
            lambda: self._save(training, begun),
            self.answer,
            has_kept=self.kept is not None,
        )
        with leaving() as leave:

            def keep(ends_epoch: bool) -> None:
                if leave.asked_by is not None:
                    keeping.keep()
                    keeping.leave(leave)
                elif keeping.is_due(ends_epoch=ends_epoch):
                    keeping.keep()

            yield keep
            # A signal from here on comes too late to stop anything: the model is saved, which is what was asked for,
            # and that is no failure. Once the old ways to take signals are back, one stops the saving; then this stays.
            with suppress(StorageError):  # the model is smaller, and may still find room
                keeping.keep()

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Remove what was kept once the model is saved; where that fails, say that it is there."""
        try:
            yield
        except StorageError as error:
            raise StorageError(f"{error}; {self._keeping.what_is_kept()}") from None
        except SettingError as error:  # to go on would end in the same model
            kept = f"; its training stays in {self._keeping.folder}" if self._keeping.has_kept else ""
            raise SettingError(f"{error}{kept}") from None
        self.keeper.remove()

    def _go_on(self, training: Resumable, begun: Begun, kept: KeptTask) -> None:
        from nextword.neural.training.snapshot import Snapshot

        self.keeper.check_same(kept.begun, begun)
        if training.threads is None:
            training.threads = kept.threads
        if training.threads != kept.threads:
            self.answer.remark(
                f"going on in another way: the number of threads was {kept.threads}, and is now {training.threads}"
            )
        with self.keeper.in_order():
            training.restore(Snapshot(dict(kept.tensors), dict(kept.content), kept.log))

    def _save(self, training: Resumable, begun: Begun) -> None:
        snapshot = training.snapshot()
        self.keeper.keep(
            KeptTask(
                begun=begun,
                threads=training.threads,
                tensors=snapshot.tensors,
                content=snapshot.content,
                log=snapshot.log,
            )
        )
