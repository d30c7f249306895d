"""Seekers and helpers: deferred acceptance, seekers asking, helpers with room for several; then swaps.

Seekers ask in the order of what a helper would be to them, u(seeker→helper). Helpers keep the requests of highest value
in the objective: the fit of both, lifted by the priority of the seeker. The result is stable under these two orders:
no seeker and helper would both rather have each other (Gale & Shapley 1962). Stability has a price in welfare, so with
`swaps` (the default) pairs are then exchanged where the sum of values rises.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .buddies import Pairs, all_pairs, best_pairs, by_score, within_loss
from .candidates import Candidates, find_candidates
from .fairness import pair_values
from .people import Lists, People
from .settings import Settings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def pair_mentors(
    people: People,
    rows: Ints,
    theta: Floats,
    room: Ints,
    settings: Settings,
    neighbours: Lists | None = None,
    swaps: bool = True,
) -> Pairs:
    """Pairs (seeker, helper) among `rows`: one helper for a seeker in a round, at most `room` seekers for a helper."""
    with_room = rows[room[rows] > 0]
    helps = people.columns.supporter[with_room]
    seekers, helpers = with_room[~helps], with_room[helps]
    found = find_candidates(people, seekers, helpers, "mentor", settings, neighbours)
    limit = room.copy()
    limit[seekers] = 1

    def choose(weight: Floats) -> Pairs:
        stable = defer(people, found, weight, limit, settings)
        if not swaps:
            return stable
        return best_pairs(all_pairs(people, found, weight, settings, "mentor"), limit, begin=stable)

    plain = all_pairs(people, found, np.ones(len(people)), settings, "mentor")
    return within_loss(choose, theta, best_pairs(by_score(plain), limit, swaps=False), settings)


def defer(people: People, found: Candidates, theta: Floats, room: Ints, settings: Settings) -> Pairs:
    """Seeker-proposing deferred acceptance on candidate lists."""
    from .compiled.swaps import defer as deferred

    n, k = found.found.shape
    listed = np.arange(k) < found.counts[:, None]
    first = np.repeat(found.seekers.astype(np.int32), k)
    flat = np.where(listed, found.found, 0).reshape(-1)
    scores = found.scores.reshape(-1).astype(np.float64)
    values = pair_values(people, theta, (first, flat), scores, settings, "mentor").reshape(n, k)
    order = np.argsort(np.where(listed, -found.forth, 9.0), axis=1, kind="stable").astype(np.int32)
    column = deferred(found.seekers, found.found, found.counts, values, order, room.astype(np.int32))
    rows = np.flatnonzero(column >= 0)
    at = column[rows]
    return Pairs(
        found.seekers[rows].astype(np.int32),
        found.found[rows, at],
        found.scores[rows, at].astype(np.float64),
        values[rows, at],
    )
