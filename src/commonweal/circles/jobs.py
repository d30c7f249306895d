from __future__ import annotations

from commonweal.communities.models import Community, Door, State
from commonweal.kit.jobs import job
from commonweal.people.models import Consent

from .proposing import propose_round


@job(lane="bulk", schedule="40 4 * * *")
def propose_introductions() -> None:
    """Daily: one round in every community where at least somebody ever agreed to introductions and Meet is open."""
    agreed = Consent.objects.filter(purpose=Consent.Purpose.INTRODUCTIONS, given=True)
    communities = Community.objects.filter(
        memberships__state=State.ACTIVE, memberships__person__in=agreed.values("person")
    ).distinct()
    for community in communities.only("pk", "closed_doors").iterator():
        if Door.MEET not in community.closed_doors:
            propose_in.enqueue(community_id=community.pk)


@job(lane="bulk")
def propose_in(*, community_id: int) -> None:
    """One round in one community. A second run finds the same pairs proposed and adds nothing."""
    community = Community.objects.filter(pk=community_id).first()
    if community is not None and Door.MEET not in community.closed_doors:
        propose_round(community)
