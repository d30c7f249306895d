"""What gatherings add to a person's private page: at which they met others, and to which they come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse

from commonweal.communities.models import Membership
from commonweal.communities.registries import Occasion
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import type_of

from .access import not_hosted_by
from .models import Answer, Attendance, Gathering, Rsvp

#: In a bigger gathering being there is not yet having met.
MOST_THERE = 12
SINCE = timedelta(days=730)
#: How long after it began one can look back at a gathering that not both sides have confirmed.
UNCONFIRMED = timedelta(days=21)


def occasions(memberships: list[Membership]) -> Iterable[Occasion]:
    """Confirmed attendances of the last two years, a hundred at most, seats to come and seats lately. Three queries."""
    mine, now = [m.pk for m in memberships], clock.now()
    attended = Attendance.objects.filter(membership__in=mine, gathering__starts_at__gt=now - SINCE)
    attended = attended.select_related("gathering__community").order_by("-gathering__starts_at")[:100]
    there: dict[int, list[int]] = defaultdict(list)
    small = Gathering.objects.filter(pk__in=[a.gathering_id for a in attended]).annotate(n=Count("attendances"))
    others = Attendance.objects.filter(gathering__in=small.filter(n__lte=MOST_THERE).values("pk"))
    for gathering_id, other in others.exclude(membership__in=mine).values_list("gathering_id", "membership_id"):
        there[gathering_id].append(other)
    for one in attended:
        yield _occasion(one.gathering, one.membership_id, tuple(there[one.gathering_id]), met=True)
    seats = Rsvp.objects.filter(
        Q(gathering__cancellation__isnull=True, gathering__withheld_at__isnull=True),
        membership__in=mine, answer=Answer.YES, gathering__starts_at__gt=now - UNCONFIRMED,
    )  # fmt: skip
    counted = {one.gathering_id for one in attended}
    person = memberships[0].person_id
    theirs = not_hosted_by(kept_apart(person) if person else set(), Gathering.objects.all())
    seats = seats.filter(gathering__in=theirs)
    for seat in seats.select_related("gathering__community").order_by("gathering__starts_at")[:40]:
        if seat.gathering_id not in counted:
            yield _occasion(seat.gathering, seat.membership_id, (), met=False)


def moment_of(gathering: Gathering, rsvp: Rsvp | None, *, attended: bool) -> str:
    """Whether this is a gathering to think ahead to ("before") or to look back at ("after") for one member, or neither.

    True of the same gatherings as `occasions`. No query.
    """
    now = clock.now()
    comes = rsvp is not None and rsvp.answer == Answer.YES and gathering.withheld_at is None
    if (attended and gathering.starts_at > now - SINCE) or (comes and now - UNCONFIRMED < gathering.starts_at <= now):
        return "after"
    return "before" if comes and gathering.starts_at > now else ""


def _occasion(gathering: Gathering, mine: int, others: tuple[int, ...], *, met: bool) -> Occasion:
    return Occasion(
        key=f"{type_of(gathering)}:{gathering.pk}",
        mine=mine,
        others=others,
        at=gathering.starts_at,
        minutes=min(240, int((gathering.ends_at - gathering.starts_at).total_seconds() // 60)),
        title=gathering.title,
        url=reverse("gatherings:gathering", args=[gathering.community.slug, gathering.pk]),
        met=met,
        icon="calendar",
        begun=not met and gathering.starts_at <= clock.now(),
    )
