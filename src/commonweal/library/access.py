"""Who may see what in the library. Hidden and absent look the same: 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from commonweal.communities.models import Community, Membership
from commonweal.kit.access import audited
from commonweal.people.queries import kept_apart

from .models import Resource


def visible_resources(community: Community, membership: Membership | None) -> QuerySet[Resource]:
    """What this member (None: a guest) may see in a community's library, also what somebody kept apart has added.

    A phone number helps whoever wrote it down; only the name beside it is left out (see `shows_author`).
    """
    found = Resource.objects.filter(community=community, removed_at__isnull=True)
    if membership is not None and membership.is_steward:
        return found
    own = Q(added_by=membership) if membership is not None else Q(pk__in=[])
    return found.filter(Q(withheld_at__isnull=True) | own)


@audited
def get_resource_for(membership: Membership | None, community: Community, resource_id: int) -> Resource:
    """A resource of a community that was entered. Raises Http404 when absent or not for this reader. One query."""
    found = visible_resources(community, membership).select_related("added_by", "checked_by")
    resource = found.filter(pk=resource_id).first()
    if resource is None:
        raise Http404
    resource.community = community
    return resource


@audited
def get_editable_resource_for(membership: Membership, community: Community, resource_id: int) -> Resource:
    """One that this member may change: their own, or any for a steward. Raises Http404 otherwise."""
    resource = get_resource_for(membership, community, resource_id)
    if not may_change(membership, resource):
        raise Http404
    return resource


def may_change(membership: Membership | None, resource: Resource) -> bool:
    return membership is not None and (membership.is_steward or resource.added_by_id == membership.pk)


def shows_author(membership: Membership | None, resource: Resource) -> bool:
    """Whether the name of who added it may stand beside it: not for guests, not for somebody kept apart. One query."""
    if membership is None or membership.person_id is None:
        return False
    return resource.added_by.person_id not in kept_apart(membership.person_id)
