"""Why these two: at most three reasons, only from what both chose to share; and what would open more.

What must never be told cannot be told from here: blocks, severity, priority, multipliers and audited groups are not
read in this file, and neither are responsiveness and common contacts, which speak about other people. A distance is
told as the band between two wide blocks, never as the distance that the score used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from .candidates import rules_of, thresholds
from .people import CALL, HELP, SHAREABLE, SLOTS, TEXT, Lists, People
from .place import BANDS, bands, kilometres_between, unit_vectors
from .settings import FEATURES, Settings

MOST_REASONS = 3
#: A counterfactual is told only if it opens at least this many people, so that it never speaks of one or two.
FEWEST_OPENED = 3
#: Slots of the week grid by the name a person would use for them: slot 4 of each day is 16 to 20 h, and so on.
PARTS_OF_WEEK = {
    "mornings": sum(1 << 6 * day + 2 for day in range(5)),
    "afternoons": sum(1 << 6 * day + 3 for day in range(5)),
    "evenings": sum(1 << 6 * day + slot for day in range(5) for slot in (4, 5)),
    "weekends": sum(1 << 6 * day + slot for day in (5, 6) for slot in (2, 3, 4)),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature that speaks for a pair, from the side of the reader.

    feature: one of `SHAREABLE`. values: what both have in common, as the caller wrote it: tags, kinds of help that the
    other gives and the reader needs, or for "availability" the slots of the reader's own week grid. band: for
    "distance", 0 to 4 (under 20, 50, 150, 500 km, or more).
    """

    feature: str
    values: tuple[str | int, ...] = ()
    band: int | None = None

    @property
    def sentence(self) -> str:
        named = ", ".join(map(str, self.values[:3]))
        if self.feature == "distance":
            near = self.band is not None and self.band < len(BANDS)
            return f"You live less than {BANDS[self.band or 0]} km apart." if near else "You live far apart."
        return {
            "experience": f"You both know: {named}." if named else "You wrote of similar things.",
            "needs": f"They can give what you asked for: {named}.",
            "availability": f"You are free at {len(self.values)} of the same times of the week.",
            "interests": f"You both like: {named}.",
            "stage": "You are at fitting points of the same road.",
        }[self.feature]


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """One change of one's own that would open more people: "evenings would open 4 more"."""

    change: str
    opens: int

    @property
    def sentence(self) -> str:
        return f"{self.change[:1].upper()}{self.change[1:]} would open {self.opens} more."


def contributions(
    people: People, one: int, other: int, mode: str, settings: Settings | None = None
) -> tuple[dict[str, float], dict[str, float]]:
    """What each feature adds to u(one→other) and u(other→one), by id; each sums to the utility. For stewards and tests.

    Raises KeyError for an unknown id.
    """
    from .compiled.pairs import grounds

    rows = people.rows(np.array([one, other], dtype=np.int64))
    parts, _slots = grounds(people.packed, rules_of(settings or Settings(), mode), rows, rows[::-1].copy())
    there, back = (dict(zip(FEATURES, way.tolist(), strict=True)) for way in parts)
    return there, back


def explain(people: People, reader: int, other: int, mode: str, settings: Settings | None = None) -> tuple[Reason, ...]:
    """At most three reasons for `reader` (an id) to meet `other`, strongest first; fewer if less may be told, or none.

    Only features that both share are named, and of those only what both have. Raises KeyError for an unknown id.
    """
    return explain_all(people, [(reader, other)], mode, settings)[0]


def explain_all(
    people: People, pairs: Sequence[tuple[int, int]], mode: str, settings: Settings | None = None
) -> list[tuple[Reason, ...]]:
    """The reasons of `explain` for many pairs (reader, other) of ids at once, in their order."""
    from .compiled.pairs import grounds

    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    readers, others = people.rows(ends[:, 0]), people.rows(ends[:, 1])
    parts, slots = grounds(people.packed, rules_of(settings or Settings(), mode), readers, others)
    band = _bands(people, readers, others)
    shared = people.shares[readers] & people.shares[others]
    told = (parts > 0) & (shared[:, None] >> np.arange(len(FEATURES), dtype=np.uint16) & 1).astype(bool)
    told &= np.isin(FEATURES, SHAREABLE)
    strongest = np.argsort(-parts, axis=1, kind="stable")
    found = []
    for n, (i, j) in enumerate(zip(readers.tolist(), others.tolist(), strict=True)):
        named = (FEATURES[at] for at in strongest[n].tolist() if told[n, at])
        reasons = (_reason(people, (i, j), name, int(slots[n]), int(band[n])) for name in named)
        found.append(tuple(islice((reason for reason in reasons if reason is not None), MOST_REASONS)))
    return found


def _reason(people: People, pair: tuple[int, int], feature: str, slots: int, band: int) -> Reason | None:
    """What may be told of one feature of a pair (rows), or None when there is nothing to name."""
    c, (i, j) = people.columns, pair
    if feature == "experience":
        values = _common(c.experiences, people.experience_names, c.experience_idf, pair)
        return Reason(feature, values) if values or c.text.shape[1] else None
    if feature == "interests":
        values = _common(c.interests, people.interest_names, c.interest_idf, pair)
        return Reason(feature, values) if values else None
    if feature == "needs":
        met = np.minimum(c.need[i], c.give[j]).tolist()
        kinds = sorted((n for n in range(len(HELP)) if met[n] > 0), key=lambda n: -met[n])
        return Reason(feature, tuple(HELP[n] for n in kinds)) if kinds else None
    if feature == "availability":
        return Reason(feature, tuple(slot for slot in range(SLOTS) if slots >> slot & 1))
    if feature == "distance":
        return Reason(feature, band=band) if band < len(BANDS) else None
    return Reason(feature)


def _common(
    tags: Lists, names: tuple[str, ...], idf: NDArray[np.float32], pair: tuple[int, int]
) -> tuple[str | int, ...]:
    """The tags that both have, the rarest first."""
    one, other = (tags.of(row).tolist() for row in pair)
    both = sorted(set(one) & set(other), key=lambda tag: (-idf[tag], tag))
    return tuple(names[tag] if names else tag for tag in both)


def _bands(people: People, readers: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """The band of the distance between the wide blocks of two places; the farthest where either has none."""
    place = people.columns.place
    far = np.full(len(readers), len(BANDS), dtype=np.int64)
    known = (place[readers] >= 0) & (place[others] >= 0)
    ends = unit_vectors(people.shown)
    far[known] = bands(kilometres_between(ends[place[readers[known]]], ends[place[others[known]]]))
    return far


def counterfactual(
    people: People, reader: int, mode: str, settings: Settings | None = None, among: NDArray[np.int64] | None = None
) -> Counterfactual | None:
    """The one change of the reader's own that opens most people: a part of the week, a way of meeting, going further.

    among: rows to look at (everybody with room if not given; for a big community give a few thousand). None if no
    change opens at least three. It counts only people whom every other rule allows, and says nothing of the rest.
    """
    settings = settings or Settings()
    i = int(people.rows(np.array([reader], dtype=np.int64))[0])
    others = np.arange(len(people), dtype=np.int64) if among is None else among
    others = others[(people.room[others] > 0) & (others != i)]
    now = _open_to(people, i, others, mode, settings)
    best: Counterfactual | None = None
    for change, changed in _changes(people, i):
        opens = int((_open_to(changed, i, others, mode, settings) & ~now).sum())
        if opens >= FEWEST_OPENED and (best is None or opens > best.opens):
            best = Counterfactual(change, opens)
    return best


def _open_to(people: People, i: int, others: NDArray[np.int64], mode: str, settings: Settings) -> NDArray[np.bool_]:
    from .compiled.pairs import scores_of

    scores = scores_of(people.packed, rules_of(settings, mode), np.full(len(others), i), others)
    least = thresholds(people, settings)
    return np.asarray(scores >= np.minimum(least[i], least[others]))


def _changes(people: People, i: int) -> list[tuple[str, People]]:
    """The reader with one thing different: each part of the week, each way of meeting, twice as far."""
    c, found = people.columns, []
    for name, slots in PARTS_OF_WEEK.items():
        if int(c.free[i]) | slots != int(c.free[i]):
            free = c.free.copy()
            free[i] |= np.uint64(slots)
            found.append((name, replace(people, columns=c._replace(free=free))))
    for name, way in (("calls", CALL), ("writing", TEXT)):
        if not int(c.ways[i]) & way:
            ways = c.ways.copy()
            ways[i] |= way
            found.append((name, replace(people, columns=c._replace(ways=ways))))
    if c.in_person[i]:
        reach = c.reach.copy()
        reach[i] *= 2
        found.append(("going twice as far", replace(people, columns=c._replace(reach=reach))))
    return found
