"""The stage on which the stories are played: who there is, what time it is, and what happens next.

Everything that happens is put into one queue by its moment and played in order, each with the clock set to its moment,
so that deadlines, limits and the trail come out as if the half year had been lived.
"""

from __future__ import annotations

import heapq
import itertools
import random
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Topic
from commonweal.kit import clock

STORIES = Path(__file__).parent / "stories"
ZONE = ZoneInfo("Europe/London")
FIRST_HOUR, LAST_HOUR = 7, 22


@cache
def story(*names: str) -> dict[str, Any]:
    """The files of that name in one: lists one after another, the rest as it stands in the last."""
    found: dict[str, Any] = {}
    for name in names:
        for key, value in tomllib.loads((STORIES / f"{name}.toml").read_text("utf-8")).items():
            found[key] = found[key] + value if isinstance(value, list) and key in found else value
    return found


@dataclass
class Stage:
    """`members` maps how the stories call somebody ("rosa") to who they are in Riverside, from the moment they joined.

    `names` are those who take part at all; a story told by anybody else, or older than `start`, is left out.
    """

    now: datetime
    start: datetime
    names: set[str]
    rng: random.Random
    community: Community = field(init=False)
    members: dict[str, Membership] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    first_seen: dict[str, datetime] = field(default_factory=dict)
    _queue: list[tuple[datetime, int, Callable[[], Any]]] = field(default_factory=list)
    _count: Iterator[int] = field(default_factory=itertools.count)

    def knows(self, *names: str) -> bool:
        return all(name in self.names for name in names)

    def covers(self, ago: float) -> bool:
        """Whether a story that began `ago` days ago falls into the time that is played."""
        return self.now - timedelta(days=ago) > self.start + timedelta(days=3)

    def at(self, moment: datetime, do: Callable[[], Any], *who: str) -> None:
        """Let `do` happen at `moment`, which must lie in the past, with these people in it."""
        if not self.start <= moment < self.now:
            return
        for name in who:
            self.first_seen[name] = min(moment, self.first_seen.get(name, moment))
        heapq.heappush(self._queue, (moment, next(self._count), do))

    def play(self) -> Iterator[datetime]:
        """Let everything happen in order of time. Yields each moment when it is over."""
        while self._queue:
            moment, _number, do = heapq.heappop(self._queue)
            with clock.at(moment):
                do()
            yield moment

    # When

    def day(self, ago: float, at: str) -> datetime:
        """That many days ago (below zero: ahead), at a time of day in Riverside ("18:30")."""
        date = (self.now.astimezone(ZONE) - timedelta(days=ago)).date()
        hour, minute = map(int, at.split(":"))
        return datetime(date.year, date.month, date.day, hour, minute, tzinfo=ZONE)

    def some_time(self, ago: float) -> datetime:
        """A plausible time of day that many days ago; within the last day, exactly then."""
        if ago < 1.5:
            return self.now - timedelta(days=ago)
        return self.day(ago, f"{self.rng.randint(8, 19)}:{self.rng.randint(0, 59):02}")

    def awake(self, moment: datetime) -> datetime:
        """The same moment, or the next morning when people sleep."""
        local = moment.astimezone(ZONE)
        if FIRST_HOUR <= local.hour < LAST_HOUR:
            return moment
        morning = local + timedelta(days=1) if local.hour >= LAST_HOUR else local
        return morning.replace(hour=FIRST_HOUR, minute=self.rng.randint(5, 59))

    def hours(self, least: float, most: float) -> timedelta:
        return timedelta(hours=self.rng.uniform(least, most))

    def answers(self, began: datetime, count: int, gaps: Iterable[tuple[float, float]]) -> list[datetime]:
        """When `count` answers come: hours apart as `gaps` says (the last gap repeats), by day, and all before now."""
        moments, last, gap = [], began, (0.5, 2.0)
        following = iter(gaps)
        for _one in range(count):
            gap = next(following, gap)
            last = self.awake(last + self.hours(*gap))
            moments.append(last)
        if moments and moments[-1] >= self.now:  # a young conversation: squeeze it into the time there was
            share = (self.now - began) / (count + 1)
            moments = [began + share * (number + 1) for number in range(count)]
        return moments

    # Who

    def here(self, *, besides: Iterable[Membership] = ()) -> list[Membership]:
        """Everyone who has joined by now, in a fixed order."""
        left_out = {member.pk for member in besides}
        return [member for member in self.members.values() if member.pk not in left_out]

    def some(self, count: int, *, besides: Iterable[Membership] = ()) -> list[Membership]:
        """At most `count` people at random."""
        people = self.here(besides=besides)
        return self.rng.sample(people, min(count, len(people)))

    def those(self, names: Iterable[str]) -> list[Membership]:
        return [self.members[name] for name in names if name in self.members]
