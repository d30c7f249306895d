"""When the people of a circle could meet: the start that suits most of them. Pure; whom it does not suit is a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commonweal.kit.week import DAYS, PER_DAY

from .models import Length

WEEK_MINUTES, SLOT_MINUTES = 7 * 24 * 60, 24 * 60 // PER_DAY
#: Sessions begin on the hour, not before nine in the morning and not after half past eight in the evening.
FIRST_HOUR, LAST_HOUR = 9, 20
#: A first session leaves people this long to get ready.
NOTICE = timedelta(days=3)

#: Somebody's week: the mask of the week grid (0: they have not said), and their time zone.
Week = tuple[int, str]


@dataclass(frozen=True)
class Start:
    """An hour of the week in the community's zone, and for how many people it does and does not do.

    `silent` have not said when they are free. Never who: a number is all that anybody is shown.
    """

    day: int
    hour: int
    suits: int
    not_for: int
    silent: int

    @property
    def day_name(self) -> str:
        return str(DAYS[self.day][1])

    @property
    def clock(self) -> str:
        return f"{self.hour:02d}:00"

    def next_after(self, moment: datetime, zone: str) -> datetime:
        """The first such start after a moment, as a moment in time."""
        here = ZoneInfo(zone)
        local = moment.astimezone(here)
        ahead = (self.day - local.weekday()) % 7
        start = (local + timedelta(days=ahead)).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return start if start > local else start + timedelta(days=7)


def is_free(week: Week, start: datetime, minutes: int = Length.USUAL) -> bool | None:
    """Whether somebody is free for a whole session from `start`. None when they have not said when they are free.

    A session is shorter than one stretch of the week grid, so its first and its last minute speak for the whole.
    """
    mask, zone = week
    if not mask:
        return None
    begin = start.astimezone(ZoneInfo(zone))
    first = begin.weekday() * 24 * 60 + begin.hour * 60 + begin.minute
    return all(mask >> (one % WEEK_MINUTES) // SLOT_MINUTES & 1 for one in (first, first + minutes - 1))


def best_start(weeks: Iterable[Week], zone: str, now: datetime, minutes: int = Length.USUAL) -> Start:
    """The hour of the week that suits most, and of those the most usual one: an evening, then a weekend's day.

    When nobody has said anything it is a Thursday evening.
    """
    known = list(weeks)
    monday = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    starts = (
        counted(known, day, hour, monday, minutes) for day in range(7) for hour in range(FIRST_HOUR, LAST_HOUR + 1)
    )  # fmt: skip
    return min(starts, key=lambda one: (-one.suits, _unusual(one.day, one.hour)))


def counted(weeks: list[Week], day: int, hour: int, monday: datetime, minutes: int = Length.USUAL) -> Start:
    """One hour of the week with its numbers. `monday` is the local midnight that begins the week."""
    moment = (monday + timedelta(days=day)).replace(hour=hour)
    answers = [is_free(week, moment, minutes) for week in weeks]
    return Start(day, hour, answers.count(True), answers.count(False), answers.count(None))


def start_of(moment: datetime, weeks: Iterable[Week], zone: str, minutes: int = Length.USUAL) -> Start:
    """The numbers for a moment that is already chosen; minutes past the hour are counted too."""
    local = moment.astimezone(ZoneInfo(zone))
    answers = [is_free(week, moment, minutes) for week in weeks]
    return Start(local.weekday(), local.hour, answers.count(True), answers.count(False), answers.count(None))


def _unusual(day: int, hour: int) -> tuple[int, int, int]:
    """How far from when groups usually meet: weekday evenings first (Thursday is nobody's first choice to skip)."""
    evening = day < 5 and 18 <= hour <= 19
    weekend = day >= 5 and 10 <= hour <= 16
    return (0 if evening else 1 if weekend else 2, abs(day - 3), abs(hour - (18 if day < 5 else 14)))
