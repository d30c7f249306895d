"""Starting, answering and changing what is said in topics."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from . import mentions, verbs
from .access import may_read
from .models import Audience, Draft, Post, ReadMark, Topic, Watch
from .registries import ON_POST

LONGEST_POST = 20_000


@transaction.atomic
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
) -> Topic:
    """Open a conversation with its first post. Sending the same `submission` twice returns the first topic.

    Raises Refused for a non-member, an empty or over-long text, and TooMany past twenty topics a day.
    """
    require_active(membership)
    title, text = title.strip(), _checked(text)
    if not title:
        raise Refused(_("Give it a title, so that others see what it is about."), field="title")
    if submission and (sent := Post.objects.filter(author=membership, submission=submission).first()):
        return sent.topic
    limits.spend("start_topic", membership.pk, limit=20, window=timedelta(days=1))
    topic = Topic.objects.create(
        community=membership.community,
        author=membership,
        kind=kind,
        title=title,
        anonymous=anonymous,
        audience=audience,
        warning=warning.strip(),
    )
    _append(topic, membership, text, submission=submission)
    Draft.objects.filter(person=membership.person_id, key=f"new:{membership.community.slug}:{kind}").delete()
    record(verbs.TOPIC_STARTED, subject=topic, actor=membership.pk, community=membership.community_id)
    return topic


@transaction.atomic
def reply(
    *,
    membership: Membership,
    topic: Topic,
    text: str,
    quoted: Post | None = None,
    warning: str = "",
    submission: uuid.UUID | None = None,
) -> Post:
    """Add a post to a topic. Sending the same `submission` twice returns the first post.

    Raises Refused when the topic is closed or not the member's to read, and TooMany past sixty posts an hour.
    """
    require_active(membership)
    text = _checked(text)
    if submission and (sent := Post.objects.filter(author=membership, submission=submission).first()):
        return sent
    if membership.community_id != topic.community_id or not may_read(topic, membership):
        raise Refused(_("This conversation is not open to you."))
    if topic.closed_at is not None:
        raise Refused(_("This conversation is closed. You can start a new one and link to it."))
    limits.spend("reply", membership.pk, limit=60, window=timedelta(hours=1))
    post = _append(topic, membership, text, quoted=quoted, warning=warning.strip(), submission=submission)
    Draft.objects.filter(person=membership.person_id, key=f"topic:{topic.pk}").delete()
    record(verbs.POSTED, subject=topic, actor=membership.pk, community=topic.community_id, data={"post": post.pk})
    return post


def _checked(text: str) -> str:
    text = text.strip().replace("\x00", "")
    if not text:
        raise Refused(_("Write something first; a sentence is enough."), field="text")
    if len(text) > LONGEST_POST:
        raise Refused(
            _("This is %(length)s characters long; the most is %(most)s. Please split it in two.")
            % {"length": len(text), "most": LONGEST_POST},
            field="text",
        )
    return text


def _append(topic: Topic, membership: Membership, text: str, **fields: object) -> Post:
    """The post with the topic's next number. The counter update takes the topic's row lock, so numbers never clash."""
    now = clock.now()
    Topic.objects.filter(pk=topic.pk).update(
        last_number=F("last_number") + 1, posts_count=F("posts_count") + 1, last_post_at=now
    )
    topic.refresh_from_db(fields=["last_number", "posts_count", "last_post_at"])
    named = mentions.named_in(text, topic=topic, author=membership)
    post = Post.objects.create(
        topic=topic,
        author=membership,
        number=topic.last_number,
        text=text,
        html=markdown.render(text),
        renderer=markdown.VERSION,
        posted_at=now,
        **fields,
    )
    mentions.write(post, named)
    Watch.objects.get_or_create(membership=membership, topic=topic)
    ReadMark.objects.update_or_create(
        membership=membership, topic=topic, defaults={"number": topic.last_number, "at": now}
    )
    for notice in ON_POST:
        notice(topic, post)
    return post


