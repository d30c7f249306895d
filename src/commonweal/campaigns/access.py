"""Who may get at a campaign, given that the community was entered. Hidden and absent give 404."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import Http404

from commonweal.communities.models import Community, Membership
from commonweal.kit.access import audited
from commonweal.people.queries import are_apart, kept_apart

from .models import Action, Campaign, Milestone, Organiser, Pledge, Taking


def readable_campaigns(community: Community, membership: Membership | None) -> QuerySet[Campaign]:
    """The launched campaigns a reader may see in a list: none withheld, none by people kept apart. One query at most."""
    campaigns = Campaign.objects.filter(community=community, launched_at__isnull=False)
    if membership is None or not membership.is_steward:
        campaigns = campaigns.filter(withheld_at__isnull=True)
    if membership is not None and membership.person_id and not membership.is_steward:
        apart = kept_apart(membership.person_id)
        if apart:
            campaigns = campaigns.exclude(started_by__person__in=apart)
    return campaigns


def own_drafts(membership: Membership) -> QuerySet[Campaign]:
    """The drafts this member starts, organises or is asked to organise, none by people kept apart. One query at most."""
    mine = Organiser.objects.filter(membership=membership, declined_at__isnull=True)
    found = Campaign.objects.filter(
        Q(organisers__in=mine), community=membership.community_id, launched_at__isnull=True, closed_at__isnull=True
    )
    apart = kept_apart(membership.person_id) if membership.person_id else set()
    return found.exclude(started_by__person__in=apart) if apart else found


@audited
def get_campaign_for(membership: Membership | None, community: Community, campaign_id: int) -> Campaign:
    """A campaign of a community that was entered; a draft only for those who organise it or were asked to.

    Raises Http404 when absent, withheld, or started by somebody kept apart from the reader. Three queries at most.
    """
    campaign = Campaign.objects.select_related("started_by").filter(pk=campaign_id, community=community).first()
    if campaign is None:
        raise Http404
    campaign.community = community
    if campaign.launched_at is None:
        mine = membership is not None and campaign.organisers.filter(membership=membership, declined_at=None).exists()
        if not mine or (membership and _apart_from_starter(membership, campaign)):
            raise Http404
        return campaign
    if membership is not None and (membership.is_steward or campaign.started_by_id == membership.pk):
        return campaign
    if campaign.withheld_at is not None:
        raise Http404
    if membership is not None and _apart_from_starter(membership, campaign):
        raise Http404
    return campaign


def _apart_from_starter(membership: Membership, campaign: Campaign) -> bool:
    starter = campaign.started_by.person_id
    return bool(membership.person_id and starter and are_apart(membership.person_id, starter))


@audited
def get_part_of(campaign: Campaign, kind: str, part_id: int) -> Pledge | Action | Milestone | Taking:
    """A pledge, action, milestone or taking of a campaign that was fetched for its reader. Raises Http404. One query."""
    kinds: dict[str, QuerySet[Any]] = {
        "pledge": Pledge.objects.filter(campaign=campaign),
        "action": Action.objects.filter(campaign=campaign),
        "milestone": Milestone.objects.filter(campaign=campaign),
        "taking": Taking.objects.filter(action__campaign=campaign),
    }
    found = kinds[kind].filter(pk=part_id).first()
    if found is None:
        raise Http404
    return cast("Pledge | Action | Milestone | Taking", found)
