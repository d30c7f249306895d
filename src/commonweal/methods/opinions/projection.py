"""Where people stand: two principal components of a table in which most answers are missing.

An unseen answer takes the mean of its statement, so after centring it is zero and need not be stored: the whole of it
works on the sparse table of answers minus their statement's mean. Small et al. (2021), "Polis: scaling deliberation by
mapping high dimensional opinion spaces", Recerca 26(2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .votes import Votes

#: More vectors than wanted are iterated, so that two near-equal spreads do not slow the first two down.
EXTRA = 4
MANY_PEOPLE = 10_000


@dataclass(frozen=True)
class Projection:
    """`positions`: people × 2. `components`: 2 × statements. `center`: mean answer. `extremity`: how far a statement lies
    from the map's centre. `explained`: the share of the spread that each axis carries."""

    positions: np.ndarray
    components: np.ndarray
    center: np.ndarray
    extremity: np.ndarray
    explained: tuple[float, float]


def project(
    votes: Votes, zero_moderated: bool = True, start: np.ndarray | None = None, seed: int = 0, rough: bool = False
) -> Projection:
    """Places the people of `votes` on two axes.

    With `zero_moderated`, statements that were moderated out count as a neutral answer by everyone, as published: they
    carry nothing, but make people who answered little look less extreme. `start` (2 × statements) warms the iteration;
    `rough` stops it early, for the many maps that are only compared.
    """
    table, center = _centred(votes, zero_moderated)
    width = len(votes.statements)
    components = principal(table, start, seed, rough)
    components[:, np.bincount(table.indices, minlength=width) == 0] = 0  # nothing is known of these: not even a trace
    out = votes.moderated_out if zero_moderated else np.zeros(width, dtype=bool)
    cast = np.diff(table.indptr) + int(out.sum())
    scale = np.sqrt(width / np.maximum(cast, 1))
    raw = table @ components.T
    total = float(table.multiply(table).sum())
    shares = (raw**2).sum(axis=0) / total if total > 0 else np.zeros(2)
    extremity = np.sqrt(width) * np.linalg.norm(components * np.where(out, 0, 1 - np.abs(center)), axis=0)
    explained = (float(shares[0]), float(shares[1]))
    return Projection(raw * scale[:, None], components, center, extremity, explained)


def _centred(votes: Votes, zero_moderated: bool) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Answers minus the mean of their statement, and the means. Zeroed statements keep no entries."""
    matrix = votes.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    columns, answers = matrix.indices, matrix.data.astype(float)
    if zero_moderated and votes.moderated_out.any():
        kept = ~votes.moderated_out[columns]
        rows, columns, answers = rows[kept], columns[kept], answers[kept]
    seen = np.bincount(columns, minlength=matrix.shape[1])
    center = np.bincount(columns, weights=answers, minlength=matrix.shape[1]) / np.maximum(seen, 1)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=matrix.shape[0]))])
    return sparse.csr_matrix((answers - center[columns], columns, starts), shape=matrix.shape), center


def principal(
    table: sparse.csr_matrix, start: np.ndarray | None = None, seed: int = 0, rough: bool = False
) -> np.ndarray:
    """The first two principal components (2 × columns) of a centred sparse table, by power iteration on a small block.

    Above 10,000 rows it iterates on a random batch of rows first and only finishes on all. Rows of zeros where the
    table has less than two dimensions.
    """
    width = table.shape[1]
    chance = np.random.default_rng(seed)
    block = chance.standard_normal((width, min(width, 2 + EXTRA)))
    if start is not None and start.shape == (2, width) and np.any(start):
        block[:, : min(2, block.shape[1])] = start.T[:, : block.shape[1]]
    if table.shape[0] > MANY_PEOPLE:
        batch = np.sort(chance.choice(table.shape[0], MANY_PEOPLE, replace=False))
        block, _ = _iterate(table[batch], block, 100, 1e-5)
    block, spread = _iterate(table, block, *((15, 1e-3) if rough else (200, 1e-9)))
    found = np.zeros((2, width))
    usable = spread[:2] > 1e-10 * max(1e-300, float(spread[0])) if len(spread) else np.zeros(0, dtype=bool)
    for n in range(min(2, block.shape[1])):
        if usable[n]:
            found[n] = block[:, n] * _sign(
                block[:, n], None if start is None or start.shape != found.shape else start[n]
            )
    return found


def _iterate(
    table: sparse.csr_matrix, block: np.ndarray, most: int, close_enough: float
) -> tuple[np.ndarray, np.ndarray]:
    """Subspace iteration with a Rayleigh–Ritz step: (vectors by falling spread, spreads)."""
    turned, before = table.T.tocsr(), np.zeros(block.shape[1])
    for _ in range(most):
        basis, _ = np.linalg.qr(block)
        seen = table @ basis
        spread, mix = np.linalg.eigh(seen.T @ seen)
        spread, mix = np.maximum(spread[::-1], 0), mix[:, ::-1]
        vectors = basis @ mix
        if np.all(np.abs(spread - before)[:2] <= close_enough * max(float(spread[0]), 1e-300)):
            break
        before, block = spread, turned @ (seen @ mix)
        if not np.any(block):
            break
    return vectors, spread


def _sign(vector: np.ndarray, before: np.ndarray | None) -> float:
    """Axes have no direction of their own: keep the former one, or let the strongest statement point to the right."""
    if before is not None and abs(float(before @ vector)) > 1e-12:
        return 1.0 if float(before @ vector) > 0 else -1.0
    return 1.0 if vector[int(np.argmax(np.abs(vector)))] >= 0 else -1.0
