"""Answers are counted here, and somebody says that they are on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_supporter
from commonweal.communities.models import Membership
from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import verbs
from ..load import require_room
from ..models import CLAIM_LASTS, ENOUGH_REPLIES, Acknowledgement, HumanReply, SupportRequest


@transaction.atomic(savepoint=False)
def count_reply(topic: Topic, post: Post) -> None:
    """Count an answer by another person; the second one keeps the promise. Called inside the reply's transaction.

    The topic's row lock is already held by the new post, so two replies at once are counted one after the other.
    """
    if post.author_id == topic.author_id:
        return
    request = SupportRequest.objects.filter(topic=topic, answered_at__isnull=True).first()
    if request is None or post.posted_at < request.waits_since:
        return
    now = clock.now()
    _row, new = HumanReply.objects.get_or_create(
        request=request, membership_id=post.author_id, defaults={"post": post, "at": now}
    )
    if not new:
        return
    SupportRequest.objects.filter(pk=request.pk).update(replies=F("replies") + 1)
    request.refresh_from_db(fields=["replies"])
    if request.is_support:
        record(verbs.REPLIED, subject=request, actor=post.author_id, community=topic.community_id)
    if request.first_reply_at is None:
        request.first_reply_at = now
    if request.replies >= ENOUGH_REPLIES:
        request.answered_at = now
        verb = verbs.ANSWERED if request.is_support else verbs.FIRST_ANSWERED
        record(verb, subject=request, actor=topic.author_id, community=topic.community_id)
    request.save(update_fields=["first_reply_at", "answered_at"])


@transaction.atomic(savepoint=False)
def count_again(topic_id: int, post: Post) -> None:
    """Count anew who has answered, after an answer was taken back or put aside.

    Somebody who was promised two answers and has one left waits again. A request that its author closed stays closed.
    Called inside the transaction that hid the post, which holds the topic's row lock.
    """
    counted = HumanReply.objects.filter(request__topic=topic_id, request__closed_at__isnull=True)
    reply = counted.select_related("request").filter(membership=post.author_id).first()
    if reply is None:
        return
    request = reply.request
    reply.delete()
    known = set(counted.values_list("membership_id", flat=True))
    for other in _standing_answers(topic_id, since=request.waits_since):
        if len(known) < ENOUGH_REPLIES and other.author_id not in known:
            known.add(other.author_id)
            HumanReply.objects.create(request=request, membership_id=other.author_id, post=other, at=other.posted_at)
    times = list(counted.order_by("at").values_list("at", flat=True))
    request.replies, request.first_reply_at = len(times), times[0] if times else None
    if request.replies < ENOUGH_REPLIES:
        request.answered_at = None
    request.save(update_fields=["replies", "first_reply_at", "answered_at"])


def _standing_answers(topic_id: int, *, since: datetime) -> list[Post]:
    """The first posts by others than the asker that everybody can see; as many as the promise could need. One query."""
    standing = Post.objects.filter(topic=topic_id, number__gt=1, deleted_at__isnull=True, withheld_at__isnull=True)
    standing = standing.filter(posted_at__gte=since)
    return list(standing.exclude(author=F("topic__author")).order_by("number")[:50])


@transaction.atomic
def acknowledge(*, membership: Membership, request: SupportRequest) -> Acknowledgement:
    """Say "I am on it": for twenty minutes others see that you are writing, and may answer all the same.

    Saying it again begins the twenty minutes anew. Raises Refused for one's own or a closed request, and beyond the cap.
    """
    require_supporter(membership)
    if request.topic.author_id == membership.pk:
        raise Refused(_("This is your own request; somebody else will take it on."))
    if not request.is_waiting:
        raise Refused(_("This one has been answered already. Thank you for looking."))
    if not Acknowledgement.objects.filter(request=request, membership=membership).exists():
        require_room(membership)
    now = clock.now()
    row, new = Acknowledgement.objects.update_or_create(
        request=request,
        membership=membership,
        defaults={"claimed_until": now + CLAIM_LASTS},
        create_defaults={"at": now, "claimed_until": now + CLAIM_LASTS},
    )
    if new:
        record(verbs.ACKNOWLEDGED, subject=request, actor=membership.pk, community=request.community_id)
    return row
