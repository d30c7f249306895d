"""Circles: starting one, taking a seat, leaving it, and saying "I was there"."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.conversations.access import may_read
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import link, record

from . import verbs
from .models import SESSION_EVERY, SESSIONS, Attendance, Circle, Seat, Session


@transaction.atomic
def start_circle(
    *,
    membership: Membership,
    name: str,
    purpose: str,
    place: str,
    first_at: datetime,
    seats_total: int = 8,
    topic: Topic | None = None,
    submission: uuid.UUID | None = None,
) -> Circle:
    """Start a circle: six sessions, a week apart, ninety minutes each, with five to eight seats.

    Friendship takes tens of hours with the same people (Hall 2019), so a circle is a series. Raises Refused for a
    first session in the past or a wrong number of seats. Sending the same `submission` twice returns the first circle.
    """
    require_active(membership)
    if submission and (sent := Circle.objects.filter(started_by=membership, submission=submission).first()):
        return sent
    if first_at <= clock.now():
        raise Refused(_("Choose a time that is still to come."), field="first_at")
    if not 5 <= seats_total <= 8:
        raise Refused(_("A circle has five to eight seats."), field="seats_total")
    circle = Circle.objects.create(
        community=membership.community,
        name=name.strip(),
        purpose=purpose.strip(),
        place=place.strip(),
        seats_total=seats_total,
        started_by=membership,
        started_at=clock.now(),
        first_at=first_at,
        last_at=first_at + (SESSIONS - 1) * SESSION_EVERY,
        submission=submission,
    )
    Session.objects.bulk_create(
        Session(circle=circle, number=number + 1, starts_at=first_at + number * SESSION_EVERY)
        for number in range(SESSIONS)
    )
    if topic is not None and topic.community_id == circle.community_id and may_read(topic, membership):
        link(topic, circle, community=circle.community_id)
    record(verbs.CIRCLE_STARTED, subject=circle, actor=membership.pk, community=circle.community_id)
    _seat(circle, membership)
    return circle


def _seat(circle: Circle, membership: Membership) -> Seat:
    seat = Seat.objects.create(circle=circle, membership=membership, joined_at=clock.now())
    record(verbs.SEAT_TAKEN, subject=seat, actor=membership.pk, community=circle.community_id)
    return seat


@transaction.atomic
def take_seat(*, membership: Membership, circle: Circle) -> Seat:
    """Join a circle that has a seat left and a session to come. Joining twice is joining once. Raises Refused if full."""
    require_active(membership)
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if membership.community_id != locked.community_id:
        raise Refused(_("This circle is not in your community."))
    seats = list(Seat.objects.filter(circle=locked, left_at__isnull=True))
    mine = next((seat for seat in seats if seat.membership_id == membership.pk), None)
    if mine:
        return mine
    if locked.last_at <= clock.now():
        raise Refused(_("This circle has ended. You could start the next one."))
    if len(seats) >= locked.seats_total:
        raise Refused(_("Every seat is taken. You could start a second circle on the same subject."))
    return _seat(locked, membership)


@transaction.atomic
def leave_circle(*, membership: Membership, circle: Circle) -> None:
    """Give one's seat back. Leaving twice is leaving once; one can join again while there is a seat."""
    seat = Seat.objects.filter(circle=circle, membership=membership, left_at__isnull=True).first()
    if seat is None:
        return
    seat.left_at = clock.now()
    seat.save(update_fields=["left_at"])
    record(verbs.SEAT_LEFT, subject=seat, actor=membership.pk, community=circle.community_id)


@transaction.atomic
def say_i_was_there(*, membership: Membership, session: Session) -> Attendance:
    """Confirm having been at a session that has begun. Saying it twice is saying it once."""
    require_active(membership)
    if session.starts_at > clock.now():
        raise Refused(_("This session has not begun yet."))
    if not Seat.objects.filter(circle=session.circle_id, membership=membership).exists():
        raise Refused(_("Only people with a seat in this circle can say so."))
    row, new = Attendance.objects.get_or_create(session=session, membership=membership, defaults={"at": clock.now()})
    if new:
        record(verbs.ATTENDED, subject=session, actor=membership.pk, community=membership.community_id)
    return row
