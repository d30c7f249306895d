"""What comes after the last session: another series, staying in touch, or a kind end. Sealed until enough agree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import link, record

from . import verbs
from .actions import answer
from .fitting import pairs_to_keep_apart
from .models import FEWEST_SEATS, Circle, Seat, StayInTouch, WhatNext
from .proposing import propose
from .series import give_seat, may_sit_with, series_from, taken_seats, write_sessions

#: How long after the last session the question stays open.
ASKED_FOR = timedelta(days=21)
MOST_IN_TOUCH = 2


def is_asked(circle: Circle) -> bool:
    """Whether it is time to say what comes next: from the beginning of the last session, for three weeks."""
    now = clock.now()
    return circle.opened_at is not None and circle.last_at <= now < circle.last_at + ASKED_FOR


@transaction.atomic
def choose_what_next(
    *, membership: Membership, circle: Circle, choice: str, in_touch: Iterable[Membership] = ()
) -> WhatNext:
    """Say what one would like. A later answer replaces the first, until the next series has begun.

    Another series begins when five people would like it; two people who each named the other are introduced. Nothing
    else is shown to anybody, now or later. Raises Refused without a seat, at another time, or for a stranger.
    """
    require_active(membership)
    locked = Circle.objects.select_for_update().get(pk=circle.pk)
    if not Seat.objects.filter(circle=locked, membership=membership, left_at__isnull=True).exists():
        raise Refused(_("Only people with a seat in this circle are asked this."))
    if not is_asked(locked):
        raise Refused(_("This is asked around the last session, and for three weeks after it."))
    if choice not in WhatNext.Choice.values:
        raise Refused(_("Choose one of the three answers."), field="choice")
    others = {m.pk: m for m in in_touch if m.pk != membership.pk} if choice == WhatNext.Choice.TOUCH else {}
    sat = Seat.objects.filter(circle=locked, membership__in=list(others)).values("membership").distinct().count()
    if len(others) > MOST_IN_TOUCH or sat < len(others):
        raise Refused(_("Choose one or two people of this circle."), field="in_touch")
    if choice == WhatNext.Choice.TOUCH and not others:
        raise Refused(_("Choose with whom. They learn of it only if they choose you too."), field="in_touch")
    said, _new = WhatNext.objects.update_or_create(
        circle=locked, membership=membership, defaults={"choice": choice, "at": clock.now()}
    )
    StayInTouch.objects.filter(circle=locked, chooser=membership).exclude(chosen__in=list(others)).delete()
    for other in others.values():
        StayInTouch.objects.get_or_create(circle=locked, chooser=membership, chosen=other)
        _introduce_if_both(locked, membership, other)
    if choice == WhatNext.Choice.ON:
        _go_on(locked, membership)
    return said


def _introduce_if_both(circle: Circle, one: Membership, other: Membership) -> None:
    """Two who each named the other are introduced at once; they know each other, so there is nothing to ask."""
    if not StayInTouch.objects.filter(circle=circle, chooser=other, chosen=one).exists():
        return
    if pairs_to_keep_apart([one, other], paired_lately=True):
        return
    reasons = [{"kind": "circle", "value": circle.pk}]
    made = propose(community=circle.community, pair=(one.pk, other.pk), reasons=reasons)
    if made is not None:
        for member in (one, other):
            answer(membership=member, introduction=made, yes=True)


def _go_on(circle: Circle, membership: Membership) -> None:
    """Begin the next series once five would like it, at the same hour and in the same rhythm; later ones join it."""
    after = Circle.objects.filter(follows=circle).first()
    if after is not None:
        seats = taken_seats(after)
        mine = any(seat.membership_id == membership.pk for seat in seats)
        if not mine and len(seats) < after.seats_total and may_sit_with(membership, seats):
            give_seat(after, membership)
        return
    on = WhatNext.objects.filter(circle=circle, choice=WhatNext.Choice.ON).select_related("membership")
    seated = {seat.membership_id for seat in taken_seats(circle)}
    wanting = [one.membership for one in on.order_by("at", "pk") if one.membership_id in seated]
    if len(wanting) < FEWEST_SEATS:
        return
    now = clock.now()
    hours = series_from(circle.last_at, 10, circle)[1:]
    first = next(one for one in hours if one > now + timedelta(days=2))
    looks_after = circle.facilitator if circle.facilitator in wanting else None
    after = Circle(
        community=circle.community, name=circle.name, purpose=circle.purpose, place=circle.place,
        seats_total=circle.seats_total, started_by=circle.started_by, started_at=now, opened_at=now,
        facilitator=looks_after, subject=circle.subject, follows=circle,
        minutes=circle.minutes, every_weeks=circle.every_weeks,
    )  # fmt: skip
    write_sessions(after, first)
    for member in wanting[: after.seats_total]:
        give_seat(after, member)
    link(circle, after, community=circle.community_id)
    record(verbs.CIRCLE_WENT_ON, subject=after, actor=None, community=circle.community_id)
