"""A training of word2vec from the command line: begun, gone on with, watched, kept, and saved."""

import time
from pathlib import Path
from typing import Any

from nextword.cli.options import OutputOptions, TextOptions, provenance, reading
from nextword.embedding.word2vec.growing import grow
from nextword.embedding.word2vec.progress import Progress
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.train import start
from nextword.embedding.word2vec.training import Training
from nextword.store.keeping import Keeper
from nextword.store.word2vec import load_word2vec, save_word2vec
from nextword.text.corpus import Corpus, learn_corpus
from nextword.text.vocabulary import VocabularyLimits


def run_training(
    texts: tuple[str, ...],
    output: Path,
    given: dict[str, Any],
    threads: int | None,
    matrix: Any,
    resume: bool,
    continue_from: Path | None,
    text_options: TextOptions,
    answer: OutputOptions,
) -> None:
    """Train, keep every epoch, save, and say how it went."""
    keeper = Keeper(output)
    keeper.check()
    kept = keeper.load() if resume else None
    if keeper.folder.exists() and not resume:
        answer.remark(f"the training kept in {keeper.folder} will be replaced; --resume would go on with it")
    if continue_from is not None:
        old, _ = load_word2vec(continue_from)
        corpus = _read(texts, text_options, answer, VocabularyLimits())
        model, sentences = grow(old, corpus, text_options.least_count(), **given)
    else:
        settings = Word2VecSettings(**given)
        model, sentences = start(_read(texts, text_options, answer, text_options.limits()), settings)
    model.vectors(matrix)  # refuses now what hierarchical softmax does not have
    if kept is not None:
        model = keeper.checked(kept, model, len(sentences.words))
        done = model.position.epoch + model.position.block / max(len(sentences.blocks()), 1)
        answer.remark(f"going on after {done:.2f} of {model.settings.epochs} epochs")
    training = Training(model, sentences, threads)
    _warn_of_cost(training, answer)
    began = time.perf_counter()
    last = _watch(training, keeper, provenance(texts), answer)
    seconds = time.perf_counter() - began
    save_word2vec(
        model,
        output,
        provenance(texts, training_seconds=round(seconds, 3)),
        matrix=matrix,
        text_words=len(sentences.words),
    )
    keeper.remove()
    content = {
        "vectors": str(output),
        "vocabulary": len(model.words),
        "size": model.settings.size,
        "words": 0 if last is None else last.words,
        "epochs": model.settings.epochs,
        "words_per_second": 0.0 if last is None else round(last.words_per_second),
        "loss": None if last is None else last.loss,
        "seconds": round(seconds, 3),
    }
    answer.answer(
        content,
        lambda: (
            f"{output}: {content['vocabulary']:,} words of {content['size']} numbers, {content['words']:,} words read, "
            f"{content['words_per_second']:,.0f} a second, {seconds:.1f} s"
            + ("" if last is None else f", loss {last.loss:.4f}")
        ),
    )


def _read(
    texts: tuple[str, ...], options: TextOptions, answer: OutputOptions, limits: VocabularyLimits
) -> Corpus:
    with reading(answer, texts) as watch:
        return learn_corpus(
            texts,
            **options.how() | {"limits": limits},
            progress=watch,
        )


def _watch(
    training: Training, keeper: Keeper, made: dict[str, Any], answer: OutputOptions
) -> Progress | None:
    """Let a training run; keep it after every epoch but the last, and where it is interrupted."""
    last: Progress | None = None
    steps = iter(training)
    words = len(training.sentences.words)
    with answer.progress("training", training.model.settings.epochs * words, in_bytes=False) as watch:
        try:
            for step in steps:
                watch(step.words - (0 if last is None else last.words))
                speed = f"{step.words_per_second / 1e6:.2f} M words/s"
                watch.stage(f"epoch {step.epoch}/{step.epochs}, loss {step.loss:.4f}, {speed}")
                last = step
                if step.ends_epoch and step.epoch < step.epochs:
                    keeper.keep(training.model, words, made)
        except (KeyboardInterrupt, SystemExit):
            steps.close()  # blocks that were begun are finished
            keeper.keep(training.model, words, made)
            answer.remark(f"kept in {keeper.folder}; the same command with --resume goes on")
            raise
    return last


def _warn_of_cost(training: Training, answer: OutputOptions) -> None:
    settings = training.model.settings
    if settings.objective != "softmax":
        return
    from nextword.embedding.word2vec.softmax import softmax_cost

    V = len(training.model.words)
    each = softmax_cost(V, settings.size)
    hours = settings.epochs * len(training.sentences.words) / each / 3600
    if hours > 0.01:
        answer.remark(
            f"the full softmax scores all {V:,} words for every example: about {each:,.0f} examples a second here, "
            f"{hours:,.1f} hours in all; negative-sampling takes a small part of that"
        )
