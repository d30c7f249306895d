"""Circles: starting one, taking a seat, leaving it, and saying "I was there"."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.communities.vetting import separation_of
from commonweal.conversations.access import may_read
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import link, record

from . import verbs
from .models import (
    FEWEST_SEATS,
    MOST_SEATS,
    SESSIONS,
    Attendance,
    Circle,
    CircleInvitation,
    Length,
    Rhythm,
    Seat,
    Seen,
    Session,
)

FEWEST_SESSIONS, MOST_SESSIONS = 3, 12


@transaction.atomic
def start_circle(
    *,
    membership: Membership,
    name: str,
    purpose: str,
    place: str,
    first_at: datetime,
    seats_total: int = MOST_SEATS,
    sessions: int = SESSIONS,
    minutes: int = Length.USUAL,
    every_weeks: int = Rhythm.WEEKLY,
    topic: Topic | None = None,
    submission: uuid.UUID | None = None,
) -> Circle:
    """Start a circle: six sessions, a week apart, ninety minutes each unless they choose otherwise, five to eight seats.

    Friendship takes tens of hours with the same people (Hall 2019), so a circle is a series. Whoever starts it looks
    after it until they hand it on. Raises Refused for a first session in the past or a wrong number of seats or
    sessions, a length or a rhythm that is not offered. Sending the same `submission` twice returns the first circle.
    """
    require_active(membership)
    if submission and (sent := Circle.objects.filter(started_by=membership, submission=submission).first()):
        return sent
    if first_at <= clock.now():
        raise Refused(_("Choose a time that is still to come."), field="first_at")
    if not FEWEST_SEATS <= seats_total <= MOST_SEATS:
        raise Refused(_("A circle has five to eight seats."), field="seats_total")
    if not FEWEST_SESSIONS <= sessions <= MOST_SESSIONS:
        raise Refused(_("A series has three to twelve sessions."), field="sessions")
    check_frame(minutes, every_weeks)
    now = clock.now()
    circle = Circle(
        community=membership.community,
        name=name.strip(),
        purpose=purpose.strip(),
        place=place.strip(),
        seats_total=seats_total,
        minutes=minutes,
        every_weeks=every_weeks,
        started_by=membership,
        facilitator=membership,
        started_at=now,
        opened_at=now,
        submission=submission,
    )
    write_sessions(circle, first_at, sessions)
    if topic is not None and topic.community_id == circle.community_id and may_read(topic, membership):
        link(topic, circle, community=circle.community_id)
    record(verbs.CIRCLE_STARTED, subject=circle, actor=membership.pk, community=circle.community_id)
    give_seat(circle, membership)
    return circle


def check_frame(minutes: int, every_weeks: int = Rhythm.WEEKLY) -> None:
    """Raise Refused for a length or a rhythm that is not among those offered."""
    if minutes not in Length.values:
        raise Refused(_("Choose one of the lengths that are offered."), field="minutes")
    if every_weeks not in Rhythm.values:
        raise Refused(_("A circle meets every week or every two weeks."), field="every_weeks")


def write_sessions(circle: Circle, first_at: datetime, sessions: int = SESSIONS) -> None:
    """Save the circle with its sessions from `first_at` on, in its rhythm and of its length."""
    starts = series_from(first_at, sessions, circle)
    circle.first_at, circle.last_at = starts[0], starts[-1]
    circle.save()
    Session.objects.bulk_create(
        Session(circle=circle, number=number, starts_at=start, minutes=circle.minutes)
        for number, start in enumerate(starts, 1)
    )


def series_from(first_at: datetime, times: int, circle: Circle) -> list[datetime]:
    """So many starts in the circle's rhythm, by its community's clocks: seven in the evening stays seven when they change."""
    local = first_at.astimezone(ZoneInfo(circle.community.time_zone))
    return [(local + number * circle.every).astimezone(UTC) for number in range(times)]


def give_seat(circle: Circle, membership: Membership) -> Seat:
    """Seat somebody for whom there is room; who else sits there was looked at before."""
    seat = Seat.objects.create(circle=circle, membership=membership, joined_at=clock.now())
    record(verbs.SEAT_TAKEN, subject=seat, actor=membership.pk, community=circle.community_id)
    return seat


def taken_seats(circle: Circle) -> list[Seat]:
    """The seats of a circle that are taken, in the order in which they were. One query."""
    found = Seat.objects.filter(circle=circle, left_at__isnull=True).select_related("membership")
    return list(found.order_by("joined_at", "pk"))


def may_sit_with(membership: Membership, seats: list[Seat]) -> bool:
    """Whether nobody with a seat is kept apart from this member, by a block or by an age. At most two queries."""
    others = [seat.membership for seat in seats if seat.membership_id != membership.pk]
    apart = kept_apart(membership.person_id) if membership.person_id else set()
    if any(other.person_id in apart for other in others):
        return False
    rule = separation_of([membership.pk, *(other.pk for other in others)])
    return all(rule.may_be_alone(membership.pk, other.pk) for other in others)


@transaction.atomic
def take_seat(*, membership: Membership, circle: Circle) -> Seat:
    """Join a circle that has a seat left and a session to come. Joining twice is joining once. Raises Refused if full.

    Where somebody sits who is kept apart from this member, every seat is taken: the words do not differ.
    """
    require_active(membership)
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if membership.community_id != locked.community_id or locked.opened_at is None:
        raise Refused(_("This circle is not open to you."))
    seats = taken_seats(locked)
    mine = next((seat for seat in seats if seat.membership_id == membership.pk), None)
    if mine:
        return mine
    if locked.last_at <= clock.now():
        raise Refused(_("This circle has ended. You could start the next one."))
    if len(seats) >= locked.seats_total or not may_sit_with(membership, seats):
        raise Refused(_("Every seat is taken. You could start a second circle on the same subject."))
    return give_seat(locked, membership)


@transaction.atomic
def leave_circle(*, membership: Membership, circle: Circle) -> None:
    """Give one's seat back, without a word. Leaving twice is leaving once; one can join again while there is a seat.

    Nobody is told; the others see that a seat is free. If they looked after the circle, somebody else may.
    """
    seat = Seat.objects.filter(circle=circle, membership=membership, left_at__isnull=True).first()
    if seat is None:
        return
    seat.left_at = clock.now()
    seat.save(update_fields=["left_at"])
    Circle.objects.filter(pk=circle.pk, facilitator=membership).update(facilitator=None)
    Circle.objects.filter(pk=circle.pk, offered_to=membership).update(offered_to=None)
    CircleInvitation.objects.filter(circle=circle, membership=membership).update(expires_at=clock.now())
    record(verbs.SEAT_LEFT, subject=seat, actor=membership.pk, community=circle.community_id)


@transaction.atomic
def say_i_was_there(*, membership: Membership, session: Session) -> Attendance:
    """Confirm having been at a session that has begun. Saying it twice is saying it once."""
    require_active(membership)
    if session.starts_at > clock.now():
        raise Refused(_("This session has not begun yet."))
    if session.cancelled_at is not None:
        raise Refused(_("This session did not take place."))
    if not sat_at(session).filter(membership=membership).exists():
        raise Refused(_("Only people who had a seat in this circle then can say so."))
    row, new = Attendance.objects.get_or_create(session=session, membership=membership, defaults={"at": clock.now()})
    if new:
        count_who_was_there(session)
    return row


def sat_at(session: Session) -> QuerySet[Seat]:
    """The seats that were taken when a session took place, also those left since."""
    seats = Seat.objects.filter(circle=session.circle_id, joined_at__lte=session.ends_at)
    return seats.filter(Q(left_at__isnull=True) | Q(left_at__gte=session.starts_at))


def count_who_was_there(session: Session) -> None:
    """Record the coming of everybody whose word another bears out; once for each.

    Whoever looks after the circle bears out the others. Their own word, and everybody's where nobody looks after it
    or has said anything yet about this session, needs one more person who says they were there.
    """
    said = list(Attendance.objects.select_for_update().filter(session=session))
    seen = set(Seen.objects.filter(session=session).values_list("membership", flat=True))
    looks_after = Circle.objects.filter(pk=session.circle_id).values_list("facilitator", flat=True).first()
    community = Circle.objects.filter(pk=session.circle_id).values_list("community", flat=True).get()
    for one in said:
        by_another = len(said) > 1 and (one.membership_id == looks_after or not seen)
        if one.counted_at is None and (one.membership_id in seen or by_another):
            one.counted_at = clock.now()
            one.save(update_fields=["counted_at"])
            record(verbs.ATTENDED, subject=session, actor=one.membership_id, community=community)
