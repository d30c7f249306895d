"""What conversations contribute to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.communities.kinds import FIRST_TOPICS
from commonweal.communities.models import Community, Door, Membership
from commonweal.communities.registries import (
    DOOR_PAGES,
    FURNISHINGS,
    MEMBER_STEPS,
    NEED_YOU,
    NEW,
    REPORTABLES,
    TODAY,
    TOUCHES,
    DoorPage,
    Reportable,
    Row,
)
from commonweal.communities.vetting import may_be_alone
from commonweal.kit.live import CHANNELS
from commonweal.people.models import Person
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS

from . import erasing
from .access import get_post_for, get_shown_for
from .actions import start_topic, unwithhold_post, withhold_post
from .models import Conversation, Post, Topic
from .queries import last_written, others_in, requests_to, unread_conversations, unread_topics
from .registries import SEARCHES
from .search import search_posts


def topics_on_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Topics one follows that have something new."""
    for topic in unread_topics(memberships):
        read_to: int = topic.read_to  # type: ignore[attr-defined]
        place = reverse("conversations:topic", args=[topic.community.slug, topic.pk])
        yield Row(
            title=topic.title,
            detail=topic.community.name,
            url=f"{place}?from={max(1, read_to - 1)}#post-{read_to + 1}",
            action=_("Read on"),
            group=NEW,
            face=None if topic.anonymous else topic.author,
            icon="talk",
        )


def requests_on_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Who asks to talk."""
    for waiting in requests_to(person):
        who = waiting.conversation.started_by
        yield Row(
            title=_("%(name)s asks to talk with you") % {"name": who.display_name},
            detail=waiting.conversation.community.name,
            url=reverse("conversations:conversation", args=[waiting.conversation_id]),
            action=_("Answer"),
            group=NEED_YOU,
            face=who,
            icon="chat",
        )


def messages_on_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Private messages not read yet."""
    unread = unread_conversations(person)
    others = others_in(unread) if unread else {}
    for mine in unread:
        them = others[mine.conversation_id]
        yield Row(
            title=_("%(name)s wrote to you")
            % {"name": ", ".join(m.display_name for m in them) or _("Someone who left")},
            detail=mine.conversation.community.name,
            url=reverse("conversations:conversation", args=[mine.conversation_id]) + "#write",
            action=_("Read"),
            group=NEED_YOU,
            face=them[0] if them else None,
            icon="mail",
        )


def first_topics(founder: Membership) -> None:
    """What a new community of this kind starts with, so that nobody comes into an empty room."""
    if Door.TALK in founder.community.closed_doors:
        return
    for title, text in FIRST_TOPICS.get(founder.community.kind, ()):
        start_topic(membership=founder, title=str(title), text=str(text))


def ask_step(viewer: Membership, member: Membership) -> tuple[str, str] | None:
    """Ask to talk. Offered whether the other may be asked or not, so that nothing shows; somebody under 18 is offered
    only whom they may ask, which tells them nothing about anybody's age: it depends on the vetting alone. One query for them.
    """
    if viewer.pk == member.pk or member.person_id is None:
        return None
    if viewer.person is not None and viewer.person.is_minor and not may_be_alone(viewer, member):
        return None
    return _("Ask to talk"), reverse("conversations:ask_to_talk", args=[viewer.community.slug, member.pk])


def topic_versions(ids: set[int]) -> dict[int, int]:
    return dict(Topic.objects.filter(pk__in=ids).values_list("pk", "version"))


def conversation_versions(ids: set[int]) -> dict[int, int]:
    return dict(Conversation.objects.filter(pk__in=ids).values_list("pk", "last_number"))


def _post_url(post: Post) -> str:
    place = reverse("conversations:topic", args=[post.topic.community.slug, post.topic_id])
    return f"{place}?from={max(1, post.number - 2)}#post-{post.number}"


def _community_of(post: Post) -> Community:
    return post.topic.community


def _get_post(viewer: Membership, post_id: int) -> Post:
    return get_post_for(viewer, viewer.community, post_id)


def _withhold(post: Post, steward: Membership) -> None:
    withhold_post(steward=steward, post=post)


def _restore(post: Post, steward: Membership) -> None:
    unwithhold_post(steward=steward, post=post)


DOOR_PAGES.add("talk", DoorPage("talk", "conversations:topics"))
TODAY.add("requests to talk", requests_on_today)
TODAY.add("private messages", messages_on_today)
TODAY.add("unread topics", topics_on_today)
FURNISHINGS.add("first topics", first_topics)
MEMBER_STEPS.add("ask to talk", ask_step)
TOUCHES.add("private messages", last_written)
CHANNELS.add("topic", topic_versions)
CHANNELS.add("conversation", conversation_versions)
SEARCHES.add("posts", search_posts)
REPORTABLES.add(
    "post",
    Reportable(
        key="post",
        label=gettext_lazy("message"),
        get=_get_post,
        community=_community_of,
        author=lambda post: post.author,
        excerpt=lambda post: strip_tags(post.html)[:500],
        url=_post_url,
        withhold=_withhold,
        restore=_restore,
    ),
)
REPORTABLES.add(
    "private",
    Reportable(
        key="private",
        label=gettext_lazy("private messages"),
        get=get_shown_for,
        community=lambda shown: shown.about.community,
        author=lambda shown: shown.about,
        excerpt=lambda shown: shown.text,
        url=lambda shown: reverse("communities:member", args=[shown.about.community.slug, shown.about_id]),
    ),
)
EXPORT_SECTIONS.add("posts", erasing.own_posts)
EXPORT_SECTIONS.add("private messages", erasing.own_messages)
EXPORT_SECTIONS.add("drafts", erasing.own_drafts)
EXPORT_SECTIONS.add("pictures", erasing.own_pictures)
ERASERS.add("words", erasing.erase_words)
