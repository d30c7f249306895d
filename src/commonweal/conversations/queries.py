"""What is read in conversations: lists, a page of posts, what is unread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString

from commonweal.communities.models import Asking, Community, Membership
from commonweal.people.models import Person

from .access import apart_from, participations, readable_topics
from .fragment import PAGE, Posts, lay_over, posts_from
from .models import Audience, Message, Participant, Reaction, ReadMark, Topic, Watch

#: How many posts already read are shown above the first unread one, so that the thread can be picked up.
CONTEXT = 2


def topics_in(community: Community, membership: Membership | None, kind: str = "") -> QuerySet[Topic]:
    """The topics for the Talk list, liveliest first when paged by ("-last_post_at", "-id"). Support has its own door.

    With a member, each carries `read_to`, the number up to which they have read, or None. One query to evaluate.
    """
    topics = readable_topics(community, membership)
    topics = topics.filter(kind=kind) if kind else topics.exclude(kind=Topic.Kind.SUPPORT)
    if membership is not None:
        mark = ReadMark.objects.filter(membership=membership, topic=OuterRef("pk"))
        topics = topics.annotate(read_to=Subquery(mark.values("number")[:1]))
    return topics


@dataclass
class PostsPage:
    """A page of posts as one reader sees it. `unread_from` is the number of the first new post, 0 for none."""

    html: SafeString
    posts: Posts
    unread_from: int

    @property
    def earlier(self) -> int | None:
        return max(1, self.posts.first - PAGE) if self.posts.first > 1 else None

    @property
    def later(self) -> int | None:
        return self.posts.last + 1 if self.posts.more else None


def opening_at(topic: Topic, read_to: int) -> int:
    """The number of the post at which a member's page starts: a little before the first unread, or the last page."""
    last_page = max(1, topic.last_number - PAGE + 1)
    return max(1, min(read_to + 1 - CONTEXT, last_page))


def posts_page(topic: Topic, reader: Membership | None, start: int, *, unread_from: int = 0) -> PostsPage:
    """The posts from number `start` for one reader. One query when the fragment is kept, none for a guest."""
    posts = posts_from(topic, start, guest=reader is None)
    own: Iterable[tuple[int, str]] = ()
    if reader is not None and posts.pieces:
        shown = [piece.pk for piece in posts.pieces]
        own = Reaction.objects.filter(membership=reader, post__in=shown).values_list("post_id", "kind")
    return PostsPage(lay_over(posts, reader, own=own, unread_from=unread_from), posts, unread_from)


def unread_topics(memberships: Iterable[Membership], limit: int = 5) -> list[Topic]:
    """Topics these memberships (of one person) watch that have something new, newest first. Two queries.

    Each carries `read_to` and `reader_id`, the membership that watches.
    """
    by_id = {membership.pk: membership for membership in memberships}
    mark = ReadMark.objects.filter(membership=OuterRef("membership"), topic=OuterRef("topic")).values("number")[:1]
    watched = (
        Watch.objects.filter(membership__in=by_id, muted=False)
        .annotate(read_to=Coalesce(Subquery(mark), 0))
        .filter(topic__last_number__gt=F("read_to"), topic__withheld_at__isnull=True)
        .select_related("topic__community", "topic__author")
        .order_by("-topic__last_post_at")[: limit * 2]
    )
    found = []
    for watch in watched:
        topic, membership = watch.topic, by_id[watch.membership_id]
        hidden = (
            topic.audience == Audience.SUPPORTERS and not membership.is_supporter and topic.author_id != membership.pk
        )
        if hidden or topic.author.person_id in apart_from(membership):
            continue
        topic.read_to, topic.reader_id = watch.read_to, watch.membership_id  # type: ignore[attr-defined]
        found.append(topic)
    return found[:limit]


def conversations_of(person: Person) -> QuerySet[Participant]:
    """A person's private conversations, without what they quietly declined. Page by conversation activity."""
    declined = Q(answered_at__isnull=False, accepted=False)
    return participations(person).exclude(declined).annotate(last_message_at=F("conversation__last_message_at"))


def others_in(participants: Iterable[Participant]) -> dict[int, list[Membership]]:
    """{conversation id: the others in it}. One query."""
    mine = {participant.conversation_id: participant.membership_id for participant in participants}
    found: dict[int, list[Membership]] = {pk: [] for pk in mine}
    for other in Participant.objects.filter(conversation__in=mine).select_related("membership").order_by("pk"):
        if other.membership_id != mine[other.conversation_id]:
            found[other.conversation_id].append(other.membership)
    return found


def requests_to(person: Person, limit: int = 5) -> list[Participant]:
    """Who asks this person to talk and waits for an answer, but for those who ask quietly. Two queries."""
    waiting = participations(person).filter(answered_at__isnull=True, conversation__ended_at__isnull=True)
    waiting = waiting.exclude(membership__asking=Asking.QUIET)
    return list(waiting.order_by("conversation__started_at")[:limit])


def unread_conversations(person: Person, limit: int = 5) -> list[Participant]:
    """Open conversations with messages this person has not read. Two queries."""
    unread = participations(person).filter(
        accepted=True, conversation__opened_at__isnull=False, conversation__last_number__gt=F("read_number")
    )
    return list(unread.order_by("-conversation__last_message_at")[:limit])


def last_written(memberships: Iterable[Membership]) -> dict[int, tuple[datetime, str]]:
    """{other's membership id: (when something was last written, where)} of open conversations of two. Two queries."""
    mine = {m.pk for m in memberships}
    parts = Participant.objects.filter(
        membership__in=mine, left_at__isnull=True, conversation__opened_at__isnull=False,
        conversation__ended_at__isnull=True,
    )  # fmt: skip
    at = dict(
        parts.order_by("-conversation__last_message_at").values_list("conversation", "conversation__last_message_at")[
            :200
        ]
    )
    others: dict[int, list[int]] = {}
    for talk, other in Participant.objects.filter(conversation__in=at).values_list("conversation_id", "membership_id"):
        if other not in mine:
            others.setdefault(talk, []).append(other)
    found: dict[int, tuple[datetime, str]] = {}
    for talk, them in others.items():
        if len(them) == 1 and (them[0] not in found or at[talk] > found[them[0]][0]):
            found[them[0]] = (at[talk], reverse("conversations:conversation", args=[talk]) + "#write")
    return found


def messages_before(participant: Participant, before: int | None, size: int = 30) -> list[Message]:
    """The newest messages, oldest first, up to number `before` (exclusive). One query, one row more than `size`."""
    messages = Message.objects.filter(conversation=participant.conversation_id).select_related("author")
    if before is not None:
        messages = messages.filter(number__lt=before)
    return list(messages.order_by("-number")[: size + 1])[::-1]
