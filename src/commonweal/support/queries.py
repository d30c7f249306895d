from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from commonweal.communities.access import SUPPORTERS
from commonweal.communities.models import Community, Membership, State
from commonweal.conversations.access import apart_from, readable_topics
from commonweal.kit import clock

from .models import Acknowledgement, Duty, SupportRequest
from .routing import routable


def on_duty(community: Community, viewer: Membership | None) -> list[Membership]:
    """Who is on duty now and can be told of a request, by name. One query, and one for the blocks of a member.

    Nobody whom a block keeps apart from `viewer` is named: they would not be told of what this person asks.
    """
    now = clock.now()
    people = Membership.objects.filter(
        community=community,
        state=State.ACTIVE,
        duties__starts_at__lte=now,
        duties__ends_at__gt=now,
        role__in=SUPPORTERS,
    )
    people = routable(people.exclude(person__in=apart_from(viewer)), now)
    return list(people.distinct().order_by("display_name", "pk")[:12])


def can_be_told(asker: Membership) -> bool:
    """Whether there is anybody but the asker who can be told of a request. One query, and one for the blocks."""
    others = Membership.objects.filter(community=asker.community_id, state=State.ACTIVE, role__in=SUPPORTERS)
    return others.exclude(pk=asker.pk).exclude(person__in=apart_from(asker)).exclude(person=None).exists()


def running_duty(membership: Membership) -> Duty | None:
    """The duty a member is on now. One query."""
    now = clock.now()
    return Duty.objects.filter(membership=membership, starts_at__lte=now, ends_at__gt=now).first()


def is_on_duty(membership: Membership) -> bool:
    return running_duty(membership) is not None


def readable_requests(community: Community, membership: Membership | None) -> QuerySet[SupportRequest]:
    """Requests whose topic this reader may see in a list, with topic and author. One extra query, for the blocks.

    Asked for each request: as a list of all such topics it would be read whole for one page of the queue.
    """
    topics = readable_topics(community, membership).select_related(None).order_by()
    return (
        SupportRequest.objects.filter(Exists(topics.filter(pk=OuterRef("topic"))), community=community)
        .select_related("topic__author", "circumstances")
        .prefetch_related("needs")
    )


def waiting(community: Community, membership: Membership) -> QuerySet[SupportRequest]:
    """The queue: everyone who still waits for two answers, to be shown by turn, with who is writing in `writing`."""
    now = clock.now()
    writing = Acknowledgement.objects.filter(claimed_until__gt=now).select_related("membership").order_by("at", "pk")
    return (
        readable_requests(community, membership)
        .filter(answered_at__isnull=True, closed_at__isnull=True, topic__closed_at__isnull=True)
        .prefetch_related(Prefetch("acknowledgements", queryset=writing, to_attr="writing"))
    )


def support_requests(community: Community, membership: Membership, *, waiting: bool) -> QuerySet[SupportRequest]:
    """Support requests that a member may read: those that wait, or those that were answered or closed."""
    found = readable_requests(community, membership).filter(sort=SupportRequest.Sort.SUPPORT)
    still = {"answered_at__isnull": True, "closed_at__isnull": True, "topic__closed_at__isnull": True}
    return found.filter(**still) if waiting else found.exclude(**still)
