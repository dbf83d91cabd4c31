"""An embedding that begins from word vectors, in place of random ones."""

import numpy as np
import torch
from numpy.typing import NDArray

from nextword.embedding.vectors.vectors import WordVectors
from nextword.errors import SettingError, VocabularyError
from nextword.neural.networks.network import Network
from nextword.text.tokenizer import Tokenizer

SCALE = 0.1 / 3**0.5
"""How large the numbers of an embedding that begins at random are: the root of their mean square."""


@torch.no_grad()
def begin_from(
    network: Network, vectors: WordVectors, tokenizer: Tokenizer, ranks: NDArray[np.int64] | None
) -> int:
    """Write the vectors of the words that have one over the network's embedding, and return how many there are.

    The vectors are scaled as one, to numbers as large as those of an embedding that begins at random: what they say of
    words stays, and the first scores are as small as they should be.

    Raises SettingError for vectors of another size, VocabularyError where no word has one.
    """
    size = network.settings.size
    if vectors.vector_size != size:
        raise SettingError(
            f"the vectors have {vectors.vector_size} numbers and the network's words {size}; give --size "
            f"{vectors.vector_size}, or train vectors of {size}"
        )
    known = [(token, vectors.key_to_index[word]) for token, word in enumerate(tokenizer.tokens)
             if word in vectors.key_to_index]  # fmt: skip
    if not known:
        raise VocabularyError(
            "no word of the text has a vector; train vectors on such text, cut into words in the same way"
        )
    tokens, places = (np.array(column) for column in zip(*known, strict=True))
    rows = np.asarray(vectors.vectors[places], dtype=np.float32)  # (words, E)
    rows = rows * (SCALE / max(float(np.sqrt(np.square(rows, dtype=np.float64).mean())), 1e-12))
    ranked = tokens if ranks is None else ranks[tokens]
    network.embedding[torch.from_numpy(ranked)] = torch.from_numpy(rows)
    return len(known)
