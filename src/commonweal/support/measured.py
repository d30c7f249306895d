"""Whether the promise is kept: how long people wait, for what, when and who, whether it helped, who never got an answer.

By group only where that is safe: whether somebody was new here, hid their name, and the language they asked in, which
they chose. A cell needs ten different people, and as many cells more are hidden as it takes that none can be worked out
by subtraction (`methods.privacy`).

Looks back ninety days, at most 5,000 requests, so its cost does not grow with the community. Those who still wait past
their deadline count as the longest waits; nobody is left out of a median because nobody came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from commonweal.communities.models import Community
from commonweal.trail.actions import type_of
from commonweal.trail.models import Confirmation

from . import tongues
from .load import carried
from .models import HelpKind, Need, Reopening, SupportRequest

WINDOW = timedelta(days=90)
MOST_READ = 5000
MOST_LISTED = 50
#: Nobody sees a figure about fewer people than this by group, members by anything: in a small place a number is a name.
SMALLEST = 10
#: How long somebody is new here.
NEW_FOR = timedelta(days=30)
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
    asker: int
    new_here: bool
    hidden: bool
    language: str


@dataclass(frozen=True)
class Figures:
    """Waits of `n` requests. Hours; None when so many still wait that the figure is not known, or n is 0."""

    label: Any
    n: int
    median: float | None
    p90: float | None
    second: float | None
    kept: float | None
    may_be_shown: bool


@dataclass(frozen=True)
class Report:
    overall: Figures
    by_kind: list[Figures]
    by_hour: list[Figures]
    by_group: list[Figures]
    helped: int
    said: int
    low: float
    high: float
    helped_may_be_shown: bool
    inequality: float | None
    carriers: int

    @property
    def helped_share(self) -> float | None:
        return self.helped / self.said if self.said else None

    @property
    def load_may_be_shown(self) -> bool:
        return self.carriers >= SMALLEST


def figures(label: Any, waits: Sequence[Wait], *, may_be_shown: bool | None = None) -> Figures:
    from commonweal.methods.figures import quantile

    n = len(waits)
    return Figures(
        label=label,
        n=n,
        median=quantile((wait.first for wait in waits), 0.5),
        p90=quantile((wait.first for wait in waits), 0.9),
        second=quantile((wait.second for wait in waits), 0.5),
        kept=sum(wait.kept for wait in waits) / n if n else None,
        may_be_shown=_askers(waits) >= SMALLEST if may_be_shown is None else may_be_shown,
    )


def _askers(waits: Sequence[Wait]) -> int:
    return len({wait.asker for wait in waits})


def cut(parts: Mapping[Any, Sequence[Wait]]) -> list[Figures]:
    """The figures of each part, and whether each may be shown beside the total of them all. Pure.

    A part of fewer than ten people is hidden however often they asked, and with it others until its number could not be
    worked out from the rest. A part without anybody gives nobody away.
    """
    from commonweal.methods.privacy import protect

    rows = [waits for waits in parts.values() if waits]
    counts = [len(waits) for waits in rows]
    # a cell whose largest subgroup is the whole cell counts as too small, whatever its number
    few = [n if _askers(waits) < SMALLEST else 0 for n, waits in zip(counts, rows, strict=True)]
    shown = iter(protect([counts], largest=[few]).cells[0] if rows else ())
    return [
        figures(label, waits, may_be_shown=bool(waits) and next(shown) is not None) for label, waits in parts.items()
    ]


def _groups(waits: Sequence[Wait]) -> list[Figures]:
    """New or not, name hidden or not, and the language, each cut on its own. A single language is no cut."""
    new = {
        _("In their first month here"): [w for w in waits if w.new_here],
        _("Here for longer"): [w for w in waits if not w.new_here],
    }
    named = {
        _("With their name hidden"): [w for w in waits if w.hidden],
        _("Under their name"): [w for w in waits if not w.hidden],
    }
    spoken = {
        _("In %(language)s") % {"language": tongues.label(code)}: [w for w in waits if w.language == code]
        for code in sorted({w.language for w in waits})
    }
    return [*cut(new), *cut(named), *(cut(spoken) if len(spoken) > 1 else [])]


def _hours(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds() / 3600


def _waits(community: Community, now: datetime) -> list[Wait]:
    """The first rounds of the window that were answered or whose deadline passed. Two queries."""
    asked = SupportRequest.objects.filter(
        community=community, sort=SupportRequest.Sort.SUPPORT, asked_at__gte=now - WINDOW, asked_at__lte=now
    )
    about = asked.order_by("-asked_at").values_list(
        "pk", "topic__author", "topic__author__joined_at", "topic__anonymous", "language", *_ROUND
    )
    who: dict[int, tuple[Any, ...]] = {}
    rounds: dict[int, tuple[Any, ...]] = {}
    for pk, author, joined_at, hidden, language, *row in about[:MOST_READ]:
        who[pk], rounds[pk] = (author, joined_at, hidden, language or tongues.known(community.language)), tuple(row)
    earlier = Reopening.objects.filter(request__community=community, request__asked_at__gte=now - WINDOW)
    fields = ("request", "request__asked_at", *_ROUND[1:])
    for pk, *row in earlier.order_by("-at", "-pk").values_list(*fields)[:MOST_READ]:
        if pk in rounds:
            rounds[pk] = tuple(row)  # the earliest round is written last
    return [_wait(pk, row, who[pk]) for pk, row in rounds.items() if row[3] is not None or row[1] <= now]


#: Of a request: when it was asked, promised, first answered, answered by two.
_ROUND = ("asked_at", "promise_due_at", "first_reply_at", "answered_at")


def _wait(pk: int, row: tuple[Any, ...], who: tuple[Any, ...]) -> Wait:
    at, due, first, second = row
    author, joined_at, hidden, language = who
    return Wait(
        pk=pk,
        asked_at=at,
        first=_hours(at, first),
        second=_hours(at, second),
        kept=second is not None and second <= due,
        asker=author,
        new_here=at - joined_at < NEW_FOR,
        hidden=hidden,
        language=language,
    )


def report(community: Community, now: datetime) -> Report:
    """The figures of the last ninety days. Seven queries."""
    from commonweal.methods.figures import gini, wilson

    waits = _waits(community, now)
    said = Confirmation.objects.filter(
        subject_type=type_of(SupportRequest), community=community.pk, at__gte=now - WINDOW
    ).exclude(helped="")
    answers = list(said.order_by("-at").values_list("helped", "membership")[:MOST_READ])
    helped = sum(answer in ("yes", "somewhat") for answer, _who in answers)
    low, high = wilson(helped, len(answers))
    answered = [row.answered for row in carried(community)]
    return Report(
        overall=figures("", waits),
        by_kind=_by_kind(community, waits, now),
        by_hour=_by_hour(community, waits),
        by_group=_groups(waits),
        helped=helped,
        said=len(answers),
        low=low,
        high=high,
        helped_may_be_shown=len({who for _answer, who in answers}) >= SMALLEST,
        inequality=gini(answered) if any(answered) else None,
        carriers=len(answered),
    )


def _by_kind(community: Community, waits: Sequence[Wait], now: datetime) -> list[Figures]:
    """By the kinds of help asked for, of which one request may name several. One query."""
    known = {wait.pk: wait for wait in waits}
    kinds: dict[str, list[Wait]] = {kind: [] for kind in HelpKind.values}
    window = {"request__community": community, "request__asked_at__gte": now - WINDOW}
    for pk, kind in Need.objects.filter(**window).values_list("request", "kind")[: MOST_READ * len(kinds)]:
        if pk in known:
            kinds[kind].append(known[pk])
    return cut({HelpKind(kind).label: rows for kind, rows in kinds.items()})


def _by_hour(community: Community, waits: Sequence[Wait]) -> list[Figures]:
    zone = ZoneInfo(community.time_zone)
    asked_in: Callable[[int, int], list[Wait]] = lambda start, end: [  # noqa: E731
        wait for wait in waits if start <= wait.asked_at.astimezone(zone).hour < end
    ]
    return cut({f"{start:02}–{end:02}": asked_in(start, end) for start, end in PARTS_OF_THE_DAY})


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
