"""Pictures of word vectors: words laid on a plane, as a page that works offline and as an image."""

from nextword.embedding.maps.map import WordMap, map_words
from nextword.embedding.maps.settings import MapSettings

__all__ = ["MapSettings", "WordMap", "map_words"]
