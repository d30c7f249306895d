"""Who may read which topic, post or private conversation. Hidden and absent look the same: 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from commonweal.communities.models import Community, Membership
from commonweal.kit.access import audited

from .models import Audience, Conversation, Participant, Post, Topic


def readable_topics(community: Community, membership: Membership | None) -> QuerySet[Topic]:
    """The topics of a community that this member (None: a guest of an open community) may see in a list.

    Topics by people kept apart by a block are left out. At most one extra query, for the blocks.
    """
    from commonweal.people.queries import kept_apart

    topics = Topic.objects.filter(community=community).select_related("author")
    if membership is not None and membership.is_steward:
        return topics
    own = Q(author=membership) if membership is not None else Q(pk__in=[])
    topics = topics.filter(Q(withheld_at__isnull=True) | own)
    if membership is None or not membership.is_supporter:
        topics = topics.filter(Q(audience=Audience.COMMUNITY) | own)
    if membership is not None and membership.person_id:
        apart = kept_apart(membership.person_id)
        if apart:
            topics = topics.exclude(author__person__in=apart)
    return topics


def may_read(topic: Topic, membership: Membership | None) -> bool:
    """Whether this member (None: guest) may read this topic, given that they may enter its community. No query."""
    if membership is not None and (membership.is_steward or topic.author_id == membership.pk):
        return True
    if topic.withheld_at is not None:
        return False
    if topic.audience == Audience.SUPPORTERS:
        return membership is not None and membership.is_supporter
    return True


@audited
def get_topic_for(membership: Membership | None, community: Community, topic_id: int) -> Topic:
    """A topic of a community that was entered. Raises Http404 when absent or not for this reader. Two queries at most."""
    from commonweal.people.queries import are_apart

    topic = Topic.objects.select_related("author").filter(pk=topic_id, community=community).first()
    if topic is None or not may_read(topic, membership):
        raise Http404
    if membership is not None and topic.author_id != membership.pk and not membership.is_steward:
        author = topic.author.person_id
        if membership.person_id and author and are_apart(membership.person_id, author):
            raise Http404
    topic.community = community
    return topic


@audited
def get_post_for(membership: Membership | None, community: Community, post_id: int) -> Post:
    """A post in a topic that this reader may see. Raises Http404 when absent, deleted or withheld from them."""
    post = Post.objects.select_related("topic", "author").filter(pk=post_id, topic__community=community).first()
    if post is None or post.deleted_at is not None:
        raise Http404
    post.topic = get_topic_for(membership, community, post.topic_id)
    steward_or_author = membership is not None and (membership.is_steward or post.author_id == membership.pk)
    if post.withheld_at is not None and not steward_or_author:
        raise Http404
    return post


@audited
def get_conversation_for(membership: Membership, conversation_id: int) -> Conversation:
    """A private conversation that this member takes part in. Nobody else gets in, stewards neither. Raises Http404."""
    mine = Participant.objects.filter(membership=membership, conversation=conversation_id)
    conversation = Conversation.objects.filter(pk=conversation_id, participants__in=mine).first()
    if conversation is None:
        raise Http404
    return conversation


def is_shown_anonymous(topic: Topic, author_id: int, viewer: Membership | None) -> bool:
    """Whether `author_id`'s persona is hidden from `viewer` in this topic: its anonymous author, except to themselves.

    Stewards on duty learn the name in the support desk, where looking is recorded, not here.
    """
    return topic.anonymous and topic.author_id == author_id and (viewer is None or viewer.pk != author_id)
