"""Train word2vec on text."""

from collections.abc import Callable, Iterable, Sequence

from nextword.embedding.word2vec.model import Word2Vec
from nextword.embedding.word2vec.progress import Progress
from nextword.embedding.word2vec.sentences.text import Sentences
from nextword.embedding.word2vec.settings import Word2VecSettings
from nextword.embedding.word2vec.training import Training
from nextword.text.corpus import Corpus, Source, TokenizerKind, learn_corpus, learn_from_lines
from nextword.text.tokenizer import Tokenizer
from nextword.text.vocabulary import SPECIAL_TOKENS, SpecialTokenPolicy, VocabularyLimits

MIN_COUNT = 5
"""Words seen less often get no vector, if not asked for otherwise, as in word2vec.c."""


def train_word2vec(
    sources: Sequence[Source],
    settings: Word2VecSettings | None = None,
    *,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    special_tokens: SpecialTokenPolicy = "error",
    limits: VocabularyLimits | None = None,
    field: str = "text",
    max_line_bytes: int = 1 << 26,
    threads: int | None = None,
    progress_bytes: Callable[[int], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Word2Vec:
    """Read text files and train word2vec on them: words seen at least five times, if ``limits`` do not say otherwise.

    ``progress`` is told of every block of some ten thousand words; where it says ``ends_epoch``, an epoch is complete.

    Raises SettingError for settings that make no sense, InputError for text that cannot be read or teaches nothing.
    """
    settings = settings or Word2VecSettings()
    corpus = learn_corpus(
        sources,
        tokenizer=tokenizer,
        lowercase=lowercase,
        special_tokens=special_tokens,
        limits=limits or VocabularyLimits(min_count=MIN_COUNT),
        field=field,
        max_line_bytes=max_line_bytes,
        progress=progress_bytes,
    )
    return _trained(*start(corpus, settings), threads, progress)


def train_word2vec_on_lines(
    lines: Iterable[str],
    settings: Word2VecSettings | None = None,
    *,
    tokenizer: TokenizerKind | Tokenizer = "whitespace",
    lowercase: bool = False,
    limits: VocabularyLimits | None = None,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Word2Vec:
    """Train word2vec on lines in memory; every word counts, if ``limits`` do not say otherwise.

    >>> lines = ["the cat sat on the floor", "the dog sat on the floor"] * 50
    >>> model = train_word2vec_on_lines(lines, Word2VecSettings(size=16, window=2, sample=0, epochs=20), threads=1)
    >>> model.vectors().most_similar("cat", topn=1)[0][0]
    'dog'
    """
    corpus = learn_from_lines(lines, tokenizer=tokenizer, lowercase=lowercase, limits=limits)
    return _trained(*start(corpus, settings or Word2VecSettings()), threads, progress)


def start(corpus: Corpus, settings: Word2VecSettings) -> tuple[Word2Vec, Sentences]:
    """Return an untrained model of a corpus and its sentences, which take over the memory of its ids."""
    words = corpus.tokenizer.tokens[len(SPECIAL_TOKENS) :]
    sentences = Sentences.of_ids(corpus.ids)
    counts = sentences.counts(len(words))
    return Word2Vec(words, counts, settings, text=corpus.tokenizer.settings()), sentences


def _trained(
    model: Word2Vec, sentences: Sentences, threads: int | None, progress: Callable[[Progress], None] | None
) -> Word2Vec:
    for step in Training(model, sentences, threads):
        if progress is not None:
            progress(step)
    return model
