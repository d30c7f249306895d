"""The people of a round: one `Person` each for a caller, one `People` of columns for the methods.

Nothing here holds popularity, a photo, a count of posts or a private message: a method cannot use what it never gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .settings import FEATURES

if TYPE_CHECKING:
    from .packed import Packed

#: Ways of meeting, as bits of `ways`.
IN_PERSON, CALL, TEXT = 1, 2, 4
#: The kinds of support, in the order of the columns `need` and `give` (Cutrona & Suhr 1992).
HELP = ("emotional", "esteem", "informational", "network", "tangible")
#: The week grid: six slots of four hours a day, Monday first; bit 6·day + slot.
SLOTS, SLOT_MINUTES = 42, 240
#: What a person may show in an explanation. Responsiveness and bridging would tell about other people: never shown.
SHAREABLE = tuple(name for name in FEATURES if name not in ("responsiveness", "bridging"))


@dataclass(frozen=True, slots=True)
class Person:
    """One person who opted in to this kind of round, as the caller knows them.

    id: any whole number of the caller's. availability: bits of the week grid; offset: minutes by which that grid lies
    east of UTC (0: the grid is in UTC). cell: the id of the place they chose, a key of `places`; None without one.
    reach_km: how far they would go. wants_in_person: they want to meet face to face, so only people within reach will
    do. needs, gives: kind of help to weight (0 to 1). stage: steps along their own road, from 0. age_band: 0 for a
    minor, then older and older; None if not asked (taken for an adult). age_apart: most bands between, None for any.
    facts: what they say of themselves that others may ask for, such as "gender:woman"; requires: for each tuple the
    other must state at least one of its facts; refuses: the other must state none of them.
    ties: confirmed contacts so far. waited: rounds since they last got a proposal. urgency: 0 to 1. groups: audited
    groups they opted in to. capacity, load: how many relations of this kind they want, and have. open_proposals,
    proposals_this_week: across kinds. asked, answered: conversations opened, and those in which they wrote back (a
    declined or expired proposal is not a conversation and must not be counted). shares: features both may be told.
    """

    id: int
    experiences: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    availability: int = 0
    offset: int = 0
    ways: int = CALL | TEXT
    wants_in_person: bool = False
    cell: int | str | None = None
    reach_km: float = 30.0
    country: bool = False
    needs: Mapping[str, float] = field(default_factory=dict)
    gives: Mapping[str, float] = field(default_factory=dict)
    stage: int | None = None
    age_band: int | None = None
    age_apart: int | None = None
    facts: frozenset[str] = frozenset()
    requires: tuple[frozenset[str], ...] = ()
    refuses: frozenset[str] = frozenset()
    supporter: bool = False
    vetted: bool = False
    acute: bool = False
    ties: int = 0
    waited: int = 0
    urgency: float = 0.0
    groups: frozenset[str] = frozenset()
    capacity: int = 1
    load: int = 0
    open_proposals: int = 0
    proposals_this_week: int = 0
    asked: int = 0
    answered: int = 0
    shares: frozenset[str] = frozenset(SHAREABLE)


class Lists(NamedTuple):
    """Many short sorted lists in two arrays: list `i` is `items[start[i]:start[i + 1]]`."""

    start: NDArray[np.int64]
    items: NDArray[np.int32]

    def of(self, i: int) -> NDArray[np.int32]:
        return self.items[self.start[i] : self.start[i + 1]]


class Columns(NamedTuple):
    """What the compiled rules read: one row for each of n people. A named tuple, because compiled code takes those.

    Bit masks: languages (n, words), facts (n, words), free (n,) over the 42 slots. place: row of `points`, −1 without.
    points: unit vectors of the centroids. scale: λ in km; reach in km. need, give: (n, 5). stage, age: −1 if unknown.
    text: (n, d) rows of length one or zero, d may be 0. wants: rows of fact masks, one list of rows for each person.
    """

    experiences: Lists
    experience_idf: NDArray[np.float32]
    experience_total: NDArray[np.float32]
    interests: Lists
    interest_idf: NDArray[np.float32]
    interest_total: NDArray[np.float32]
    languages: NDArray[np.uint64]
    free: NDArray[np.uint64]
    offset: NDArray[np.int32]
    place: NDArray[np.int32]
    points: NDArray[np.float64]
    scale: NDArray[np.float32]
    reach: NDArray[np.float32]
    ways: NDArray[np.uint8]
    in_person: NDArray[np.bool_]
    need: NDArray[np.float32]
    give: NDArray[np.float32]
    stage: NDArray[np.int16]
    age: NDArray[np.int16]
    age_apart: NDArray[np.int16]
    facts: NDArray[np.uint64]
    want_start: NDArray[np.int64]
    wants: NDArray[np.uint64]
    refuses: NDArray[np.uint64]
    supporter: NDArray[np.bool_]
    vetted: NDArray[np.bool_]
    acute: NDArray[np.bool_]
    response: NDArray[np.float32]
    text: NDArray[np.float32]
    contacts: Lists
    apart: Lists


@dataclass(frozen=True)
class People:
    """A round's people as columns. Make it with `gather` from `Person`s, or directly where there are a million.

    ids: (n,) the caller's. columns: what the rules read. ties, waited, urgency: (n,). groups: lists of indices into
    `group_names`. capacity, load, room: (n,); room is how many new proposals a person may get in this round.
    shares: (n,) bits in the order of `FEATURES`. shown: for each place, the middle in degrees of the wide block that
    stands for it when a distance is told. The `*_names` give the words back for explanations.
    """

    ids: NDArray[np.int64]
    columns: Columns
    ties: NDArray[np.int32]
    waited: NDArray[np.int32]
    urgency: NDArray[np.float32]
    groups: Lists
    capacity: NDArray[np.int32]
    load: NDArray[np.int32]
    room: NDArray[np.int32]
    shares: NDArray[np.uint16]
    shown: NDArray[np.float64]
    group_names: tuple[str, ...] = ()
    experience_names: tuple[str, ...] = ()
    interest_names: tuple[str, ...] = ()
    language_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def packed(self) -> Packed:
        """The columns as the compiled loops take them; made once."""
        from .packed import pack

        return pack(self.columns)

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of these ids. Raises KeyError for one that is not among the people."""
        order = np.argsort(self.ids, kind="stable")
        where = np.searchsorted(self.ids, ids, sorter=order)
        found = order[np.minimum(where, max(0, len(self.ids) - 1))] if len(self.ids) else where
        if len(ids) and (not len(self.ids) or not np.array_equal(self.ids[found], ids)):
            raise KeyError("an id that is not among the people of this round")
        return found
