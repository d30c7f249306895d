"""What the clock does for supporters. May run as often as it likes."""

from __future__ import annotations

from django.db import transaction

from commonweal.communities.models import Role, State
from commonweal.kit import clock
from commonweal.trail.actions import record
from commonweal.trail.verbs import Verb

from . import verbs
from .models import DebriefNote, Rest, Supporter
from .standing import TOLD_BEFORE


def look_after(limit: int = 500) -> int:
    """Tell whose renewal comes near or has passed, once each; forget breaks and notes whose time is over.

    Returns how many people were told.
    """
    now = clock.now()
    Rest.objects.filter(ends_at__lte=now).delete()
    DebriefNote.objects.filter(erase_at__lte=now).delete()
    dated = Supporter.objects.filter(
        membership__state=State.ACTIVE, membership__role__in=(Role.SUPPORTER, Role.STEWARD, Role.FOUNDER)
    ).order_by("renew_by", "pk")
    near = dated.filter(renew_by__gt=now, renew_by__lte=now + TOLD_BEFORE, told_at__isnull=True)
    passed = dated.filter(renew_by__lte=now, lapse_told_at__isnull=True)
    told = sum(_tell(pk, "told_at", verbs.RENEWAL_NEAR) for pk in near.values_list("pk", flat=True)[:limit])
    return told + sum(_tell(pk, "lapse_told_at", verbs.LAPSED) for pk in passed.values_list("pk", flat=True)[:limit])


@transaction.atomic
def _tell(supporter_id: int, told: str, verb: Verb) -> bool:
    """Write down that they were told; whoever writes it first tells them."""
    if not Supporter.objects.filter(pk=supporter_id, **{f"{told}__isnull": True}).update(**{told: clock.now()}):
        return False
    row = Supporter.objects.select_related("membership").get(pk=supporter_id)
    record(verb, subject=row, actor=None, community=row.membership.community_id)
    return True
