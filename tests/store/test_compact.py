"""Compact models on disk: the same bytes, mapped, and nothing in them leads out of the arrays."""

import json

import numpy as np
import pytest

from nextword.errors import ModelFormatError
from nextword.lm import LinearMixture, Sampling, check_language_model, generate
from nextword.ngram.arpa import write_arpa
from nextword.store.models import load_model, save_model
from nextword.store.tensors import map_tensors, write_tensors
from support import sign


@pytest.fixture
def folder(model, tmp_path):
    save_model(model.compact(), tmp_path / "small")
    return tmp_path / "small"


def damage(folder, name, change):
    tensors = {key: tensor.copy() for key, tensor in map_tensors(folder / "model.safetensors").items()}
    tensors[name] = change(tensors[name])
    write_tensors(folder / "model.safetensors", tensors)
    sign(folder)


def test_a_saved_model_gives_the_same_bits(model, folder, lines):
    loaded, compact = load_model(folder), model.compact()
    for line in [*lines[:50], "a word never seen"]:
        assert loaded.score(line) == compact.score(line)
    state = loaded.read(loaded.tokenizer.encode("the cat"))
    assert np.array_equal(loaded.log_probs(state), compact.log_probs(state))
    check_language_model(loaded, contexts=10, tolerance=1e-6)


def test_the_same_model_gives_the_same_bytes(model, folder, tmp_path):
    for again in (model.compact(), load_model(folder)):
        save_model(again, tmp_path / "again")
        for name in ("model.safetensors", "tokenizer.json"):
            assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_loading_maps_the_file_and_does_not_read_it(folder):
    base = load_model(folder).automaton.entries
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)


def test_a_mixture_may_hold_compact_models(model, folder, tmp_path):
    mixture = LinearMixture([model, load_model(folder)], [0.5, 0.5])
    save_model(mixture, tmp_path / "mixed")
    assert load_model(tmp_path / "mixed").score("the cat") == mixture.score("the cat")


def fill(value):
    return lambda array: np.full_like(array, value)


def noise(array):
    raw = np.random.default_rng(0).integers(0, 256, array.nbytes, dtype=np.uint8)
    return raw.view(array.dtype)


ALL = np.uint64(2**64 - 1)
CHANGES = {
    "entries": [fill(ALL), fill(0), noise],
    "gamma_codes": [fill(255), noise],
    "scales": [fill(np.nan), fill(-1), fill(np.inf)],
    "share_book": [fill(np.nan), fill(7)],
    "gamma_book": [fill(np.inf), fill(-1)],
    "unigrams": [fill(np.nan), fill(-1), fill(0)],
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # probabilities that are none
@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, changes in CHANGES.items() for number in range(len(changes))],
)
def test_numbers_that_mean_nothing_hurt_nobody(folder, name, number, tmp_path):
    damage(folder, name, CHANGES[name][number])
    with pytest.raises(ModelFormatError, match="damaged"):
        load_model(folder)
    model = load_model(folder, verify=False)  # as a large one is loaded
    ids = np.arange(3, model.vocabulary_size, dtype=np.int32)
    model.token_log_probs([ids, ids[::-1]])
    for context in ([], [3], [3, 4], [0, 16], ids.tolist()):
        state = model.read(context)
        assert model.log_probs(state).shape == (1, model.vocabulary_size)
        words, _ = model.top_k(state, 5)
        assert words.min() >= 0
        assert words.max() < model.vocabulary_size
    for node in range(model.automaton.contexts):
        model.automaton.path(node)
        model.automaton.distribution(node, np.empty(model.vocabulary_size), cold=True)
    if name == "entries":
        generate(model, "the", length=20, sampling=Sampling(seed=1))
    model.why("the cat", "sat")
    write_arpa(model, tmp_path / "any.arpa")


@pytest.mark.parametrize("name", ["bits", "entries", "scales", "gamma_codes", "share_book", "unigrams"])
def test_arrays_of_the_wrong_length_are_refused(folder, name):
    damage(folder, name, lambda array: array[:-1])
    with pytest.raises(ModelFormatError, match="damaged"):
        load_model(folder)


@pytest.mark.parametrize("change", [fill(0), fill(ALL), noise, lambda bits: bits[::-1].copy()])
def test_a_tree_that_is_none_is_refused(folder, change):
    damage(folder, "bits", change)
    with pytest.raises(ModelFormatError, match="damaged"):
        load_model(folder)


def test_a_tree_that_mixes_orders_is_refused(folder):
    def exchange(bits):
        """Swap the children of the last pair of words and those of the first word."""
        flags = np.unpackbits(bits.view(np.uint8), bitorder="little")
        ends = np.flatnonzero(flags)
        first, last = flags[: ends[0] + 1], flags[ends[-2] + 1 : ends[-1] + 1]
        middle, rest = flags[ends[0] + 1 : ends[-2] + 1], flags[ends[-1] + 1 :]
        return np.packbits(np.concatenate([last, middle, first, rest]), bitorder="little").view(np.uint64)

    sizes_before = load_model(folder).automaton.ngrams
    assert sizes_before[1] > 0
    damage(folder, "bits", exchange)
    with pytest.raises(ModelFormatError, match="mixes orders"):
        load_model(folder)


@pytest.mark.parametrize("form", ["small", None, ["compact"], 1])
def test_another_form_is_a_format_error(folder, form):
    content = json.loads((folder / "config.json").read_text())
    content["model"]["form"] = form
    (folder / "config.json").write_text(json.dumps(content))
    with pytest.raises(ModelFormatError, match="form"):
        load_model(folder)
