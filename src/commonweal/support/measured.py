"""Whether the promise is kept: how long people wait, for what and when, whether it helped, and who never got an answer.

Looks back ninety days, at most 5,000 requests, so its cost does not grow with the community. Those who still wait past
their deadline count as the longest waits; nobody is left out of a median because nobody came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from commonweal.communities.models import Community
from commonweal.trail.actions import type_of
from commonweal.trail.models import Confirmation

from .models import HelpKind, Need, Reopening, SupportRequest

WINDOW = timedelta(days=90)
MOST_READ = 5000
MOST_LISTED = 50
#: Members see no figure about fewer requests than this: in a small place a number can be a name.
SMALLEST = 10
#: The day in four parts, by the hour in which somebody asked.
PARTS_OF_THE_DAY = ((0, 6), (6, 12), (12, 18), (18, 24))


@dataclass(frozen=True)
class Wait:
    """One request of the window. Hours from asking to the first and second answer in its first round; None: none came."""

    pk: int
    asked_at: datetime
    first: float | None
    second: float | None
    kept: bool


@dataclass(frozen=True)
class Figures:
    """Waits of `n` requests. Hours; None when so many still wait that the figure is not known, or n is 0."""

    label: Any
    n: int
    median: float | None
    p90: float | None
    second: float | None
    kept: float | None

    @property
    def may_be_shown(self) -> bool:
        return self.n >= SMALLEST


@dataclass(frozen=True)
class Report:
    overall: Figures
    by_kind: list[Figures]
    by_hour: list[Figures]
    helped: int
    said: int
    low: float
    high: float

    @property
    def helped_share(self) -> float | None:
        return self.helped / self.said if self.said else None

    @property
    def helped_may_be_shown(self) -> bool:
        return self.said >= SMALLEST


def figures(label: Any, waits: Sequence[Wait]) -> Figures:
    from commonweal.methods.figures import quantile

    n = len(waits)
    return Figures(
        label=label,
        n=n,
        median=quantile((wait.first for wait in waits), 0.5),
        p90=quantile((wait.first for wait in waits), 0.9),
        second=quantile((wait.second for wait in waits), 0.5),
        kept=sum(wait.kept for wait in waits) / n if n else None,
    )


def _hours(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds() / 3600


def _waits(community: Community, now: datetime) -> list[Wait]:
    """The first rounds of the window that were answered or whose deadline passed. Two queries."""
    asked = SupportRequest.objects.filter(
        community=community, sort=SupportRequest.Sort.SUPPORT, asked_at__gte=now - WINDOW, asked_at__lte=now
    )
    rows = asked.order_by("-asked_at").values_list("pk", "asked_at", "promise_due_at", "first_reply_at", "answered_at")
    found = {row[0]: row for row in rows[:MOST_READ]}
    earlier = Reopening.objects.filter(request__community=community, request__asked_at__gte=now - WINDOW)
    fields = ("request", "request__asked_at", "promise_due_at", "first_reply_at", "answered_at")
    for row in earlier.order_by("-at", "-pk").values_list(*fields)[:MOST_READ]:
        if row[0] in found:
            found[row[0]] = row  # the earliest round is written last
    return [
        Wait(pk, at, _hours(at, first), _hours(at, second), second is not None and second <= due)
        for pk, at, due, first, second in found.values()
        if second is not None or due <= now
    ]


def report(community: Community, now: datetime) -> Report:
    """The figures of the last ninety days. Four queries."""
    from commonweal.methods.figures import wilson

    waits = _waits(community, now)
    known = {wait.pk: wait for wait in waits}
    kinds: dict[str, list[Wait]] = {kind: [] for kind in HelpKind.values}
    window = {"request__community": community, "request__asked_at__gte": now - WINDOW}
    for pk, kind in Need.objects.filter(**window).values_list("request", "kind")[: MOST_READ * len(kinds)]:
        if pk in known:
            kinds[kind].append(known[pk])
    zone = ZoneInfo(community.time_zone)
    asked_in: Callable[[int, int], list[Wait]] = lambda start, end: [  # noqa: E731
        wait for wait in waits if start <= wait.asked_at.astimezone(zone).hour < end
    ]
    said = Confirmation.objects.filter(
        subject_type=type_of(SupportRequest), community=community.pk, at__gte=now - WINDOW
    ).exclude(helped="")
    answers = list(said.order_by("-at").values_list("helped", flat=True)[:MOST_READ])
    helped = sum(answer in ("yes", "somewhat") for answer in answers)
    low, high = wilson(helped, len(answers))
    return Report(
        overall=figures("", waits),
        by_kind=[figures(HelpKind(kind).label, rows) for kind, rows in kinds.items()],
        by_hour=[figures(f"{start:02}–{end:02}", asked_in(start, end)) for start, end in PARTS_OF_THE_DAY],
        helped=helped,
        said=len(answers),
        low=low,
        high=high,
    )


def never_answered(community: Community, now: datetime) -> QuerySet[SupportRequest]:
    """Whoever asked in the window, was promised two answers and got none, oldest first. The list that must be empty."""
    return (
        SupportRequest.objects.filter(
            community=community,
            sort=SupportRequest.Sort.SUPPORT,
            asked_at__gte=now - WINDOW,
            promise_due_at__lte=now,
            first_reply_at__isnull=True,
            reopenings__isnull=True,
        )
        .select_related("topic")
        .order_by("asked_at", "pk")[:MOST_LISTED]
    )
