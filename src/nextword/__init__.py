"""Classical language models on your own text: given the words so far, what word comes next?

>>> import nextword
>>> model = nextword.train_on_lines(["the cat sat on the mat", "the cat ate"], order=3)
>>> model.next_words("the", k=1)[0][0]
'cat'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nextword.embedding.formats import read_vectors as read_vectors
    from nextword.embedding.formats import write_vectors as write_vectors
    from nextword.embedding.graphs.edges import read_edges as read_edges
    from nextword.embedding.graphs.graph import Graph as Graph
    from nextword.embedding.graphs.train import train_node2vec as train_node2vec
    from nextword.embedding.graphs.walks import Walks as Walks
    from nextword.embedding.graphs.walks import WalkSettings as WalkSettings
    from nextword.embedding.handmade import handmade_vectors as handmade_vectors
    from nextword.embedding.lesson import word2vec_step as word2vec_step
    from nextword.embedding.maps import WordMap as WordMap
    from nextword.embedding.maps import map_words as map_words
    from nextword.embedding.one_hot import one_hot as one_hot
    from nextword.embedding.subwords import SubwordVectors as SubwordVectors
    from nextword.embedding.vectors.vectors import WordVectors as WordVectors
    from nextword.embedding.word2vec.model import Word2Vec as Word2Vec
    from nextword.embedding.word2vec.settings import Word2VecSettings as Word2VecSettings
    from nextword.embedding.word2vec.train import train_word2vec as train_word2vec
    from nextword.embedding.word2vec.train import train_word2vec_on_lines as train_word2vec_on_lines
    from nextword.errors import DivergedError as DivergedError
    from nextword.errors import InputError as InputError
    from nextword.errors import MissingDependencyError as MissingDependencyError
    from nextword.errors import ModelFormatError as ModelFormatError
    from nextword.errors import NextwordError as NextwordError
    from nextword.errors import NotADistributionError as NotADistributionError
    from nextword.errors import SettingError as SettingError
    from nextword.errors import StorageError as StorageError
    from nextword.errors import UnknownWordError as UnknownWordError
    from nextword.errors import VocabularyError as VocabularyError
    from nextword.lm import LanguageModel as LanguageModel
    from nextword.lm import LinearMixture as LinearMixture
    from nextword.lm import Sampling as Sampling
    from nextword.lm import beam_search as beam_search
    from nextword.lm import chain_rule as chain_rule
    from nextword.lm import check_language_model as check_language_model
    from nextword.lm import evaluate as evaluate
    from nextword.lm import generate as generate
    from nextword.lm import score_lines as score_lines
    from nextword.lm import stream as stream
    from nextword.lm import tune_weights as tune_weights
    from nextword.lm.pairs import score_pairs as score_pairs
    from nextword.neural.inside.connectivity import connectivity as connectivity
    from nextword.neural.inside.contexts import open_contexts as open_contexts
    from nextword.neural.inside.gates import record_gates as record_gates
    from nextword.neural.inside.reach import measure_reach as measure_reach
    from nextword.neural.model import NeuralModel as NeuralModel
    from nextword.neural.presets import preset_settings as preset_settings
    from nextword.neural.settings import NeuralSettings as NeuralSettings
    from nextword.neural.train import network_training as network_training
    from nextword.neural.train import train_network as train_network
    from nextword.neural.train import train_network_on_lines as train_network_on_lines
    from nextword.ngram.arpa import read_arpa as read_arpa
    from nextword.ngram.arpa import write_arpa as write_arpa
    from nextword.ngram.counting.counted import CountedText as CountedText
    from nextword.ngram.counting.counted import count_lines as count_lines
    from nextword.ngram.counting.counted import count_text as count_text
    from nextword.ngram.counting.lines.read import read_counts as read_counts
    from nextword.ngram.counting.lines.write import write_counts as write_counts
    from nextword.ngram.counting.merging.merge import merge_counts as merge_counts
    from nextword.ngram.estimation.smoothing import Additive as Additive
    from nextword.ngram.estimation.smoothing import JelinekMercer as JelinekMercer
    from nextword.ngram.estimation.smoothing import Katz as Katz
    from nextword.ngram.estimation.smoothing import MaximumLikelihood as MaximumLikelihood
    from nextword.ngram.estimation.smoothing import ModifiedKneserNey as ModifiedKneserNey
    from nextword.ngram.estimation.smoothing import StupidBackoff as StupidBackoff
    from nextword.ngram.pruning import prune_by_counts as prune_by_counts
    from nextword.ngram.pruning import prune_by_entropy as prune_by_entropy
    from nextword.ngram.pruning import prune_to_size as prune_to_size
    from nextword.ngram.pruning import prune_vocabulary as prune_vocabulary
    from nextword.ngram.train import train_ngram as train_ngram
    from nextword.ngram.train import train_on_lines as train_on_lines
    from nextword.ngram.train_counts import train_on_counts as train_on_counts
    from nextword.store.classifiers import load_classifier as load_classifier
    from nextword.store.classifiers import save_classifier as save_classifier
    from nextword.store.counts import load_counts as load_counts
    from nextword.store.counts import save_counts as save_counts
    from nextword.store.forecaster import load_forecaster as load_forecaster
    from nextword.store.forecaster import save_forecaster as save_forecaster
    from nextword.store.models import load_model as load_model
    from nextword.store.models import save_model as save_model
    from nextword.store.tagger import load_tagger as load_tagger
    from nextword.store.tagger import save_tagger as save_tagger
    from nextword.store.vectors import load_vectors as load_vectors
    from nextword.store.vectors import save_vectors as save_vectors
    from nextword.store.word2vec import load_word2vec as load_word2vec
    from nextword.store.word2vec import save_word2vec as save_word2vec
    from nextword.tasks.classify.estimator import LSTMClassifier as LSTMClassifier
    from nextword.tasks.classify.model import TextClassifier as TextClassifier
    from nextword.tasks.classify.settings import ClassifierSettings as ClassifierSettings
    from nextword.tasks.classify.table import read_classes as read_classes
    from nextword.tasks.classify.table import read_table as read_table
    from nextword.tasks.classify.train import train_classifier as train_classifier
    from nextword.tasks.classify.validation import cross_validate as cross_validate
    from nextword.tasks.classify.why import decisive_words as decisive_words
    from nextword.tasks.forecast.evaluation import evaluate_forecast as evaluate_forecast
    from nextword.tasks.forecast.model import Forecaster as Forecaster
    from nextword.tasks.forecast.reading import read_series as read_series
    from nextword.tasks.forecast.regressor import LSTMRegressor as LSTMRegressor
    from nextword.tasks.forecast.series import Series as Series
    from nextword.tasks.forecast.settings import ForecastSettings as ForecastSettings
    from nextword.tasks.forecast.train import train_forecaster as train_forecaster
    from nextword.tasks.mean_vectors import MeanVectors as MeanVectors
    from nextword.tasks.probes.names import PROBES as PROBES
    from nextword.tasks.probes.probe import make_language as make_language
    from nextword.tasks.tagging.estimator import LSTMTagger as LSTMTagger
    from nextword.tasks.tagging.files.reading import read_tagged as read_tagged
    from nextword.tasks.tagging.model import SequenceTagger as SequenceTagger
    from nextword.tasks.tagging.settings import TaggerSettings as TaggerSettings
    from nextword.tasks.tagging.train import train_tagger as train_tagger
    from nextword.text.corpus import encode_lines as encode_lines
    from nextword.text.corpus import encode_sources as encode_sources
    from nextword.text.corpus import learn_corpus as learn_corpus
    from nextword.text.corpus import learn_from_lines as learn_from_lines
    from nextword.text.pairs import read_pairs as read_pairs
    from nextword.text.vocabulary import VocabularyLimits as VocabularyLimits

# Where each public name lives. Modules are imported when a name is first asked for: `import nextword` is quick.
_HOMES = {
    "score_pairs": "nextword.lm.pairs",
    "read_pairs": "nextword.text.pairs",
    "record_gates": "nextword.neural.inside.gates",
    "open_contexts": "nextword.neural.inside.contexts",
    "measure_reach": "nextword.neural.inside.reach",
    "connectivity": "nextword.neural.inside.connectivity",
    "make_language": "nextword.tasks.probes.probe",
    "evaluate_forecast": "nextword.tasks.forecast.evaluation",
    "Forecaster": "nextword.tasks.forecast.model",
    "read_series": "nextword.tasks.forecast.reading",
    "LSTMRegressor": "nextword.tasks.forecast.regressor",
    "Series": "nextword.tasks.forecast.series",
    "ForecastSettings": "nextword.tasks.forecast.settings",
    "train_forecaster": "nextword.tasks.forecast.train",
    "save_forecaster": "nextword.store.forecaster",
    "load_forecaster": "nextword.store.forecaster",
    "PROBES": "nextword.tasks.probes.names",
    "Word2Vec": "nextword.embedding.word2vec.model",
    "Word2VecSettings": "nextword.embedding.word2vec.settings",
    "load_word2vec": "nextword.store.word2vec",
    "save_word2vec": "nextword.store.word2vec",
    "train_word2vec": "nextword.embedding.word2vec.train",
    "train_word2vec_on_lines": "nextword.embedding.word2vec.train",
    "chain_rule": "nextword.lm",
    "VocabularyLimits": "nextword.text.vocabulary",
    "VocabularyError": "nextword.errors",
    "UnknownWordError": "nextword.errors",
    "WordVectors": "nextword.embedding.vectors.vectors",
    "SubwordVectors": "nextword.embedding.subwords",
    "read_vectors": "nextword.embedding.formats",
    "write_vectors": "nextword.embedding.formats",
    "load_vectors": "nextword.store.vectors",
    "save_vectors": "nextword.store.vectors",
    "StorageError": "nextword.errors",
    "SettingError": "nextword.errors",
    "NotADistributionError": "nextword.errors",
    "ModelFormatError": "nextword.errors",
    "MissingDependencyError": "nextword.errors",
    "InputError": "nextword.errors",
    "DivergedError": "nextword.errors",
    "CountedText": "nextword.ngram.counting.counted",
    "count_lines": "nextword.ngram.counting.counted",
    "count_text": "nextword.ngram.counting.counted",
    "load_counts": "nextword.store.counts",
    "merge_counts": "nextword.ngram.counting.merging.merge",
    "read_counts": "nextword.ngram.counting.lines.read",
    "save_counts": "nextword.store.counts",
    "train_on_counts": "nextword.ngram.train_counts",
    "write_counts": "nextword.ngram.counting.lines.write",
    "Additive": "nextword.ngram.estimation.smoothing",
    "JelinekMercer": "nextword.ngram.estimation.smoothing",
    "Katz": "nextword.ngram.estimation.smoothing",
    "StupidBackoff": "nextword.ngram.estimation.smoothing",
    "LanguageModel": "nextword.lm",
    "LinearMixture": "nextword.lm",
    "handmade_vectors": "nextword.embedding.handmade",
    "word2vec_step": "nextword.embedding.lesson",
    "ClassifierSettings": "nextword.tasks.classify.settings",
    "LSTMClassifier": "nextword.tasks.classify.estimator",
    "TextClassifier": "nextword.tasks.classify.model",
    "cross_validate": "nextword.tasks.classify.validation",
    "decisive_words": "nextword.tasks.classify.why",
    "load_classifier": "nextword.store.classifiers",
    "read_classes": "nextword.tasks.classify.table",
    "read_table": "nextword.tasks.classify.table",
    "save_classifier": "nextword.store.classifiers",
    "train_classifier": "nextword.tasks.classify.train",
    "MeanVectors": "nextword.tasks.mean_vectors",
    "LSTMTagger": "nextword.tasks.tagging.estimator",
    "SequenceTagger": "nextword.tasks.tagging.model",
    "TaggerSettings": "nextword.tasks.tagging.settings",
    "read_tagged": "nextword.tasks.tagging.files.reading",
    "train_tagger": "nextword.tasks.tagging.train",
    "load_tagger": "nextword.store.tagger",
    "save_tagger": "nextword.store.tagger",
    "MaximumLikelihood": "nextword.ngram.estimation.smoothing",
    "ModifiedKneserNey": "nextword.ngram.estimation.smoothing",
    "NeuralModel": "nextword.neural.model",
    "NeuralSettings": "nextword.neural.settings",
    "network_training": "nextword.neural.train",
    "train_network": "nextword.neural.train",
    "train_network_on_lines": "nextword.neural.train",
    "preset_settings": "nextword.neural.presets",
    "NextwordError": "nextword.errors",
    "Sampling": "nextword.lm",
    "beam_search": "nextword.lm",
    "check_language_model": "nextword.lm",
    "encode_lines": "nextword.text.corpus",
    "learn_corpus": "nextword.text.corpus",
    "learn_from_lines": "nextword.text.corpus",
    "encode_sources": "nextword.text.corpus",
    "evaluate": "nextword.lm",
    "generate": "nextword.lm",
    "load_model": "nextword.store.models",
    "WordMap": "nextword.embedding.maps",
    "map_words": "nextword.embedding.maps",
    "one_hot": "nextword.embedding.one_hot",
    "Graph": "nextword.embedding.graphs.graph",
    "read_edges": "nextword.embedding.graphs.edges",
    "train_node2vec": "nextword.embedding.graphs.train",
    "Walks": "nextword.embedding.graphs.walks",
    "WalkSettings": "nextword.embedding.graphs.walks",
    "prune_by_counts": "nextword.ngram.pruning",
    "prune_by_entropy": "nextword.ngram.pruning",
    "prune_to_size": "nextword.ngram.pruning",
    "prune_vocabulary": "nextword.ngram.pruning",
    "read_arpa": "nextword.ngram.arpa",
    "save_model": "nextword.store.models",
    "score_lines": "nextword.lm",
    "stream": "nextword.lm",
    "train_ngram": "nextword.ngram.train",
    "train_on_lines": "nextword.ngram.train",
    "tune_weights": "nextword.lm",
    "write_arpa": "nextword.ngram.arpa",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'nextword' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
