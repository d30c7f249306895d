"""What stewards read about matches and holds."""

from __future__ import annotations

from django.db.models import QuerySet

from commonweal.communities.models import Membership

from .models import Hold, PhraseMatch


def open_holds(steward: Membership) -> list[Hold]:
    """What waits for a steward, oldest first, twenty at most. Two queries."""
    return list(
        Hold.objects.filter(community=steward.community_id, decided_at__isnull=True, post__deleted_at__isnull=True)
        .select_related("post__topic", "post__author")
        .prefetch_related("post__phrase_matches")
        .order_by("at", "pk")[:20]
    )


def matches(steward: Membership) -> QuerySet[PhraseMatch]:
    """What the list found in the community and what was done, to be paged newest first. Two queries."""
    return (
        PhraseMatch.objects.filter(community=steward.community_id)
        .select_related("post__topic")
        .prefetch_related("post__match_steps__by")
    )
