import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nextword.text.chunks import CharacterChunks, WordChunks

DELIMITERS = b"\0\t\n\r "
line_bytes = st.text(alphabet=st.sampled_from("ab \t\r\x0b\x0c\xa0é\u3000\x85"), max_size=12)


def split_as_lmplz_does(text: bytes) -> list[list[bytes]]:
    """The plain reference: a line feed ends a sentence, exactly five bytes end a word."""
    for delimiter in (b"\0", b"\t", b"\r"):
        text = text.replace(delimiter, b" ")
    return [[word for word in line.split(b" ") if word] for line in text.split(b"\n")[:-1]]


@given(st.lists(line_bytes, max_size=20), st.integers(1, 4))
def test_numbers_stand_for_the_same_words_as_a_plain_split(lines, blocks):
    chunks = WordChunks()
    data = [f"{line}\n".encode() for line in lines]
    numbers = [chunks.number(b"".join(data[start::blocks])) for start in range(blocks)]
    fresh = chunks.fresh()
    known = dict(zip(fresh.tolist(), chunks.strings(fresh), strict=True))
    for start, found in zip(range(blocks), numbers, strict=True):
        words = [[]]
        for number in found.tolist():
            if number == 0:
                words.append([])
            else:
                words[-1].append(known[number].encode())
        assert words[:-1] == split_as_lmplz_does(b"".join(data[start::blocks]))


def test_the_table_grows_without_losing_a_word():
    words = [f"word{number}" for number in range(50_000)]
    text = (" ".join(words) + "\n").encode()
    chunks = WordChunks()
    first = chunks.number(text)
    assert np.array_equal(chunks.number(text), first)
    assert chunks.strings(chunks.fresh()) == words
    assert len(chunks.fresh()) == 0


def test_a_chunk_longer_than_the_arena_fits():
    long = "x" * 300_000
    chunks = WordChunks()
    assert chunks.number(f"a {long} b\n".encode()).tolist() == [1, 2, 3, 0]
    assert chunks.strings(chunks.fresh()) == ["a", long, "b"]


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_characters_are_numbered_by_code_point(text):
    chunks = CharacterChunks()
    numbers = chunks.number(f"{text}\n".encode())
    assert "".join(chr(number) if number else "\n" for number in numbers) == f"{text}\n"
    assert set(chunks.strings(chunks.fresh())) == set(text) - {"\n"}
