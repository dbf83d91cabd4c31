"""``nextword convert`` for word vectors: files of other tools to model folders and back."""

from pathlib import Path
from typing import Any, Literal

from nextword.cli.options import OutputOptions, VectorOptions, provenance, reading
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError, StorageError

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
Target = Literal["word2vec", "word2vec-binary", "glove", "folder"]
ENDINGS: dict[str, Target] = {
    ".glove.txt": "glove",
    ".glove": "glove",
    ".txt": "word2vec",
    ".vec": "word2vec",
    ".bin": "word2vec-binary",
}
"""What a name is written as; compression may follow. Longer endings go first."""
OTHER_ENDINGS = (
    ".arpa",
    ".lm",
    ".json",
    ".safetensors",
    ".zip",
    ".ftz",
    ".tsv",
    ".csv",
    ".npy",
    ".npz",
    ".pkl",
)
"""Endings of files that are not written here; a folder of such a name would surprise whoever asked for a file."""


def holds_word_vectors(source: Path) -> bool:
    """Whether a source is a folder or a file of word vectors, told by its content."""
    if str(source) == "-":
        return False
    if source.is_dir():
        from nextword.store.vectors import holds_vectors

        return holds_vectors(source)
    if not source.is_file() or _plain(source.name).endswith((".arpa", ".lm")):
        return False
    from nextword.embedding.formats.read import is_file_of_vectors

    return is_file_of_vectors(source)


def convert_vectors(source: Path, target: str, options: VectorOptions, answer: OutputOptions) -> None:
    """Write the word vectors of a source as what the target's name says: a file, or a model folder."""
    from nextword.embedding.formats import write_vectors
    from nextword.store.vectors import (
        check_matrix_of_file,
        check_vectors_target,
        load_vectors,
        save_vectors,
    )

    refuse_options([str(source), target])
    place, kind = Path(target), kind_of(target)
    if place.exists() and source.samefile(place):
        raise SettingError(f"{target} is the source and the target; give the target another name")
    if kind == "folder":
        check_vectors_target(place)
    elif place.is_dir():
        raise StorageError(f"{target} is a folder, and such vectors are one file; give it another name")
    # All of a folder is read anyway, so it is verified.
    if source.is_dir():
        vectors = load_vectors(source, matrix=options.matrix, verify=True)
    else:
        check_matrix_of_file(source, options.matrix)
        vectors = _read(source, answer)
    if kind == "folder":
        save_vectors(vectors, place, provenance((str(source),)))
    else:
        with answer.progress("writing", len(vectors), in_bytes=False) as watch:
            write_vectors(vectors, place, format=kind, progress=watch)
        if has_subwords(vectors):
            answer.remark(
                f"{target} holds the known words alone: its format has no place for pieces of words, from which "
                "vectors for unknown words are made; a model folder keeps them"
            )
    content: dict[str, Any] = {
        "model": target, "words": len(vectors), "size": vectors.vector_size, "subwords": has_subwords(vectors),
    }  # fmt: skip
    answer.answer(
        content, lambda: f"{target}: {len(vectors):,} words, vectors of {vectors.vector_size:,} numbers"
    )


def kind_of(target: str) -> Target:
    """Return what a target is by its name; raises SettingError for names that vectors are not written to."""
    name = _plain(target)
    for ending, kind in ENDINGS.items():
        if name.endswith(ending):
            return kind
    if target == "-" or name != target.lower() or name.endswith(OTHER_ENDINGS):
        raise SettingError(
            f"{target} names no file of word vectors; .txt and .vec are word2vec text, .bin word2vec binary, "
            ".glove.txt GloVe, each alone or with .gz behind it; any name without such an ending is a model folder"
        )
    return "folder"


def has_subwords(vectors: object) -> bool:
    """Whether vectors know the pieces of words."""
    from nextword.embedding.subwords import SubwordVectors

    return isinstance(vectors, SubwordVectors)


def _read(source: Path, answer: OutputOptions) -> Any:
    from nextword.embedding.formats import read_vectors

    with reading(answer, (str(source),)) as watch:
        vectors = read_vectors(source, progress=watch)
    repeated = vectors.settings.get("repeated_words_dropped", 0)
    if repeated:
        answer.remark(
            f"{source}: {repeated:,} rows repeat a word that stands before; the first of each is kept"
        )
    return vectors


def _plain(name: str) -> str:
    """Return a name in lower case without the ending of a compression."""
    name = name.lower()
    for ending in COMPRESSED:
        name = name.removesuffix(ending)
    return name
