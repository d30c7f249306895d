"""Circles that a round or a steward proposes: who is asked, what they answer, and when a circle opens.

Nobody learns who else was asked, who said yes or who said no. With five yeses the circle opens and those people see
each other; without, it lapses and nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active, require_steward
from commonweal.communities.models import Community, Membership
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from . import verbs
from .fitting import pairs_to_keep_apart
from .models import FEWEST_SEATS, MOST_SEATS, OPEN_FOR, SESSIONS, Circle, CircleInvitation, Kind, Length, Rhythm, Round
from .reading import willing
from .series import check_frame, give_seat, leave_circle, may_sit_with, series_from, taken_seats, write_sessions
from .times import NOTICE, Week, best_start


@transaction.atomic
def invite_to_circle(
    *,
    membership: Membership,
    name: str,
    purpose: str,
    people: Iterable[Membership],
    minutes: int = Length.USUAL,
    every_weeks: int = Rhythm.WEEKLY,
) -> Circle:
    """A steward proposes a circle to five to eight people who agreed to be asked.

    The steward never learns who said no. Raises Refused, in one sentence, for anybody who cannot be asked now,
    whatever the reason, and TooMany past five a day.
    """
    require_steward(membership)
    chosen = list(people)
    if not FEWEST_SEATS <= len(chosen) <= MOST_SEATS:
        raise Refused(_("Choose five to eight people."), field="people")
    check_frame(minutes, every_weeks)
    limits.spend("invite_to_circle", membership.pk, limit=5, window=timedelta(days=1))
    ids = {m.pk for m in chosen}
    here = willing(membership.community, Kind.CIRCLE).filter(pk__in=ids).count()
    if here < len(ids) or pairs_to_keep_apart(chosen, paired_lately=False):
        raise Refused(
            _("These people cannot be asked together just now. Choose others, or fewer of them."), field="people"
        )
    return propose_circle(
        community=membership.community,
        members=chosen,
        name=name,
        purpose=purpose,
        started_by=membership,
        minutes=minutes,
        every_weeks=every_weeks,
    )


@transaction.atomic
def propose_circle(
    *,
    community: Community,
    members: list[Membership],
    name: str,
    purpose: str,
    subject: str = "",
    started_by: Membership | None = None,
    found_in: Round | None = None,
    minutes: int = Length.USUAL,
    every_weeks: int = Rhythm.WEEKLY,
) -> Circle:
    """Write a circle that is not open yet and ask everybody. `members` need their person loaded."""
    now = clock.now()
    circle = Circle(
        community=community,
        name=name.strip(),
        purpose=purpose.strip(),
        seats_total=MOST_SEATS,
        started_by=started_by,
        started_at=now,
        opened_at=None,
        subject=subject,
        round=found_in,
        minutes=minutes,
        every_weeks=every_weeks,
    )
    circle.first_at = _first_start(circle, members, now + OPEN_FOR)
    circle.last_at = series_from(circle.first_at, SESSIONS, circle)[-1]
    circle.save()
    for member in members:
        invite(circle, member)
    return circle


def invite(circle: Circle, member: Membership, *, moves_from: Circle | None = None) -> None:
    """Ask one person, for 72 hours. Asking twice is asking once."""
    now = clock.now()
    asked, new = CircleInvitation.objects.get_or_create(
        circle=circle,
        membership=member,
        defaults={"at": now, "expires_at": now + OPEN_FOR, "moves_from": moves_from},
    )
    if new:
        record(verbs.CIRCLE_INVITED, subject=asked, actor=None, community=circle.community_id)


def _week(member: Membership) -> Week:
    return (member.person.availability, member.person.time_zone) if member.person else (0, "UTC")


def _first_start(circle: Circle, members: list[Membership], after: datetime) -> datetime:
    """The first session, at the hour that suits most: early enough to matter and with days to get ready."""
    zone = circle.community.time_zone
    start = best_start([_week(member) for member in members], zone, after, circle.minutes)
    return start.next_after(after + NOTICE, zone)


@transaction.atomic
def answer_invitation(
    *, membership: Membership, invitation: CircleInvitation, yes: bool, would_look_after: bool = False
) -> CircleInvitation:
    """Say yes or not this time. A no is kept for oneself. The first answer stands; answering twice is answering once.

    Raises Refused for anybody else, and after it ran out.
    """
    require_active(membership)
    if invitation.membership_id != membership.pk:
        raise Refused(_("This invitation is not for you."))
    circle = Circle.objects.select_for_update().get(pk=invitation.circle_id)
    asked = CircleInvitation.objects.select_related("moves_from").get(pk=invitation.pk)
    if asked.yes is not None:
        return asked
    if asked.is_over(clock.now()):
        raise Refused(_("This invitation has run out. Another one will come."))
    asked.yes, asked.answered_at, asked.would_look_after = yes, clock.now(), yes and would_look_after
    asked.save(update_fields=["yes", "answered_at", "would_look_after"])
    record(verbs.CIRCLE_ANSWERED, subject=asked, actor=membership.pk, community=circle.community_id)
    if yes and circle.opened_at is None:
        _open_if_enough(circle)
    elif yes:
        _seat_late(circle, asked)
    return asked


def _open_if_enough(circle: Circle) -> None:
    """Open a proposed circle once five people who may sit together have said yes, at the time that suits most of them."""
    said = circle.invitations.filter(yes=True).select_related("membership__person").order_by("answered_at", "pk")
    members = [one.membership for one in said if one.membership.is_active and one.membership.person_id]
    apart = pairs_to_keep_apart(members, paired_lately=False)
    sitting: list[Membership] = []
    for member in members:
        if not any(frozenset((member.pk, other.pk)) in apart for other in sitting):
            sitting.append(member)
    if len(sitting) < FEWEST_SEATS:
        return
    now = clock.now()
    ready = next((one.membership for one in said if one.would_look_after and one.membership in sitting), None)
    circle.opened_at, circle.facilitator = now, ready
    write_sessions(circle, _first_start(circle, sitting, now))
    for member in sitting:
        give_seat(circle, member)
    record(verbs.CIRCLE_OPENED, subject=circle, actor=None, community=circle.community_id)


def _seat_late(circle: Circle, asked: CircleInvitation) -> None:
    """A yes to a circle that is open: a seat if one is free and nobody kept apart from them sits there."""
    seats = taken_seats(circle)
    full = len(seats) >= circle.seats_total or circle.last_at <= clock.now()
    if full or any(seat.membership_id == asked.membership_id for seat in seats):
        return
    if not may_sit_with(asked.membership, seats):
        return
    if asked.moves_from is not None:
        if len(taken_seats(asked.moves_from)) <= FEWEST_SEATS:  # they are needed where they are
            return
        leave_circle(membership=asked.membership, circle=asked.moves_from)
    give_seat(circle, asked.membership)
