"""Starting, answering, following and closing topics."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import mentions, verbs
from ..access import may_read
from ..models import Audience, Post, Topic, Watch
from ..registries import ON_POST
from .checks import check_links, checked_text, checked_warning
from .drafts import forget_draft
from .pictures import Picture, attach

LONGEST_TITLE = 140


def start_topic(
    *,
    membership: Membership,
    title: str,
    text: str,
    kind: str = Topic.Kind.DISCUSSION,
    anonymous: bool = False,
    audience: str = Audience.COMMUNITY,
    warning: str = "",
    submission: uuid.UUID | None = None,
    pictures: Sequence[Picture] = (),
) -> Topic:
    """Open a conversation with its first post. Sending the same `submission` twice returns the first topic.

    Raises Refused for a non-member, an empty or over-long text, and TooMany past twenty topics a day.
    """
    try:
        with transaction.atomic():
            return _start(membership, title, text, kind, anonymous, audience, warning, submission, pictures)
    except IntegrityError:
        sent = _sent(membership, submission)
        if sent is None:
            raise
        return sent.topic


def _start(
    membership: Membership,
    title: str,
    text: str,
    kind: str,
    anonymous: bool,
    audience: str,
    warning: str,
    submission: uuid.UUID | None,
    pictures: Sequence[Picture],
) -> Topic:
    require_active(membership)
    title, text, warning = _checked_title(title), checked_text(text), checked_warning(warning)
    if sent := _sent(membership, submission):
        return sent.topic
    check_links(membership, text)
    limits.spend("start_topic", membership.pk, limit=20, window=timedelta(days=1))
    topic = Topic.objects.create(
        community=membership.community,
        author=membership,
        kind=kind,
        title=title,
        anonymous=anonymous,
        audience=audience,
        warning=warning,
        started_at=clock.now(),
    )
    _append(topic, membership, text, submission=submission, pictures=pictures)
    forget_draft(person_id=membership.person_id, key=f"new:{membership.community.slug}:{kind}")
    record(verbs.TOPIC_STARTED, subject=topic, actor=membership.pk, community=membership.community_id)
    return topic


def reply(
    *,
    membership: Membership,
    topic: Topic,
    text: str,
    quoted: Post | None = None,
    warning: str = "",
    submission: uuid.UUID | None = None,
    pictures: Sequence[Picture] = (),
) -> Post:
    """Add a post to a topic. Sending the same `submission` twice returns the first post.

    Raises Refused when the topic is closed or not the member's to read, and TooMany past sixty posts an hour.
    """
    try:
        with transaction.atomic():
            return _reply(membership, topic, text, quoted, warning, submission, pictures)
    except IntegrityError:
        sent = _sent(membership, submission)
        if sent is None:
            raise
        return sent


def _reply(
    membership: Membership,
    topic: Topic,
    text: str,
    quoted: Post | None,
    warning: str,
    submission: uuid.UUID | None,
    pictures: Sequence[Picture],
) -> Post:
    require_active(membership)
    text, warning = checked_text(text), checked_warning(warning)
    if sent := _sent(membership, submission):
        return sent
    if membership.community_id != topic.community_id or not may_read(topic, membership):
        raise Refused(_("This conversation is not open to you."))
    check_links(membership, text)
    limits.spend("reply", membership.pk, limit=60, window=timedelta(hours=1))
    if quoted is not None and (quoted.topic_id != topic.pk or quoted.deleted_at or quoted.withheld_at):
        quoted = None
    post = _append(topic, membership, text, quoted=quoted, warning=warning, submission=submission, pictures=pictures)
    forget_draft(person_id=membership.person_id, key=f"topic:{topic.pk}")
    record(verbs.POSTED, subject=topic, actor=membership.pk, community=topic.community_id, data={"post": post.pk})
    return post


def _sent(membership: Membership, submission: uuid.UUID | None) -> Post | None:
    if submission is None:
        return None
    found = list(Post.objects.filter(author=membership, submission=submission).values_list("pk", flat=True)[:1])
    return Post.objects.select_related("topic").get(pk=found[0]) if found else None


def _checked_title(title: str) -> str:
    title = " ".join(title.replace("\x00", "").split())
    if not title:
        raise Refused(_("Give it a title, so that others see what it is about."), field="title")
    if len(title) > LONGEST_TITLE:
        raise Refused(_("Keep the title under 140 characters; the rest can go in the message."), field="title")
    return title


def _append(topic: Topic, membership: Membership, text: str, *, pictures: Sequence[Picture], **fields: Any) -> Post:
    """The post with the topic's next number. The counter update takes the topic's row lock, so numbers never clash.

    Raises Refused when the topic was closed in the meantime: the same update checks it.
    """
    now = clock.now()
    moved = Topic.objects.filter(pk=topic.pk, closed_at__isnull=True).update(
        last_number=F("last_number") + 1, posts_count=F("posts_count") + 1, version=F("version") + 1, last_post_at=now
    )
    if not moved:
        raise Refused(_("This conversation is closed. You can start a new one and link to it."))
    counted = Topic.objects.filter(pk=topic.pk).values_list("last_number", "posts_count", "version").get()
    topic.last_number, topic.posts_count, topic.version = counted
    topic.last_post_at = now
    named = mentions.named_in(text, topic=topic, author=membership)
    post = Post.objects.create(
        topic=topic,
        author=membership,
        number=topic.last_number,
        text=text,
        html=markdown.render(text, named={member.display_name for member in named}),
        renderer=markdown.VERSION,
        posted_at=now,
        **fields,
    )
    if named:
        mentions.write(post, named)
    if pictures:
        attach(post=post, membership=membership, pictures=pictures)
    _follow(membership, topic)
    _read_to(membership, topic, topic.last_number)
    for notice in ON_POST:
        notice(topic, post)
    return post


#: In SQL, the same on both databases: they run with every reply and every page that moves the mark, and composing them
#: by the ORM costs several times what they do.
_FOLLOW = """
INSERT INTO conversations_watch (membership_id, topic_id, muted) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_MARK = """
INSERT INTO conversations_readmark (membership_id, topic_id, number, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (membership_id, topic_id) DO UPDATE SET number = excluded.number, at = excluded.at
"""


def _follow(membership: Membership, topic: Topic) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [membership.pk, topic.pk, False])


def _read_to(membership: Membership, topic: Topic, number: int) -> None:
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [membership.pk, topic.pk, number, now])


def mark_read(*, membership: Membership, topic: Topic, number: int, before: int) -> None:
    """Move the watermark up to `number`, never down. Writes nothing when it is already there (`before`)."""
    if number > before:
        _read_to(membership, topic, number)


def _watch(membership: Membership, topic: Topic, muted: bool) -> None:
    require_active(membership)
    Watch.objects.update_or_create(membership=membership, topic=topic, defaults={"muted": muted})


@transaction.atomic
def follow_topic(*, membership: Membership, topic: Topic) -> None:
    """Hear of new posts in a topic."""
    _watch(membership, topic, muted=False)


@transaction.atomic
def mute_topic(*, membership: Membership, topic: Topic) -> None:
    """Hear no more of new posts in a topic, even after answering in it."""
    _watch(membership, topic, muted=True)


def may_close(topic: Topic, membership: Membership | None) -> bool:
    """Whether this member may close or reopen a topic: who started it, and stewards."""
    return membership is not None and (membership.is_steward or topic.author_id == membership.pk)


def _set_closed(membership: Membership, topic: Topic, closed: bool) -> None:
    require_active(membership)
    if not may_close(topic, membership):
        raise Refused(_("Only the person who started this, or a steward, can do that."))
    closed_at = clock.now() if closed else None
    moved = Topic.objects.filter(pk=topic.pk, closed_at__isnull=closed).update(
        closed_at=closed_at, version=F("version") + 1
    )
    if moved:
        topic.closed_at = closed_at
        verb = verbs.CLOSED if closed else verbs.REOPENED
        record(verb, subject=topic, actor=membership.pk, community=topic.community_id)


@transaction.atomic
def close_topic(*, membership: Membership, topic: Topic) -> None:
    """End a conversation: it stays to be read, nothing can be added. Raises Refused for others than author and stewards."""
    _set_closed(membership, topic, True)


@transaction.atomic
def reopen_topic(*, membership: Membership, topic: Topic) -> None:
    """Open a closed conversation again. Raises Refused for others than its author and stewards."""
    _set_closed(membership, topic, False)
