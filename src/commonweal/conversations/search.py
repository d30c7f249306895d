"""The search index of posts, and searching it.

Indexing runs in the bulk lane, in batches, so that a reply never waits for it; a new message can be found after a
minute or so. Words are folded (no case, no accents) by us on their way in and in the question, so that both databases
find the same. The rights of the reader are applied to the live rows, not to the index, so a changed right holds at once.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelsearch.backends import get_search_backend
from modelsearch.index import get_indexed_models

from commonweal.communities.models import Community, Membership
from commonweal.kit.words import folded

from .access import apart_from, readable_topics
from .fragment import name_of
from .models import Post, Topic
from .registries import Found

BATCH = 500
EXCERPT = 180


def index_waiting(batch: int = BATCH) -> int:
    """Bring the index up to date with at most `batch` posts. Returns how many were looked at. Safe to run twice."""
    with transaction.atomic():
        waiting = Post.objects.filter(to_index=True).select_for_update(of=("self",), skip_locked=True)
        posts = list(waiting.select_related("topic").order_by("pk")[:batch])
        if not posts:
            return 0
        gone = [post.pk for post in posts if post.deleted_at or not post.text]
        if gone:
            forget(gone)
        _index().add_items(Post, [post for post in posts if post.pk not in set(gone)])
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(to_index=False)
    return len(posts)


def _index() -> Any:
    index = get_search_backend().get_index_for_model(Post)
    index._refresh_title_norms = lambda full=False: (
        None
    )  # scans the whole index at each batch, for titles we have none of
    return index


def forget(posts: list[int]) -> None:
    """Take posts out of the index."""
    from modelsearch.models import IndexEntry
    from modelsearch.utils import get_content_type_pk

    kind = get_content_type_pk(Post)
    IndexEntry.objects.filter(content_type_id=kind, object_id__in=[str(pk) for pk in posts]).delete()


def search_posts(community: Community, membership: Membership | None, text: str, limit: int) -> list[Found]:
    """Messages in topics this reader may see that hold all the words of `text`, newest first. Three queries."""
    assert Post in get_indexed_models()
    words = re.findall(r"\w+", folded(text))[:10]  # no punctuation: none of it may reach a query language
    if not words:
        return []
    matches = get_search_backend().search(" ".join(words), Post.objects.all(), order_by_relevance=False).get_queryset()
    doors = set(community.closed_doors)
    topics = readable_topics(community, membership)
    if "support" in doors:
        topics = topics.exclude(kind=Topic.Kind.SUPPORT)
    if "talk" in doors:
        topics = topics.filter(kind=Topic.Kind.SUPPORT)
    found = matches.filter(topic__in=topics.select_related(None).values("pk"), deleted_at__isnull=True)
    own = Q(author=membership) if membership is not None else Q(pk__in=[])
    if membership is None or not membership.is_steward:
        found = found.filter(Q(withheld_at__isnull=True) | own)
        apart = apart_from(membership)
        found = found.exclude(author__person__in=apart) if apart else found
    posts = found.select_related("topic", "author").order_by("-pk")[:limit]
    return [_found(community, post, words) for post in posts]


def _found(community: Community, post: Post, words: list[str]) -> Found:
    place = reverse("conversations:topic", args=[community.slug, post.topic_id])
    name = name_of(post.topic, post.author)
    if post.warning or post.topic.warning:
        excerpt = _("%(name)s · behind a warning: %(warning)s") % {
            "name": name,
            "warning": post.warning or post.topic.warning,
        }
    else:
        excerpt = f"{name}: {_around(strip_tags(post.html), words)}"
    return Found(
        title=post.topic.title,
        excerpt=excerpt,
        url=f"{place}?from={max(1, post.number - 2)}#post-{post.number}",
        kind=gettext_lazy("Support") if post.topic.kind == Topic.Kind.SUPPORT else gettext_lazy("Talk"),
    )


def _around(text: str, words: list[str]) -> str:
    """The part of a text in which the first of the words stands."""
    import html

    text = " ".join(html.unescape(text).split())
    at = max(0, min((p for p in (folded(text).find(word) for word in words) if p >= 0), default=0) - 60)
    piece = text[at : at + EXCERPT]
    return f"{'…' if at else ''}{piece}{'…' if at + EXCERPT < len(text) else ''}"
