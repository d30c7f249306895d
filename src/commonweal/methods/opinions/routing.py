"""Which statement to show someone next: what is agreed with, far from the centre, seldom passed, and young."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from .votes import Votes


def weights(
    agrees: np.ndarray, passes: np.ndarray, seen: np.ndarray, extremity: np.ndarray | float = 0.0
) -> np.ndarray:
    """[(1 − pass)(E + 1) · agree · (1 + 8 · 2^(−S/5))]² per statement.

    `agree` and `pass` are shares smoothed as (n + 1)/(S + 2); `extremity` E is the statement's distance from the map's
    centre (`Projection.extremity`; 0 before there is a map). A statement nobody saw weighs nine times what it will.
    """
    passed, agreed = (passes + 1) / (seen + 2), (agrees + 1) / (seen + 2)
    return ((1 - passed) * (np.asarray(extremity) + 1) * agreed * (1 + 8 * np.exp2(-np.asarray(seen) / 5))) ** 2


def next_statements(
    votes: Votes, person: Hashable | None, extremity: np.ndarray | float = 0.0, count: int = 1, seed: int = 0
) -> tuple[Hashable, ...]:
    """Up to `count` statements that `person` has not answered, drawn by weight without repeating.

    A person who is not in `votes` (or None) has answered nothing. Moderated-out statements are never shown.
    """
    agrees, disagrees, seen = votes.counts()
    weight = weights(agrees, seen - agrees - disagrees, seen, extremity)
    weight[votes.moderated_out] = 0
    if person is not None and person in votes.people:
        row = votes.people.index(person)
        weight[votes.matrix.indices[votes.matrix.indptr[row] : votes.matrix.indptr[row + 1]]] = 0
    count = min(count, int(np.count_nonzero(weight)))
    if count <= 0:
        return ()
    drawn = np.random.default_rng(seed).choice(len(weight), size=count, replace=False, p=weight / weight.sum())
    return tuple(votes.statements[n] for n in drawn)
