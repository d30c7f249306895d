"""The stored number of members: changed by one at a time, and put right when it went wrong."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Greatest

from ..models import Community, State


def count_members(community_id: int, delta: int) -> None:
    """Change the stored number by `delta`, inside the transaction of the change. Call it last: it locks the row."""
    Community.objects.filter(pk=community_id).update(members_count=Greatest(F("members_count") + delta, 0))


@transaction.atomic
def recount_members() -> int:
    """Count every community's active members anew and repair what differs. Returns how many were wrong."""
    wrong = 0
    counted = Community.objects.annotate(active=Count("memberships", filter=Q(memberships__state=State.ACTIVE)))
    for community in counted.exclude(members_count=F("active")).only("pk"):
        wrong += Community.objects.filter(pk=community.pk).update(members_count=community.active)
    return wrong
