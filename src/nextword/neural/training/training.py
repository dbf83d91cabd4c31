"""A training under way: iterated over for its progress, kept at any step, and gone on with."""

import math
import time
from collections.abc import Callable, Generator
from hashlib import blake2b

import numpy as np
import torch
from torch import Tensor

from nextword.arrays import TokenIds
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import DivergedError, InputError, SettingError
from nextword.lm.checks import check_count, check_number
from nextword.neural.model import NeuralModel
from nextword.neural.networks.make import make_network
from nextword.neural.networks.network import State, detached
from nextword.neural.ranking import rank_words
from nextword.neural.settings import USUAL_EPOCHS, NeuralSettings
from nextword.neural.training import distributed
from nextword.neural.training.averaging import Average, copy_weights
from nextword.neural.training.beginning import begin_from
from nextword.neural.training.checkpoint import packed, put_back, taken
from nextword.neural.training.devices import MOST_THREADS, fastest_threads, find_device, find_dtype
from nextword.neural.training.evaluation import valid_perplexity, words_to_score
from nextword.neural.training.optimisers import make_optimiser, set_rate
from nextword.neural.training.position import Position
from nextword.neural.training.progress import Progress
from nextword.neural.training.schedules import one_cycle
from nextword.neural.training.snapshot import Snapshot
from nextword.neural.training.streams import Streams
from nextword.text.corpus import Corpus

REPORT_SECONDS = 1.0


class Training:
    """Train a network to tell the next word, by truncated back-propagation through time.

    The loss is J = (1/T) sum_t -log P(x(t+1) | x(1) ... x(t)), over steps of T words of B streams of the corpus; the
    state is carried from step to step, gradients are not. ``valid`` (T,) is a text whose perplexity chooses the best
    weights; ``vectors`` are what the embedding begins from. ``seconds`` bounds the time, and the schedule fits it.
    ``threads`` is how many PyTorch may use; without it the fastest number is found by measuring.

    Raises InputError for a text without words, SettingError for what makes no sense together, and while it is iterated
    over DivergedError once a loss, a gradient or a perplexity is not finite.
    """

    def __init__(
        self,
        corpus: Corpus,
        settings: NeuralSettings,
        *,
        valid: TokenIds | None = None,
        vectors: WordVectors | None = None,
        seconds: float | None = None,
        device: str = "auto",
        threads: int | None = None,
    ) -> None:
        if len(corpus.ids) == 0:
            raise InputError(
                "there is nothing to learn from: the text has 0 tokens; give one with at least a line"
            )
        if valid is not None and len(valid) == 0:
            raise InputError("the validation text has 0 tokens; give one with at least a line, or none")
        if threads is not None:
            check_count("threads", threads, 1, MOST_THREADS)
        if seconds is not None:
            check_number("seconds", seconds, 0.0)
            if seconds == 0:
                raise SettingError("seconds are above 0, got 0: nothing would be learned; try 600")
        self.settings, self.tokenizer, self.seconds = settings, corpus.tokenizer, seconds
        self.ranks, counts = rank_words(corpus.ids, len(corpus.tokenizer))
        self.device = find_device(device)
        self.threads = threads
        distributed.join(self.device)
        network = make_network(settings, torch.from_numpy(counts))
        network.output.start_at_shares(torch.from_numpy(counts))
        if vectors is not None:
            begin_from(network, vectors, corpus.tokenizer, self.ranks)
        self.network = network.to(self.device)
        self.network.dtype = find_dtype(settings.precision, self.device)
        self.optimiser = make_optimiser(self.network, settings)
        self.weights = dict(self.network.named_parameters())
        for weight in self.weights.values():
            # Gradients have one place for good: a fresh one each step costs a page fault each 4 KB. And a weight that a
            # step does not use, as h(0) after the first, goes on by its momentum whether or not training was resumed.
            weight.grad = torch.zeros_like(weight)
        self.average = Average(self.network)
        self.best: dict[str, Tensor] = {}
        self.position = Position(rate=settings.highest_rate)
        self.streams = Streams(self._ranked(corpus.ids), settings.batch, settings.steps)
        self.rows = distributed.own_rows(self.streams.rows)
        self.valid = None if valid is None else self._ranked(valid)
        self.state: State | None = None
        self._gradient_norm = math.nan
        self._speed_seconds = 0.0
        self._speed_tokens = 0

    @property
    def epochs(self) -> int | None:
        """How often the text is read; None where the time alone decides."""
        if self.settings.epochs is None and self.seconds is None:
            return USUAL_EPOCHS
        return self.settings.epochs

    def __iter__(self) -> Generator[Progress, None, None]:
        """Yield progress about every second and after each epoch; stop asking to stop the training."""
        if self.threads is None and self.device.type == "cpu":
            # One number for all processes: another one adds up in another order, and their weights would part.
            self.threads = int(distributed.first_of(fastest_threads(self._trial_step()), self.device))
        if self.threads is not None:
            torch.set_num_threads(self.threads)
        self._began = time.perf_counter() - self.position.seconds
        # An epoch that was begun is judged, though there may be no time for another step.
        while self.position.epoch_step or not self._is_done():
            yield from self._epoch()

    def _is_done(self) -> bool:
        patience = self.settings.patience
        is_stuck = patience is not None and self.position.worse_epochs >= patience
        return self.share() >= 1 or is_stuck

    def _epoch(self) -> Generator[Progress, None, None]:
        position = self.position
        if position.epoch_step == 0:
            self.state = None
            torch.manual_seed(self._seed("dropout"))
        generator = torch.Generator().manual_seed(self._seed("streams"))
        reported, words_since, loss_since = time.perf_counter(), 0, 0.0
        rate = self._rate(self.share())
        for words, targets in self.streams.epoch(generator, position.epoch_step):
            share = self.share()
            if share >= 1:
                break
            began = time.perf_counter()
            rate = self._rate(share)
            loss = self._step(words[:, self.rows], targets[:, self.rows], rate, share) * targets.numel()
            self._count(targets.numel(), loss, time.perf_counter() - began)
            words_since, loss_since = words_since + targets.numel(), loss_since + loss
            if distributed.first_of(time.perf_counter() - reported, self.device) >= REPORT_SECONDS:
                yield self._progress(self._mean(loss_since, words_since), rate)
                reported, words_since, loss_since = time.perf_counter(), 0, 0.0
        yield self._end_epoch(rate)

    def _step(self, words: Tensor, targets: Tensor, rate: float, share: float) -> float:
        """Take one step down the gradient and return J."""
        settings, network = self.settings, self.network
        network.train()
        set_rate(self.optimiser, rate)
        state = network.initial_state(words.shape[1]) if self.state is None else self.state
        loss, penalty, state = network(words, targets, state)
        self.state = detached(state)
        self.optimiser.zero_grad(set_to_none=False)
        (loss + penalty).backward()
        distributed.average_gradients(self.weights.values())
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), settings.clip or math.inf)
        self._gradient_norm, found = float(norm), float(loss.detach())
        if not math.isfinite(self._gradient_norm + found):
            raise DivergedError(
                f"the loss or its gradient is no longer finite after {self.position.step:,} steps (loss {found:.4g}, "
                f"rate {rate:g}); try a lower rate, or clip gradients sooner"
            )
        self.optimiser.step()
        if settings.average_from is not None and share >= settings.average_from:
            self.average.add()
        return found

    def _end_epoch(self, rate: float) -> Progress:
        position = self.position
        loss = self._mean(position.epoch_loss, position.epoch_tokens)
        position.epoch, position.epoch_step, self.state = position.epoch + 1, 0, None
        if self.valid is not None:
            scored = words_to_score(len(self.valid), len(self.streams.text))
            with self.average.in_place():
                perplexity = valid_perplexity(self.network, self.valid, scored)
                # All processes go by what the first one found, so that they do the same.
                position.valid_perplexity = distributed.first_of(perplexity, self.device)
                self._judge(position.valid_perplexity)
        else:
            self._judge(math.exp(min(loss, 700.0)))
        position.epoch_loss, position.epoch_tokens = 0.0, 0
        return self._progress(loss, rate, ends_epoch=True)

    def _judge(self, perplexity: float) -> None:
        """Keep the weights where they are the best so far, and lower sgd's rate where they are not."""
        position, settings = self.position, self.settings
        if math.isnan(perplexity):
            raise DivergedError(
                f"the validation perplexity is no longer a number after {position.step:,} steps; try a lower rate, or "
                "clip gradients sooner"
            )
        if perplexity < position.best:
            position.best, position.worse_epochs = perplexity, 0
            if self.valid is not None:
                if self.best:
                    copy_weights(self.weights, self.best)
                else:
                    self.best = {name: weight.detach().clone() for name, weight in self.weights.items()}
        else:
            position.worse_epochs += 1
            position.rate *= settings.decay_factor  # which sgd goes by

    def share(self) -> float:
        """Return how much of the training is done, by steps or by time, whichever is further."""
        position, shares = self.position, [0.0]
        if self.epochs is not None:
            shares.append(position.step / (self.epochs * self.streams.count()))
        if self.seconds is not None:
            shares.append(position.seconds / self.seconds)
        return distributed.first_of(max(shares), self.device)

    def model(self) -> NeuralModel:
        """Return the best weights so far as a model, which needs no PyTorch; those of now, where none were compared.

        Raises DivergedError for weights that are not finite.
        """
        return packed(self)

    def snapshot(self, *, copy: bool = True) -> Snapshot:
        """Return all that is needed to go on from here; of several processes any may ask, after an epoch.

        Without a copy its arrays are those of the training, good until the next step: enough to write them to disk.
        Raises DivergedError where it is not finite: nobody could go on from there.
        """
        return taken(self, copy=copy)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot; raises ModelFormatError where its sizes are not those of this training.

        How long training lasts may be another than before. That text and settings are the same is for the caller to
        know: of those, a snapshot tells no more than sizes.
        """
        put_back(self, snapshot)

    def _rate(self, share: float) -> float:
        if self.settings.optimiser == "sgd":
            return self.position.rate
        return one_cycle(min(share, 1.0), self.settings.highest_rate, self.settings.warm_up)

    def _count(self, tokens: int, loss: float, seconds: float) -> None:
        position = self.position
        position.step, position.epoch_step = position.step + 1, position.epoch_step + 1
        position.tokens, position.epoch_tokens = position.tokens + tokens, position.epoch_tokens + tokens
        position.epoch_loss += loss
        position.seconds = time.perf_counter() - self._began
        self._speed_tokens += tokens
        self._speed_seconds += seconds

    def _mean(self, loss: float, words: int) -> float:
        """Return the mean loss of some words, of which each process has its share."""
        return distributed.average(loss, self.device) / max(words, 1)

    def _ranked(self, ids: TokenIds) -> Tensor:
        ranks = ids if self.ranks is None else self.ranks[ids]
        return torch.from_numpy(ranks.astype(np.int64, copy=False)).to(self.device)

    def _seed(self, purpose: str) -> int:
        """Return a seed for one purpose of the epoch under way; the processes of one training drop other numbers."""
        process = distributed.rank() if purpose == "dropout" else 0
        spoken = f"{purpose} {self.settings.seed} {self.position.epoch} {process}"
        return int.from_bytes(blake2b(spoken.encode(), digest_size=7).digest())

    def _trial_step(self) -> Callable[[], None]:
        """Return what takes the time of a step and changes nothing."""
        generator = torch.Generator().manual_seed(0)
        words, targets = next(self.streams.epoch(generator))
        words, targets = words[:, self.rows], targets[:, self.rows]

        def work() -> None:
            with torch.random.fork_rng(devices=[]):
                loss, penalty, _ = self.network(words, targets, self.network.initial_state(words.shape[1]))
                (loss + penalty).backward()

        return work

    def _progress(self, loss: float, rate: float, *, ends_epoch: bool = False) -> Progress:
        position, epochs = self.position, self.epochs
        position.seconds = time.perf_counter() - self._began
        has_valid = ends_epoch and self.valid is not None
        return Progress(
            epoch=position.epoch + (0 if ends_epoch else 1),
            epochs=epochs,
            step=position.step,
            tokens=position.tokens,
            total_tokens=None if epochs is None else epochs * len(self.streams.text),
            share=min(self.share(), 1.0),
            loss=loss,
            valid_perplexity=position.valid_perplexity if has_valid else None,
            rate=rate,
            gradient_norm=self._gradient_norm,
            tokens_per_second=self._speed_tokens / max(self._speed_seconds, 1e-9),
            seconds=position.seconds,
            ends_epoch=ends_epoch,
        )
