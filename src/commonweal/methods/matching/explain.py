"""Why these two: at most three reasons, only from what both chose to share; and what would open more.

What must never be told cannot be told from here: blocks, severity, priority, multipliers and audited groups are not
read in this file, and neither are responsiveness and common contacts, which speak about other people. A distance is
told as the band between two wide blocks, never as the distance that the score used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .candidates import rules_of, thresholds
from .people import CALL, HELP, SHAREABLE, TEXT, People
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
    from .compiled.pairs import utility

    settings = settings or Settings()
    i, j = people.rows(np.array([one, other], dtype=np.int64))
    rules, both = rules_of(settings, mode), []
    for a, b in ((i, j), (j, i)):
        parts = np.zeros(len(FEATURES))
        utility(people.packed, rules, a, b, parts)
        both.append(dict(zip(FEATURES, parts.tolist(), strict=True)))
    return both[0], both[1]


def explain(people: People, reader: int, other: int, mode: str, settings: Settings | None = None) -> tuple[Reason, ...]:
    """At most three reasons for `reader` (an id) to meet `other`, strongest first; fewer if less may be told, or none.

    Only features that both share are named, and of those only what both have. Raises KeyError for an unknown id.
    """
    mine, _theirs = contributions(people, reader, other, mode, settings)
    i, j = (int(row) for row in people.rows(np.array([reader, other], dtype=np.int64)))
    shared = int(people.shares[i] & people.shares[j])
    told = [name for name in SHAREABLE if shared >> FEATURES.index(name) & 1 and mine[name] > 0]
    reasons: list[Reason] = []
    for name in sorted(told, key=lambda feature: (-mine[feature], FEATURES.index(feature))):
        reason = _reason(people, i, j, name)
        if reason is not None and len(reasons) < MOST_REASONS:
            reasons.append(reason)
    return tuple(reasons)


def _reason(people: People, i: int, j: int, feature: str) -> Reason | None:
    c = people.columns
    if feature in ("experience", "interests"):
        lists, names, idf = (
            (c.experiences, people.experience_names, c.experience_idf)
            if feature == "experience"
            else (c.interests, people.interest_names, c.interest_idf)
        )
        both = np.intersect1d(lists.of(i), lists.of(j))
        both = both[np.lexsort((both, -idf[both]))]
        values = tuple(names[tag] if names else int(tag) for tag in both)
        return Reason(feature, values) if values or (feature == "experience" and c.text.shape[1]) else None
    if feature == "needs":
        met = np.minimum(c.need[i], c.give[j])
        kinds = tuple(HELP[kind] for kind in np.argsort(-met, kind="stable") if met[kind] > 0)
        return Reason(feature, kinds) if kinds else None
    if feature == "availability":
        return Reason(feature, common_slots(people, i, j))
    if feature == "distance":
        band = _band(people, i, j)
        return Reason(feature, band=band) if band < len(BANDS) else None
    return Reason(feature)


def common_slots(people: People, i: int, j: int) -> tuple[int, ...]:
    """The slots of the grid of row i in which row j is free for an hour or more. (Rows, not ids.)"""
    from .compiled.pairs import turned

    c = people.columns
    whole, rest = divmod(int(c.offset[i]) - int(c.offset[j]), 240)
    found = 0
    if 240 - rest >= 60:
        found |= int(turned(c.free[j], whole))
    if rest >= 60:
        found |= int(turned(c.free[j], whole + 1))
    found &= int(c.free[i])
    return tuple(slot for slot in range(42) if found >> slot & 1)


def _band(people: People, i: int, j: int) -> int:
    """The band of the distance between the wide blocks of two places."""
    ends = unit_vectors(people.shown[people.columns.place[[i, j]]])
    return int(bands(kilometres_between(ends[:1], ends[1:]))[0])


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
