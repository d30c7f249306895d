"""Circles that lost people: others are asked in, those who wait first, then people from circles with some to spare."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.people.models import Block

from .inviting import invite
from .models import FEWEST_SEATS, Circle, CircleInvitation, Kind, Rhythm, Seat, Session
from .reading import read, willing
from .series import may_sit_with, taken_seats
from .times import is_free

#: A circle is worth joining while two sessions are still to come.
STILL_TO_COME = 2
MOST_WAITING = 300


def circles_to_repair() -> QuerySet[Circle]:
    """Open circles with fewer than five people, counting those who were asked and can still say yes. One query."""
    now = clock.now()
    taken = Count("seats", filter=Q(seats__left_at__isnull=True), distinct=True)
    asked = Count(
        "invitations", filter=Q(invitations__yes__isnull=True, invitations__expires_at__gt=now), distinct=True
    )
    going_on = Q()
    for weeks in Rhythm.values:
        going_on |= Q(every_weeks=weeks, last_at__gt=now + (STILL_TO_COME - 1) * timedelta(weeks=weeks))
    found = Circle.objects.filter(going_on, opened_at__isnull=False)
    found = found.annotate(taken=taken, asked=asked).filter(taken__gte=2, taken__lt=FEWEST_SEATS)
    # A circle that was just started fills by itself: its first session shows whether it did.
    found_for = Exists(CircleInvitation.objects.filter(circle=OuterRef("pk")))
    old = Q(found_for) | Q(first_at__lt=now) | Q(opened_at__lt=now - timedelta(days=7))
    return found.filter(old).select_related("community").order_by("pk")


def repair(circle: Circle) -> int:
    """Ask as many people in as are missing to five. Returns how many were asked; running it again asks nobody twice.

    Only people who agreed to introductions are compared, seated or waiting; if nobody seated did, nobody is asked.
    """
    from .matching import who_could_join

    missing = FEWEST_SEATS - circle.taken - circle.asked  # type: ignore[attr-defined]
    if missing < 1:
        return 0
    seats = Seat.objects.filter(circle=circle, left_at__isnull=True)
    sitting = willing(circle.community).filter(pk__in=list(seats.values_list("membership", flat=True)))
    inside = list(sitting.values_list("pk", flat=True))
    if not inside:
        return 0
    asked, start, seated = 0, _next_start(circle), taken_seats(circle)
    for waiting, moves in ((_waiting(circle), False), (_with_some_to_spare(circle), True)):
        ids = [m.pk for m in waiting if _could_come(m, start, circle.minutes)][:MOST_WAITING]
        if not ids or asked >= missing:
            continue
        everybody = willing(circle.community).filter(pk__in=[*inside, *ids])
        for pk in who_could_join(read(circle.community, Kind.CIRCLE, everybody), inside, ids)[: missing - asked]:
            member = next(m for m in waiting if m.pk == pk)
            if not may_sit_with(member, seated):
                continue
            invite(circle, member, moves_from=_circle_of(member) if moves else None)
            asked += 1
    return asked


def _waiting(circle: Circle) -> list[Membership]:
    """Who agreed to circles and sits in none, was not asked into this one, and is kept apart from nobody in it."""
    return list(_suitable(willing(circle.community, Kind.CIRCLE), circle)[: 4 * MOST_WAITING])


def _with_some_to_spare(circle: Circle) -> list[Membership]:
    """People of circles that have six or more and have not begun: five would stay, and a circle is saved."""
    spare = Circle.objects.filter(community=circle.community_id, first_at__gt=clock.now(), opened_at__isnull=False)
    spare = spare.annotate(taken=Count("seats", filter=Q(seats__left_at__isnull=True))).filter(taken__gt=FEWEST_SEATS)
    sits = Seat.objects.filter(membership=OuterRef("pk"), left_at__isnull=True, circle__in=spare.values("pk"))
    found = willing(circle.community).filter(Exists(sits), wishes__circle=True)
    return list(_suitable(found, circle)[:MOST_WAITING])


def _suitable(members: QuerySet[Membership], circle: Circle) -> QuerySet[Membership]:
    sat = Seat.objects.filter(circle=circle, membership=OuterRef("pk"))
    asked = CircleInvitation.objects.filter(circle=circle, membership=OuterRef("pk"))
    people = Seat.objects.filter(circle=circle, left_at__isnull=True).values("membership__person")
    apart = Block.objects.filter(
        Q(blocker=OuterRef("person"), blocked__in=people) | Q(blocked=OuterRef("person"), blocker__in=people)
    )
    return members.exclude(Exists(sat)).exclude(Exists(asked)).exclude(Exists(apart)).order_by("joined_at", "pk")


def _circle_of(member: Membership) -> Circle | None:
    seat = Seat.objects.filter(membership=member, left_at__isnull=True, circle__first_at__gt=clock.now())
    found = seat.select_related("circle").order_by("-joined_at", "-pk").first()
    return found.circle if found else None


def _next_start(circle: Circle) -> datetime:
    ahead = Session.objects.filter(circle=circle, starts_at__gt=clock.now(), cancelled_at__isnull=True)
    return ahead.order_by("starts_at").values_list("starts_at", flat=True).first() or circle.last_at


def _could_come(member: Membership, start: datetime, minutes: int) -> bool:
    """Whether the circle's usual time suits somebody, as far as they said when they are free."""
    person = member.person
    return person is not None and is_free((person.availability, person.time_zone), start, minutes) is not False
