"""Who might be good for whom, by what they share. Plain Python over what `proposing` read; no queries here.

A shared experience counts twice a shared interest, and what few people share counts more than what many do (inverse
document frequency). Then a common language, hours both are free, and how near they live. People with the fewest
confirmed ties choose first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from commonweal.kit.place import distance_km

MOST_CANDIDATES = 50
WEIGHTS = {"experience": 2.0, "interest": 1.0}
NEAR = [(5, 1.5), (15, 1.0), (50, 0.5)]
MOST_REASONS = 4

Tag = tuple[str, str]


@dataclass
class Profile:
    """What is known of one member for matching. `ties`: confirmed contacts offline so far."""

    membership: int
    person: int
    tags: set[Tag] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    availability: int = 0
    zone: str = "UTC"
    cell: str = ""
    ties: int = 0


@dataclass(frozen=True)
class Match:
    one: int
    other: int
    score: float
    reasons: list[dict[str, Any]]


def rarity(profiles: Iterable[Profile]) -> dict[Tag, float]:
    """How much each tag says: the logarithm of one plus people per holder."""
    profiles = list(profiles)
    holders = Counter(tag for profile in profiles for tag in profile.tags)
    return {tag: math.log(1 + len(profiles) / count) for tag, count in holders.items()}


def compare(one: Profile, other: Profile, weight: dict[Tag, float]) -> Match | None:
    """How well two people fit and why, or None when they share neither an experience nor an interest, or no language."""
    shared = sorted(one.tags & other.tags, key=lambda tag: (-WEIGHTS[tag[0]] * weight[tag], tag))
    if not shared:
        return None
    languages = sorted(one.languages & other.languages)
    if one.languages and other.languages and not languages:
        return None
    score = sum(WEIGHTS[kind] * weight[(kind, tag)] for kind, tag in shared)
    reasons: list[dict[str, Any]] = [{"kind": kind, "value": tag} for kind, tag in shared[:MOST_REASONS]]
    if languages:
        score += 1.0
        if languages != ["english"]:
            reasons.append({"kind": "language", "value": languages[0]})
    slots = one.availability & other.availability if one.zone == other.zone else 0
    if slots:
        score += 0.5 * min(3, slots.bit_count())
        reasons.append({"kind": "slot", "value": _best_slot(slots)})
    if one.cell and other.cell:
        km = distance_km(one.cell, other.cell)
        near = next((worth for upper, worth in NEAR if km < upper), 0.0)
        if near:
            score += near
            reasons.append({"kind": "near", "value": next(upper for upper, _worth in NEAR if km < upper)})
    return Match(one.membership, other.membership, score, reasons)


def _best_slot(slots: int) -> int:
    """An evening if there is one, else a daytime slot, else whatever there is."""
    free = [slot for slot in range(42) if slots >> slot & 1]
    return min(free, key=lambda slot: ({4: 0, 3: 1, 2: 2, 5: 3}.get(slot % 6, 4), slot))


def candidates(seed: Profile, holders: dict[Tag, list[Profile]]) -> list[Profile]:
    """At most fifty people who share something with `seed`, rarest things first."""
    found: dict[int, Profile] = {}
    for tag in sorted(seed.tags, key=lambda tag: (len(holders[tag]), tag)):
        for profile in holders[tag]:
            if profile.membership != seed.membership:
                found.setdefault(profile.membership, profile)
            if len(found) >= MOST_CANDIDATES:
                return list(found.values())
    return list(found.values())


def pair_up(
    profiles: list[Profile],
    *,
    apart: set[frozenset[int]],
    met_before: set[frozenset[int]],
    room: dict[int, int],
    seeds: set[int] | None = None,
) -> list[Match]:
    """One match at most for each member who has room, the most isolated choosing first.

    apart: pairs of person ids that a block keeps apart. met_before: pairs of membership ids proposed within 180 days.
    room: how many more proposals a membership may get (missing: none). seeds: choose for these only.
    """
    weight = rarity(profiles)
    holders: dict[Tag, list[Profile]] = defaultdict(list)
    for profile in sorted(profiles, key=lambda p: (p.ties, p.membership)):
        for tag in profile.tags:
            holders[tag].append(profile)
    taken: set[int] = set()
    matches: list[Match] = []
    for seed in sorted(profiles, key=lambda p: (p.ties, p.membership)):
        if seed.membership in taken or room.get(seed.membership, 0) < 1:
            continue
        if seeds is not None and seed.membership not in seeds:
            continue
        fits = [
            match
            for other in candidates(seed, holders)
            if other.membership not in taken
            and room.get(other.membership, 0) >= 1
            and frozenset((seed.person, other.person)) not in apart
            and frozenset((seed.membership, other.membership)) not in met_before
            and (match := compare(seed, other, weight))
        ]
        if fits:
            best = max(fits, key=lambda match: (match.score, -match.other))
            taken |= {best.one, best.other}
            matches.append(best)
    return matches
