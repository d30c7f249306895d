"""What the map shows, in words and tables."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from ..results import Table

if TYPE_CHECKING:
    from .opinion_map import OpinionMap

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_one_sentence(found: OpinionMap) -> str:
    """How many people, whether there are groups, how large, how much is shared."""
    who = f"{len(found.votes.people):,} of {found.people_in_all:,} people answered enough to be placed"
    common = len(found.consensus)
    shared = f" {_number(common).capitalize()} statement{'s are' if common != 1 else ' is'} shared throughout."
    if found.k < 2:
        return f"{who}; they all answered alike, so there are no groups.{shared}"
    if found.clarity is not None and not found.clear:
        return f"{who}. No clear groups: {found.clarity.reason}.{shared}"
    sizes = " and ".join(f"{size:,}" for size in found.sizes) if found.k == 2 else _listed(found.sizes)
    return f"{who}. They form {_number(found.k)} groups, of {sizes} people (silhouette {found.silhouette:.2f}).{shared}"


def in_words(found: OpinionMap, texts: dict[Hashable, str] | None = None) -> list[str]:
    """The sentence, then one for what is shared and one for each group: what sets it apart, with how many of how many."""
    texts = texts or {}
    lines = [in_one_sentence(found)]
    for one in found.consensus[:3]:
        lines.append(f"Throughout, {one.answers} of {one.seen} {one.direction}: {_text(one.statement, texts)}")
    if found.clarity is not None and not found.clear:
        return lines
    for n, statements in enumerate(found.representative):
        if found.sizes[n] < 5:
            lines.append(f"Group {n + 1} has fewer than five people and is not described.")
            continue
        if not statements:
            lines.append(f"Nothing sets group {n + 1} ({found.sizes[n]} people) apart for sure.")
        for mark in statements[:2]:
            lines.append(
                f"In group {n + 1} ({found.sizes[n]} people), {mark.answers} of {mark.seen} {mark.direction}, "
                f"{mark.ratio:.1f} times the others' share: {_text(mark.statement, texts)}"
            )
    return lines


def tables(found: OpinionMap, texts: dict[Hashable, str]) -> list[Table]:
    """The groups, what sets each apart, what is shared: the alternative to the picture."""
    shown = [n for n in range(found.k) if found.sizes[n] >= 5]
    groups: list[tuple[object, ...]] = [(n + 1, found.sizes[n], len(found.representative[n])) for n in shown]
    groups += [("others", "fewer than 5 each", "–")] if len(shown) < found.k else []
    marks = [
        (n + 1, one.direction, one.answers, one.seen, one.ratio, _text(one.statement, texts))
        for n in shown
        for one in found.representative[n]
    ]
    common = [
        (one.direction, one.answers, one.seen, one.informed, _text(one.statement, texts)) for one in found.consensus
    ]
    return [
        Table("Groups", ("group", "people", "statements that set it apart"), tuple(groups)),
        Table("What sets a group apart", ("group", "they", "so many", "of", "times others", "statement"), tuple(marks)),
        Table("What all share", ("they", "so many", "of", "group-informed", "statement"), tuple(common)),
    ]


def _text(statement: Hashable, texts: dict[Hashable, str]) -> str:
    words = " ".join(texts.get(statement, "").split())
    return f"{statement}: {words}" if words else f"statement {statement}"


def _number(n: int) -> str:
    return NUMBERS[n] if n < len(NUMBERS) else str(n)


def _listed(sizes: tuple[int, ...]) -> str:
    return ", ".join(f"{size:,}" for size in sizes[:-1]) + f" and {sizes[-1]:,}"
