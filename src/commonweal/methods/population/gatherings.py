"""A week of gatherings: ties become meetings, by distance, strength and knowing two who come."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .people import People
from .ties import Ties

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: One gathering a week per so many members; nobody hosts for more than so many.
MEMBERS_PER_GATHERING = 30
ROOM = 30
#: Chance to come at distance 0 with a tie of full strength; with two known attendees, of whatever strength.
COME, COME_WITH_TWO = 0.9, 0.5


def week_of_gatherings(
    rng: np.random.Generator, people: People, ties: Ties, here: NDArray[np.bool_], drive: Floats
) -> tuple[Ints, Ints]:
    """Returns who comes and the host of each, hosts included; everybody comes to at most one gathering a week."""
    n, nobody = len(people), np.zeros(0, np.int64)
    low, high = ties.ends()
    one, other = np.concatenate([low, high]), np.concatenate([high, low])
    distance = np.hypot(*(people.place[low] - people.place[high]).T)
    near = np.exp(-np.concatenate([distance, distance]) / people.reach[other])
    chance = np.minimum(1.0, COME * np.sqrt(np.concatenate([ties.strength, ties.strength])) * near * drive[other])
    expected = np.where(here, np.bincount(one, weights=chance, minlength=n), 0.0)
    hosts = _hosts(rng, expected, here.sum() / MEMBERS_PER_GATHERING)
    if not len(hosts):
        return nobody, nobody
    at = np.full(n, -1, np.int64)  # the host whose gathering one is at
    at[hosts] = hosts
    invited = (at[one] >= 0) & (at[other] < 0)
    _come(rng, at, other[invited], at[one[invited]], chance[invited])
    knows = np.flatnonzero((at[one] >= 0) & (at[other] < 0))
    pair, count = np.unique(at[one[knows]] * np.int64(n) + other[knows], return_counts=True)
    host, guest = np.divmod(pair[count >= 2], n)
    away = np.hypot(*(people.place[guest] - people.place[host]).T)
    _come(rng, at, guest, host, np.minimum(1.0, COME_WITH_TWO * np.exp(-away / people.reach[guest]) * drive[guest]))
    alone = hosts[np.bincount(at[at >= 0], minlength=n)[hosts] < 2]
    at[alone] = -1
    who = np.flatnonzero(at >= 0)
    return who, at[who]


def _hosts(rng: np.random.Generator, expected: Floats, wanted: float) -> Ints:
    """Who invites: `expected` guests make it likelier, up to a full room."""
    weight = np.minimum(np.where(expected >= 0.5, expected, 0.0), ROOM)
    number = min(int(np.count_nonzero(weight)), int(rng.poisson(wanted)))
    if not number:
        return np.zeros(0, np.int64)
    chosen = np.searchsorted(np.cumsum(weight), rng.random(number) * weight.sum(), side="right")
    return np.unique(np.minimum(chosen, len(weight) - 1))


def _come(rng: np.random.Generator, at: Ints, guest: Ints, host: Ints, chance: Floats) -> None:
    """Marks in `at` those who come, thinned to the room there is."""
    if not len(guest):
        return
    expected = np.bincount(host, weights=chance, minlength=len(at))[host]
    come = rng.random(len(guest)) < chance * np.minimum(1.0, ROOM / np.maximum(expected, 1e-12))
    guest, host = guest[come], host[come]
    order = rng.permutation(len(guest))  # asked by several, one goes to a random one
    at[guest[order]] = host[order]
