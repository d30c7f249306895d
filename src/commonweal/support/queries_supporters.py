from __future__ import annotations

from commonweal.communities.models import Membership, State
from commonweal.people.queries import kept_apart

from .models import Application


def open_applications(steward: Membership) -> list[Application]:
    """Who would like to give support and waits: for an answer, or for the last step. Oldest first. One query, and blocks.

    Somebody kept apart from this steward by a block is left to the other stewards.
    """
    found = Application.objects.filter(
        community=steward.community_id, closed_at__isnull=True, membership__state=State.ACTIVE
    )
    if steward.person_id:
        found = found.exclude(membership__person__in=kept_apart(steward.person_id))
    return list(found.select_related("membership", "answer__answered_by").order_by("at", "pk")[:50])
