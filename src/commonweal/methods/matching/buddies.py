"""Pairs of peers: the edges of all candidates, greedy by value, then swaps until none raises the total.

A b-matching in a graph that is not bipartite: each person may hold as many new pairs as they have room for. Greedy
alone reaches at least half of the optimum (Preis 1999; Mestre 2006 for b-matchings); the swaps give up one pair for a
better one, or one pair for two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidates, find_candidates
from .fairness import pair_values, waited_long
from .people import Lists, People
from .settings import Settings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: Up to so many edges a round begins again from so many other greedy choices.
FEW_EDGES, RESTARTS = 5_000, 30
#: Means of fewer pairs are not compared.
FEWEST_COMPARED = 20


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of people paired, their scores s and their values in the objective. For mentors, `first` seeks."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    scores: Floats
    values: Floats

    @classmethod
    def none(cls) -> Pairs:
        rows = np.zeros(0, np.int32)
        return cls(rows, rows, np.zeros(0), np.zeros(0))

    def keep(self, chosen: NDArray[np.bool_] | Ints) -> Pairs:
        return Pairs(self.first[chosen], self.second[chosen], self.scores[chosen], self.values[chosen])

    def and_then(self, more: Pairs) -> Pairs:
        return Pairs(
            np.concatenate([self.first, more.first]),
            np.concatenate([self.second, more.second]),
            np.concatenate([self.scores, more.scores]),
            np.concatenate([self.values, more.values]),
        )


def pair_buddies(
    people: People, rows: Ints, theta: Floats, room: Ints, settings: Settings, neighbours: Lists | None = None
) -> Pairs:
    """Pairs among `rows`, at most `room` for each. Who has waited long gets one before anybody gets a second."""
    looking = rows[room[rows] > 0]
    found = find_candidates(people, looking, looking, "buddy", settings, neighbours)
    limit = np.where(waited_long(people, settings, "buddy"), np.minimum(1, room), room)

    def choose(weight: Floats) -> Pairs:
        return best_pairs(all_pairs(people, found, weight, settings, "buddy"), limit)

    plain = all_pairs(people, found, np.ones(len(people)), settings, "buddy")
    return within_loss(choose, theta, best_pairs(by_score(plain), limit, swaps=False), settings)


def within_loss(choose: Callable[[Floats], Pairs], theta: Floats, plain: Pairs, settings: Settings) -> Pairs:
    """The choice under the priorities θ; flattened towards 1 by fifths while the mean score stays too far below that
    of the `plain` greedy choice. Putting some people first may cost the others a little, not a lot. The mean of a few
    pairs says too little for that."""
    least = (1 - settings.score_loss) * (plain.scores.mean() if len(plain.scores) else 0.0)
    chosen = choose(theta)
    for share in (0.8, 0.6, 0.4, 0.2):
        if len(plain.scores) < FEWEST_COMPARED or not len(chosen.scores) or chosen.scores.mean() >= least:
            break
        chosen = choose(1 + share * (theta - 1))
    return chosen


def by_score(pairs: Pairs) -> Pairs:
    """The same pairs, valued by nothing but their scores."""
    return Pairs(pairs.first, pairs.second, pairs.scores, pairs.scores)


def all_pairs(people: People, found: Candidates, theta: Floats, settings: Settings, mode: str) -> Pairs:
    """Every pair in the candidate lists once, with its value."""
    from .compiled.swaps import edges_between

    row_of = np.full(len(people), -1, dtype=np.int32)
    row_of[found.seekers] = np.arange(len(found.seekers), dtype=np.int32)
    first, second, at, column = edges_between(found.seekers, found.found, found.counts, row_of)
    scores = found.scores[at, column].astype(np.float64)
    return Pairs(first, second, scores, pair_values(people, theta, (first, second), scores, settings, mode))


def best_pairs(pairs: Pairs, room: Ints, begin: Pairs | None = None, swaps: bool = True) -> Pairs:
    """The greedy choice (after `begin`), improved by swaps. Ties go to the lower rows: the same input, the same pairs."""
    from .compiled.swaps import match

    worth = pairs.keep(pairs.values > 0)
    order = np.lexsort((worth.second, worth.first, -worth.values))
    worth = worth.keep(order)
    n = len(room)
    start = np.zeros(len(worth.first), dtype=bool)
    if begin is not None:
        start = np.isin(worth.first * np.int64(n) + worth.second, begin.first * np.int64(n) + begin.second)
    limit = room.astype(np.int32)
    chosen, _swaps = match(n, worth.first, worth.second, worth.values, limit, start, swaps)
    if swaps and len(worth.first) <= FEW_EDGES:
        chosen = _best_of_restarts(worth, limit, chosen)
    return worth.keep(chosen)


def _best_of_restarts(pairs: Pairs, limit: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """In a small round, where one unlucky first pair weighs most: begin again from other greedy choices, made with
    values disturbed by up to a fifth, and keep the best. The disturbances are the same in every run."""
    from .compiled.swaps import match

    rng, best = np.random.default_rng(len(pairs.first)), float(pairs.values[chosen].sum())
    nothing = np.zeros(len(pairs.first), dtype=bool)
    for _start in range(RESTARTS):
        order = np.argsort(-pairs.values * rng.uniform(0.8, 1.0, len(pairs.values)), kind="stable")
        some = pairs.keep(order)
        begun, _swaps = match(len(limit), some.first, some.second, some.values, limit, nothing, False)
        begin = np.zeros(len(order), dtype=bool)
        begin[order] = begun
        again, _swaps = match(len(limit), pairs.first, pairs.second, pairs.values, limit, begin, True)
        if float(pairs.values[again].sum()) > best + 1e-9:
            chosen, best = again, float(pairs.values[again].sum())
    return chosen
