"""What a folder of word vectors keeps of the pieces of words, as fastText's models have them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nextword.embedding.subwords.vectors import SubwordSettings, SubwordVectors
from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import ModelFormatError, SettingError
from nextword.store.tensors import Array

SETTINGS = ("shortest", "longest", "buckets")


def subword_tensors(vectors: WordVectors) -> dict[str, Array]:
    """Return the arrays of the pieces of words; none where there are no pieces."""
    if not isinstance(vectors, SubwordVectors):
        return {}
    kept = {} if vectors.kept is None else {"kept_subwords": vectors.kept}
    return {"subwords": np.ascontiguousarray(vectors.subwords), **kept}


def subword_content(vectors: WordVectors) -> dict[str, Any]:
    """Return what ``config.json`` says of the pieces of words."""
    if not isinstance(vectors, SubwordVectors):
        return {}
    return {"subwords": {name: getattr(vectors.subword_settings, name) for name in SETTINGS}}


def with_subwords(
    vectors: WordVectors, model: Mapping[str, Any], tensors: Mapping[str, Array], path: str | Path
) -> WordVectors:
    """Return the vectors of a folder with the pieces of words that it keeps.

    Raises ModelFormatError where ``config.json`` and the arrays do not fit together.
    """
    stated, subwords, kept = model.get("subwords"), tensors.get("subwords"), tensors.get("kept_subwords")
    if stated is None and subwords is None and kept is None:
        return vectors
    try:
        if subwords is None or not isinstance(stated, dict) or set(stated) != set(SETTINGS):
            raise SettingError(  # noqa: TRY301
                f"subwords need the array of that name and {', '.join(SETTINGS)} in config.json, got {stated!r:.80}"
            )
        settings = SubwordSettings(**stated)
        if kept is not None and (np.any(kept[1:] <= kept[:-1]) or np.any(kept < 0)):
            raise SettingError("kept_subwords must ascend")  # noqa: TRY301
        return SubwordVectors(
            vectors.words,
            vectors.vectors,
            subwords,
            settings,
            kept=kept,
            counts=vectors.counts,
            settings=vectors.settings,
        )
    except SettingError as error:
        raise ModelFormatError(f"{path} is damaged: {error}; copy it again, or make it again") from None
