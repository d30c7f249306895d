"""What people ask for in whomever they meet, as facts that both sides state. One place for rounds and for hands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from commonweal.people.suggestions import TONGUES

from .models import AgeBand

if TYPE_CHECKING:
    from .reading import Known, Pair


@dataclass(frozen=True)
class Stated:
    """facts: what somebody states of themselves. requires: for each set, the other must state one of it."""

    facts: frozenset[str]
    requires: tuple[frozenset[str], ...]

    def accepts(self, other: Stated) -> bool:
        return all(wanted & other.facts for wanted in self.requires)


def languages_of(known: Known) -> set[str]:
    """The languages somebody named, or the one in which they read these pages."""
    read = known.row["of_language"]
    return known.said["language"] or {TONGUES.get(read[:2], read)}


def stated(known: Known) -> Stated:
    """The facts and wishes of one member. Somebody who did not state a thing is no match for who asks for it."""
    row = known.row
    lived = frozenset(f"experience:{one}" for one in known.said["experience"])
    facts = lived | {f"language:{one}" for one in languages_of(known)}
    if row["wish_gender"]:
        facts |= {f"gender:{row['wish_gender']}"}
    if row["wish_age_band"]:
        facts |= {f"age:{row['wish_age_band']}"}
    requires = []
    if row["wish_same_experience"] and lived:
        requires.append(lived)
    if row["wish_only_genders"]:
        requires.append(frozenset(f"gender:{one}" for one in row["wish_only_genders"]))
    if row["wish_bands_apart"] is not None and row["wish_age_band"]:
        near = (one for one in AgeBand.values if abs(one - row["wish_age_band"]) <= row["wish_bands_apart"])
        requires.append(frozenset(f"age:{one}" for one in near))
    if row["wish_only_language"]:
        requires.append(frozenset({f"language:{row['wish_only_language']}"}))
    return Stated(facts, tuple(requires))


def suit(one: Stated, other: Stated) -> bool:
    """Whether the wishes of both hold for the other."""
    return one.accepts(other) and other.accepts(one)


def pairs_that_do_not_suit(members: Iterable[Known]) -> set[Pair]:
    """Pairs of which one side's wishes do not hold for the other."""
    all_stated = {one.membership: stated(one) for one in members}
    return {
        frozenset((one, other))
        for one, other in combinations(all_stated, 2)
        if not suit(all_stated[one], all_stated[other])
    }
