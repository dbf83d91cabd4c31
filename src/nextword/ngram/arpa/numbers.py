"""The numbers on which the reader and the writer of ARPA files agree."""

import math

LN10 = math.log(10.0)
"""ARPA files hold logarithms to base 10, models natural ones."""
ZERO = -99.0
"""The log10 that stands for a probability of zero, and all below it."""
MISSING_UNKNOWN = -100.0
"""The log10 of ``<unk>`` where a file does not give it, as in KenLM: small, so that every text has a score."""
