"""Who got from which online contact to which offline effect. Pure: lists in, counts out.

A person counts when they had at least one online contact in the window. They got across when they also had an offline
effect that came after a contact. Each (contact, effect) pair counts a person once. An effect is put down to a contact:

1. by walking back what led to it (at most six hops) to a thing with which the person themself had contact;
2. else to a thing of a kind with which they had contact;
3. else to their most recent contact before the effect.

Only contacts before the effect count. Somebody without an effect goes from their most recent contact to NOTHING.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: A thing as the trail names it: ("gatherings.gathering", 7).
Thing = tuple[str, int]

NOTHING = "nothing"
HOPS = 6


@dataclass(frozen=True)
class Happening:
    """One step of one person: an online contact or an offline effect, by its key."""

    person: int
    key: str
    at: datetime
    thing: Thing


@dataclass
class Flow:
    """`pairs`: people per (contact key, effect key or NOTHING). `people`: with a contact. `across`: with an effect."""

    people: int = 0
    across: int = 0
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)


def back_from(thing: Thing, sources: Mapping[Thing, Iterable[Thing]], hops: int = HOPS) -> Iterable[Thing]:
    """The thing itself and what led to it, nearest first, at most `hops` away; each once."""
    seen, layer = {thing}, [thing]
    for _hop in range(hops + 1):
        yield from layer
        layer = [one for near in layer for one in sources.get(near, ()) if not (one in seen or seen.add(one))]  # type: ignore[func-returns-value]


def attributed(effect: Happening, contacts: list[Happening], sources: Mapping[Thing, Iterable[Thing]]) -> str | None:
    """The key of the contact that an effect is put down to. `contacts` are the person's own. None without one before."""
    before = sorted((c for c in contacts if c.at <= effect.at), key=lambda c: c.at, reverse=True)
    if not before:
        return None
    path = list(back_from(effect.thing, sources))
    for thing in path:
        for contact in before:
            if contact.thing == thing:
                return contact.key
    for kind, _pk in path[1:]:
        for contact in before:
            if contact.thing[0] == kind:
                return contact.key
    return before[0].key


def flow(contacts: Iterable[Happening], effects: Iterable[Happening], sources: Mapping[Thing, Iterable[Thing]]) -> Flow:
    """Count it. Order of the inputs does not matter; effects of people without a contact are left out."""
    by_person: dict[int, list[Happening]] = defaultdict(list)
    for contact in contacts:
        by_person[contact.person].append(contact)
    reached: dict[tuple[str, str], set[int]] = defaultdict(set)
    across: set[int] = set()
    for effect in effects:
        key = attributed(effect, by_person.get(effect.person, []), sources)
        if key is not None:
            across.add(effect.person)
            reached[key, effect.key].add(effect.person)
    for person, mine in by_person.items():
        if person not in across:
            reached[max(mine, key=lambda c: c.at).key, NOTHING].add(person)
    pairs = {pair: len(people) for pair, people in sorted(reached.items())}
    return Flow(people=len(by_person), across=len(across), pairs=pairs)
