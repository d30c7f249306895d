"""A round's numbers as stewards see them: with n, and nothing about fewer than ten people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonweal.people.suggestions import label_of

from .models import Round

FEWEST_SHOWN = 10
#: A group is left behind when its coverage is under this share of everybody's (the rule of four fifths).
FAIR = 0.8


@dataclass(frozen=True)
class Column:
    """One round in the picture of coverage and waiting: a bar for the share reached, a dot for the median wait.

    x, y, height in the units of the drawing (`WIDTH` by `HEIGHT`); `dot` is None where fewer than ten people wait.
    """

    at: datetime
    n: int
    share: float
    median: float | None
    x: int
    y: int
    height: int
    dot: int | None


#: The drawing of the last rounds: a column of 56 units for each, and the height that stands for everybody.
WIDTH, HEIGHT, STEP = 420, 120, 60


@dataclass(frozen=True)
class Shown:
    """One kind of introduction. n, got: of the last rounds together. groups: (name, n, coverage, left behind)."""

    label: str
    last_at: datetime | None
    rounds: int
    n: int
    got: int
    proposals: int
    median: float | None
    p90: int | None
    for_a_human: int | None
    groups: list[tuple[str, int, float, bool]]
    columns: list[Column]

    @property
    def enough(self) -> bool:
        return self.n >= FEWEST_SHOWN

    @property
    def coverage(self) -> float:
        return self.got / self.n if self.n else 0.0


def shown(label: str, last: Round | None, rows: list[Round]) -> Shown:
    """What the last rounds of a kind came to. One round alone of fewer than ten people is not shown either."""
    results: list[dict[str, Any]] = [row.result for row in rows]
    newest = results[0] if results else {}
    big = [one for one in results if one["n"] >= FEWEST_SHOWN]
    human = newest.get("for_a_human", 0)
    return Shown(
        label=label,
        last_at=last.planned_at if last else None,
        rounds=len(big),
        n=sum(one["n"] for one in big),
        got=sum(one["got"] for one in big),
        proposals=sum(one["proposals"] for one in big),
        median=newest.get("median"),
        p90=newest.get("p90"),
        for_a_human=human if human >= FEWEST_SHOWN else None,
        groups=[
            (_name(one["name"]), one["n"], one["coverage"], one["ratio"] is not None and one["ratio"] < FAIR)
            for one in newest.get("groups", [])
            if one["n"] >= FEWEST_SHOWN
        ],
        columns=_columns([row for row in reversed(rows) if row.result["n"] >= FEWEST_SHOWN]),
    )


def _columns(rows: list[Round]) -> list[Column]:
    """The picture of the last rounds, oldest first; the longest median wait touches the top."""
    waits = [row.result.get("median") for row in rows]
    longest = max((one for one in waits if one), default=1)
    drawn = []
    for place, (row, median) in enumerate(zip(rows, waits, strict=True)):
        share = row.result["got"] / row.result["n"]
        height = round(share * HEIGHT)
        dot = None if median is None else round(HEIGHT - median / longest * (HEIGHT - 10) - 5)
        drawn.append(
            Column(
                at=row.planned_at or row.begun_at,
                n=row.result["n"],
                share=share,
                median=median,
                x=place * STEP,
                y=HEIGHT - height,
                height=height,
                dot=dot,
            )
        )
    return drawn


def _name(group: str) -> str:
    kind, _sep, value = group.partition(":")
    return _("Speak %(language)s") % {"language": label_of("language", value)} if kind == "language" else value
