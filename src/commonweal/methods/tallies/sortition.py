"""A panel drawn by lot from strata, with a seed that is published: everybody can draw it again.

Within each stratum people are ordered by SHA-256(seed ‖ stratum ‖ person) and the lowest are drawn, so each has the same
chance and the order in the list plays no part. Seats are given to strata in proportion by largest remainders (equal
remainders by the same lot) unless they are named. The next in order are the reserve.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import BadInput
from ..results import Table
from .results import listed


@dataclass(frozen=True, slots=True)
class Panel:
    """Who is drawn and who steps in, by stratum; `seats` and `people` per stratum give everybody's chance."""

    drawn: Mapping[str, tuple[str, ...]]
    reserve: Mapping[str, tuple[str, ...]]
    people: Mapping[str, int]
    seed: str

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(person for stratum in self.drawn.values() for person in stratum)

    @property
    def sentence(self) -> str:
        """How many were drawn from whom, and with which seed."""
        parts = listed([f"{len(found)} of {self.people[name]:,} in {name}" for name, found in self.drawn.items()])
        return (
            f"{len(self.members)} people are drawn by lot: {parts}. Anybody can draw again with the seed “{self.seed}”."
        )

    def tables(self) -> list[Table]:
        rows = []
        for name, found in self.drawn.items():
            chance = f"{len(found)} in {self.people[name]}"
            rows.append((name, self.people[name], len(found), chance, ", ".join(found), ", ".join(self.reserve[name])))
        return [Table("Panel", ("stratum", "people", "seats", "chance of each", "drawn", "reserve"), tuple(rows))]


def draw(stratum_of: Mapping[str, str], seats: int | Mapping[str, int], *, seed: str, reserve: int = 0) -> Panel:
    """Draw a panel. `stratum_of` maps each person to one stratum; `seats` is a total, or seats per stratum.

    Raises BadInput without people or seed, for an unknown stratum, or for more seats than people.
    """
    if not seed:
        raise BadInput("a lot needs a seed that is published; take one that nobody could choose")
    if not stratum_of:
        raise BadInput("there is nobody to draw from")
    groups: dict[str, list[str]] = {}
    for person, stratum in stratum_of.items():
        groups.setdefault(stratum, []).append(person)
    if isinstance(seats, Mapping):
        wanted = dict(seats)
        strange = next((name for name in wanted if name not in groups), None)
        if strange is not None:
            raise BadInput(f"nobody is in the stratum {strange}")
    else:
        wanted = proportional({name: len(found) for name, found in groups.items()}, seats, seed)
    for name, places in wanted.items():
        if not 0 <= places <= len(groups[name]):
            raise BadInput(f"{places} seats for {len(groups[name])} people in {name}")
    ordered = {name: sorted(groups[name], key=lambda person: _ticket(seed, name, person)) for name in sorted(groups)}
    places_of = {name: wanted.get(name, 0) for name in ordered}
    return Panel(
        drawn={name: tuple(found[: places_of[name]]) for name, found in ordered.items()},
        reserve={name: tuple(found[places_of[name] : places_of[name] + reserve]) for name, found in ordered.items()},
        people={name: len(found) for name, found in ordered.items()},
        seed=seed,
    )


def proportional(people: Mapping[str, int], seats: int, seed: str) -> dict[str, int]:
    """Seats per stratum by largest remainders: whole shares first, then the largest parts left over."""
    total = sum(people.values())
    if not 0 < seats <= total:
        raise BadInput(f"{seats} seats for {total} people")
    found = {name: seats * n // total for name, n in people.items()}
    rest = sorted(people, key=lambda name: (-(seats * people[name] % total), _ticket(seed, name, "")))
    for name in rest[: seats - sum(found.values())]:
        found[name] += 1
    return found


def _ticket(seed: str, stratum: str, person: str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{stratum}\x1f{person}".encode()).digest()
