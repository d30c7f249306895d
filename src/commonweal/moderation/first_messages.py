"""Newcomers' first messages, held until a steward has read them, where a community's stewards want it so.

Off until a steward turns it on. The author is told plainly and sees their message; nobody else does. It stands on the
desk as a case with a deadline, and is let through, or refused with a reason and an appeal. Nobody's own request for
support is ever held here: asking for help must never wait.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_steward
from commonweal.communities.models import Membership
from commonweal.communities.registries import REPORTABLES
from commonweal.conversations.actions import hold_post, unwithhold_post
from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from . import verbs
from .models import Case, FirstMessages, Held

#: Whoever has been here longer than this is no newcomer, however little they wrote.
NEWCOMER_FOR = timedelta(days=60)
CHOICES = (0, 1, 3)


def setting_of(community_id: int) -> int:
    """How many first messages of each newcomer are held. One query."""
    found = FirstMessages.objects.filter(community=community_id).values_list("messages", flat=True).first()
    return found or 0


@transaction.atomic
def set_first_messages(*, steward: Membership, messages: int) -> int:
    """Hold the first message of newcomers (1), the first three (3) or none (0). What waits already goes on waiting.

    Raises Refused for anybody but a steward.
    """
    require_steward(steward)
    if messages not in CHOICES:
        raise Refused(_("Choose one of the three."), field="messages")
    if messages:
        FirstMessages.objects.update_or_create(
            community=steward.community, defaults={"messages": messages, "set_by": steward, "at": clock.now()}
        )
    else:
        FirstMessages.objects.filter(community=steward.community_id).delete()
    data = {"messages": messages}
    record(
        verbs.FIRST_MESSAGES_SET,
        subject=steward.community,
        actor=steward.pk,
        community=steward.community_id,
        data=data,
    )
    return messages


def _is_new(member: Membership) -> bool:
    return not member.is_supporter and member.joined_at > clock.now() - NEWCOMER_FOR


def hold_if_first(topic: Topic, post: Post) -> None:
    """In the transaction of a new post: put a newcomer's first messages aside. No query for anybody else."""
    author = post.author
    own_request = topic.kind == Topic.Kind.SUPPORT and topic.author_id == author.pk
    if own_request or post.withheld_at is not None or not _is_new(author):
        return
    held = setting_of(author.community_id)
    if not held:
        return
    stand = Post.objects.filter(author=author, withheld_at__isnull=True, deleted_at__isnull=True).exclude(pk=post.pk)
    stand = stand.exclude(topic__kind=Topic.Kind.SUPPORT, topic__author=author)
    if len(stand.values_list("pk")[:held]) >= held or not hold_post(post=post):
        return
    about = REPORTABLES["post"]
    case = Case.objects.create(
        community_id=author.community_id,
        kind="post",
        thing_id=post.pk,
        author=author,
        author_hidden=topic.anonymous and topic.author_id == author.pk,
        excerpt=str(about.excerpt(post)),
        url=about.url(post)[:500],
    )
    Held.objects.create(case=case)
    record(verbs.HELD, subject=case, actor=None, community=case.community_id)


def let_through(case: Case, post: Any | None, steward: Membership) -> None:
    """Show a message that was held; those who follow the conversation hear of it now. Nothing when it was taken back."""
    if not isinstance(post, Post):
        return
    unwithhold_post(steward=steward, post=post)
    data = {"post": post.pk}
    record(verbs.LET_THROUGH, subject=post.topic, actor=post.author_id, community=case.community_id, data=data)


def panel(topic: Topic, viewer: Membership | None) -> tuple[str, dict[str, Any]] | None:
    """Tells the author of held messages in this topic, above the posts. One query for newcomers, none for anybody else."""
    if viewer is None or not _is_new(viewer):
        return None
    waiting = Case.objects.filter(author=viewer, kind="post", decided_at__isnull=True, held__isnull=False)
    mine = Post.objects.filter(topic=topic, author=viewer, withheld_at__isnull=False)
    case = waiting.filter(thing_id__in=mine.values("pk")).order_by("opened_at").first()
    return None if case is None else ("moderation/_held_panel.html", {"due": case.due_at})
