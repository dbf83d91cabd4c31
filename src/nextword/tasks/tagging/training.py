"""A tagger's training: iterated over for its progress, stopped at any time, and asked for its model."""

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nextword.arrays import IntArray
from nextword.errors import DivergedError, InputError, shown
from nextword.neural.encoder.batches import padded, shuffled_batches
from nextword.neural.training.averaging import copy_weights
from nextword.neural.training.schedules import one_cycle
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.model import SequenceTagger
from nextword.tasks.tagging.network import TaggerNetwork
from nextword.tasks.tagging.numbering import number_features, number_forms, number_sentences
from nextword.tasks.tagging.sentences import Sentence
from nextword.tasks.tagging.settings import TaggerSettings
from nextword.tasks.tagging.spans.schemes import allowed_steps, find_scheme
from nextword.tasks.tagging.spans.scores import TagScores
from nextword.tasks.tagging.spans.spans import rewritten, write_spans

REPORT_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggerProgress:
    """How far a training has come, and how it goes."""

    epoch: int
    """The epoch under way, from 1."""
    epochs: int
    share: float
    """How much is done, of 1."""
    loss: float
    """-log P(true tags), the mean over words."""
    measure: float | None
    """Accuracy, or F1 of spans, on sentences not trained on; None within an epoch, and where there are none."""
    words_per_second: float
    seconds: float
    ends_epoch: bool

    def as_dict(self) -> dict[str, Any]:
        """Return all of it."""
        return asdict(self)


class TaggerTraining:
    """Train a tagger on sentences, whose loss is -log P(true tags | words) of the chain.

    ``valid`` are sentences that judge each epoch, so that the best weights are kept; without them a share of the
    sentences is held out for it, as the settings say. Raises InputError where there are no words with tags, or tags
    of no scheme; DivergedError, while it is iterated over, once the loss is not finite.
    """

    def __init__(
        self,
        sentences: Sequence[Sentence],
        settings: TaggerSettings,
        *,
        valid: Sequence[Sentence] | None = None,
        layout: dict[str, Any] | None = None,
        threads: int | None = None,
    ) -> None:
        self.settings, self.layout = settings, layout or {}
        if threads is not None:
            torch.set_num_threads(threads)
        train = _with_words(sentences, "training")
        self.scheme = find_scheme(train)
        if valid is None:
            train, held_out = _split(train, settings)
        else:
            held_out = _with_words(valid, "development")
        self.valid = held_out
        inner = [self._inner(sentence.tags or ()) for sentence in train]
        self.lexicon = Lexicon.learn(train, self._all_tags(inner), settings)
        torch.manual_seed(settings.seed)
        self.network = TaggerNetwork(settings, self.lexicon, self._allowed())
        self.data = _Numbered(train, inner, self.lexicon, settings)
        self.weights = dict(self.network.named_parameters())
        self.average: dict[str, Tensor] = {}
        self.best: dict[str, Tensor] = {}
        self.best_measure, self.best_epoch = -math.inf, 0
        self.log: list[dict[str, Any]] = []

    def __iter__(self) -> Generator[TaggerProgress, None, None]:
        """Yield progress about every second and after each epoch."""
        settings, lengths = self.settings, self.data.lengths
        optimiser = torch.optim.AdamW(
            self.weights.values(), lr=settings.rate, betas=(0.9, 0.99), weight_decay=settings.weight_decay
        )
        batches = math.ceil(len(lengths) / settings.batch)
        began = reported = time.perf_counter()
        step = words_read = 0
        for epoch in range(settings.epochs):
            random = np.random.default_rng((settings.seed, epoch, 1))
            self.network.train()
            loss_sum = words = 0.0
            for rows in shuffled_batches(lengths, settings.batch, settings.seed, epoch):
                share = step / (settings.epochs * batches)
                optimiser.param_groups[0]["lr"] = one_cycle(share, settings.rate, settings.warm_up)
                loss_sum += self._step(rows, optimiser, random, step)
                step, words = step + 1, words + int(lengths[rows].sum())
                words_read += int(lengths[rows].sum())
                if time.perf_counter() - reported >= REPORT_SECONDS:
                    reported = time.perf_counter()
                    speed = words_read / (reported - began)
                    yield self._progress(epoch, share, loss_sum / words, None, speed, reported - began)
            measure = self._judge(epoch)
            seconds = time.perf_counter() - began
            progress = self._progress(
                epoch,
                step / (settings.epochs * batches),
                loss_sum / words,
                measure,
                words_read / seconds,
                seconds,
            )
            self.log.append(progress.as_dict())
            yield progress
            patience = settings.patience
            if patience is not None and measure is not None and epoch + 1 - self.best_epoch >= patience:
                return

    def _step(
        self, rows: IntArray, optimiser: torch.optim.Optimizer, random: np.random.Generator, step: int
    ) -> float:
        """Take one step down the gradient and return the loss, summed over words."""
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
        loss = self.network.loss(scores, starts, tags)
        optimiser.zero_grad(set_to_none=False)
        (loss / len(rows)).backward()
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), settings.clip or math.inf)
        found = float(loss.detach())
        if not math.isfinite(found + float(norm)):
            raise DivergedError(
                f"the loss or its gradient is no longer finite after {step:,} steps (loss {found:.4g}); try a lower rate"
            )
        optimiser.step()
        self._average(step)
        return found

    @torch.no_grad()
    def _average(self, step: int) -> None:
        if not self.settings.average:
            return
        if not self.average:
            self.average = {name: weight.detach().clone() for name, weight in self.weights.items()}
            return
        stays = min(self.settings.average, step / (step + 10))  # the first weights are soon forgotten
        torch._foreach_lerp_(list(self.average.values()), list(self.weights.values()), 1 - stays)

    def _judge(self, epoch: int) -> float | None:
        """Keep the weights where they are the best so far; without sentences to judge by, the last are."""
        now = self.average or self.weights
        measure = None
        if self.valid:
            scores = score_tags(self._made(now), self.valid)
            measure = scores.measure
        if measure is None or measure > self.best_measure:
            self.best_measure, self.best_epoch = measure or 0.0, epoch + 1
            if self.best:
                copy_weights(now, self.best)
            else:
                self.best = {name: weight.detach().clone() for name, weight in now.items()}
        return measure

    def model(self) -> SequenceTagger:
        """Return the best weights so far as a tagger, which needs no PyTorch."""
        return self._made(self.best or self.average or self.weights)

    @torch.no_grad()
    def _made(self, weights: dict[str, Tensor]) -> SequenceTagger:
        kept = {name: weight.detach().clone() for name, weight in self.weights.items()}
        copy_weights(weights, self.weights)
        arrays = self.network.arrays()
        copy_weights(kept, self.weights)
        details: dict[str, Any] = {
            "epochs": len(self.log),
            "best_epoch": self.best_epoch,
            "train_sentences": len(self.data.lengths),
            "valid_sentences": len(self.valid),
        }
        if self.valid and self.best_epoch:
            details["valid_f1" if self.scheme else "valid_accuracy"] = self.best_measure
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
        labels = {tag.partition("-")[2] for tag in found if "-" in tag}
        spans = [[(label, 0, 1), (label, 1, 2), (label, 2, 5)] for label in labels]
        from nextword.tasks.tagging.spans.spans import Span

        made = [write_spans([Span(*each) for each in three], 5, self.settings.scheme) for three in spans]
        return found.union(*made, {"O"})

    def _allowed(self) -> Any:
        if self.scheme is None or not self.settings.constrained:
            return None
        return allowed_steps(self.lexicon.tags, self.settings.scheme)

    def _progress(
        self, epoch: int, share: float, loss: float, measure: float | None, speed: float, seconds: float
    ) -> TaggerProgress:
        return TaggerProgress(
            epoch=epoch + 1,
            epochs=self.settings.epochs,
            share=share,
            loss=loss,
            measure=measure,
            words_per_second=speed,
            seconds=seconds,
            ends_epoch=measure is not None or share * self.settings.epochs >= epoch + 1,
        )


class _Numbered:
    """The training sentences as numbers."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        tags: Sequence[Sequence[str]],
        lexicon: Lexicon,
        settings: TaggerSettings,
    ) -> None:
        forms, self.places = number_sentences(sentence.words for sentence in sentences)
        self.forms = number_forms(forms, lexicon, settings)
        self.features = [number_features(sentence.features, lexicon) for sentence in sentences]
        self.tags = [np.array([lexicon.tag_ids[tag] for tag in each], dtype=np.int64) for each in tags]
        self.lengths = np.array([len(places) for places in self.places], dtype=np.int64)
        counts = np.bincount(self.forms.words[np.concatenate(self.places)], minlength=len(lexicon.words) + 1)
        self.is_single = counts[self.forms.words] == 1  # (F,)

    def batch(self, rows: IntArray) -> tuple[IntArray, IntArray, list[IntArray], IntArray]:
        """Return the forms of some sentences, which of them stands where (T, B), features (T, B), and lengths (B,)."""
        places, lengths = padded([self.places[row] for row in rows])
        forms, inverse = np.unique(places, return_inverse=True)
        columns = len(self.features[0])
        features = [padded([self.features[row][column] for row in rows])[0] for column in range(columns)]
        return forms, inverse.reshape(places.shape), features, lengths


def score_tags(model: SequenceTagger, sentences: Sequence[Sentence]) -> TagScores:
    """Return how good a model's tags are for sentences whose tags are known."""
    scores = TagScores(spans=model.scheme is not None)
    found = model.tag([each.words for each in sentences], [each.features for each in sentences])
    for sentence, tags in zip(sentences, found, strict=True):
        scores.add(sentence.tags or (), tags)
    return scores


def _with_words(sentences: Sequence[Sentence], what: str) -> list[Sentence]:
    kept = [sentence for sentence in sentences if sentence.words]
    if not kept:
        raise InputError(
            f"there are no {what} sentences, 0 with a word; give a file with a word and its tag a line"
        )
    for sentence in kept:
        if sentence.tags is None:
            raise InputError(
                f"{sentence.place(0)}: {shown(sentence.words[0])} has no tag; {what} needs a tag for each word"
            )
    return kept


def _split(sentences: list[Sentence], settings: TaggerSettings) -> tuple[list[Sentence], list[Sentence]]:
    """Hold out a share of the sentences, drawn by the seed; of one sentence, none."""
    number = int(settings.held_out * len(sentences))
    order = np.random.default_rng((settings.seed, 2)).permutation(len(sentences))
    out = set(order[:number].tolist())
    train = [sentence for place, sentence in enumerate(sentences) if place not in out]
    return train, [sentences[place] for place in sorted(out)]
