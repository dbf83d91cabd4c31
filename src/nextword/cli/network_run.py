"""A training of a network from the command line: begun or gone on with, watched, kept, saved, and told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nextword.arrays import TokenIds
from nextword.cli.durations import spoken_duration
from nextword.cli.network_watch import NetworkWatch
from nextword.cli.options import OutputOptions, TextOptions, provenance, reading
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import InputError, SettingError, StorageError
from nextword.neural.settings import NeuralSettings
from nextword.neural.train import require_torch
from nextword.store.fingerprints import of_text, of_vectors
from nextword.store.models import save_model
from nextword.store.neural_training import Begun, Kept, TrainingKeeper
from nextword.text.corpus import Corpus, encode_sources, learn_corpus
from nextword.text.spilled import Streams
from nextword.text.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from nextword.neural.training.training import Training


@dataclass(kw_only=True)
class Run:
    """One command's training; the fields are what was typed."""

    texts: tuple[str, ...]
    output: Path
    valid: str | None
    settings: NeuralSettings
    seconds: float | None
    resume: bool
    device: str
    threads: int | None
    vectors: Path | None
    curve: Path | None
    tensorboard: Path | None
    text_options: TextOptions
    answer: OutputOptions
    keeper: TrainingKeeper = field(init=False)

    def train(self) -> None:
        """Train, keep what is under way, save the model, and say how it went."""
        require_torch()
        from nextword.neural.training import distributed
        from nextword.neural.training.memory import keep_freed_memory

        if distributed.world_size() > 1 and "-" in (*self.texts, self.valid):
            raise SettingError(
                f"stdin can be read by one process, and {distributed.world_size()} train together; name a file"
            )
        keep_freed_memory()
        is_first = distributed.rank() == 0
        if not is_first:  # only the first process speaks
            self.answer = OutputOptions(quiet=True)
        self.keeper = TrainingKeeper(self.output)
        self.keeper.check()
        kept = self.keeper.load() if self.resume else None
        if not self.resume and self.keeper.exists():
            self.answer.remark(
                f"the training kept in {self.keeper.folder} will be replaced; --resume would go on with it"
            )
        corpus = self._read()
        valid = None if self.valid is None else self._read_valid(self.valid, corpus)
        with enough_memory():
            training, begun = self._begin(corpus, valid, distributed.world_size(), kept)
            watch = NetworkWatch(training, self.keeper, begun, self.answer, [] if kept is None else kept.log)
            watch.run(self.tensorboard, self.curve)
        if is_first:
            self._finish(training, len(corpus.ids), watch)
        distributed.leave()

    def _read(self) -> Corpus:
        options = self.text_options
        with reading(self.answer, self.texts) as watch:
            return learn_corpus(
                self.texts,
                **options.how(),
                progress=watch,
            )

    def _read_valid(self, source: str, corpus: Corpus) -> TokenIds:
        options = self.text_options
        with reading(self.answer, (source,), "reading the validation text") as watch:
            ids = Streams().join(
                encode_sources(
                    [source],
                    corpus.tokenizer,
                    field=options.field,
                    max_line_bytes=options.max_line_bytes,
                    progress=watch,
                )
            )
        if len(ids) == 0:
            raise InputError(f"the validation text {source} has no words; give a file with at least one word")
        unknown = int(np.count_nonzero(ids == UNKNOWN))
        if unknown and not np.any(corpus.ids == UNKNOWN):
            self.answer.remark(
                f"{unknown:,} of {len(ids):,} validation tokens are words that the training text does not have, and it "
                "has no <unk> to learn them from: --min-count 2 would make some"
            )
        return ids

    def _begin(
        self, corpus: Corpus, valid: TokenIds | None, processes: int, kept: Kept | None
    ) -> tuple["Training", Begun]:
        """Return the training, gone on with where one was kept, and what it began with."""
        from nextword.neural.training.snapshot import Snapshot
        from nextword.neural.training.training import Training

        vectors = None if self.vectors is None else _open_vectors(self.vectors)
        begun = Begun(
            settings=self.settings,
            text=of_text(corpus.ids, corpus.tokenizer),
            valid=None if valid is None else of_text(valid, corpus.tokenizer),
            vectors=None if vectors is None else of_vectors(vectors),
            processes=processes,
        )
        changed = [] if kept is None else self.keeper.check_same(kept.begun, begun)
        threads, seconds = self.threads, self.seconds
        if kept is not None:
            threads = kept.threads if threads is None else threads
            self._tell_changes(kept, changed, threads)
        training = Training(
            corpus,
            self.settings,
            valid=valid,
            vectors=None if kept is not None else vectors,
            seconds=seconds,
            device=self.device,
            threads=threads,
        )
        if kept is not None:
            training.restore(Snapshot(dict(kept.tensors), dict(kept.content)))
            if "rate" in changed:
                training.position.rate = self.settings.highest_rate
        return training, begun

    def _tell_changes(self, kept: Kept, changed: list[str], threads: int | None) -> None:
        """Say what is another than before, so that the weights will be others than without the break."""
        old, new = kept.begun.settings.as_dict(), self.settings.as_dict()
        told = [f"{name} {old[name]} is now {new[name]}" for name in changed]
        if kept.seconds != self.seconds:
            old_time, new_time = (
                "none" if time is None else spoken_duration(time) for time in (kept.seconds, self.seconds)
            )
            told.append(f"time {old_time} is now {new_time}")
        if kept.threads != threads:
            told.append(f"the number of threads was {kept.threads}, and is now {threads}")
        if told:
            self.answer.remark(f"going on in another way: {', '.join(told)}")

    def _finish(self, training: "Training", tokens: int, watch: NetworkWatch) -> None:
        model = training.model()
        last = watch.last
        made = provenance(self.texts, valid=self.valid, training_seconds=round(last["seconds"], 3))
        model.log = watch.log
        try:
            save_model(model, self.output, made)
        except StorageError as error:
            raise StorageError(f"{error}; {watch.keeping.what_is_kept()}") from None
        self.keeper.remove()
        content = {
            "model": str(self.output),
            "network": self.settings.network,
            "tokens": tokens,
            "vocabulary": len(training.tokenizer),
            "parameters": model.parameters,
            "epochs": last["epoch"],
            "perplexity": last["perplexity"],
            "valid_perplexity": watch.best_valid,
            "tokens_read": last["tokens"],
            "tokens_per_second": round(last["tokens_per_second"]),
            "seconds": round(last["seconds"], 3),
            "threads": training.threads,
            "device": str(training.device),
        }
        self.answer.answer(content, lambda: _told(content))


@contextmanager
def enough_memory() -> Iterator[None]:
    """Raise SettingError where a network is too large for the memory."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:  # PyTorch has no kind of its own for the processor's memory
        if isinstance(error, RuntimeError) and "allocate" not in str(error):
            raise
        reason = (str(error).splitlines() or ["out of memory"])[0]
        raise SettingError(
            f"there is not enough memory for this network ({reason:.150}); try a smaller --batch, --steps or --size, "
            "or --softmax adaptive"
        ) from None


def _open_vectors(path: Path) -> WordVectors:
    from nextword.store.vectors import open_vectors

    return open_vectors(path)


def _told(content: dict[str, Any]) -> str:
    valid = content["valid_perplexity"]
    measure = "" if valid is None else f", validation perplexity {valid:,.2f}"
    return (
        f"{content['model']}: {content['network']} of {content['parameters']:,} parameters, "
        f"{content['vocabulary']:,} words, {content['epochs']} epochs of {content['tokens']:,} tokens in "
        f"{spoken_duration(content['seconds'])} ({content['tokens_per_second']:,} a second){measure}"
    )
