"""Saying that one is worried about somebody."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.conversations.access import may_read
from commonweal.conversations.models import Post
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from ..desk import verbs
from ..desk.access import stewards_beside
from ..models.desk import Concern, Raising, Source

LONGEST_WORDS = 2_000


@transaction.atomic
def raise_concern(*, post: Post, membership: Membership | None = None, words: str = "") -> Concern:
    """Ask the stewards to look after the author of `post`. Joins the open case about that post when there is one.

    `membership` is who is worried: a member, a supporter, or the author themself ("it is urgent"). None means that a
    phrase in the text matched the list. Nothing happens to the author: stewards are told, and nobody else. Who raised
    it is shown to nobody, so it must never be put into a page; they are told when the case is closed. Where no steward
    may look after the author, those who give support are asked to answer instead.

    Raises Refused for somebody who may not read the post, and TooMany past twenty worries about others a day.
    """
    topic = post.topic
    source = Source.WORDS
    if membership is not None:
        require_active(membership)
        if membership.community_id != topic.community_id or not may_read(topic, membership):
            raise Refused(_("This message is not in your community."))
        source = Source.AUTHOR if membership.pk == post.author_id else Source.MEMBER
    words = words.strip().replace("\x00", "")
    if len(words) > LONGEST_WORDS:
        raise Refused(_("Please be shorter: %(most)s characters at most.") % {"most": LONGEST_WORDS}, field="words")
    now = clock.now()
    concern, opened = Concern.objects.get_or_create(
        post=post,
        closed_at=None,
        defaults={"community_id": topic.community_id, "about_id": post.author_id, "topic": topic, "opened_at": now},
    )
    if concern.raisings.filter(by=membership, source=source).exists():
        return concern
    if source == Source.MEMBER and membership is not None:
        limits.spend("concern", membership.pk, limit=20, window=timedelta(days=1))
    Raising.objects.create(concern=concern, source=source, by=membership, words=words, at=now)
    if opened and not stewards_beside(post.author).exists():
        record(verbs.UNATTENDED, subject=concern, actor=None, community=concern.community_id)
    record(verbs.RAISED if opened else verbs.ADDED, subject=concern, actor=None, community=concern.community_id)
    return concern
