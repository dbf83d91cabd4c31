"""The array types that cross the borders between folders."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

TokenIds = NDArray[np.int32]
"""Token ids: 0 is ``<unk>``, 1 is ``<s>``, 2 is ``</s>``, then words by falling frequency."""

IntArray = NDArray[np.signedinteger[Any]]
FloatArray = NDArray[np.floating[Any]]
BoolArray = NDArray[np.bool_]
