"""A community's week as a picture: seven days side by side, a bar for each gathering at its time of day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from commonweal.kit import clock
from commonweal.kit.templatetags.commonweal import day as day_text

from .models import Gathering

#: The picture's own units: seven columns of 60 below a heading; the day runs from 6 to 24, before six stands at the top.
COLUMN, TOP, HEIGHT = 60, 38, 118
FIRST_HOUR, LAST_HOUR = 6, 24


@dataclass(frozen=True)
class Bar:
    """One gathering in the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass
class Day:
    """One column: its names, what happens on it, and whether it is today."""

    x: int
    name: str
    number: str
    label: str
    today: bool
    gatherings: list[Gathering] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


def start_of_week(zone: str) -> datetime:
    """The midnight, in the community's zone, at which the pictured week began: today's."""
    return clock.now().astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def picture(gatherings: Iterable[Gathering], zone: str) -> list[Day]:
    """The seven days from today, with the gatherings that start on them. No query."""
    start = start_of_week(zone)
    days = []
    for index in range(7):
        day = start + timedelta(days=index)
        days.append(
            Day(
                x=index * COLUMN,
                name=date_format(day, "D"),
                number=date_format(day, "j"),
                label=day_text(day.date(), "weekday"),
                today=index == 0,
            )
        )
    for gathering in gatherings:
        local = gathering.starts_at.astimezone(ZoneInfo(zone))
        index = (local.date() - start.date()).days
        if 0 <= index < 7:
            days[index].gatherings.append(gathering)
    for day_ in days:
        day_.bars = list(_bars(day_, zone))
    return days


def _bars(day: Day, zone: str) -> Iterable[Bar]:
    """The bars of one day; those that happen at the same time share the column's width, three at most."""
    lanes: list[int] = []
    placed = []
    for gathering in day.gatherings:
        top = _height_at(gathering.starts_at.astimezone(ZoneInfo(zone)))
        length = (gathering.ends_at - gathering.starts_at).total_seconds() / 3600
        bottom = min(HEIGHT, top + max(10, round(length * HEIGHT / (LAST_HOUR - FIRST_HOUR))))
        lane = next((i for i, free_from in enumerate(lanes) if free_from <= top), len(lanes))
        lanes[lane : lane + 1] = [bottom + 2]
        placed.append((lane, top, bottom))
    width = (COLUMN - 12) // min(3, max(1, len(lanes)))
    for lane, top, bottom in placed:
        yield Bar(x=day.x + 6 + min(lane, 2) * width, y=TOP + top, width=width - 2, height=bottom - top)


def _height_at(local: datetime) -> int:
    hour = max(FIRST_HOUR, local.hour + local.minute / 60)
    return min(HEIGHT - 10, round((hour - FIRST_HOUR) * HEIGHT / (LAST_HOUR - FIRST_HOUR)))
