"""What a round is measured against: five simple ways of pairing, and the exact optimum where it can be computed.

All of them keep every hard constraint and choose from the same candidates, so that only the choice differs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .buddies import Pairs, all_pairs, best_pairs
from .candidates import Candidates, find_candidates, rules_of, thresholds
from .fairness import pair_values, priorities
from .mentors import defer
from .people import People
from .settings import Settings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NAMES = ("random", "directory", "first-come", "greedy", "deferred acceptance")


def mentor_candidates(people: People, settings: Settings) -> Candidates:
    """The candidates of every seeker with room, from helpers with room."""
    room = people.room > 0
    helps = people.columns.supporter
    return find_candidates(people, np.flatnonzero(room & ~helps), np.flatnonzero(room & helps), "mentor", settings)


def baseline(name: str, people: People, found: Candidates, order: Ints, settings: Settings, seed: int = 0) -> Pairs:
    """Pairs (seeker, helper) by one of `NAMES`. order: (n,) lower comes first, for first-come."""
    room = np.where(people.columns.supporter, people.room, np.minimum(people.room, 1)).astype(np.int64)
    flat = np.zeros(len(people))
    if name == "deferred acceptance":
        plain = Settings(settings.weights, load_cost=0.0)
        people = _nobody_waits(people)
        return defer(people, found, flat + 1.0, room, plain)
    pairs = all_pairs(people, found, flat + 1.0, settings, "mentor")
    if name == "greedy":
        return best_pairs(_valued(pairs, pairs.scores), room, swaps=False)
    rng = np.random.default_rng([seed, len(people)])
    if name == "random":
        return best_pairs(_valued(pairs, 1e-3 + rng.random(len(pairs.first))), room, swaps=False)
    if name == "first-come":
        rank = _rank(order)[pairs.first]
        return best_pairs(_valued(pairs, 2.0 * (len(people) - rank) + pairs.scores), room, swaps=False)
    if name == "directory":
        # Who looks through a directory takes whom they like best, at a moment of their own.
        row = np.full(len(people), -1, dtype=np.int64)
        row[found.seekers] = np.arange(len(found.seekers))
        mine = found.found[row[pairs.first]] == pairs.second[:, None]
        wish = found.forth[row[pairs.first], np.argmax(mine, axis=1)]
        moment = rng.permutation(len(people))[pairs.first]
        return best_pairs(_valued(pairs, 2.0 * (1 + moment) + wish), room, swaps=False)
    raise KeyError(name)


def _nobody_waits(people: People) -> People:
    from dataclasses import replace

    return replace(people, waited=np.zeros(len(people), np.int32))


def _rank(order: Ints) -> Ints:
    rank = np.empty(len(order), dtype=np.int64)
    rank[np.argsort(order, kind="stable")] = np.arange(len(order))
    return rank


def _valued(pairs: Pairs, values: Floats) -> Pairs:
    return Pairs(pairs.first, pairs.second, pairs.scores, np.asarray(values, dtype=np.float64))


def every_pair(people: People, mode: str, settings: Settings, theta: Floats | None = None) -> Pairs:
    """All allowed pairs of score ≥ τ with a value above 0, whoever the candidates are. For small n."""
    from .compiled.pairs import scores_of

    one, other = np.triu_indices(len(people), 1)
    if mode == "mentor":
        swap = people.columns.supporter[one]
        one, other = np.where(swap, other, one), np.where(swap, one, other)
    scores = scores_of(people.packed, rules_of(settings, mode), one, other)
    least = thresholds(people, settings)
    good = (scores >= np.minimum(least[one], least[other])) & (people.room[one] > 0) & (people.room[other] > 0)
    one, other, scores = one[good].astype(np.int32), other[good].astype(np.int32), scores[good]
    theta = priorities(people, {}) if theta is None else theta
    pairs = Pairs(one, other, scores, pair_values(people, theta, (one, other), scores, settings, mode))
    return pairs.keep(pairs.values > 0)


def optimum(pairs: Pairs, room: Ints, seconds: float = 60.0) -> float:
    """The largest sum of values that any choice within everybody's room reaches, by integer programming (HiGHS)."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    m = len(pairs.first)
    if not m:
        return 0.0
    rows = np.column_stack([pairs.first, pairs.second]).ravel()
    matrix = csr_array((np.ones(2 * m), (rows, np.repeat(np.arange(m), 2))), shape=(len(room), m))
    solved = milp(
        -pairs.values,
        constraints=LinearConstraint(matrix, ub=room.astype(np.float64)),
        integrality=np.ones(m),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds},
    )
    if solved.status != 0:
        raise RuntimeError(f"the optimum was not found in time: {solved.message}")
    return float(-solved.fun)
