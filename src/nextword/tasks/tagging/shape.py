"""Which arrays a tagger has, and of which sizes."""

from nextword.neural.encoder.shape import EncoderShape
from nextword.tasks.tagging.forms import CASES
from nextword.tasks.tagging.lexicon import Lexicon
from nextword.tasks.tagging.settings import TaggerSettings

WIDTH = 3
"""Characters that a convolution sees at once."""
ENCODER, CHARACTER_ENCODER = "encoder.", "character_encoder."
"""What the names of the arrays of both encoders begin with."""
FIRST_CHARACTER = 4
"""Numbers of characters that stand for none: what fills up, unknown ones, and both ends of a word."""


def word_width(settings: TaggerSettings) -> int:
    """Return how many numbers stand for a word, features aside."""
    characters = settings.character_hidden if settings.characters != "none" else 0
    return settings.size + characters + settings.affix_size + settings.case_size


def encoder_shape(settings: TaggerSettings, columns: int) -> EncoderShape:
    """Return the sizes of the LSTMs that read sentences with so many columns of features."""
    size = word_width(settings) + columns * settings.feature_size
    return EncoderShape(size=size, hidden=settings.hidden, layers=settings.layers)


def character_shape(settings: TaggerSettings) -> EncoderShape:
    """Return the sizes of the LSTM that reads the characters of words."""
    return EncoderShape(size=settings.character_size, hidden=settings.character_hidden // 2)


def array_shapes(settings: TaggerSettings, lexicon: Lexicon) -> dict[str, tuple[int, ...]]:
    """Return the name and the shape of each array of a tagger."""
    tags, columns = len(lexicon.tags), len(lexicon.features)
    shapes: dict[str, tuple[int, ...]] = {"words": (1 + len(lexicon.words), settings.size)}
    if settings.characters != "none":
        shapes["characters"] = (FIRST_CHARACTER + len(lexicon.characters), settings.character_size)
    if settings.characters == "cnn":
        shapes["filters"] = (settings.character_hidden, WIDTH * settings.character_size)
        shapes["filter_biases"] = (settings.character_hidden,)
    if settings.characters == "lstm":
        inner = character_shape(settings).array_shapes()
        shapes |= {CHARACTER_ENCODER + name: shape for name, shape in inner.items()}
    if settings.affix_size:
        shapes["affixes"] = (1 + len(lexicon.affixes), settings.affix_size)
    if settings.case_size:
        shapes["cases"] = (CASES, settings.case_size)
    for place, values in enumerate(lexicon.features):
        shapes[f"features.{place}"] = (1 + len(values), settings.feature_size)
    encoder = encoder_shape(settings, columns)
    shapes |= {ENCODER + name: shape for name, shape in encoder.array_shapes().items()}
    return shapes | {
        "W": (tags, encoder.width),
        "b": (tags,),
        "steps": (tags, tags),
        "start": (tags,),
        "end": (tags,),
    }
