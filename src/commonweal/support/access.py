"""Who may get at a request. The topic decides; hidden and absent look the same: 404."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import Http404

from commonweal.communities.models import Membership
from commonweal.conversations.access import apart_from, get_topic_for, readable_topics
from commonweal.kit.access import audited

from .models import Application, Hold, SupportRequest, WeeklySlot


@audited
def get_request_for(membership: Membership, request_id: int) -> SupportRequest:
    """A request in the member's community whose topic they may read. Raises Http404 otherwise. Three queries at most.

    One that is hidden costs as many queries as one that is not there, so that time tells nothing either.
    """
    topics = readable_topics(membership.community, membership).select_related(None).order_by()
    readable = SupportRequest.objects.filter(Exists(topics.filter(pk=OuterRef("topic"))))
    found = readable.filter(pk=request_id, community=membership.community_id).first()
    if found is None:
        raise Http404
    found.community = membership.community
    found.topic = get_topic_for(membership, membership.community, found.topic_id)
    return found


@audited
def get_hold_for(steward: Membership, hold_id: int) -> Hold:
    """Something held in the steward's community. Raises Http404 otherwise. One query."""
    found = Hold.objects.select_related("post__topic__community", "post__author").filter(pk=hold_id).first()
    if found is None or found.community_id != steward.community_id or not steward.is_steward:
        raise Http404
    return found


@audited
def get_application_for(steward: Membership, application_id: int) -> Application:
    """An application to give support. For stewards whom no block keeps apart. Raises Http404 otherwise. Two queries."""
    found = (
        Application.objects.select_related("membership")
        .filter(pk=application_id, community=steward.community_id, membership__person__isnull=False)
        .exclude(membership__person__in=apart_from(steward))
        .first()
    )
    if found is None or not steward.is_steward:
        raise Http404
    found.membership.community = steward.community
    return found


@audited
def get_slot_for(supporter: Membership, slot_id: int) -> WeeklySlot:
    """A slot of the week, for those who give support. Raises Http404 otherwise. One query."""
    found = WeeklySlot.objects.filter(pk=slot_id, community=supporter.community_id).first()
    if found is None or not supporter.is_supporter:
        raise Http404
    found.community = supporter.community
    return found
