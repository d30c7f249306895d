"""Whether proposals keep the hard constraints, checked by code that shares nothing with the code that made them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from .people import IN_PERSON, SLOTS, People
from .place import kilometres_between
from .settings import Settings


def violations(
    people: People, groups: Iterable[Sequence[int]], mode: str, settings: Settings | None = None
) -> list[str]:
    """What is wrong with proposals (rows of people; two each, or a circle), in words. Empty when nothing is."""
    settings = settings or Settings()
    found: list[str] = []
    times = np.zeros(len(people), dtype=np.int64)
    seen = set()
    for rows in groups:
        np.add.at(times, np.array(rows, dtype=np.int64), 1)
        if frozenset(rows) in seen:
            found.append(f"{tuple(rows)} are proposed twice")
        seen.add(frozenset(rows))
        for i, j in combinations(rows, 2):
            found += [f"{i} and {j}: {why}" for why in broken(people, int(i), int(j), mode, settings)]
    found += [f"{i} has more proposals than room" for i in np.flatnonzero(times > people.room)]
    return found


def broken(people: People, i: int, j: int, mode: str, settings: Settings) -> list[str]:
    """The hard constraints that two rows of people break."""
    c = people.columns
    checks = {
        "no language in common": not np.any(c.languages[i] & c.languages[j]),
        "kept apart, or paired lately": j in c.apart.of(i) or i in c.apart.of(j),
        "too little time in common": _minutes(people, i, j) < settings.minutes,
        "a preference of one does not hold": not (_wants(people, i, j) and _wants(people, j, i)),
        "both in an acute crisis": bool(c.acute[i] and c.acute[j]),
        "acute, with somebody untrained": bool(
            (c.acute[i] and not c.supporter[j]) or (c.acute[j] and not c.supporter[i])
        ),
        "a minor without a vetted supporter": not _minors_safe(people, i, j),
        "ages too far apart": _too_far_in_age(people, i, j),
        "not a seeker and a helper": mode == "mentor" and bool(c.supporter[i] == c.supporter[j]),
        "no way of meeting, or out of reach": not _can_reach(people, i, j),
    }
    return [why for why, wrong in checks.items() if wrong]


def _minutes(people: People, i: int, j: int) -> int:
    """Minutes of the week in UTC in which both are free, each week written out minute by minute as one long number."""
    both, week = -1, SLOTS * 240
    for row in (i, j):
        mask, shift = int(people.columns.free[row]), -int(people.columns.offset[row]) % week
        free = 0
        for slot in range(SLOTS):
            if mask >> slot & 1:
                free |= ((1 << 240) - 1) << slot * 240
        both &= (free << shift | free >> week - shift) & ((1 << week) - 1)
    return both.bit_count()


def _wants(people: People, i: int, j: int) -> bool:
    c = people.columns
    wants = c.wants[c.want_start[i] : c.want_start[i + 1]]
    return all(np.any(want & c.facts[j]) for want in wants) and not np.any(c.refuses[i] & c.facts[j])


def _minors_safe(people: People, i: int, j: int) -> bool:
    c = people.columns
    if c.age[i] != 0 and c.age[j] != 0:
        return True
    return any(c.age[a] == 0 and c.age[b] != 0 and c.supporter[b] and c.vetted[b] for a, b in ((i, j), (j, i)))


def _too_far_in_age(people: People, i: int, j: int) -> bool:
    c = people.columns
    if c.age[i] <= 0 or c.age[j] <= 0:
        return False
    apart = abs(int(c.age[i]) - int(c.age[j]))
    return any(0 <= c.age_apart[row] < apart for row in (i, j))


def _can_reach(people: People, i: int, j: int) -> bool:
    c = people.columns
    ways = int(c.ways[i]) & int(c.ways[j])
    if not ways:
        return False
    if not (c.in_person[i] or c.in_person[j] or ways == IN_PERSON):
        return True
    if not ways & IN_PERSON or c.place[i] < 0 or c.place[j] < 0:
        return False
    km = float(kilometres_between(c.points[c.place[[i]]], c.points[c.place[[j]]])[0])
    return km <= min(float(c.reach[i]), float(c.reach[j])) + 0.01
