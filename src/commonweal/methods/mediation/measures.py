"""The questions that Commonweal ships, and how answers are summed. A score describes an answer; it is never a diagnosis.

- OSSS-3, the Oslo Social Support Scale: three items, sum 3 to 14; up to 8 poor, 9 to 11 moderate, 12 and more strong
  support (Kocalevent et al. 2018, BMC Psychology 6:31).
- WHO-5, the well-being index: five items from 0 to 5, sum times four, 0 to 100 (Topp et al. 2015). Opt-in.
- Commonweal's own single items, each its own score.

Wordings live in `measures.json` beside this file. Other scales come as packs that an operator loads (same shape).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import BadInput

DATA = Path(__file__).with_name("measures.json")


@dataclass(frozen=True)
class Item:
    """A question and the values that its answers stand for; `labels` name them in the same order, or only the ends."""

    key: str
    text: str
    low: int
    high: int
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A scale. The score is `multiply` × the sum of its items; `bands` are (highest score, name), ascending."""

    key: str
    title: str
    items: tuple[Item, ...]
    multiply: int
    bands: tuple[tuple[int, str], ...]
    opt_in: bool
    source: str
    permission: str

    @property
    def range(self) -> tuple[int, int]:
        return (
            self.multiply * sum(item.low for item in self.items),
            self.multiply * sum(item.high for item in self.items),
        )

    def score(self, answers: Mapping[str, Any]) -> int | None:
        """The score of one person's answers by item key; None when an item was left out (a sum needs them all).

        Raises `BadInput` for an answer that is not one of the item's values.
        """
        values = []
        for item in self.items:
            answer = answers.get(item.key)
            if answer is None or answer == "":
                return None
            values.append(_value(item, answer))
        return self.multiply * sum(values)

    def band(self, score: int) -> str:
        """The name of the band that a score lies in; empty for a measure without bands."""
        low, high = self.range
        if not low <= score <= high:
            raise BadInput(f"a score of {self.title} lies between {low} and {high}, not at {score}")
        return next((name for top, name in self.bands if score <= top), "")

    def scores(self, rows: Sequence[Mapping[str, Any]]) -> list[int | None]:
        return [self.score(row) for row in rows]


def _value(item: Item, answer: Any) -> int:
    try:
        number = float(answer)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(answer, bool) or not item.low <= number <= item.high or number != int(number):
        raise BadInput(f"“{answer}” is not an answer from {item.low} to {item.high}", column=item.key)
    return int(number)


@cache
def measures() -> dict[str, Measure]:
    """All measures that are shipped, by key."""
    return {entry["key"]: measure_of(entry) for entry in json.loads(DATA.read_text(encoding="utf-8"))}


def measure(key: str) -> Measure:
    """The measure `key`. Raises `BadInput` with the known ones."""
    try:
        return measures()[key]
    except KeyError:
        raise BadInput(f"there is no measure “{key}”; choose from {', '.join(measures())}") from None


def measure_of(entry: Mapping[str, Any]) -> Measure:
    """A measure from its definition, as in `measures.json` or in a pack. Raises `BadInput` when a part is missing."""
    try:
        items = tuple(
            Item(str(i["key"]), str(i["text"]), int(i["low"]), int(i["high"]), tuple(map(str, i["labels"])))
            for i in entry["items"]
        )
        bands = tuple((int(top), str(name)) for top, name in entry["bands"])
        found = Measure(
            str(entry["key"]),
            str(entry["title"]),
            items,
            int(entry["multiply"]),
            bands,
            bool(entry["opt_in"]),
            str(entry["source"]),
            str(entry["permission"]),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadInput(f"the definition of a measure is not complete ({wrong})") from None
    _check(found)
    return found


def _check(found: Measure) -> None:
    if not found.items or any(item.low >= item.high for item in found.items) or found.multiply < 1:
        raise BadInput(f"the measure “{found.key}” needs items with a range each")
    tops = [top for top, _name in found.bands]
    if tops != sorted(set(tops)) or (tops and tops[-1] != found.range[1]):
        raise BadInput(f"the bands of “{found.key}” must rise, and end at its highest score")
