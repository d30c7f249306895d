"""Reading the library: the shelf, filtered and searched."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.urls import reverse

from commonweal.communities.models import Community, Door, Membership
from commonweal.conversations.registries import Found
from commonweal.kit.words import folded

from .access import visible_resources
from .models import Resource, Tag


def shelf(
    community: Community, membership: Membership | None, *, kind: str = "", tag: str = "", words: str = ""
) -> QuerySet[Resource]:
    """What is in the library, of one kind, under one tag, holding every one of these words."""
    found = visible_resources(community, membership).prefetch_related("tags")
    if kind in Resource.Kind.values:
        found = found.filter(kind=kind)
    if tag:
        found = found.filter(tags__word=tag.casefold()[:40])
    for word in folded(words[:100]).split()[:6]:
        found = found.filter(search_key__contains=word)
    return found


def common_tags(community: Community, membership: Membership | None) -> list[str]:
    """The twelve words most used in this library, by name. One query."""
    used = Tag.objects.filter(resource__in=visible_resources(community, membership).values("pk"))
    counted = used.values("word").annotate(times=Count("pk")).order_by("-times", "word")[:12]
    return sorted(row["word"] for row in counted)


def search(community: Community, membership: Membership | None, text: str, limit: int) -> list[Found]:
    """The library's part of the community's search. One query, none for an empty search or a closed door."""
    if not text.strip() or Door.LIBRARY in community.closed_doors:
        return []
    rows = shelf(community, membership, words=text).prefetch_related(None).order_by("-changed_at", "-id")[:limit]
    return [
        Found(
            title=row.title,
            excerpt=" ".join(row.text.split())[:160],
            url=reverse("library:resource", args=[community.slug, row.pk]),
            kind=row.get_kind_display(),
        )
        for row in rows
    ]
