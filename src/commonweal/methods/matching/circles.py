"""Circles of five to eight: seeded by who is most in need of one, grown by fit, repaired by swaps.

Every two members may meet under all hard constraints, and all of them share at least two slots in which a session of
ninety minutes can be held. A circle is grown to the middle of its sizes, which leaves seats for those left over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .candidates import find_candidates, rules_of, thresholds
from .people import Columns, Lists, People
from .settings import Settings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
HOURS = 168


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of people in a circle, the mean score of its pairs, and the hours of the week (from Monday 0:00, UTC) in
    which all of them are free throughout."""

    rows: tuple[int, ...]
    score: float
    hours: tuple[int, ...]


def form_circles(
    people: People, rows: Ints, theta: Floats, room: Ints, settings: Settings, neighbours: Lists | None = None
) -> list[Group]:
    """Circles among `rows` with room; nobody is in two of them."""
    from .compiled import grow as grown

    looking = rows[room[rows] > 0]
    if len(looking) < settings.circle_least:
        return []
    found = find_candidates(people, looking, looking, "circle", settings, neighbours)
    rules, hours = rules_of(settings, "circle"), free_hours(people.columns)
    row_of = np.full(len(people), -1, dtype=np.int64)
    row_of[looking] = np.arange(len(looking))
    need = (thresholds(people, settings), settings.circle_slots)
    late = people.waited[looking] >= settings.first_after
    seeds = looking[np.lexsort((looking, -theta[looking], ~late))]
    taken = np.zeros(len(people), dtype=bool)
    wanted = (settings.circle_least + settings.circle_most) // 2
    limits = (settings.circle_least, wanted, settings.circle_most)
    c, lists = people.packed, found.found
    circles, sizes, made = grown.form(c, rules, hours, seeds, lists, row_of, limits, taken, need)
    if not made:
        return []
    circle_of = grown.seats(circles, made, len(people))
    for _round in range(5):
        grown.exchange(c, rules, hours, lists, row_of, circles, sizes, made, circle_of, need)
        left = seeds[circle_of[seeds] < 0]
        if not grown.let_in(c, rules, hours, left, lists, row_of, circles, sizes, circle_of, need):
            break
    return [_group(people, circles[g, : sizes[g]], hours, settings) for g in range(made)]


def joiners(
    people: People, members: Sequence[int], waiting: Sequence[int], settings: Settings | None = None
) -> list[int]:
    """Who might join a circle that lost people: ids from `waiting` in the order in which to ask them.

    members, waiting: ids among `people`. Grows the circle to the middle of its sizes; each one fits all before them.
    Raises KeyError for an unknown id.
    """
    from .compiled import grow as grown

    settings = settings or Settings()
    inside = people.rows(np.array(members, dtype=np.int64))
    choice = people.rows(np.array(waiting, dtype=np.int64))
    choice = np.sort(choice[people.room[choice] > 0])
    wanted = (settings.circle_least + settings.circle_most) // 2
    if not len(inside) or len(inside) >= wanted or not len(choice):
        return []
    circle = np.full(settings.circle_most, -1, dtype=np.int64)
    circle[: len(inside)] = inside
    taken = np.zeros(len(people), dtype=bool)
    need = (thresholds(people, settings), settings.circle_slots)
    rules, hours = rules_of(settings, "circle"), free_hours(people.columns)
    size = grown.grow(people.packed, rules, hours, circle, len(inside), wanted, choice, taken, need)
    return [int(one) for one in people.ids[circle[len(inside) : size]]]


def _group(people: People, rows: Ints, hours: NDArray[np.uint64], settings: Settings) -> Group:
    from .compiled.pairs import scores_of

    rows = np.sort(rows)
    one, other = np.triu_indices(len(rows), 1)
    scores = scores_of(people.packed, rules_of(settings, "circle"), rows[one], rows[other])
    common = np.bitwise_and.reduce(hours[rows], axis=0)
    free = tuple(h for h in range(HOURS) if int(common[h // 64]) >> h % 64 & 1)
    return Group(tuple(rows.tolist()), float(scores.mean()), free)


def free_hours(columns: Columns) -> NDArray[np.uint64]:
    """(n, 3) bits of the 168 hours of the week in UTC in which each person is free from beginning to end."""
    found = np.zeros((len(columns.free), 3), dtype=np.uint64)
    for offset in np.unique(columns.offset):
        mine = np.flatnonzero(columns.offset == offset)
        free = columns.free[mine]
        for hour in range(HOURS):
            begin = (hour * 60 + int(offset)) // 240 % 42
            end = (hour * 60 + int(offset) + 59) // 240 % 42
            both = (free >> np.uint64(begin)) & (free >> np.uint64(end)) & np.uint64(1)
            found[mine, hour // 64] |= both << np.uint64(hour % 64)
    return found
