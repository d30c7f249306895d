"""The nearest of many vectors, by the cosine of the angle between them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from ..errors import BadInput

#: So many queries are compared at once, so that memory stays flat.
BLOCK = 512

#: A dense array or a CSR matrix, a vector in each row.
Vectors = Any


class Neighbour(NamedTuple):
    """Row number in the collection, and similarity: 1 the same, 0 nothing in common."""

    row: int
    similarity: float


def neighbours(
    collection: Vectors, queries: Vectors | None = None, count: int = 10, at_least: float = 1e-9
) -> list[list[Neighbour]]:
    """For each query up to `count` rows of `collection` (rows of length 1), the most similar first.

    Without `queries` the collection is compared with itself, and a row is not its own neighbour. Equally similar rows
    come in the order of the collection. Raises BadInput when the vectors have different widths.
    """
    asked = collection if queries is None else queries
    if collection.shape[1] != asked.shape[1]:
        raise BadInput(
            f"the vectors have {asked.shape[1]} and {collection.shape[1]} numbers; they must be of one model"
        )
    turned = collection.T.tocsr() if sparse.issparse(collection) else collection.T
    found: list[list[Neighbour]] = []
    for start in range(0, asked.shape[0], BLOCK):
        alike = asked[start : start + BLOCK] @ turned
        if sparse.issparse(alike):
            alike = alike.tocsr()
        for n in range(alike.shape[0]):
            own = start + n if queries is None else -1
            found.append(_nearest(*_entries(alike, n), own, count, at_least))
    return found


def _entries(alike: Vectors, n: int) -> tuple[np.ndarray, np.ndarray]:
    if sparse.issparse(alike):
        span = slice(alike.indptr[n], alike.indptr[n + 1])
        return alike.indices[span], alike.data[span]
    row = np.asarray(alike[n])
    return np.arange(len(row)), row


def _nearest(rows: np.ndarray, values: np.ndarray, own: int, count: int, at_least: float) -> list[Neighbour]:
    kept = (values >= at_least) & (rows != own)
    rows, values = rows[kept], values[kept]
    if len(values) > 4 * count > 0:
        edge = np.partition(values, len(values) - count)[len(values) - count]
        rows, values = rows[values >= edge], values[values >= edge]
    order = np.lexsort((rows, -values))[: max(0, count)]
    return [Neighbour(int(rows[n]), min(1.0, float(values[n]))) for n in order]
