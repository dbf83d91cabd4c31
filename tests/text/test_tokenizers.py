import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from nextword.errors import InputError, ModelFormatError, SettingError
from nextword.store.tokenizers import read_tokenizer, write_tokenizer
from nextword.text.byte_pair import BytePairTokenizer
from nextword.text.corpus import encode_lines, learn_from_lines
from nextword.text.vocabulary import VocabularyLimits
from nextword.text.word_level import WhitespaceTokenizer

KINDS = ["whitespace", "words", "characters", "bpe"]
TEXT = ["The cat's mat, and the café: 3 dogs!", "naïve Ünïcode — “quotes” don't stop", "the the\xa0the", ""]


@pytest.fixture(params=[(kind, lowercase) for kind in KINDS for lowercase in (False, True)], ids=str)
def tokenizer(request):
    kind, lowercase = request.param
    limits = VocabularyLimits(max_size=300) if kind == "bpe" else None
    return learn_from_lines(TEXT, tokenizer=kind, lowercase=lowercase, limits=limits).tokenizer


def test_ids_begin_with_the_special_tokens_and_fall_in_frequency(tokenizer):
    assert tokenizer.tokens[:3] == ["<unk>", "<s>", "</s>"]
    counts = np.bincount(encode_lines(TEXT, tokenizer), minlength=len(tokenizer))[3:]
    assert np.all(np.diff(counts) <= 0)


def test_the_corpus_path_and_the_line_path_give_the_same_ids(tokenizer):
    lines = [*TEXT, "an unseen wörd ☃ here", "x" * 100]
    by_line = np.concatenate([np.append(tokenizer.encode(line), 2) for line in lines])
    assert np.array_equal(encode_lines(lines, tokenizer), by_line)


def test_saving_and_loading_changes_nothing(tokenizer, tmp_path):
    settings = write_tokenizer(tokenizer, tmp_path)
    loaded = read_tokenizer(tmp_path, settings)
    assert loaded.same_vocabulary(tokenizer)
    assert loaded.to_json() == tokenizer.to_json()
    for line in TEXT:
        assert np.array_equal(loaded.encode(line), tokenizer.encode(line))


def test_transformers_reads_the_same_file_and_gives_the_same_ids(tokenizer, tmp_path):
    write_tokenizer(tokenizer, tmp_path)
    theirs = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    assert (theirs.unk_token_id, theirs.bos_token_id, theirs.eos_token_id) == (0, 1, 2)
    for line in [*TEXT, "an unseen wörd here"]:
        assert theirs.encode(line, add_special_tokens=False) == tokenizer.encode(line).tolist()


def test_decoding_gives_the_text_back_but_for_white_space(tokenizer):
    for line in TEXT:
        shown = tokenizer.decode(tokenizer.encode(line))
        wanted = line.lower() if tokenizer.lowercase else line
        assert "".join(shown.split()) == "".join(wanted.split())
    assert tokenizer.decode([1, *tokenizer.encode("the"), 2, *tokenizer.encode("the")]) == "the\nthe"


def test_a_longer_text_begins_with_the_shorter(tokenizer):
    ids = [*tokenizer.encode(TEXT[0]).tolist(), 2, *tokenizer.encode(TEXT[1]).tolist()]
    shown = [tokenizer.decode(ids[:end]) for end in range(len(ids) + 1)]
    for shorter, longer in itertools.pairwise(shown):
        assert longer.startswith(shorter.rstrip("\ufffd"))


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_bytes_lose_nothing(text):
    tokenizer = learn_from_lines(TEXT, tokenizer="bpe", limits=VocabularyLimits(max_size=300)).tokenizer
    chunks = text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ")
    wanted = " ".join(chunk for chunk in chunks if chunk)
    if not any(tokenizer.is_special(chunk) for chunk in chunks):
        assert tokenizer.decode(tokenizer.encode(text)) == wanted
        assert 0 not in tokenizer.encode(text)


TOKENIZERS = [
    learn_from_lines(
        TEXT,
        tokenizer=kind,
        lowercase=lowercase,
        special_tokens=policy,
        limits=VocabularyLimits(max_size=300) if kind == "bpe" else None,
    ).tokenizer
    for kind, lowercase, policy in itertools.product(KINDS, (False, True), ("skip", "keep"))
]
PIECES = [
    "the",
    "The",
    "cat's",
    "mat,",
    " ",
    "-",
    "<unk>",
    "<UNK>",
    "\u2028",
    "\xa0",
    "\n",
    "İ",
    "<un\u212a>",
]


@given(
    st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"])).map("".join),
    st.sampled_from(TOKENIZERS),
)
def test_there_is_an_unknown_piece_for_every_unknown_id(text, tokenizer):
    pieces = tokenizer.unknown_pieces(text)
    assert len(pieces) == np.count_nonzero(tokenizer.encode(text) == 0)
    for piece in pieces:
        assert piece.lower() == "<unk>" or piece not in tokenizer.ids


def test_unknown_pieces_are_those_that_the_tokenizer_cuts():
    words = learn_from_lines(["the gnu is open"], tokenizer="words").tokenizer
    assert words.unknown_pieces("the zebra, the-gnu is open.") == ["zebra", ",", "-", "."]
    spaced = learn_from_lines(["w1 w2 w3"]).tokenizer
    assert spaced.unknown_pieces("w1\u2028w2 w3") == ["w1\u2028w2"]
    letters = learn_from_lines(["ab"], tokenizer="characters", lowercase=True).tokenizer
    assert letters.unknown_pieces("A cB") == [" ", "c"]
    with pytest.raises(InputError, match="<s>"):
        spaced.unknown_pieces("w1 <s>")


def test_words_are_apart_from_punctuation():
    tokenizer = learn_from_lines(["Don't stop, O’Neil! 3.5% (été)"], tokenizer="words").tokenizer
    pieces = [tokenizer.token(token) for token in tokenizer.encode("Don't stop, O’Neil! 3.5% (été)")]
    assert pieces == ["Don't", "stop", ",", "O’Neil", "!", "3", ".", "5", "%", "(", "été", ")"]


def test_lower_case_joins_what_differs_in_case():
    corpus = learn_from_lines(["The THE the"], lowercase=True)
    assert corpus.tokenizer.tokens[3:] == ["the"]
    assert corpus.ids.tolist() == [3, 3, 3, 2]


@pytest.mark.parametrize("kind", ["whitespace", "words", "bpe"])
@pytest.mark.parametrize("token", ["<s>", "</s>", "<unk>"])
def test_a_special_token_in_the_text_is_an_error_that_names_the_line(kind, token):
    with pytest.raises(InputError, match=f"line 3: .*{token}.*--special-tokens"):
        learn_from_lines(["a b", "", f"a {token} b", token], tokenizer=kind)


@pytest.mark.parametrize("kind", ["whitespace", "words"])
def test_special_tokens_can_be_skipped(kind):
    corpus = learn_from_lines(["a <s> b </s> <unk>", "<unk>"], tokenizer=kind, special_tokens="skip")
    assert corpus.ids.tolist() == [3, 4, 2, 2]


def test_the_unknown_word_can_be_kept_but_no_sentence_marks():
    corpus = learn_from_lines(["a <unk> a", "<unk>"], special_tokens="keep")
    assert corpus.ids.tolist() == [3, 0, 3, 2, 0, 2]
    with pytest.raises(InputError, match="only <unk> can be kept"):
        learn_from_lines(["a <s> b"], special_tokens="keep")


def test_special_tokens_are_found_in_any_case_when_text_is_lower_cased():
    with pytest.raises(InputError, match="<UNK>"):
        learn_from_lines(["a <UNK>"], lowercase=True)
    assert learn_from_lines(["a <UNK>"]).tokenizer.tokens[3:] == ["<UNK>", "a"]


def test_characters_have_no_special_tokens():
    corpus = learn_from_lines(["<s>"], tokenizer="characters")
    assert corpus.tokenizer.decode(corpus.ids) == "<s>\n"


@pytest.mark.parametrize(
    "vocabulary",
    [
        {"<unk>": 0, "<s>": 1, "</s>": 2, "a": 4},
        {"<unk>": 0, "<s>": 1, "</s>": 1},
        {"<unk>": 1, "<s>": 0, "</s>": 2},
        {"<unk>": 0, "<s>": 1, "</s>": "2"},
        ["<unk>"],
        None,
    ],
)
def test_a_damaged_vocabulary_is_a_format_error(tmp_path, vocabulary):
    settings = write_tokenizer(WhitespaceTokenizer(["<unk>", "<s>", "</s>"]), tmp_path)
    content = json.loads((tmp_path / "tokenizer.json").read_text())
    content["model"]["vocab"] = vocabulary
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    with pytest.raises(ModelFormatError):
        read_tokenizer(tmp_path, settings)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model": 3}', "\xff", "{}"])
@pytest.mark.parametrize("kind", ["whitespace", "bpe"])
def test_a_broken_file_is_a_format_error(tmp_path, text, kind):
    (tmp_path / "tokenizer.json").write_text(text, encoding="latin-1")
    with pytest.raises(ModelFormatError):
        read_tokenizer(tmp_path, {"kind": kind})


def test_unknown_kinds_are_errors(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelFormatError, match="sentencepiece"):
        read_tokenizer(tmp_path, {"kind": "sentencepiece"})
    with pytest.raises(SettingError, match="try whitespace"):
        learn_from_lines(["a"], tokenizer="sentencepiece")


def test_a_byte_pair_vocabulary_cannot_be_cut():
    tokenizer = learn_from_lines(TEXT, tokenizer="bpe").tokenizer
    with pytest.raises(SettingError, match="cannot lose tokens"):
        tokenizer.restrict([0, 1, 2])
    with pytest.raises(SettingError, match="259"):
        learn_from_lines(TEXT, tokenizer="bpe", limits=VocabularyLimits(max_size=10))
    with pytest.raises(SettingError, match="by --vocabulary-size"):
        learn_from_lines(TEXT, tokenizer="bpe", limits=VocabularyLimits(min_count=2))


def test_byte_pairs_take_vocabulary_and_merges_from_their_file_and_nothing_else():
    tokenizer = BytePairTokenizer.learn({"low": 5, "lower": 2, "newest": 6}, 270)
    description = json.loads(tokenizer.to_json())
    description["model"]["dropout"] = 0.9
    description["pre_tokenizer"] = None
    description["truncation"] = {
        "max_length": 1,
        "strategy": "LongestFirst",
        "stride": 0,
        "direction": "Right",
    }
    read = BytePairTokenizer(json.dumps(description))
    assert read.to_json() == tokenizer.to_json()
    assert read.encode("newest lower").tolist() == tokenizer.encode("newest lower").tolist()


@pytest.mark.parametrize("merges", [None, [["a"]], [["no", "such"]], [1], ["a b c"]], ids=str)
def test_merges_that_are_none_are_format_errors(merges):
    description = json.loads(BytePairTokenizer.learn({"low": 5}, 260).to_json())
    description["model"]["merges"] = merges
    with pytest.raises(ModelFormatError, match=r"tokenizer\.json"):
        BytePairTokenizer(json.dumps(description))
