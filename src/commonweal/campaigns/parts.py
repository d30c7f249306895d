"""Small steps that several actions of a campaign share."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .models import Campaign, Organiser, Participation

#: The starter and at least one more: two people who said yes before anything is public.
SEED_ORGANISERS = 2


def is_organiser(campaign: Campaign, membership: Membership | None) -> bool:
    """Whether this member said yes to organising the campaign. One query."""
    if membership is None or not membership.is_active:
        return False
    return Organiser.objects.filter(campaign=campaign, membership=membership, agreed_at__isnull=False).exists()


def require_organiser(campaign: Campaign, membership: Membership) -> None:
    """Raises Refused unless the member organises the campaign."""
    require_active(membership)
    if not is_organiser(campaign, membership):
        raise Refused(_("Only the organisers of this campaign can do this. Their names are on its page."))


def require_running(campaign: Campaign, membership: Membership) -> None:
    """Raises Refused unless the campaign runs and the member may act in its community."""
    require_active(membership)
    if membership.community_id != campaign.community_id or campaign.withheld_at is not None or not campaign.running:
        raise Refused(_("This campaign is not running, so nothing was changed."))


def locked(campaign: Campaign) -> Campaign:
    """The campaign's row, locked until the end of the transaction."""
    return Campaign.objects.select_for_update().select_related("community").get(pk=campaign.pk)


def take_part(campaign: Campaign, membership: Membership) -> None:
    """Write down, once, that the member takes part, so that they hear how it ends."""
    _row, created = Participation.objects.get_or_create(
        campaign=campaign, membership=membership, defaults={"at": clock.now()}
    )
    if created:
        Campaign.objects.filter(pk=campaign.pk).update(participants_count=F("participants_count") + 1)
