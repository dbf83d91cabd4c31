"""Rows of a table of vectors, and how their gradient gets back to it."""

from torch import Tensor
from torch.nn.functional import embedding


def look_up(rows: Tensor, table: Tensor) -> Tensor:
    """Return the rows of a table (V, H) that ``rows`` of any shape name.

    Where the table has a gradient already (zeros, if training fills it with zeros in place of throwing it away), the
    rows' gradients are added to it and nothing as large as the table is made: a table of 33,000 words by 400 numbers
    would cost 53 MB of fresh memory for every use. Where it has none, it gets a dense one.
    """
    is_added = table.is_leaf and table.grad is not None and not table.grad.is_sparse
    return embedding(rows, table, sparse=is_added)
