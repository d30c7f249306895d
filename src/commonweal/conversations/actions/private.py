"""Private conversations by consent: nobody is written to before they said yes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Asking, Community, Membership
from commonweal.communities.vetting import may_all_be_alone, may_be_alone
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.people.queries import are_apart
from commonweal.trail.actions import record

from .. import verbs
from ..models import Conversation, Message, Participant, Topic
from .checks import checked_text
from .drafts import forget_draft

LONGEST_ASKING = 500
LONGEST_MESSAGE = 5_000


@transaction.atomic
def ask_to_talk(
    *,
    membership: Membership,
    other: Membership,
    text: str,
    topic: Topic | None = None,
    submission: uuid.UUID | None = None,
) -> Conversation:
    """Ask a fellow member to talk in private, with one short message. It opens when they say yes.

    Where somebody chose to be asked quietly, no notice is sent: the asking waits in their messages.

    While one asking stands, or was quietly declined, asking again returns the same one: nobody is pressed.
    Raises Refused towards oneself, strangers, people kept apart, and the author of a support request (they write
    first, if they wish), and TooMany past five a day.
    """
    require_active(membership)
    text = checked_text(text, most=LONGEST_ASKING)
    require_may_be_asked(membership, other, topic)
    standing = _between(membership, other)
    if standing is not None:
        return standing
    limits.spend("ask_to_talk", membership.pk, limit=5, window=timedelta(days=1))
    now = clock.now()
    conversation = Conversation.objects.create(
        community=membership.community,
        started_by=membership,
        started_at=now,
        last_message_at=now,
        last_number=1,
        subject=topic.title if topic else "",
    )
    Participant.objects.create(
        conversation=conversation, membership=membership, accepted=True, answered_at=now, read_number=1
    )
    Participant.objects.create(conversation=conversation, membership=other)
    _write(conversation, membership, text, 1, submission)
    record(verbs.ASKED_TO_TALK, subject=conversation, actor=membership.pk, community=membership.community_id)
    return conversation


def require_may_be_asked(membership: Membership, other: Membership, topic: Topic | None = None) -> None:
    """Raises Refused when one member may not ask another to talk. At most four queries.

    A block, somebody who is kept apart from adults or from people under 18, and somebody who does not want to be asked
    just now are refused in the same words, so that none of them shows.
    """
    gone = _("This person cannot be asked just now.")
    if other.pk == membership.pk or other.community_id != membership.community_id or not other.is_active:
        raise Refused(gone)
    if other.person_id is None or (membership.person_id and are_apart(membership.person_id, other.person_id)):
        raise Refused(gone)
    closed = other.asking == Asking.CLOSED and _between(membership, other) is None
    if not may_be_alone(membership, other) or closed:
        raise Refused(gone)
    asks_for_support = (
        topic is not None and topic.author_id == other.pk and (topic.anonymous or topic.kind == "support")
    )
    if not asks_for_support:
        since = clock.now() - timedelta(days=30)
        asks_for_support = Topic.objects.filter(
            author=other, kind=Topic.Kind.SUPPORT, anonymous=False, closed_at__isnull=True, started_at__gt=since
        ).exists()
    if asks_for_support:
        raise Refused(
            _("They have asked for support here. Answer in their request; they can write to you first if they wish.")
        )


def _between(one: Membership, other: Membership) -> Conversation | None:
    """The conversation of exactly these two that has not ended, opened or still waiting."""
    mine = Conversation.objects.filter(participants__membership=one, ended_at__isnull=True)
    both = mine.filter(participants__membership=other)
    for conversation in both.order_by("-id")[:20]:
        if conversation.participants.count() == 2:
            return conversation
    return None


@transaction.atomic
def open_conversation(
    *, community: Community, members: Sequence[Membership], subject: str, started_by: Membership
) -> Conversation:
    """Open a conversation at once between people who already agreed elsewhere (an introduction with two yeses).

    Raises Refused when two of them may not be alone: whoever brings people together asks `may_be_alone` before.
    """
    if not may_all_be_alone([member.pk for member in members]):
        raise Refused(_("This person cannot be asked just now."))
    now = clock.now()
    conversation = Conversation.objects.create(
        community=community,
        started_by=started_by,
        subject=subject[:140],
        started_at=now,
        last_message_at=now,
        opened_at=now,
    )
    Participant.objects.bulk_create(
        [Participant(conversation=conversation, membership=m, accepted=True, answered_at=now) for m in members]
    )
    _record_opening(conversation)
    return conversation


def _record_opening(conversation: Conversation) -> None:
    for member in conversation.participants.filter(left_at__isnull=True).order_by("pk"):
        record(verbs.OPENED, subject=conversation, actor=member.membership_id, community=conversation.community_id)


def may_talk(conversation: Conversation) -> bool:
    """Whether those in a conversation may still be alone together: somebody may since have said that they are under 18,
    or a vetting may have ended. For both sides it then reads like one that ended. One query.
    """
    here = Participant.objects.filter(conversation=conversation, left_at__isnull=True)
    return may_all_be_alone(here.values_list("membership", flat=True))


@transaction.atomic
def answer_request(*, participant: Participant, accept: bool) -> Conversation:
    """Say yes, or not now. Not now is silent: the other side is not told. A yes opens; a later yes still counts."""
    conversation = Conversation.objects.select_for_update().get(pk=participant.conversation_id)
    require_active(participant.membership)
    if conversation.ended_at is not None:
        raise Refused(_("This conversation has ended."))
    if participant.accepted:
        return conversation
    if accept and not may_talk(conversation):
        raise Refused(_("This conversation has ended."))
    participant.accepted, participant.answered_at = accept, clock.now()
    participant.save(update_fields=["accepted", "answered_at"])
    if not accept or conversation.participants.filter(accepted=False).exists():
        return conversation
    conversation.opened_at = clock.now()
    conversation.save(update_fields=["opened_at"])
    record(
        verbs.AGREED_TO_TALK, subject=conversation, actor=participant.membership_id, community=conversation.community_id
    )
    _record_opening(conversation)
    return conversation


def send_message(*, participant: Participant, text: str, submission: uuid.UUID | None = None) -> Message:
    """Write in an open conversation. Sending the same `submission` twice returns the first message.

    Raises Refused before everybody agreed and after it ended, and TooMany past 120 an hour.
    """
    author = participant.membership
    try:
        with transaction.atomic():
            return _send(participant, author, text, submission)
    except IntegrityError:
        sent = _sent(author, submission)
        if sent is None:
            raise
        return sent


def _sent(author: Membership, submission: uuid.UUID | None) -> Message | None:
    return Message.objects.filter(author=author, submission=submission).first() if submission else None


def _send(participant: Participant, author: Membership, text: str, submission: uuid.UUID | None) -> Message:
    require_active(author)
    text = checked_text(text, most=LONGEST_MESSAGE)
    if sent := _sent(author, submission):
        return sent
    limits.spend("message", author.pk, limit=120, window=timedelta(hours=1))
    open_now = Conversation.objects.filter(
        pk=participant.conversation_id, opened_at__isnull=False, ended_at__isnull=True
    )
    if (
        participant.left_at
        or not may_talk(participant.conversation)
        or not open_now.update(last_number=F("last_number") + 1, last_message_at=clock.now())
    ):
        raise Refused(_("This conversation is not open for messages now."))
    conversation = Conversation.objects.get(pk=participant.conversation_id)
    message = _write(conversation, author, text, conversation.last_number, submission)
    Participant.objects.filter(pk=participant.pk).update(read_number=message.number)
    forget_draft(person_id=author.person_id, key=f"conversation:{conversation.pk}")
    record(
        verbs.MESSAGED,
        subject=conversation,
        actor=author.pk,
        community=conversation.community_id,
        data={"message": message.pk},
    )
    _record_talked(conversation)
    return message


def _write(
    conversation: Conversation, author: Membership, text: str, number: int, submission: uuid.UUID | None
) -> Message:
    return Message.objects.create(
        conversation=conversation,
        author=author,
        number=number,
        text=text,
        html=markdown.render(text),
        submission=submission,
        sent_at=clock.now(),
    )


def _record_talked(conversation: Conversation) -> None:
    """Once two people have both written, they have talked: one step for each, once per conversation."""
    waiting = {p.membership_id: p for p in conversation.participants.filter(talked_at__isnull=True)}
    if not waiting:
        return
    wrote = set(Message.objects.filter(conversation=conversation).values_list("author_id", flat=True).distinct())
    if len(wrote) < 2:
        return
    for membership_id in sorted(wrote & waiting.keys()):
        claimed = Participant.objects.filter(pk=waiting[membership_id].pk, talked_at__isnull=True)
        if claimed.update(talked_at=clock.now()):
            record(verbs.TALKED, subject=conversation, actor=membership_id, community=conversation.community_id)


@transaction.atomic
def leave_conversation(*, participant: Participant) -> None:
    """Leave a private conversation. With one person left it ends; what was said stays readable to those who stay."""
    conversation = Conversation.objects.select_for_update().get(pk=participant.conversation_id)
    Participant.objects.filter(pk=participant.pk, left_at__isnull=True).update(left_at=clock.now())
    if conversation.participants.filter(left_at__isnull=True).count() < 2 and conversation.ended_at is None:
        conversation.ended_at = clock.now()
        conversation.save(update_fields=["ended_at"])
