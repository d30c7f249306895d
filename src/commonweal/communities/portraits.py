"""What a persona shows: only what was ticked, a place only as a distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commonweal.kit.place import band, distance_km, is_cell
from commonweal.people.models import Person, Trait
from commonweal.people.queries import traits_of
from commonweal.people.suggestions import label_of

from .models import Membership


@dataclass(frozen=True)
class Portrait:
    """A member as another may see them. `traits` are (kind's name, words, shared ones) in order."""

    member: Membership
    where: str
    traits: list[tuple[Any, list[str], list[str]]]

    @property
    def shared(self) -> list[str]:
        """What the two have in common, in a line."""
        return [word for _kind, _words, same in self.traits for word in same]


def portraits(viewer: Membership, members: Sequence[Membership]) -> list[Portrait]:
    """How these members look to the viewer. One query for what everybody said, however many they are."""
    ids = {member.person_id for member in members if member.person_id and member.shown}
    said = traits_of({*ids, viewer.person_id} - {None}) if ids else {}  # type: ignore[arg-type]
    mine = said.get(viewer.person_id or 0, {})
    return [_portrait(viewer, member, said.get(member.person_id or 0, {}), mine) for member in members]


def _portrait(
    viewer: Membership, member: Membership, said: dict[str, list[str]], mine: dict[str, list[str]]
) -> Portrait:
    own = viewer.pk == member.pk
    traits = []
    for kind in Trait.Kind:
        tags = said.get(kind.value, []) if kind.value in member.shown else []
        if tags:
            same = [] if own else [label_of(kind.value, tag) for tag in tags if tag in mine.get(kind.value, [])]
            traits.append((kind.label, [label_of(kind.value, tag) for tag in tags], same))
    return Portrait(member, _where(viewer.person, member) if "place" in member.shown else "", traits)


def _where(viewer: Person | None, member: Membership) -> str:
    """How far away, in bands as coarse as the cells; the name of the place only to the member themselves."""
    person = member.person
    if person is None or not is_cell(person.cell):
        return ""
    if viewer is not None and viewer.pk == person.pk:
        return person.place_name
    if viewer is None or not is_cell(viewer.cell):
        return person.place_name
    return band(distance_km(viewer.cell, person.cell))
