"""Asks and offers: who gives what to whom, by place, time and need, as a flow of least cost.

Never by identity: the cost of a handover knows where, when and how much, and nothing of who the two are, what groups
they belong to or how well liked they are. Only blocks keep a pair apart, and nobody hands anything to themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .people import SLOTS
from .place import kilometres_between, unit_vectors

Floats = NDArray[np.float64]
#: What an unmet unit costs: far above any handover, so as much as possible is met first, urgent asks before others.
UNMET, URGENT = 1000.0, 100.0
DISTANCE_COST, TIME_COST = 1.0, 0.25


@dataclass(frozen=True, slots=True)
class Ask:
    """Something somebody needs. kind: what (a thing, a skill, a lift). units: how many. times: bits of the week grid in
    UTC. cell: a key of `places`, None for what needs no place. reach_km: how far it may come from. need: 0 to 1."""

    id: int
    person: int
    kind: str
    units: int = 1
    times: int = (1 << SLOTS) - 1
    cell: int | str | None = None
    reach_km: float = 30.0
    need: float = 0.5


@dataclass(frozen=True, slots=True)
class Offer:
    """Something somebody gives; fields as for an ask."""

    id: int
    person: int
    kind: str
    units: int = 1
    times: int = (1 << SLOTS) - 1
    cell: int | str | None = None
    reach_km: float = 30.0


@dataclass(frozen=True, slots=True)
class Match:
    """`units` of an offer go to an ask (their ids); km between the places, −1 if none is needed."""

    ask: int
    offer: int
    units: int
    km: float


def match_exchange(
    asks: Sequence[Ask],
    offers: Sequence[Offer],
    *,
    places: Mapping[int | str, tuple[float, float]] | None = None,
    apart: Iterable[tuple[int, int]] = (),
) -> list[Match]:
    """The flow of least cost that meets as many units as can be met, urgent needs before others; sorted by ask.

    Between those of equal use: the nearer, then the more times in common. Solved exactly by linear programming (HiGHS);
    the constraints of a transport problem give whole units. Raises BadInput for a bad number or an unknown place.
    """
    places = places or {}
    _check(asks, offers, places)
    edges = _edges(asks, offers, places, apart)
    if not edges:
        return []
    units = _flow(asks, offers, edges)
    matches = [
        Match(asks[a].id, offers[o].id, int(amount), km)
        for (a, o, _cost, km), amount in zip(edges, units, strict=True)
        if amount > 0
    ]
    return sorted(matches, key=lambda one: (one.ask, one.offer))


def _check(asks: Sequence[Ask], offers: Sequence[Offer], places: Mapping[int | str, tuple[float, float]]) -> None:
    for what, entries in (("ask", asks), ("offer", offers)):
        if len({one.id for one in entries}) != len(entries):
            raise BadInput(f"the same {what} is given twice")
        for one in entries:
            if one.units < 0 or one.times < 0 or one.times >> SLOTS or not 0 <= one.reach_km < float("inf"):
                raise BadInput(f"{what} {one.id}: units and reach_km must not be negative, times fit {SLOTS} bits")
            if one.cell is not None and one.cell not in places:
                raise BadInput(f"{what} {one.id}: the place {one.cell} is not among the places")
    for ask in asks:
        if not 0 <= ask.need <= 1:
            raise BadInput(f"ask {ask.id}: the need goes from 0 to 1")


def _edges(
    asks: Sequence[Ask],
    offers: Sequence[Offer],
    places: Mapping[int | str, tuple[float, float]],
    apart: Iterable[tuple[int, int]],
) -> list[tuple[int, int, float, float]]:
    """(ask, offer, cost, km) for each pair that could be: same kind, a time in common, within reach of both."""
    kept_apart = {frozenset(pair) for pair in apart}
    row = {cell: n for n, cell in enumerate(places)}
    points = unit_vectors(np.array(list(places.values()), dtype=np.float64).reshape(-1, 2))
    by_kind: dict[str, list[int]] = {}
    for o, offer in enumerate(offers):
        by_kind.setdefault(offer.kind, []).append(o)
    found = []
    for a, ask in enumerate(asks):
        for o in by_kind.get(ask.kind, []):
            offer = offers[o]
            common = ask.times & offer.times
            if not common or ask.person == offer.person or frozenset((ask.person, offer.person)) in kept_apart:
                continue
            km = -1.0
            if ask.cell is not None and offer.cell is not None:
                ends = points[[row[ask.cell], row[offer.cell]]]
                km = float(kilometres_between(ends[:1], ends[1:])[0])
                if km > min(ask.reach_km, offer.reach_km):
                    continue
            reach = max(1.0, min(ask.reach_km, offer.reach_km))
            times = common.bit_count() / max(1, min(ask.times.bit_count(), offer.times.bit_count()))
            found.append((a, o, DISTANCE_COST * max(0.0, km) / reach + TIME_COST * (1 - times), km))
    return found


def _flow(
    asks: Sequence[Ask], offers: Sequence[Offer], edges: Sequence[tuple[int, int, float, float]]
) -> NDArray[np.int64]:
    """Units on each edge: at most what is asked and offered, at least cost where each unit met earns its need."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    m = len(edges)
    ends = np.array([(a, len(asks) + o) for a, o, _cost, _km in edges])
    limits = np.array([ask.units for ask in asks] + [offer.units for offer in offers], dtype=np.float64)
    rows, columns = ends.ravel(), np.repeat(np.arange(m), 2)
    matrix = csr_array((np.ones(2 * m), (rows, columns)), shape=(len(limits), m))
    cost = np.array([c - UNMET - URGENT * asks[a].need for a, _o, c, _km in edges])
    solved = linprog(cost, A_ub=matrix, b_ub=limits, bounds=(0, None), method="highs-ds")
    if solved.status != 0:
        raise RuntimeError(f"the flow was not solved: {solved.message}")
    return np.rint(solved.x).astype(np.int64)
