"""What introductions and circles add to a person's private page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.communities.models import Membership
from commonweal.communities.registries import Occasion
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import type_of

from .models import Attendance, Introduction, Seat, Session

#: How long a first meeting is taken to last, and for how long after two yeses it is still to come.
FIRST_MEETING, STILL_TO_COME, SINCE = timedelta(minutes=60), timedelta(days=30), timedelta(days=730)


def occasions(memberships: list[Membership]) -> Iterable[Occasion]:
    yield from _introductions(memberships)
    yield from _sessions(memberships)


def _introductions(memberships: list[Membership]) -> Iterable[Occasion]:
    """Introductions where both confirmed that they met, and those opened lately. Two queries."""
    mine, now = {m.pk for m in memberships}, clock.now()
    person = memberships[0].person_id
    apart = kept_apart(person) if person else set()
    pairs = Introduction.objects.filter(Q(first__in=mine) | Q(second__in=mine), opened_at__gt=now - SINCE)
    pairs = pairs.select_related("meeting", "first", "second", "community").order_by("-opened_at")[:100]
    for pair in pairs:
        me = pair.first_id if pair.first_id in mine else pair.second_id
        other, meeting = pair.other_of(me), getattr(pair, "meeting", None)
        opened = pair.opened_at or now
        gone = other.person_id is None or not other.is_active or other.person_id in apart
        if gone or not is_occasion(pair, met=meeting is not None):
            continue
        yield Occasion(
            key=f"{type_of(pair)}:{pair.pk}",
            mine=me,
            others=(other.pk,),
            at=meeting.at if meeting else opened,
            minutes=int(FIRST_MEETING.total_seconds() // 60),
            title=_("A meeting with %(name)s") % {"name": other.display_name},
            url=reverse("circles:introduction", args=[pair.community.slug, pair.pk]),
            met=meeting is not None,
            icon="introduction",
        )


def is_occasion(pair: Introduction, *, met: bool) -> bool:
    """Whether an introduction is one to think ahead to or to look back at: opened lately, or both say that they met."""
    now = clock.now()
    if pair.opened_at is None or pair.opened_at < now - SINCE:
        return False
    return met or pair.opened_at >= now - STILL_TO_COME


def _sessions(memberships: list[Membership]) -> Iterable[Occasion]:
    """Sessions one was at, as somebody else bore out, with the others, and the next ones. Four queries."""
    mine, now = [m.pk for m in memberships], clock.now()
    both = Attendance.objects.filter(counted_at__isnull=False)
    attended = both.filter(membership__in=mine, session__starts_at__gt=now - SINCE)
    attended = attended.select_related("session__circle__community").order_by("-session__starts_at")[:200]
    there: dict[int, list[int]] = defaultdict(list)
    others = both.filter(session__in=[a.session_id for a in attended]).exclude(membership__in=mine)
    for session_id, other in others.values_list("session_id", "membership_id"):
        there[session_id].append(other)
    for one in attended:
        yield _session(one.session, one.membership_id, tuple(there[one.session_id]), met=True)
    seats = dict(
        Seat.objects.filter(membership__in=mine, left_at__isnull=True).values_list("circle_id", "membership_id")
    )
    coming = Session.objects.filter(
        circle__in=seats, starts_at__range=(now, now + timedelta(days=14)), cancelled_at=None
    )
    for session in coming.select_related("circle__community").order_by("starts_at")[:10]:
        yield _session(session, seats[session.circle_id], (), met=False)


def _session(session: Session, mine: int, others: tuple[int, ...], *, met: bool) -> Occasion:
    circle = session.circle
    return Occasion(
        key=f"{type_of(session)}:{session.pk}",
        mine=mine,
        others=others,
        at=session.starts_at,
        minutes=session.minutes,
        title=circle.name,
        url=reverse("circles:circle", args=[circle.community.slug, circle.pk]),
        met=met,
        icon="circle-people",
    )
