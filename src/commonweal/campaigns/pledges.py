"""Pledges: "I will do X if N others will", kept honest by rows, a row lock and two words at the end."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import confirm, record

from . import verbs
from .fan_out import tell_pledge
from .models import Campaign, Pledge, Pledging
from .parts import locked, require_organiser, require_running, take_part


@transaction.atomic
def open_pledge(
    *,
    membership: Membership,
    campaign: Campaign,
    promise: str,
    threshold: int,
    deadline: datetime,
    submission: uuid.UUID | None = None,
) -> Pledge:
    """Offer a promise that holds once `threshold` people have made it. Organisers only.

    Raises Refused for fewer than two people, a deadline in the past or more than ten pledges in one campaign.
    """
    if submission and (sent := Pledge.objects.filter(opened_by=membership, submission=submission).first()):
        return sent
    campaign = locked(campaign)
    require_organiser(campaign, membership)
    if campaign.closed_at is not None:
        raise Refused(_("This campaign is closed."))
    if not promise.strip():
        raise Refused(_("Say what each person will do."), field="promise")
    if threshold < 2:
        raise Refused(_("A pledge is for two people or more."), field="threshold")
    if not clock.now() < deadline <= clock.now() + timedelta(days=366):
        raise Refused(_("Choose a moment that is still to come, within a year."), field="deadline")
    if campaign.pledges.count() >= 10:
        raise Refused(_("Ten pledges are plenty for one campaign."))
    pledge = Pledge.objects.create(
        campaign=campaign,
        promise=promise.strip(),
        threshold=threshold,
        deadline=deadline,
        opened_by=membership,
        opened_at=clock.now(),
        submission=submission,
    )
    record(verbs.OPENED_PLEDGE, subject=pledge, actor=membership.pk, community=campaign.community_id)
    return pledge


@transaction.atomic
def pledge(*, membership: Membership, pledge: Pledge, show_name: bool = False) -> Pledging:
    """Make the promise. The pledge that reaches the threshold starts it, exactly once, under the pledge's row lock.

    Private by default: others see only how many (Kristofferson et al. 2014). Pledging again changes only whether the
    name is shown. Raises Refused when the campaign is not running, or the deadline has passed.
    """
    found = Pledge.objects.select_for_update().select_related("campaign").get(pk=pledge.pk)
    require_running(found.campaign, membership)
    mine = Pledging.objects.filter(pledge=found, membership=membership).first()
    if mine is not None:
        if mine.show_name != show_name:
            mine.show_name = show_name
            mine.save(update_fields=["show_name"])
        return mine
    if not found.is_open(clock.now()):
        raise Refused(_("The time to pledge is over. There may be another way to help on this page."))
    limits.spend("pledge", membership.pk, limit=30, window=timedelta(days=1))
    now = clock.now()
    mine = Pledging.objects.create(pledge=found, membership=membership, show_name=show_name, pledged_at=now)
    found.pledges_count += 1
    starts = found.started_at is None and found.pledges_count >= found.threshold
    if starts:
        found.started_at = now
    found.save(update_fields=["pledges_count", "started_at"])
    take_part(found.campaign, membership)
    community = found.campaign.community_id
    record(verbs.PLEDGED, subject=found.campaign, actor=membership.pk, community=community, data={"pledge": found.pk})
    if starts:
        record(verbs.PLEDGE_STARTED, subject=found, actor=None, community=community)
    if found.started_at:  # those who join after the start are told at once too
        tell_pledge(pledge_id=found.pk)
    return mine


@transaction.atomic
def take_back(*, membership: Membership, pledge: Pledge) -> None:
    """Take a pledge back, while it has not started: nobody relies on it yet. Doing it twice is doing it once."""
    require_active(membership)
    found = Pledge.objects.select_for_update().select_related("campaign").get(pk=pledge.pk)
    if found.started_at is not None:
        raise Refused(_("It has started and others rely on it. Afterwards you can say honestly how it went."))
    if found.unmet_at is not None:
        raise Refused(_("It has ended; you are free of it."))
    deleted, _rows = Pledging.objects.filter(pledge=found, membership=membership).delete()
    if deleted:
        Pledge.objects.filter(pk=found.pk).update(pledges_count=F("pledges_count") - 1)
        record(verbs.TOOK_BACK_PLEDGE, subject=found, actor=membership.pk, community=found.campaign.community_id)


@transaction.atomic
def end_unmet(*, pledge: Pledge) -> Pledge:
    """End a pledge whose deadline passed without enough people. One that started, or is not due, stays as it is."""
    found = Pledge.objects.select_for_update().select_related("campaign").get(pk=pledge.pk)
    if found.started_at or found.unmet_at or clock.now() < found.deadline:
        return found
    found.unmet_at = clock.now()
    found.save(update_fields=["unmet_at"])
    record(verbs.PLEDGE_UNMET, subject=found, actor=None, community=found.campaign.community_id)
    tell_pledge(pledge_id=found.pk)
    return found


@transaction.atomic
def check_in(*, membership: Membership, pledge: Pledge, did: bool) -> Pledging:
    """Say whether one did what one pledged. It counts as done offline once an organiser has confirmed the event too."""
    require_active(membership)
    found = Pledge.objects.select_for_update().select_related("campaign").get(pk=pledge.pk)
    mine = Pledging.objects.filter(pledge=found, membership=membership).first()
    if mine is None:
        raise Refused(_("You have not pledged this."))
    if found.started_at is None:
        raise Refused(_("It has not started yet."))
    if mine.counted_at is not None:
        return mine
    mine.did, mine.answered_at = did, clock.now()
    mine.save(update_fields=["did", "answered_at"])
    community = found.campaign.community_id
    confirm(subject=mine, membership=membership.pk, community=community, happened=did)
    record(verbs.ANSWERED_PLEDGE, subject=found, actor=membership.pk, community=community)
    if found.confirmed_at is not None:
        _count_kept(found, [mine])
    return mine


@transaction.atomic
def confirm_event(*, membership: Membership, pledge: Pledge) -> Pledge:
    """An organiser says that what was pledged took place. Those who said "I did it" are counted on the trail now.

    The organiser's own part is not counted by their own word alone.
    """
    found = Pledge.objects.select_for_update().select_related("campaign").get(pk=pledge.pk)
    require_organiser(found.campaign, membership)
    if found.started_at is None:
        raise Refused(_("It has not started yet."))
    if found.confirmed_at is None:
        found.confirmed_at, found.confirmed_by = clock.now(), membership
        found.save(update_fields=["confirmed_at", "confirmed_by"])
        community = found.campaign.community_id
        confirm(subject=found, membership=membership.pk, community=community, happened=True)
        record(verbs.CONFIRMED_PLEDGE, subject=found, actor=membership.pk, community=community)
        _count_kept(found, list(found.pledgings.filter(did=True, counted_at__isnull=True)))
    return found


def _count_kept(pledge: Pledge, pledgings: list[Pledging]) -> None:
    """Record the offline effect for each who did it and whom somebody else confirmed. Once each."""
    kept = [
        one for one in pledgings if one.did and one.counted_at is None and one.membership_id != pledge.confirmed_by_id
    ]
    for one in kept:
        record(
            verbs.KEPT_PLEDGE,
            subject=pledge.campaign,
            actor=one.membership_id,
            community=pledge.campaign.community_id,
            data={"pledge": pledge.pk},
        )
    Pledging.objects.filter(pk__in=[one.pk for one in kept]).update(counted_at=clock.now())
