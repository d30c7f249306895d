"""Between the product and `commonweal.methods.matching`: members in, proposals with their reasons out. No queries here.

Only jobs load this file: the methods bring arrays and a compiler with them.
"""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from commonweal.kit import clock
from commonweal.kit.place import centre
from commonweal.methods.matching import (
    Areas,
    People,
    Person,
    Reason,
    RoundInput,
    RoundState,
    Settings,
    coarsen,
    counterfactual,
    explain_all,
    gather,
    joiners,
    propose,
)
from commonweal.methods.matching.candidates import find_candidates
from commonweal.methods.matching.rounds import Round as Found

from .models import SHARES, Kind
from .preferences import languages_of, stated
from .reading import NEW_A_MONTH, Known, Reading
from .wrote import alike_lists, are_alike, vectors_of

ALL_WEEK = (1 << 42) - 1
#: A change of one's own is worked out for each pair, so only where a round is small enough for that.
MOST_FOR_CHANGES = 300
FEWEST_SHOWN = 10
#: Which kind of help (Cutrona & Suhr) the words of a profile stand for; what a person ticked in their wishes counts more.
_HELP = {
    "listening": "emotional", "someone to talk to": "emotional", "company": "network", "a room to meet in": "network",
    "advice from someone who has been there": "informational", "help with forms": "informational",
    "teaching": "informational", "translating": "informational", "help with computers": "informational",
    "practice in a language": "informational", "lifts": "tangible", "a meal": "tangible", "repairs": "tangible",
    "shopping": "tangible", "looking after children": "tangible",
}  # fmt: skip


def people_of(reading: Reading) -> People:
    """The members of a reading as the method takes them."""
    now = clock.now()
    areas = _areas(reading)
    places = areas.places()
    persons = [_person(known, reading, places, now) for known in reading.members.values()]
    return gather(
        sorted(persons, key=lambda one: one.id),
        places=areas,
        apart=[_two(pair) for pair in reading.apart if len(pair) == 2],
        met=[_two(pair) for pair in reading.lately if len(pair) == 2],
        contacts=[_two(pair) for pair in reading.contacts if len(pair) == 2],
        text=vectors_of(reading.words),
    )


def _two(pair: frozenset[int]) -> tuple[int, int]:
    one, other = sorted(pair)
    return one, other


def _areas(reading: Reading) -> Areas:
    """The cells people chose, joined until ten of those who take part share one."""
    living: Counter[int | str] = Counter(
        known.row["of_cell"] for known in reading.members.values() if known.row["of_cell"]
    )
    return coarsen({cell: centre(str(cell)) for cell in sorted(living, key=str)}, living)


def _person(known: Known, reading: Reading, places: Any, now: datetime) -> Person:
    """The method lets people under 18 (band 0) meet vetted helpers only; adults' bands are stated facts, see `stated`."""
    row, said, mentor = known.row, known.said, reading.kind == Kind.MENTOR
    helps = bool(mentor and row["wish_helps"])
    languages, own = languages_of(known), stated(known)
    ways = 7 if row["wish_ways"] is None else row["wish_ways"]
    cell = row["of_cell"] if row["of_cell"] in places else None
    shares = set(SHARES if row["wish_shares"] is None else row["wish_shares"])
    if not row["of_availability"]:
        shares.discard("availability")
    return Person(
        id=known.membership,
        experiences=frozenset(said["experience"]),
        interests=frozenset(said["interest"]),
        languages=frozenset(languages),
        availability=row["of_availability"] or ALL_WEEK,
        offset=_offset(row["of_time_zone"], now),
        ways=ways,
        wants_in_person=row["wish_reach"] is not None and bool(ways & 1),
        cell=cell,
        reach_km=float(row["wish_reach"] or 30),
        needs=dict.fromkeys(row["wish_needs"] or _kinds(said["need"]), 1.0),
        gives=dict.fromkeys(row["wish_gives"] or _kinds(said["give"]), 1.0),
        stage=row["wish_stage"],
        facts=own.facts,
        requires=own.requires,
        age_band=0 if known.membership in reading.minors else None,
        vetted=known.membership in reading.vetted,
        supporter=helps,
        ties=min(known.ties, 10_000),
        waited=days_waited(known, now),
        groups=frozenset(f"language:{one}" for one in languages) if row["wish_counted"] else frozenset(),
        capacity=_capacity(known, mentor, helps, reading.kind == Kind.CIRCLE),
        load=known.load,
        open_proposals=known.still_open,
        proposals_this_week=known.this_week,
        shares=frozenset(shares),
    )


def _capacity(known: Known, mentor: bool, helps: bool, circle: bool) -> int:
    """One new person a round, so that everybody gets one before anybody gets two; a helper may begin with several."""
    if mentor:
        return int(known.row["wish_room"] or 2) if helps else 1
    if circle:
        return 1
    return min(NEW_A_MONTH, known.load + 1)


def _kinds(tags: set[str]) -> set[str]:
    return {_HELP[tag] for tag in tags if tag in _HELP}


def _offset(zone: str, now: datetime) -> int:
    """Minutes east of UTC, this week."""
    delta = now.astimezone(ZoneInfo(zone)).utcoffset()
    return int(delta.total_seconds() // 60) if delta else 0


def days_waited(known: Known, now: datetime) -> int:
    """Whole days since the last proposal of this kind, or since agreeing. The threshold falls a little with each."""
    return max(0, min(180, (now - max(known.agreed_at, known.last_at or known.agreed_at)).days))


def find(reading: Reading, kept: dict[str, Any]) -> tuple[list[tuple[int, int, list[dict[str, Any]]]], Any, Any]:
    """One round: (one, other, reasons) for each pair, the state for the next round, and the result in numbers.

    For mentors, `one` seeks and `other` helps.
    """
    people, found = _played(reading, kept)
    ends = [(pair.people[0], pair.people[1]) for pair in found.proposals]
    why = reasons_for(people, ends, reading.kind)
    pairs = [(one, other, told) for (one, other), told in zip(ends, why, strict=True)]
    return pairs, found.state.as_json(), _result(found, people)


def find_circles(reading: Reading, kept: dict[str, Any]) -> tuple[list[list[int]], Any, Any]:
    """One round of circles: the members of each, the state for the next round, and the result in numbers."""
    people, found = _played(reading, kept)
    groups = [list(one.people) for one in found.proposals]
    return groups, found.state.as_json(), _result(found, people)


def _played(reading: Reading, kept: dict[str, Any]) -> tuple[People, Found]:
    people = people_of(reading)
    near = alike_lists(reading.words, people)
    return people, propose(RoundInput(people, mode=reading.kind, state=RoundState.from_json(kept), neighbours=near))


def who_could_join(reading: Reading, sitting: list[int], waiting: list[int]) -> list[int]:
    """Members (of `waiting`) who might join a circle that lost people, in the order in which to ask them."""
    return joiners(people_of(reading), sitting, waiting)


def best_for(reading: Reading, membership: int) -> tuple[int, list[dict[str, Any]]] | None:
    """The one who fits a member best now, and the reasons; None when nobody does."""
    people = people_of(reading)
    if membership not in reading.members or len(people) < 2:
        return None
    me = people.rows(np.array([membership]))
    if people.room[me[0]] < 1:
        return None
    pool = np.flatnonzero(people.room > 0)
    found = find_candidates(people, me, pool, reading.kind, Settings())
    if not found.counts[0]:
        return None
    other = int(people.ids[found.found[0, 0]])
    return other, reasons_for(people, [(membership, other)], reading.kind)[0]


def reasons_for(people: People, pairs: list[tuple[int, int]], kind: str) -> list[list[dict[str, Any]]]:
    """For each pair, codes for both readers: at most three reasons each, and one change of their own that would open
    more people."""
    readings = [ends for one, other in pairs for ends in ((one, other), (other, one))]
    reasons, alike = explain_all(people, readings, kind), are_alike(people, pairs)
    sides = [
        _codes(people, reader, why, alike[n // 2], kind)
        for n, ((reader, _who), why) in enumerate(zip(readings, reasons, strict=True))
    ]
    return [mine + theirs for mine, theirs in zip(sides[::2], sides[1::2], strict=True)]


def _codes(
    people: People, reader: int, reasons: tuple[Reason, ...], wrote_alike: bool, kind: str
) -> list[dict[str, Any]]:
    """What one of two is told, as codes without sentences."""
    told: list[dict[str, Any]] = []
    for reason in reasons:
        if reason.feature == "experience" and not reason.values:
            if wrote_alike:
                told.append({"kind": "words", "value": None, "for": reader})
            continue
        value = reason.band if reason.feature == "distance" else list(reason.values)
        told.append({"kind": reason.feature, "value": value, "for": reader})
    if len(people) <= MOST_FOR_CHANGES and (change := counterfactual(people, reader, kind)):
        told.append({"kind": "change", "value": [change.change, change.opens], "for": reader})
    return told


def _result(found: Found, people: People) -> dict[str, Any]:
    """Numbers for stewards: no ids and no names, and no figure about fewer than ten people."""
    n = int(found.eligible.sum())
    waits = sorted(people.waited[found.eligible & ~found.covered].tolist())
    groups = [
        {"name": name, "n": size, "coverage": coverage, "ratio": ratio}
        for name, size, coverage, ratio in found.tables()[0].rows
        if name != "everybody"
    ]
    return {
        "n": n,
        "got": int((found.eligible & found.covered).sum()),
        "proposals": len(found.proposals),
        "for_a_human": len(found.for_a_human),
        "waiting": len(waits),
        "median": statistics.median(waits) if len(waits) >= FEWEST_SHOWN else None,
        "p90": waits[int(0.9 * (len(waits) - 1))] if len(waits) >= FEWEST_SHOWN else None,
        "groups": groups,
    }
