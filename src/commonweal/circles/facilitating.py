"""Looking after a circle: its words, its times, its questions, who was there, and handing it on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from . import verbs
from .models import Circle, Seat, Seen, Session
from .series import check_frame, count_who_was_there, sat_at, series_from


def _looks_after(membership: Membership, circle: Circle) -> Circle:
    """The circle, locked. Raises Refused for anybody who does not look after it."""
    require_active(membership)
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if locked.facilitator_id != membership.pk:
        raise Refused(_("Only the person who looks after this circle can do that."))
    return locked


def _has_seat(membership: Membership, circle: Circle) -> bool:
    return Seat.objects.filter(circle=circle, membership=membership, left_at__isnull=True).exists()


@transaction.atomic
def change_circle(
    *, membership: Membership, circle: Circle, name: str, purpose: str, place: str, minutes: int | None = None
) -> Circle:
    """Change what it is called, what it is about, where it meets, and with `minutes` how long the sessions to come are.

    Everybody hears of another length. Raises Refused for one that is not offered.
    """
    locked = _looks_after(membership, circle)
    locked.name, locked.purpose, locked.place = name.strip(), purpose.strip(), place.strip()
    longer_or_shorter = minutes is not None and minutes != locked.minutes
    if minutes is not None:
        check_frame(minutes)
        locked.minutes = minutes
    locked.save(update_fields=["name", "purpose", "place", "minutes"])
    if longer_or_shorter:
        coming = locked.sessions.filter(starts_at__gt=clock.now(), cancelled_at__isnull=True)
        coming.update(minutes=locked.minutes)
        if first := coming.order_by("number").first():
            record(verbs.SESSION_LENGTH, subject=first, actor=membership.pk, community=locked.community_id)
    return locked


@transaction.atomic
def offer_circle(*, membership: Membership, circle: Circle, other: Membership) -> Circle:
    """Ask somebody with a seat to look after the circle from now on. Nothing changes until they say yes."""
    locked = _looks_after(membership, circle)
    if other.pk == membership.pk or not _has_seat(other, locked):
        raise Refused(_("Choose somebody who has a seat in this circle."), field="other")
    locked.offered_to = other
    locked.save(update_fields=["offered_to"])
    record(verbs.CIRCLE_OFFERED, subject=locked, actor=membership.pk, community=locked.community_id)
    return locked


@transaction.atomic
def look_after(*, membership: Membership, circle: Circle, yes: bool = True) -> Circle:
    """Take a circle on: when asked to, or when nobody looks after it. With `yes` false, say that one would rather not.

    Raises Refused for somebody without a seat, and when somebody else looks after it already.
    """
    require_active(membership)
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    asked = locked.offered_to_id == membership.pk
    if not _has_seat(membership, locked):
        raise Refused(_("Only people with a seat in this circle can look after it."))
    if locked.facilitator_id == membership.pk:
        return locked
    if not yes:
        if asked:
            locked.offered_to = None
            locked.save(update_fields=["offered_to"])
        return locked
    if locked.facilitator_id is not None and not asked:
        raise Refused(_("Somebody already looks after this circle."))
    locked.facilitator, locked.offered_to = membership, None
    locked.save(update_fields=["facilitator", "offered_to"])
    record(verbs.CIRCLE_LOOKED_AFTER, subject=locked, actor=membership.pk, community=locked.community_id)
    return locked


@transaction.atomic
def change_session(
    *, membership: Membership, session: Session, starts_at: datetime, opening: str = "", closing: str = ""
) -> Session:
    """Move one session, or write one's own questions for it; empty ones mean ours. Everybody hears of a move.

    Raises Refused for one that has begun, and for a time in the past or on the wrong side of its neighbours.
    """
    circle = _looks_after(membership, session.circle)
    locked = circle.sessions.select_for_update().get(pk=session.pk)
    locked.opening, locked.closing = opening.strip(), closing.strip()
    moved = starts_at != locked.starts_at
    if moved:
        _may_change(locked)
        if starts_at <= clock.now():
            raise Refused(_("Choose a time that is still to come."), field="starts_at")
        _stays_in_order(circle, locked, starts_at)
        locked.starts_at = starts_at
    locked.save(update_fields=["opening", "closing", "starts_at"])
    if moved:
        _keep_span(circle)
        record(verbs.SESSION_MOVED, subject=locked, actor=membership.pk, community=circle.community_id)
    return locked


def _may_change(session: Session) -> None:
    if session.cancelled_at is not None or session.starts_at <= clock.now():
        raise Refused(_("This session has begun, or was called off; it stays as it is."), field="starts_at")


def _stays_in_order(circle: Circle, session: Session, starts_at: datetime) -> None:
    others = circle.sessions.filter(cancelled_at__isnull=True).exclude(pk=session.pk)
    earlier = others.filter(number__lt=session.number, starts_at__gte=starts_at)
    later = others.filter(number__gt=session.number, starts_at__lte=starts_at)
    if earlier.exists() or later.exists():
        raise Refused(
            _("That would put it on the other side of another session. Move that one first."), field="starts_at"
        )


def _keep_span(circle: Circle) -> None:
    """The first and last session of a circle, after one was moved or called off."""
    held = circle.sessions.filter(cancelled_at__isnull=True).aggregate(first=Min("starts_at"), last=Max("starts_at"))
    if held["first"] is not None:
        circle.first_at, circle.last_at = held["first"], held["last"]
        circle.save(update_fields=["first_at", "last_at"])


@transaction.atomic
def call_off_session(*, membership: Membership, session: Session) -> Session:
    """Call one session off; the others stay. Everybody hears of it. Calling it off twice is once.

    Raises Refused for one that has begun and for the only one that is left.
    """
    circle = _looks_after(membership, session.circle)
    locked = circle.sessions.select_for_update().get(pk=session.pk)
    if locked.cancelled_at is not None:
        return locked
    _may_change(locked)
    if circle.sessions.filter(cancelled_at__isnull=True).count() < 2:
        raise Refused(_("It is the only session that is left. Move it instead."))
    locked.cancelled_at = clock.now()
    locked.save(update_fields=["cancelled_at"])
    _keep_span(circle)
    record(verbs.SESSION_CALLED_OFF, subject=locked, actor=membership.pk, community=circle.community_id)
    return locked


@transaction.atomic
def move_series(*, membership: Membership, circle: Circle, first_at: datetime) -> Circle:
    """Move every session that is still to come, in the circle's rhythm from `first_at`. Everybody hears of it, once."""
    locked = _looks_after(membership, circle)
    ahead = locked.sessions.select_for_update().filter(cancelled_at__isnull=True, starts_at__gt=clock.now())
    coming = list(ahead.order_by("number"))
    if not coming:
        raise Refused(_("No session of this circle is still to come."))
    if first_at <= clock.now():
        raise Refused(_("Choose a time that is still to come."), field="first_at")
    for session, start in zip(coming, series_from(first_at, len(coming), locked), strict=True):
        session.starts_at = start
    Session.objects.bulk_update(coming, ["starts_at"])
    _keep_span(locked)
    record(verbs.SESSION_MOVED, subject=coming[0], actor=membership.pk, community=locked.community_id)
    return locked


@transaction.atomic
def say_who_was_there(*, membership: Membership, session: Session, present: Iterable[int], recap: str = "") -> None:
    """Say whom one saw at a session that has begun (membership ids; others are passed over), with a few words on it.

    Saying it again adds people and replaces the words; nobody who was seen is taken back. Raises Refused before it
    began and for one that was called off.
    """
    _looks_after(membership, session.circle)
    if session.starts_at > clock.now() or session.cancelled_at is not None:
        raise Refused(_("This can be said once the session has begun."))
    others = sat_at(session).exclude(membership=membership)  # nobody bears out their own word
    sat = set(others.values_list("membership", flat=True))
    Seen.objects.bulk_create(
        [Seen(session=session, membership_id=pk, said_by=membership, at=clock.now()) for pk in sat & set(present)],
        ignore_conflicts=True,
    )
    words = recap.strip().replace("\x00", "")[:2000]
    if words != session.recap:
        session.recap, session.recap_by = words, membership if words else None
        session.save(update_fields=["recap", "recap_by"])
    count_who_was_there(session)
