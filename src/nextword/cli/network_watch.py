"""What happens while a network trains: a bar, the log, TensorBoard, and a state that is kept."""

import math
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextword.cli.durations import spoken_duration
from nextword.cli.keeping import Keeping
from nextword.cli.leaving import Leave, leaving
from nextword.cli.options import OutputOptions, Watch
from nextword.errors import DivergedError, StorageError
from nextword.neural.curve import save_curve
from nextword.neural.model import NAMES
from nextword.neural.tensorboard import Board
from nextword.store.neural_training import Begun, Kept, TrainingKeeper

if TYPE_CHECKING:
    from nextword.neural.training.progress import Progress
    from nextword.neural.training.training import Training

LOGGED = 1000
"""Entries of the log between the beginning and the end of a training, those at the ends of epochs not counted."""
WORSE_THAN_GUESSING = 2.0
"""Nats above log V, where a training is about to diverge: it is not kept, so that an older state stays."""


class NetworkWatch:
    """Lets a training run, and tells and keeps how it goes; of several processes only the first does so."""

    def __init__(
        self,
        training: "Training",
        keeper: TrainingKeeper,
        begun: Begun,
        answer: OutputOptions,
        log: list[dict[str, Any]],
    ) -> None:
        from nextword.neural.training import distributed

        self.training, self.keeper, self.begun, self.answer = training, keeper, begun, answer
        self.log = log
        """An entry for each event that was kept, as ``training.jsonl`` has them."""
        self.last: dict[str, Any] = dict(log[-1]) if log else {}
        """The last event, kept or not."""
        self._recent_loss = -math.inf
        """Of the last report within an epoch: that of a whole one hides what went wrong near its end."""
        self._is_first = distributed.rank() == 0
        self.keeping = Keeping(keeper.folder, self._save, answer, has_kept=bool(log))

    @property
    def best_valid(self) -> float | None:
        """The lowest perplexity of the validation text, that of the weights which are saved."""
        found = [entry["valid_perplexity"] for entry in self.log if entry["valid_perplexity"] is not None]
        return min(found, default=None)

    def run(self, tensorboard: Path | None, curve: Path | None) -> None:
        """Train to the end.

        Raises DivergedError and StorageError with what was kept, and leaves after Ctrl-C or SIGTERM once all is kept.
        """
        with ExitStack() as stack:
            board = None
            if tensorboard is not None and self._is_first:
                board = Board(tensorboard)
                stack.callback(board.close)
            leave = stack.enter_context(leaving())
            bar = stack.enter_context(self.answer.progress("training", 1000, in_percent=True))
            if curve is not None and self._is_first:
                stack.callback(self._draw, curve)
            try:
                self._watch(bar, leave, board)
            except DivergedError as error:
                raise DivergedError(f"{error}; {self.keeping.what_is_kept()}, with a lower --rate") from None

    def _watch(self, bar: Watch, leave: Leave, board: Board | None) -> None:
        shown, is_kept = 0, False
        for event in self._events(leave):
            is_kept = False
            entry = self._note(event)
            bar(round(1000 * event.share) - shown)
            shown = round(1000 * event.share)
            bar.stage(f"epoch {_of(event)}, {_measures(entry)}{_left(event)}")
            if event.ends_epoch:
                self.answer.remark(
                    f"epoch {_of(event)}: {_measures(entry)}, {spoken_duration(event.seconds)}"
                )
            if board is not None:
                board.write(entry)
            if not self._is_first:
                continue
            if leave.asked_by is not None:
                if self._can_keep(event):
                    self.keeping.keep()
                self.keeping.leave(leave)
            if (
                self._can_keep(event)
                and self.keeping.is_due(ends_epoch=event.ends_epoch)
                and self._is_sane(event)
            ):
                self.keeping.keep()
                is_kept = True
        if self._is_first and not is_kept:
            with suppress(StorageError):  # the model is smaller, and may still find room
                self.keeping.keep()  # whatever happens to the saving of the model, nothing is trained twice

    def _events(self, leave: Leave) -> "Iterator[Progress]":
        """Yield events, but leave where that is why another process is gone."""
        try:
            yield from self.training
        except RuntimeError:
            if not self._is_first and leave.asked_by is not None:  # the first process has left
                leave.now()
            raise

    def _save(self) -> None:
        snapshot = self.training.snapshot(copy=False)
        kept = Kept(
            begun=self.begun,
            threads=self.training.threads,
            seconds=self.training.seconds,
            tensors=snapshot.tensors,
            content=snapshot.content,
            log=self.log,
        )
        self.keeper.keep(kept, self.training.tokenizer)

    def _note(self, event: "Progress") -> dict[str, Any]:
        """Return an event as the log has it, and take it into the log where a curve could show it."""
        entry = event.as_dict()
        if not event.ends_epoch:
            self._recent_loss = event.loss
        # With more epochs or more time than before, the share begins again at a smaller one.
        is_far = not self.log or abs(event.share - self.log[-1]["share"]) >= 1 / LOGGED
        if event.ends_epoch or is_far:
            self.log.append(entry)
        self.last = entry
        return entry

    def _can_keep(self, event: "Progress") -> bool:
        """Whether what this process knows is all there is: within an epoch, each of several has its own state."""
        return event.ends_epoch or self.begun.processes == 1

    def _is_sane(self, event: "Progress") -> bool:
        guessing = math.log(len(self.training.tokenizer))
        return max(event.loss, self._recent_loss) <= guessing + WORSE_THAN_GUESSING

    def _draw(self, curve: Path) -> None:
        """Draw the curve; the model is worth more, and is saved whether or not that succeeds."""
        if not self.log:
            return
        try:
            save_curve(self.log, curve, f"Learning curve: {NAMES[self.training.settings.network]}")
        except StorageError as error:
            self.answer.remark(f"there is no curve: {error}")


def _of(event: "Progress") -> str:
    return f"{event.epoch}" if event.epochs is None else f"{event.epoch}/{event.epochs}"


def _measures(entry: dict[str, Any]) -> str:
    said = []
    if entry["perplexity"] is not None:
        said.append(f"perplexity {entry['perplexity']:,.1f}")
    if entry["valid_perplexity"] is not None:
        said.append(f"validation {entry['valid_perplexity']:,.1f}")
    return ", ".join([*said, f"rate {entry['rate']:.2g}", f"{entry['tokens_per_second']:,.0f} tokens/s"])


def _left(event: "Progress") -> str:
    if event.share <= 0:
        return ""
    return f", {spoken_duration(event.seconds * (1 - event.share) / event.share)} left"
