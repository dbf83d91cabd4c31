"""The words of an ARPA file in their final order, and n-grams that it leaves out."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.arpa.assembly import kernels
from nextword.ngram.arpa.assembly.tree import MissingContexts, Tree
from nextword.ngram.arpa.parsing.parse import Contents, Section
from nextword.ngram.automaton.automaton import Automaton
from nextword.text.vocabulary import SENTENCE_END, SPECIAL_TOKENS

_NO_BACKOFF = 1e-6
"""Smaller logarithms of back-off weights are rounding; ARPA files have 7 digits."""


def order_words(contents: Contents) -> tuple[list[str], NDArray[np.int64]]:
    """Return the words by their final id, and the id in the file's order of each; renumbers the sections.

    Ids go by falling probability, equal ones by bytes, since an ARPA file has no frequencies. A file that is
    sorted above order 1 as nextword writes it keeps its order, so that a model written and read has the same ids.
    """
    tokens = contents.table.tokens()
    if all(kernels.rows_rise(section.words) for section in contents.sections):
        return tokens, np.arange(len(tokens))
    log_probs = contents.table.log_probs[: len(tokens)].tolist()
    specials = len(SPECIAL_TOKENS)
    # Code points sort like UTF-8 bytes.
    others = sorted(range(specials, len(tokens)), key=lambda word: (-log_probs[word], tokens[word]))
    old_ids = np.array([*range(specials), *others], dtype=np.int64)
    new_ids = np.empty(len(tokens), dtype=np.int32)
    new_ids[old_ids] = np.arange(len(tokens))
    for section in contents.sections:
        section.words = new_ids[section.words]
    return [tokens[word] for word in old_ids], old_ids


def build_automaton(
    log_probs: NDArray[np.float64], backoffs: NDArray[np.float64], sections: list[Section]
) -> tuple[Automaton, int]:
    """Build the automaton; return it and the number of n-grams that had to be added, which change no score.

    SRILM leaves out n-grams that it prunes even where longer ones begin with them: such contexts become nodes
    again. The automaton leaves a context that nothing follows at once, without its back-off weight, which is 1
    in every model that sums to one; where a file says otherwise, that context gets a child. What is added has
    the probability that backing off gives it and a back-off weight of one.
    """
    sections, added = list(sections), 0
    while True:
        tree = Tree(log_probs, backoffs, sections)
        for section in sections:
            missing = tree.add(section)
            if missing is not None:
                added += _add_contexts(sections, missing)
                break
        else:
            childless = _add_children(sections, tree)
            if not childless:
                return tree.automaton(), added
            added += childless


def _add_contexts(sections: list[Section], missing: MissingContexts) -> int:
    """Append the missing contexts, and the contexts that these miss, to the sections of their orders."""
    added = 0
    for order in range(2, missing.order + 1):
        # Shorter orders are complete by now, so what was not found is not in the file.
        rows = np.unique(missing.rows[missing.found < order, :order], axis=0)
        sections[order - 2] = _extended(sections[order - 2], rows)
        added += len(rows)
    return added


def _add_children(sections: list[Section], tree: Tree) -> int:
    """Append ``</s>`` behind each context that has no children but a back-off weight other than one."""
    added = 0
    for order, section in enumerate(sections, start=1):
        rows = tree.childless(order, _NO_BACKOFF)
        if len(rows):
            ends = np.full((len(rows), 1), SENTENCE_END, dtype=np.int32)
            sections[order - 1] = _extended(section, np.concatenate([rows, ends], axis=1))
            added += len(rows)
    return added


def _extended(section: Section, rows: NDArray[np.int32]) -> Section:
    """Return a section with n-grams whose probabilities are still to be found."""
    return replace(
        section,
        words=np.concatenate([section.words, rows]),
        log_probs=np.append(section.log_probs, np.full(len(rows), np.nan)),
        backoffs=np.append(section.backoffs, np.zeros(len(rows))),
    )
