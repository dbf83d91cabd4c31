"""A tagger's training: iterated over for its progress, stopped at any time, and asked for its model."""

import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nextword.arrays import IntArray
from nextword.errors import DivergedError, InputError, shown
from nextword.neural.encoder.batches import shuffled_batches
from nextword.neural.training.averaging import copy_weights
from nextword.neural.training.devices import computing_with, fastest_threads
from nextword.neural.training.schedules import one_cycle
from nextword.neural.training.snapshot import Snapshot
from nextword.tasks.tagging.evaluation import score_tags
from nextword.tasks.tagging.files.sentences import Sentence
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.model import SequenceTagger
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.spans.schemes import allowed_steps, find_scheme, labels_of, tags_of
from nextword.tasks.tagging.spans.spans import rewritten
from nextword.tasks.tagging.training.checkpoint import TaggerPosition, put_back, taken
from nextword.tasks.tagging.training.choosing import split_off, with_words
from nextword.tasks.tagging.training.network import TaggerNetwork
from nextword.tasks.tagging.training.numbered import NumberedSentences
from nextword.tasks.tagging.training.progress import TaggerProgress

REPORT_SECONDS = 1.0


class TaggerTraining:
    """Train a tagger on sentences, whose loss is -log P(true tags | words) of the chain.

    ``valid`` are sentences that judge each epoch, so that the best weights are kept; without them a share of the
    sentences is held out for it, as the settings say. ``threads`` is how many PyTorch may use; without it the fastest
    number is found by measuring. Raises InputError where there are no words with tags, one
    tag alone, or tags of no scheme; DivergedError, while it is iterated over, once the loss is not finite.
    """

    def __init__(
        self,
        sentences: Sequence[Sentence],
        settings: TaggerSettings,
        *,
        valid: Sequence[Sentence] | None = None,
        layout: Mapping[str, Any] | None = None,
        threads: int | None = None,
    ) -> None:
        self.settings, self.layout = settings, dict(layout or {})
        self.threads = threads
        train = with_words(sentences, "training")
        self.scheme = find_scheme(train)
        if valid is None:
            train, held_out = split_off(train, settings)
        else:
            held_out = with_words(valid, "development")
        self.valid = held_out
        inner = [self._inner(sentence.tags or ()) for sentence in train]
        self.lexicon = Lexicon.learn(train, self._all_tags(inner), settings)
        if len(self.lexicon.tags) == 1:
            raise InputError(
                f"a tagger tells tags apart, and all words have the tag {shown(self.lexicon.tags[0])}; give sentences "
                "with at least two"
            )
        self.chance = torch.Generator().manual_seed(settings.seed)
        with self._computing():
            self.network = TaggerNetwork(settings, self.lexicon, self._allowed())
        self.data = NumberedSentences(train, inner, self.lexicon, settings)
        self.epochs = settings.epochs_for(len(train))
        self.epoch_steps = math.ceil(len(train) / settings.batch)
        self.weights: dict[str, Tensor] = dict(self.network.named_parameters())
        for weight in self.weights.values():
            # A weight that a step does not use goes on by its momentum, whether or not training was resumed.
            weight.grad = torch.zeros_like(weight)
        self.optimiser = torch.optim.AdamW(
            self.weights.values(), lr=settings.rate, betas=(0.9, 0.99), weight_decay=settings.weight_decay
        )
        self.average: dict[str, Tensor] = {}
        self.best: dict[str, Tensor] = {}
        self.position = TaggerPosition()
        self.log: list[dict[str, Any]] = []
        """What was said at the end of each epoch."""

    def __iter__(self) -> Generator[TaggerProgress, None, None]:
        """Yield progress about every second and after each epoch."""
        if self.threads is None:
            with computing_with(torch.get_num_threads()):  # and so many there are afterwards
                self.threads = fastest_threads(self._trial_step)
        self._began = time.perf_counter() - self.position.seconds
        while not self._is_done():
            yield from self._epoch()

    @property
    def step(self) -> int:
        """How many steps are done."""
        return self.position.epoch * self.epoch_steps + self.position.epoch_step

    @property
    def share(self) -> float:
        """How much of the training is done, of 1."""
        return self.step / (self.epochs * self.epoch_steps)

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """Draw what PyTorch draws from this training's own chance, and compute with its own number of threads.

        Whoever iterates over a training has both as they were.
        """
        threads = self.threads or torch.get_num_threads()
        with computing_with(threads), torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self.chance.get_state())
            try:
                yield
            finally:
                self.chance.set_state(torch.get_rng_state())

    def _is_done(self) -> bool:
        position, patience = self.position, self.settings.patience
        is_stuck = (
            patience is not None and bool(self.valid) and position.epoch - position.best_epoch >= patience
        )
        return position.epoch >= self.epochs or is_stuck

    def _epoch(self) -> Generator[TaggerProgress, None, None]:
        settings, lengths, position = self.settings, self.data.lengths, self.position
        random = np.random.default_rng((settings.seed, position.epoch, 1))
        batches = shuffled_batches(lengths, settings.batch, settings.seed, position.epoch)
        for rows in islice(batches, position.epoch_step):  # those read before the training was kept
            random.random((int(lengths[rows].max()), len(rows)))
        reported = time.perf_counter()
        self.network.train()
        for rows in batches:
            rate = one_cycle(self.share, settings.rate, settings.warm_up)
            self.optimiser.param_groups[0]["lr"] = rate
            with self._computing():
                position.epoch_loss += self._step(rows, random)
            position.epoch_words += int(lengths[rows].sum())
            position.epoch_step += 1
            if time.perf_counter() - reported >= REPORT_SECONDS:
                reported = time.perf_counter()
                yield self._progress()
        measure = self._judge()
        done = replace(self._progress(), ends_epoch=True, measure=measure)
        position.epoch, position.epoch_step = position.epoch + 1, 0
        position.words += position.epoch_words
        position.epoch_loss, position.epoch_words = 0.0, 0
        self.log.append(done.as_dict())
        yield done

    def _step(self, rows: IntArray, random: np.random.Generator) -> float:
        """Take one step down the gradient and return the loss, summed over words."""
        loss = self._loss(rows, random)
        self.optimiser.zero_grad(set_to_none=False)
        (loss / len(rows)).backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), self.settings.clip or math.inf)
        found = float(loss.detach())
        if not math.isfinite(found + float(norm)):
            raise DivergedError(
                f"the loss or its gradient is no longer finite after {self.step:,} steps (loss {found:.4g}); "
                "try a lower rate"
            )
        self.optimiser.step()
        self._average()
        return found

    def _loss(self, rows: IntArray, random: np.random.Generator) -> Tensor:
        """Return -log P(true tags) of some sentences, summed; words seen once are read as unknown ones now and then."""
        settings, data = self.settings, self.data
        forms, places, features, lengths = data.batch(rows)
        is_rare = data.is_single[forms]  # (F,)
        is_unknown = is_rare[places] & (random.random(places.shape) < settings.unknown_share)
        scores = self.network(
            data.forms.rows(forms),
            torch.from_numpy(places),
            torch.from_numpy(is_unknown),
            [torch.from_numpy(each) for each in features],
            torch.from_numpy(lengths),
        )
        starts = np.concatenate([[0], np.cumsum(lengths)])
        tags = torch.from_numpy(np.concatenate([data.tags[row] for row in rows]))
        return self.network.loss(scores, starts, tags)

    def _trial_step(self) -> None:
        """Do what takes the time of a step and changes nothing."""
        rows = next(shuffled_batches(self.data.lengths, self.settings.batch, self.settings.seed))
        with torch.random.fork_rng(devices=[]):
            self._loss(rows, np.random.default_rng(0)).backward()  # type: ignore[no-untyped-call]
        self.network.zero_grad(set_to_none=False)

    @torch.no_grad()
    def _average(self) -> None:
        if not self.settings.average:
            return
        if not self.average:
            self.average = {name: weight.detach().clone() for name, weight in self.weights.items()}
            return
        step = self.step
        stays = min(self.settings.average, step / (step + 10))  # the first weights are soon forgotten
        torch._foreach_lerp_(list(self.average.values()), list(self.weights.values()), 1 - stays)

    def _judge(self) -> float | None:
        """Keep the weights where they are the best so far; without sentences to judge by, the last are."""
        now, position = self.average or self.weights, self.position
        measure = score_tags(self._made(now), self.valid).measure if self.valid else None
        if measure is None or not position.best_epoch or measure > position.best_measure:
            position.best_measure, position.best_epoch = measure or 0.0, position.epoch + 1
            if self.best:
                copy_weights(now, self.best)
            else:
                self.best = {name: weight.detach().clone() for name, weight in now.items()}
        return measure

    def model(self) -> SequenceTagger:
        """Return the best weights so far as a tagger, which needs no PyTorch."""
        return self._made(self.best or self.average or self.weights)

    def snapshot(self) -> Snapshot:
        """Return all that is needed to go on from here; its arrays are those of the training until the next step.

        Raises DivergedError where it is not finite: nobody could go on from there.
        """
        return taken(self)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot; raises ModelFormatError where its sizes are not those of this training.

        That sentences and settings are the same is for the caller to know: of those, a snapshot tells only sizes.
        """
        put_back(self, snapshot)

    @torch.no_grad()
    def _made(self, weights: dict[str, Tensor]) -> SequenceTagger:
        kept = {name: weight.detach().clone() for name, weight in self.weights.items()}
        copy_weights(weights, self.weights)
        arrays = self.network.arrays()
        copy_weights(kept, self.weights)
        details: dict[str, Any] = {
            "epochs": len(self.log),
            "best_epoch": self.position.best_epoch,
            "train_sentences": len(self.data.lengths),
            "valid_sentences": len(self.valid),
        }
        if self.valid and self.position.best_epoch:
            details["valid_f1" if self.scheme else "valid_accuracy"] = self.position.best_measure
        model = SequenceTagger(self.settings, self.lexicon, arrays, self.scheme, self.layout, details)
        model.log = list(self.log)
        return model

    def _inner(self, tags: Sequence[str]) -> list[str]:
        """Return tags in the scheme that the chain is made of."""
        return list(tags) if self.scheme is None else rewritten(tags, self.settings.scheme)

    def _all_tags(self, inner: Sequence[Sequence[str]]) -> set[str]:
        """Return the tags of the chain: every one that a label may take, seen or not."""
        found = {tag for tags in inner for tag in tags}
        if self.scheme is None:
            return found
        return found.union(tags_of(labels_of(found), self.settings.scheme))

    def _allowed(self) -> Any:
        if self.scheme is None or not self.settings.constrained:
            return None
        return allowed_steps(self.lexicon.tags, self.settings.scheme)

    def _progress(self) -> TaggerProgress:
        position = self.position
        position.seconds = time.perf_counter() - self._began
        return TaggerProgress(
            epoch=position.epoch + 1,
            epochs=self.epochs,
            share=self.share,
            loss=position.epoch_loss / max(position.epoch_words, 1),
            words_per_second=(position.words + position.epoch_words) / max(position.seconds, 1e-9),
            seconds=position.seconds,
        )
