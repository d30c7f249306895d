"""Asking for support, answering for one another, and saying whether it helped."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active, require_steward, require_supporter
from commonweal.communities.models import Membership
from commonweal.conversations.access import may_read
from commonweal.conversations.actions import start_topic
from commonweal.conversations.models import Audience, Post, Topic
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import confirm, record
from commonweal.trail.models import Helped

from . import verbs
from .escalation import raise_alarm
from .models import (
    ENOUGH_REPLIES,
    FIRST_TOPIC_PROMISE,
    SUPPORT_PROMISE,
    Acknowledgement,
    Duty,
    HelpKind,
    HumanReply,
    NameLook,
    Need,
    SupportRequest,
)
from .queries import is_on_duty


@transaction.atomic
def ask_for_support(
    *,
    membership: Membership,
    text: str,
    kinds: Iterable[str],
    title: str = "",
    anonymous: bool = False,
    audience: str = Audience.COMMUNITY,
    warning: str = "",
    submission: uuid.UUID | None = None,
) -> SupportRequest:
    """Open a support request: a topic, the kinds of help, the promise, and the people who are told at once.

    Two human replies are promised within four hours: exactly one reply lowers the chance of asking again, more raise
    it (Low 2021), and an answered newcomer comes back more often (Joyce & Kraut 2006). An empty title is made of the
    first words. Sending the same `submission` twice returns the first request. Raises Refused without a kind or text.
    """
    require_active(membership)
    wanted = [kind for kind in HelpKind.values if kind in set(kinds)]
    if not wanted:
        raise Refused(_("Choose at least one thing that would help."), field="kinds")
    topic = start_topic(
        membership=membership,
        title=title.strip() or first_words(text),
        text=text,
        kind=Topic.Kind.SUPPORT,
        anonymous=anonymous,
        audience=audience,
        warning=warning,
        submission=submission,
    )
    if earlier := SupportRequest.objects.filter(topic=topic).first():
        return earlier
    request = _promise(topic, SupportRequest.Sort.SUPPORT, SUPPORT_PROMISE)
    Need.objects.bulk_create(Need(request=request, kind=kind) for kind in wanted)
    record(verbs.ASKED, subject=request, actor=membership.pk, community=membership.community_id)
    raise_alarm(request)
    return request


def first_words(text: str) -> str:
    """A title from the first words of a text: at most 60 characters, cut at a word."""
    line = next((line.strip(" #>*_") for line in text.splitlines() if line.strip(" #>*_")), "")
    short = Truncator(line).chars(60)
    return short.rpartition(" ")[0] + "…" if short.endswith("…") and " " in short else short


def _promise(topic: Topic, sort: str, within: timedelta) -> SupportRequest:
    now = clock.now()
    return SupportRequest.objects.create(
        topic=topic, community=topic.community, sort=sort, asked_at=now, promise_due_at=now + within
    )


def watch_first_topic(topic: Topic, post: Post) -> SupportRequest | None:
    """Put the first topic of a new member in the queue, to be answered by two people within a day.

    61% of newcomers got a reply, and a reply raised their return from 44% to 56% (Joyce & Kraut 2006). Called inside
    the transaction of the topic's first post. Stewards are no newcomers.
    """
    author = post.author
    if topic.kind == Topic.Kind.SUPPORT or author.is_steward:
        return None
    if author.topics.exclude(pk=topic.pk).exists():
        return None
    return _promise(topic, SupportRequest.Sort.FIRST, FIRST_TOPIC_PROMISE)


@transaction.atomic(savepoint=False)
def count_reply(topic: Topic, post: Post) -> None:
    """Count an answer by another person; the second one keeps the promise. Called inside the reply's transaction.

    The topic's row lock is already held by the new post, so two replies at once are counted one after the other.
    """
    if post.author_id == topic.author_id:
        return
    request = SupportRequest.objects.filter(topic=topic, answered_at__isnull=True).first()
    if request is None:
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
    for other in _standing_answers(topic_id):
        if len(known) < ENOUGH_REPLIES and other.author_id not in known:
            known.add(other.author_id)
            HumanReply.objects.create(request=request, membership_id=other.author_id, post=other, at=other.posted_at)
    times = list(counted.order_by("at").values_list("at", flat=True))
    request.replies, request.first_reply_at = len(times), times[0] if times else None
    if request.replies < ENOUGH_REPLIES:
        request.answered_at = None
    request.save(update_fields=["replies", "first_reply_at", "answered_at"])


def _standing_answers(topic_id: int) -> list[Post]:
    """The first posts by others than the asker that everybody can see; as many as the promise could need. One query."""
    standing = Post.objects.filter(topic=topic_id, number__gt=1, deleted_at__isnull=True, withheld_at__isnull=True)
    return list(standing.exclude(author=F("topic__author")).order_by("number")[:50])


@transaction.atomic
def acknowledge(*, membership: Membership, request: SupportRequest) -> Acknowledgement:
    """Say "I am on it". Saying it twice is saying it once. Raises Refused for one's own or a closed request."""
    require_supporter(membership)
    if request.topic.author_id == membership.pk:
        raise Refused(_("This is your own request; somebody else will take it on."))
    if not request.is_waiting:
        raise Refused(_("This one has been answered already. Thank you for looking."))
    row, new = Acknowledgement.objects.get_or_create(
        request=request, membership=membership, defaults={"at": clock.now()}
    )
    if new:
        record(verbs.ACKNOWLEDGED, subject=request, actor=membership.pk, community=request.community_id)
    return row


@transaction.atomic
def say_whether_it_helped(*, membership: Membership, request: SupportRequest, helped: str) -> SupportRequest:
    """The asker says yes, a little or not this time; that closes the request, not the conversation.

    Raises Refused for anybody else, before anybody answered, and for another word.
    """
    require_active(membership)
    if request.topic.author_id != membership.pk:
        raise Refused(_("Only the person who asked can say whether it helped."))
    if helped not in Helped.values:
        raise Refused(_("Choose one of the three answers."))
    if request.replies == 0:
        raise Refused(_("Nobody has answered yet. You can say this when they have."))
    confirm(subject=request, membership=membership.pk, community=request.community_id, happened=True, helped=helped)
    if request.closed_at is None:
        request.closed_at = clock.now()
        request.save(update_fields=["closed_at"])
        record(verbs.CLOSED, subject=request, actor=membership.pk, community=request.community_id)
    record(
        verbs.SAID_WHETHER,
        subject=request,
        actor=membership.pk,
        community=request.community_id,
        data={"helped": helped},
    )
    return request


LONGEST_DUTY = timedelta(hours=12)


@transaction.atomic
def go_on_duty(*, membership: Membership, hours: int) -> Duty:
    """Be on duty from now for `hours` (1 to 12). A duty that runs already is lengthened or shortened to that."""
    require_supporter(membership)
    if not 1 <= hours <= LONGEST_DUTY.total_seconds() // 3600:
        raise Refused(_("Choose between one and twelve hours; nobody should be on duty for longer."), field="hours")
    now = clock.now()
    ends = now + timedelta(hours=hours)
    running = Duty.objects.filter(membership=membership, starts_at__lte=now, ends_at__gt=now).first()
    if running:
        running.ends_at = ends
        running.save(update_fields=["ends_at"])
        return running
    duty = Duty.objects.create(membership=membership, community_id=membership.community_id, starts_at=now, ends_at=ends)
    record(verbs.ON_DUTY, subject=duty, actor=membership.pk, community=membership.community_id)
    return duty


@transaction.atomic
def end_duty(*, membership: Membership) -> int:
    """Go off duty now. Returns how many running duties ended; none is no error."""
    now = clock.now()
    running = list(Duty.objects.filter(membership=membership, starts_at__lte=now, ends_at__gt=now))
    for duty in running:
        duty.ends_at = now
        duty.save(update_fields=["ends_at"])
        record(verbs.OFF_DUTY, subject=duty, actor=membership.pk, community=membership.community_id)
    return len(running)


@transaction.atomic
def look_at_name(*, membership: Membership, topic: Topic, reason: str) -> NameLook:
    """A steward on duty learns who wrote anonymously. The look is kept and told to the author.

    Raises Refused for anybody but a steward on duty, and without a reason.
    """
    require_steward(membership)
    if membership.community_id != topic.community_id or not may_read(topic, membership):
        raise Refused(_("This request is not in your community."))
    if not is_on_duty(membership):
        raise Refused(_("Only a steward on duty can do this. Go on duty first, on the queue."))
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why you need the name. The person will see your reason."), field="reason")
    limits.spend("look_at_name", membership.pk, limit=20, window=timedelta(days=1))
    look = NameLook.objects.create(topic=topic, steward=membership, reason=reason[:300], at=clock.now())
    record(verbs.NAME_LOOKED_AT, subject=look, actor=membership.pk, community=topic.community_id)
    return look
