"""The words of an ARPA file in their final order, and n-grams that it leaves out."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nextword.ngram.arpa.assembly import kernels
from nextword.ngram.arpa.assembly.tree import MissingContexts, Tree
from nextword.ngram.arpa.parsing.parse import Contents, Section
from nextword.ngram.automaton.automaton import Automaton
from nextword.text.vocabulary import SPECIAL_TOKENS


def order_words(contents: Contents) -> tuple[list[str], NDArray[np.int64]]:
    """Return the words by their final id, and the id in the file's order of each; renumbers the sections.

    Ids go by falling probability, equal ones by bytes, since an ARPA file has no frequencies. A file that is
    sorted as nextword writes it keeps its own order, so that a model written and read has the same ids.
    """
    tokens = contents.table.tokens()
    if _is_sorted(contents):
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


def _is_sorted(contents: Contents) -> bool:
    if contents.sections:
        return all(kernels.rows_rise(section.words) for section in contents.sections)
    others = contents.table.log_probs[len(SPECIAL_TOKENS) : contents.table.known]
    return bool((others[1:] <= others[:-1]).all())


def build_automaton(
    log_probs: NDArray[np.float64], backoffs: NDArray[np.float64], sections: list[Section]
) -> tuple[Automaton, int]:
    """Build the automaton; return it and the number of contexts that had to be added.

    SRILM leaves out n-grams that it prunes even where longer ones begin with them. Such a context becomes a node
    again, with the probability that backing off gives it and a back-off weight of one, which changes no score.
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
            return tree.automaton(), added


def _add_contexts(sections: list[Section], missing: MissingContexts) -> int:
    """Append the missing contexts, and the contexts that these miss, to the sections of their orders."""
    added = 0
    for order in range(2, missing.order + 1):
        # Shorter orders are complete by now, so what was not found is not in the file.
        rows = np.unique(missing.rows[missing.found < order, :order], axis=0)
        section = sections[order - 2]
        sections[order - 2] = replace(
            section,
            words=np.concatenate([section.words, rows]),
            log_probs=np.append(section.log_probs, np.full(len(rows), np.nan)),
            backoffs=np.append(section.backoffs, np.zeros(len(rows))),
        )
        added += len(rows)
    return added
