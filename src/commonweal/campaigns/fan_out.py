"""Telling everyone who took part, a slice of people at a time, each slice in its own step of the trail.

Cost follows those who took part, never membership. Where a position is stored, running twice tells nobody twice.
"""

from __future__ import annotations

from django.db import transaction

from commonweal.trail.actions import record

from . import verbs
from .models import Campaign, Pledge, Update

#: How many people one step reaches.
SLICE = 500


@transaction.atomic
def tell_outcome(*, campaign_id: int) -> bool:
    """Tell the next slice what came of the campaign; enqueues itself for the rest. False when all are told."""
    from .jobs import tell_more_of_outcome

    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    rows = campaign.participations.filter(pk__gt=campaign.told_upto).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:SLICE])
    if not found:
        return False
    data = {"after": campaign.told_upto, "upto": found[-1]}
    campaign.told_upto = found[-1]
    campaign.save(update_fields=["told_upto"])
    record(verbs.TOLD_OUTCOME, subject=campaign, actor=None, community=campaign.community_id, data=data)
    if len(found) == SLICE:
        tell_more_of_outcome.enqueue(campaign_id=campaign_id)
    return True


@transaction.atomic
def tell_pledge(*, pledge_id: int) -> bool:
    """Tell the next slice of those who pledged that it started, or that it ended unmet. False when all are told."""
    from .jobs import tell_more_of_pledge

    pledge = Pledge.objects.select_for_update().select_related("campaign").get(pk=pledge_id)
    rows = pledge.pledgings.filter(pk__gt=pledge.told_upto).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:SLICE])
    if not found:
        return False
    data = {"after": pledge.told_upto, "upto": found[-1], "started": pledge.started_at is not None}
    pledge.told_upto = found[-1]
    pledge.save(update_fields=["told_upto"])
    record(verbs.TOLD_PLEDGE, subject=pledge, actor=None, community=pledge.campaign.community_id, data=data)
    if len(found) == SLICE:
        tell_more_of_pledge.enqueue(pledge_id=pledge_id)
    return True


@transaction.atomic
def tell_update(*, update_id: int, beyond: int) -> bool:
    """Tell those who took part, beyond the participation `beyond`, of news. False when all are told."""
    from .jobs import tell_more_of_update

    update = Update.objects.select_related("campaign").get(pk=update_id)
    rows = update.campaign.participations.filter(pk__gt=beyond).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:SLICE])
    if not found:
        return False
    data = {"after": beyond, "upto": found[-1]}
    record(verbs.TOLD_UPDATE, subject=update, actor=update.author_id, community=update.campaign.community_id, data=data)
    if len(found) == SLICE:
        tell_more_of_update.enqueue(update_id=update_id, beyond=found[-1])
    return True
