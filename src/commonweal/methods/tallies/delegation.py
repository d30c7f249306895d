"""Delegated votes: for one topic, until a day, never in a circle, never too many in one hand.

A delegation passes a vote on only while it is valid and its giver has not voted. It may be passed on again. One's own
vote always overrides. Nobody votes for more than `cap` others: the earliest given count, a later one lapses. Every use
and every lapse is listed for the giver, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ..errors import BadInput
from ..results import Table

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Delegation:
    """`giver` lets `to` vote in their place on `topic`, from `given` to `expires` (the last day it counts)."""

    giver: str
    to: str
    topic: str
    given: date
    expires: date


@dataclass(frozen=True, slots=True)
class Use:
    """What became of one delegation: whose hands the vote went through, or why it did not count."""

    giver: str
    path: tuple[str, ...]
    counted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Delegated:
    """How many votes each voter casts (their own and those of others), and what became of every delegation."""

    weight: Mapping[str, int]
    uses: tuple[Use, ...]

    @property
    def sentence(self) -> str:
        counted = sum(use.counted for use in self.uses)
        return (
            f"{len(self.weight):,} people voted, {counted:,} of {len(self.uses):,} delegations were used: "
            f"{sum(self.weight.values()):,} votes in all."
        )

    def tables(self) -> list[Table]:
        rows = tuple((use.giver, " → ".join(use.path), use.counted, use.reason) for use in self.uses)
        return [Table("Delegations", ("given by", "went to", "counted", "why"), rows)]


def accept(new: Delegation, others: Iterable[Delegation]) -> None:
    """Check a delegation before it is recorded. Raises BadInput when it would close a circle or make no sense."""
    if new.giver == new.to:
        raise BadInput("nobody can delegate to themselves")
    if new.expires < new.given:
        raise BadInput("the delegation would end before it begins; every delegation needs a last day")
    next_hand = {one.giver: one.to for one in others if one.topic == new.topic and _overlap(one, new)}
    if new.giver in next_hand:
        raise BadInput(f"{new.giver} has already delegated this topic; take that back first")
    hand: str | None = new.to
    while hand is not None:
        if hand == new.giver:
            raise BadInput("this would send the vote round in a circle")
        hand = next_hand.get(hand)


def _overlap(one: Delegation, other: Delegation) -> bool:
    return one.given <= other.expires and other.given <= one.expires


def resolve(delegations: Sequence[Delegation], voted: Iterable[str], *, topic: str, day: date, cap: int) -> Delegated:
    """How many votes each of those who `voted` casts on `topic` on `day`, with at most `cap` from others each.

    A circle that got past `accept` (from an import, say) counts for nobody. Raises BadInput for a cap below 0.
    """
    if cap < 0:
        raise BadInput(f"a cap of {cap} makes no sense; use 0 to switch delegation off")
    own = set(voted)
    here = [one for one in delegations if one.topic == topic]
    valid: dict[str, Delegation] = {}
    for one in sorted(here, key=lambda one: (one.given, one.giver, one.to)):
        if one.given <= day <= one.expires:
            valid.setdefault(one.giver, one)
    weight = dict.fromkeys(sorted(own), 1)
    held = dict.fromkeys(weight, 0)
    uses = []
    for one in sorted(here, key=lambda one: (one.given, one.giver, one.to)):
        path, reason = _path(one, valid, own, day)
        if not reason and held[path[-1]] >= cap:
            reason = f"{path[-1]} already votes for {cap} others"
        if not reason:
            weight[path[-1]] += 1
            held[path[-1]] += 1
        uses.append(Use(one.giver, path, not reason, reason or f"{path[-1]} voted"))
    return Delegated(weight, tuple(uses))


def _path(one: Delegation, valid: Mapping[str, Delegation], own: set[str], day: date) -> tuple[tuple[str, ...], str]:
    """The hands a vote goes through, and why it does not count (empty when it does)."""
    if one.giver in own:
        return (one.to,), "your own vote counts instead"
    if not one.given <= day <= one.expires:
        return (one.to,), "not valid on this day"
    if valid[one.giver] is not one:
        return (one.to,), "an earlier delegation of this topic counts instead"
    path = [one.to]
    seen = {one.giver}
    while path[-1] not in own:
        hand = path[-1]
        if hand in seen:
            return tuple(path), "it goes round in a circle"
        seen.add(hand)
        if hand not in valid:
            return tuple(path), f"{hand} did not vote"
        path.append(valid[hand].to)
    return tuple(path), ""
