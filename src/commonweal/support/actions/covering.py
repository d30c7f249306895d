"""Saying ahead that nobody is planned for a shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from commonweal.communities.models import Community, Door
from commonweal.kit import clock
from commonweal.trail.actions import record

from .. import verbs
from ..models import GapTold, WeeklySlot
from ..rota import Shift, gaps, slots_of

#: People hear of gaps once a day at most, unless a shift begins so soon. How many communities are looked at together.
GATHERED_FOR, SOON = timedelta(hours=20), timedelta(hours=24)
AT_ONCE = 200


def tell_of_gaps() -> int:
    """Tell stewards, and supporters who said they may step in, which shifts of the coming week need somebody.

    Each gap once, however often this runs and in how many workers. Returns how many communities were told.
    """
    return sum(_tell(community, shifts) for community, shifts in _gaps_by_community())


def _gaps_by_community() -> Iterator[tuple[int, list[Shift]]]:
    planned = WeeklySlot.objects.filter(retired_at__isnull=True).order_by("community").values_list("community")
    communities = [pk for (pk,) in planned.distinct()]
    for start in range(0, len(communities), AT_ONCE):
        found: dict[int, list[Shift]] = {}
        for shift in gaps(slots_of(communities[start : start + AT_ONCE])):
            if Door.SUPPORT not in shift.slot.community.closed_doors:
                found.setdefault(shift.slot.community_id, []).append(shift)
        yield from found.items()


@transaction.atomic
def _tell(community: int, shifts: list[Shift]) -> bool:
    """Tell of the gaps that nobody was told of. One worker at a time in a community."""
    Community.objects.select_for_update().get(pk=community)
    told = GapTold.objects.filter(slot__community=community)
    known = set(told.filter(on__gte=min(shift.on for shift in shifts)).values_list("slot", "on"))
    fresh = [shift for shift in shifts if (shift.slot.pk, shift.on) not in known]
    now, last = clock.now(), told.aggregate(at=Max("at"))["at"]
    waits = last is not None and now - last < GATHERED_FOR
    if not fresh or (waits and all(shift.starts_at > now + SOON for shift in fresh)):
        return False
    GapTold.objects.bulk_create(GapTold(slot=shift.slot, on=shift.on, at=now) for shift in fresh)
    record(verbs.GAP_SEEN, subject=fresh[0].slot, actor=None, community=community, data={"gaps": len(fresh)})
    return True
