"""The scores of all words for one hidden vector, which generation waits for: U h.

Time goes into reading U once. Sixteen rows are read side by side, which keeps more of memory's lanes busy than one row
after the other, and each row's sum stays in a register.
"""

from typing import TYPE_CHECKING

import numpy as np

from nextword.compile import kernel
from nextword.simd import LANES, fma, load, splat, store, totals

if TYPE_CHECKING:
    from nextword.arrays import FloatArray


@kernel
def score_words(rows: "FloatArray", lanes: "FloatArray", scores: "FloatArray") -> None:
    """Write U h to ``scores`` (V,), V >= 16: ``rows`` is U, flat (V H,), H >= 16; all float32.

    ``lanes`` is h in sixteens. Where H is no multiple of them, the last sixteen numbers of a row are read again, and
    the last lanes are zero where they meet numbers that had their turn; the last sixteen words are scored again too.
    """
    V = len(scores)
    H = len(rows) // V
    zero = splat(np.float32(0))
    for begin in range(0, V, LANES):
        word = min(begin, V - LANES)
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = zero
        s8 = s9 = s10 = s11 = s12 = s13 = s14 = s15 = zero
        for lane in range(0, len(lanes), LANES):
            h, u = load(lanes, lane), word * H + min(lane, H - LANES)
            s0 = fma(load(rows, u), h, s0)
            s1 = fma(load(rows, u + H), h, s1)
            s2 = fma(load(rows, u + 2 * H), h, s2)
            s3 = fma(load(rows, u + 3 * H), h, s3)
            s4 = fma(load(rows, u + 4 * H), h, s4)
            s5 = fma(load(rows, u + 5 * H), h, s5)
            s6 = fma(load(rows, u + 6 * H), h, s6)
            s7 = fma(load(rows, u + 7 * H), h, s7)
            s8 = fma(load(rows, u + 8 * H), h, s8)
            s9 = fma(load(rows, u + 9 * H), h, s9)
            s10 = fma(load(rows, u + 10 * H), h, s10)
            s11 = fma(load(rows, u + 11 * H), h, s11)
            s12 = fma(load(rows, u + 12 * H), h, s12)
            s13 = fma(load(rows, u + 13 * H), h, s13)
            s14 = fma(load(rows, u + 14 * H), h, s14)
            s15 = fma(load(rows, u + 15 * H), h, s15)
        sums = totals((s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15))
        store(scores, word, sums)
