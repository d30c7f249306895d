"""Who may read which topic, post or private conversation. Hidden and absent look the same: 404."""

from __future__ import annotations

import json

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404

from commonweal.communities.models import Community, Membership, State
from commonweal.kit.access import audited
from commonweal.kit.prepared import Prepared
from commonweal.people.models import Person
from commonweal.people.queries import kept_apart

from .models import Attachment, Audience, Conversation, Participant, Post, Shown, Topic


def apart_from(membership: Membership | None) -> set[int]:
    """The people this member is kept apart from by a block, asked for once per request. One query, none for a guest."""
    if membership is None or not membership.person_id:
        return set()
    found: set[int] | None = getattr(membership, "_apart", None)
    if found is None:
        found = membership._apart = kept_apart(membership.person_id)  # type: ignore[attr-defined]
    return found


def readable_topics(community: Community, membership: Membership | None) -> QuerySet[Topic]:
    """The topics of a community that this member (None: a guest of an open community) may see in a list.

    Topics by people kept apart by a block are left out. At most one extra query, for the blocks.
    """
    topics = Topic.objects.filter(community=community).select_related("author")
    if membership is not None and membership.is_steward:
        return topics
    own = Q(author=membership) if membership is not None else Q(pk__in=[])
    topics = topics.filter(Q(withheld_at__isnull=True) | own)
    if membership is None:  # "everyone in this community" means its members: guests read no request for support
        topics = topics.exclude(kind=Topic.Kind.SUPPORT)
    if membership is None or not membership.is_supporter:
        topics = topics.filter(Q(audience=Audience.COMMUNITY) | own)
    apart = apart_from(membership)
    return topics.exclude(author__person__in=apart) if apart else topics


def may_read(topic: Topic, membership: Membership | None) -> bool:
    """Whether this member (None: guest) may read this topic, given that they may enter its community. No query."""
    if membership is not None and (membership.is_steward or topic.author_id == membership.pk):
        return True
    if topic.withheld_at is not None or (membership is None and topic.kind == Topic.Kind.SUPPORT):
        return False
    if topic.audience == Audience.SUPPORTERS:
        return membership is not None and membership.is_supporter
    return True


def _for(membership: Membership | None, community: Community, topic: Topic | None) -> Topic:
    """The topic, when this reader may have it. A topic whose door is closed leaves no trace. One query.

    The blocks are asked for whatever the answer: what is absent costs as many queries as what is hidden.
    """
    if topic is None or not may_read(topic, membership) or door_of(topic) in community.closed_doors:
        apart_from(membership)
        raise Http404
    mine_or_steward = membership is not None and (membership.is_steward or topic.author_id == membership.pk)
    if not mine_or_steward and topic.author.person_id in apart_from(membership):
        raise Http404
    topic.community = community
    return topic


def door_of(topic: Topic) -> str:
    """The door behind which a topic stands."""
    return "support" if topic.kind == Topic.Kind.SUPPORT else "talk"


_topic: Prepared[Topic] = Prepared(
    lambda topic, community: Topic.objects.select_related("author").filter(pk=topic, community=community)[:1]
)


@audited
def get_topic_for(membership: Membership | None, community: Community, topic_id: int) -> Topic:
    """A topic of a community that was entered. Raises Http404 when absent or not for this reader. Two queries at most."""
    topic = _topic.first(topic=topic_id, community=community.pk)
    return _for(membership, community, topic)


@audited
def get_topic_page_for(membership: Membership | None, community: Community, topic_id: int) -> Topic:
    """Like get_topic_for, and with it what the page needs of the reader: `read_to`, `muted`, `draft`. Three queries at most."""
    topic = _topic.first(topic=topic_id, community=community.pk)
    found = _for(membership, community, topic)
    if membership is not None:
        found.read_to, found.muted, found.draft = _state_of(membership, topic_id)  # type: ignore[attr-defined]
    return found


#: In SQL because this is the most read page of all: composing the same by the ORM costs a whole millisecond.
_STATE = """
SELECT (SELECT number FROM conversations_readmark WHERE membership_id = %(member)s AND topic_id = %(topic)s),
       (SELECT muted FROM conversations_watch WHERE membership_id = %(member)s AND topic_id = %(topic)s),
       (SELECT fields FROM conversations_draft WHERE person_id = %(person)s AND key = %(key)s)
"""


def _state_of(membership: Membership, topic_id: int) -> tuple[int | None, bool | None, dict[str, str]]:
    """How far a member has read a topic, whether they muted it (None: never followed), and their draft. One query."""
    asked = {"member": membership.pk, "topic": topic_id, "person": membership.person_id, "key": f"topic:{topic_id}"}
    with connection.cursor() as cursor:
        cursor.execute(_STATE, asked)
        read_to, muted, draft = cursor.fetchone()
    fields = json.loads(draft) if isinstance(draft, str) else draft or {}
    return read_to, None if muted is None else bool(muted), fields


@audited
def get_post_for(membership: Membership | None, community: Community, post_id: int) -> Post:
    """A post in a topic that this reader may see. Raises Http404 when absent, deleted or withheld from them."""
    post = _post(membership, community, post_id)
    if post.deleted_at is not None:
        raise Http404
    return post


@audited
def get_own_post_for(membership: Membership, community: Community, post_id: int) -> Post:
    """One's own post, taken back or not. Raises Http404 for anybody else's."""
    post = _post(membership, community, post_id)
    if post.author_id != membership.pk:
        raise Http404
    return post


def _post(membership: Membership | None, community: Community, post_id: int) -> Post:
    post = Post.objects.select_related("topic__author", "author").filter(pk=post_id, topic__community=community).first()
    if post is None:
        apart_from(membership)
        raise Http404
    post.topic = _for(membership, community, post.topic)
    own = membership is not None and post.author_id == membership.pk
    steward = membership is not None and membership.is_steward
    if post.withheld_at is not None and not (steward or own):
        apart_from(membership)
        raise Http404
    if not (steward or own) and post.author.person_id in apart_from(membership):
        raise Http404
    return post


@audited
def get_picture_for(membership: Membership | None, community: Community, picture_id: int) -> Attachment:
    """A picture in a post that this reader may see. Raises Http404 otherwise."""
    picture = Attachment.objects.filter(pk=picture_id, post__isnull=False).first()
    if picture is None or picture.post_id is None:
        raise Http404
    get_post_for(membership, community, picture.post_id)
    return picture


def participations(person: Person) -> QuerySet[Participant]:
    """The private conversations of a person, over all communities, without those with somebody kept apart. Two queries."""
    mine = Participant.objects.filter(
        membership__person=person, membership__state=State.ACTIVE, left_at__isnull=True
    ).select_related("conversation__community", "conversation__started_by", "membership")
    apart = kept_apart(person.pk)
    if apart:
        with_them = Participant.objects.filter(membership__person__in=apart).values("conversation")
        mine = mine.exclude(conversation__in=with_them)
    return mine


@audited
def get_participant_for(person: Person, conversation_id: int) -> Participant:
    """One's own part in a private conversation. Nobody else gets in, stewards neither. Raises Http404. Two queries."""
    mine = participations(person).filter(conversation__pk=conversation_id).first()
    if mine is None:
        raise Http404
    mine.membership.person = person
    mine.membership.community = mine.conversation.community
    return mine


@audited
def get_shown_for(membership: Membership, shown_id: int) -> Shown:
    """The messages this member chose to show to stewards. Nobody else's. Raises Http404. One query."""
    found = Shown.objects.select_related("about__community").filter(pk=shown_id, shown_by=membership).first()
    if found is None:
        raise Http404
    return found


@audited
def get_conversation_for(membership: Membership, conversation_id: int) -> Conversation:
    """A private conversation that this member takes part in. Nobody else gets in, stewards neither. Raises Http404."""
    mine = Participant.objects.filter(membership=membership, conversation__pk=conversation_id)
    conversation = Conversation.objects.filter(pk=conversation_id, participants__in=mine).first()
    if conversation is None:
        raise Http404
    return conversation


def is_shown_anonymous(topic: Topic, author_id: int, viewer: Membership | None) -> bool:
    """Whether `author_id`'s persona is hidden from `viewer` in this topic: its anonymous author, except to themselves.

    Stewards on duty learn the name in the support desk, where looking is recorded, not here.
    """
    return topic.anonymous and topic.author_id == author_id and (viewer is None or viewer.pk != author_id)
