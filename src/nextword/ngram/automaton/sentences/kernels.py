"""One sentence scored fast: all its places look up their n-grams side by side.

A walk from word to word waits for memory at every step. Here every place of the sentence grows its own n-gram, one
word a round: so the look-ups of a round do not depend on one another, and the processor fetches for all of them at
once. The pairs of words, whose slices are long, are found by hashing.
"""

import numpy as np

from nextword.arrays import BoolArray, FloatArray, IntArray
from nextword.compile import kernel
from nextword.ngram.automaton.kernels import bisect, children_of
from nextword.text.kernels import look_up_ids


@kernel
def slot_of(word: int, following: int, mask: int) -> int:
    """Return where the search for a pair of words begins."""
    mixed = np.uint64(word) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(following) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    return np.int64(mixed >> np.uint64(20)) & mask


@kernel
def enter_pairs(words: IntArray, children: IntArray, vocabulary_size: int, slots: IntArray) -> None:
    """Enter the node of every bigram into an empty table, open addressing, at least twice their number long."""
    mask = len(slots) - 1
    free = len(slots) // 2
    for word in range(vocabulary_size):
        begin, end = children_of(children, 1 + word, len(words))
        for node in range(begin, min(end, begin + free)):
            slot = slot_of(word, words[node], mask)
            while slots[slot] != 0:
                slot = (slot + 1) & mask
            slots[slot] = node
            free -= 1


@kernel
def sentence_total(
    words: IntArray,
    children: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    slots: IntArray,
    order: int,
    tokens: IntArray,
) -> tuple[float, int]:
    """Return log P of a sentence and its ``</s>``, for orders from 2 up: what `walk_total` returns, to the last bit.

    ``nodes[p, k]`` is the n-gram of the k + 1 words from place p on, -1 where it was not seen; place 0 is ``<s>``.
    """
    places, contexts = len(tokens) + 2, len(children) - 1
    sentence = np.empty(places, dtype=np.int64)
    sentence[0], sentence[places - 1] = 1, 2
    for place in range(len(tokens)):
        sentence[place + 1] = tokens[place]
    nodes = np.full((places, order), -1, dtype=np.int64)
    growing = np.empty(places, dtype=np.int64)
    low, high = np.empty(places, dtype=np.int64), np.empty(places, dtype=np.int64)
    touched = np.int64(0)  # returned too, so that the loops that fetch are not optimised away

    mask = len(slots) - 1
    for place in range(places):
        nodes[place, 0] = 1 + sentence[place]
    for place in range(places - 1):
        low[place] = slot_of(sentence[place], sentence[place + 1], mask)
        high[place] = slots[low[place]]
    for place in range(places - 1):
        touched += words[high[place]]
    count = 0
    for place in range(places - 1):
        begin, end = children_of(children, nodes[place, 0], len(words))
        slot, node = low[place], high[place]
        while node != 0:
            if begin <= node < end and words[node] == sentence[place + 1]:
                nodes[place, 1] = node
                growing[count] = place
                count += 1
                break
            slot = (slot + 1) & mask
            node = np.int64(slots[slot])

    for length in range(2, order):
        grown, asked = 0, 0
        for index in range(count):
            place = growing[index]
            context = nodes[place, length - 1]
            if place + length < places and context < contexts:
                low[asked], high[asked] = children_of(children, context, len(words))
                growing[asked] = place
                asked += 1
        for index in range(asked):
            if low[index] < high[index]:
                touched += words[(low[index] + high[index]) >> 1]
        for index in range(asked):
            place = growing[index]
            node = bisect(words, low[index], high[index], sentence[place + length])
            if node >= 0:
                nodes[place, length] = node
                growing[grown] = place
                grown += 1
        count = grown

    total = 0.0
    for place in range(1, places):
        price = 0.0
        begin = max(0, place - order + 1)
        while begin < place and nodes[begin, place - begin] < 0:
            context = nodes[begin, place - begin - 1]
            if 0 <= context < contexts and children[context] != children[context + 1]:
                price += backoffs[context]
            begin += 1
        total += price + log_probs[nodes[begin, place - begin]]
    return total, touched


@kernel
def line_total(
    line: bytes,
    is_delimiter: BoolArray,
    chunk_slots: IntArray,
    hashes: "np.ndarray",
    arena: "np.ndarray",
    begins: IntArray,
    first_word: int,
    words: IntArray,
    children: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    slots: IntArray,
    order: int,
) -> float:
    """Return log P of a line of text, cut at white space; NaN if it holds a special token."""
    ids = np.empty(len(line) // 2 + 1, dtype=np.int32)
    written, special = look_up_ids(line, is_delimiter, chunk_slots, hashes, arena, begins, first_word, ids)
    if special:
        return np.nan
    return sentence_total(words, children, log_probs, backoffs, slots, order, ids[:written])[0]
