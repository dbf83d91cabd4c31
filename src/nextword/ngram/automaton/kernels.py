"""Walking the automaton: one word, a stream of words, the likeliest words, all words.

The arrays may come from a damaged file: whatever they hold, no kernel leaves them or runs forever. A slice of
children is read only if it lies within the nodes, a suffix link only if it leads to a smaller number (shorter
n-grams have smaller numbers), a word only if it is in the vocabulary.
"""

import numpy as np

from nextword.arrays import FloatArray, IntArray
from nextword.compile import kernel

LONGEST = 64
"""Suffix chains are no longer than the longest order, which is 32."""


@kernel
def children_of(children: IntArray, node: int, nodes: int) -> tuple[int, int]:
    """Return the slice of a node's children, empty where it would leave the nodes."""
    low, high = np.int64(children[node]), np.int64(children[node + 1])
    if low < 0 or high > nodes:
        return 0, 0
    return low, high


@kernel
def suffix_of(suffixes: IntArray, node: int) -> int:
    """Return the node without its first word."""
    shorter = np.int64(suffixes[node])
    return shorter if 0 <= shorter < node else np.int64(0)


@kernel
def bisect(words: IntArray, low: int, high: int, word: int) -> int:
    """Return the place of a word among the sorted ``words[low:high]``, or -1."""
    while low < high:
        middle = (low + high) >> 1
        found = words[middle]
        if found < word:
            low = middle + 1
        elif found > word:
            high = middle
        else:
            return middle
    return -1


@kernel
def find_child(words: IntArray, children: IntArray, node: int, word: int) -> int:
    """Return the child of ``node`` with a word, or -1. A node without a slice has no children."""
    if node == 0:
        return 1 + word
    if node + 1 >= len(children):
        return -1
    low, high = children_of(children, node, len(words))
    return bisect(words, low, high, word)


@kernel
def state_of(children: IntArray, suffixes: IntArray, node: int) -> int:
    """Return the longest suffix of a node that has children: all that the future depends on."""
    while node > 0 and (node + 1 >= len(children) or children[node] == children[node + 1]):
        node = suffix_of(suffixes, node)
    return node


@kernel
def walk(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    state: int,
    initial: int,
    tokens: IntArray,
    scores: FloatArray,
) -> int:
    """Read ``tokens`` from ``state``, write log P of each into ``scores``, return the state reached.

    log P(w | h) = log_probs(hw) if hw is a node, else backoffs(h) + log P(w | h without its first word).
    ``</s>`` leads to ``initial``, where the next sentence begins.
    """
    for place in range(len(tokens)):
        word = tokens[place]
        price = 0.0
        child = find_child(words, children, state, word)
        while child < 0:
            price += backoffs[state]
            state = suffix_of(suffixes, state)
            child = find_child(words, children, state, word)
        scores[place] = price + log_probs[child]
        state = initial if word == 2 else state_of(children, suffixes, child)
    return state


@kernel
def matched_orders(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    starts: IntArray,
    initial: int,
    tokens: IntArray,
    orders: IntArray,
) -> None:
    """Write the length of the n-gram that each of a sentence's ``tokens`` completes, the longest that was seen."""
    state = initial
    for place in range(len(tokens)):
        word = tokens[place]
        child = find_child(words, children, state, word)
        while child < 0:
            state = suffix_of(suffixes, state)
            child = find_child(words, children, state, word)
        order = 1
        while order + 1 < len(starts) and starts[order + 1] <= child:
            order += 1
        orders[place] = order
        state = initial if word == 2 else state_of(children, suffixes, child)


@kernel
def walk_total(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    initial: int,
    tokens: IntArray,
) -> float:
    """Return log P of a sentence and the ``</s>`` that ends it: the sum of what `walk` writes."""
    total = 0.0
    state = initial
    for place in range(len(tokens) + 1):
        word = np.int64(tokens[place]) if place < len(tokens) else np.int64(2)
        price = 0.0
        child = find_child(words, children, state, word)
        while child < 0:
            price += backoffs[state]
            state = suffix_of(suffixes, state)
            child = find_child(words, children, state, word)
        total += price + log_probs[child]
        state = initial if word == 2 else state_of(children, suffixes, child)
    return total


@kernel
def advance_each(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    states: IntArray,
    initial: int,
    tokens: IntArray,
    advanced: IntArray,
) -> None:
    """Read one token in each of B states."""
    for row in range(len(states)):
        state = states[row]
        child = find_child(words, children, state, tokens[row])
        while child < 0:
            state = suffix_of(suffixes, state)
            child = find_child(words, children, state, tokens[row])
        advanced[row] = initial if tokens[row] == 2 else state_of(children, suffixes, child)


@kernel
def distribution(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    state: int,
    row: FloatArray,
) -> None:
    """Write log P of every word after ``state`` into ``row`` (V,).

    From the empty context to the longest: a longer context takes its back-off price from all words, and then
    overwrites those it has seen.
    """
    chain = np.empty(LONGEST, dtype=np.int64)
    depth = 0
    while state > 0 and depth < LONGEST:
        chain[depth] = state
        depth += 1
        state = suffix_of(suffixes, state)
    price = 0.0
    for place in range(depth):
        price += backoffs[chain[place]]
    for word in range(len(row)):
        row[word] = price + log_probs[1 + word]
    for place in range(depth - 1, -1, -1):
        context = chain[place]
        # The price of the contexts longer than this one, summed from the longest as `walk` does.
        price = 0.0
        for longer in range(place):
            price += backoffs[chain[longer]]
        begin, end = children_of(children, context, len(words))
        for node in range(begin, end):
            if 0 <= words[node] < len(row):
                row[words[node]] = price + log_probs[node]


@kernel
def likeliest(
    words: IntArray,
    children: IntArray,
    suffixes: IntArray,
    log_probs: FloatArray,
    backoffs: FloatArray,
    by_probability: IntArray,
    state: int,
    best: IntArray,
    best_scores: FloatArray,
) -> None:
    """Write the k likeliest words after ``state``, likeliest first, equal ones by id.

    Reads the child slices of the suffix chain, and of the words alone as many as can still matter:
    ``by_probability`` lists all words by falling unigram probability, equal ones by id.
    """
    k = len(best)
    found = 0
    chain = np.empty(LONGEST, dtype=np.int64)
    depth = 0
    price = 0.0
    while True:
        begin, end = np.int64(0), np.int64(len(by_probability))
        if state > 0:
            begin, end = children_of(children, state, len(words))
        for place in range(begin, end):
            if state > 0:
                word, score = np.int64(words[place]), price + log_probs[place]
                if not 0 <= word < len(by_probability):
                    continue
            else:
                word = np.int64(by_probability[place])
                score = price + log_probs[1 + word]
            if found == k and (
                score < best_scores[k - 1] or (score == best_scores[k - 1] and word > best[k - 1])
            ):
                if state == 0 and score < best_scores[k - 1]:
                    return
                continue
            seen = False
            for longer in range(depth):
                if find_child(words, children, chain[longer], word) >= 0:
                    seen = True
                    break
            if seen:
                continue
            if found < k:
                found += 1
            slot = found - 1
            while slot > 0 and (
                best_scores[slot - 1] < score or (best_scores[slot - 1] == score and best[slot - 1] > word)
            ):
                best[slot] = best[slot - 1]
                best_scores[slot] = best_scores[slot - 1]
                slot -= 1
            best[slot] = word
            best_scores[slot] = score
        if state == 0:
            return
        chain[depth] = state
        depth += 1
        price += backoffs[state]
        state = suffix_of(suffixes, state) if depth < LONGEST else np.int64(0)
