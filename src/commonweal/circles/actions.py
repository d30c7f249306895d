"""Introductions: proposing oneself or two others, answering, and saying whether it became a meeting."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.communities.vetting import may_be_alone
from commonweal.conversations.access import may_read
from commonweal.conversations.actions import open_conversation
from commonweal.conversations.models import Topic
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.actions import answer_consent
from commonweal.people.models import Consent
from commonweal.people.queries import are_apart
from commonweal.trail.actions import confirm, follow_up, link, record, type_of
from commonweal.trail.models import Confirmation, FollowUp, Helped

from . import verbs
from .fitting import pairs_to_keep_apart
from .jobs import look_for
from .models import Introduction, IntroductionAnswer, Meeting, Wishes
from .proposing import propose
from .queries import can_be_introduced
from .reading import room_for


@transaction.atomic
def suggest_somebody(*, membership: Membership) -> None:
    """Look for somebody this member could meet, as soon as the worker comes to it; pressing is agreeing.

    Looking takes arrays and a compiler, which web processes do without. Raises TooMany past three tries a day.
    """
    require_active(membership)
    limits.spend("suggest_somebody", membership.pk, limit=3, window=timedelta(days=1))
    if membership.person is not None:
        answer_consent(person=membership.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
    Wishes.objects.filter(membership=membership, buddy=False).update(buddy=True, since=clock.now())
    look_for.enqueue(membership_id=membership.pk)


@transaction.atomic
def introduce(*, membership: Membership, topic: Topic, one: Membership, other: Membership) -> Introduction:
    """Propose an introduction out of a conversation: oneself and somebody, or two others.

    Both must be people who agreed to introductions; neither learns who the other is before both said yes, and the
    anonymous author of the topic is only "the person who asked". Raises Refused when the pair cannot be proposed.
    """
    require_active(membership)
    if membership.community_id != topic.community_id or not may_read(topic, membership):
        raise Refused(_("This conversation is not open to you."))
    if one.pk == other.pk:
        raise Refused(_("Choose two different people."), field="other")
    limits.spend("introduce", membership.pk, limit=5, window=timedelta(days=1))
    others = [m for m in (one, other) if m.pk != membership.pk]
    if {m.pk for m in others} - {m.pk for m in can_be_introduced(topic, membership)}:
        raise Refused(_("One of them cannot be introduced just now. Perhaps later."), field="other")
    _room(membership, one, other)
    asker = next((m.pk for m in (one, other) if topic.anonymous and m.pk == topic.author_id), None)
    made = propose(
        community=membership.community,
        pair=(one.pk, other.pk),
        reasons=[{"kind": "topic", "value": topic.pk}],
        topic=topic,
        asker=asker,
        proposed_by=membership.pk,
    )
    if made is None:
        raise Refused(_("One of them cannot be introduced just now. Perhaps later."), field="other")
    if membership in (one, other):
        answer(membership=membership, introduction=made, yes=True)
    return made


def _room(membership: Membership, one: Membership, other: Membership) -> None:
    """The same refusal for a block, an age, a wish, a recent proposal and too many at once, so that none of them shows."""
    room = room_for([one.pk, other.pk], membership.community)
    if pairs_to_keep_apart([one, other], paired_lately=True) or min(room.values()) < 1:
        raise Refused(_("One of them cannot be introduced just now. Perhaps later."), field="other")


@transaction.atomic
def answer(*, membership: Membership, introduction: Introduction, yes: bool) -> Introduction:
    """Say yes or not this time. Two yeses open a private conversation; a no changes nothing the other side can see.

    Raises Refused for anybody else, and after it ran out. Answering twice is answering once.
    """
    require_active(membership)
    if membership.pk not in (introduction.first_id, introduction.second_id):
        raise Refused(_("This introduction is not for you."))
    locked = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if locked.opened_at is not None:
        return locked
    if locked.is_over(clock.now()):
        raise Refused(_("This introduction has run out. Another one will come."))
    said, new = IntroductionAnswer.objects.get_or_create(
        introduction=locked, membership=membership, defaults={"yes": yes, "at": clock.now()}
    )
    if not new:
        return locked
    record(verbs.ANSWERED, subject=locked, actor=membership.pk, community=locked.community_id)
    if said.yes and locked.answers.filter(yes=True).count() == 2:
        _open(locked)
    return locked


def _open(introduction: Introduction) -> None:
    """Open the conversation, and ask both at seven and thirty days whether they met.

    Meeting early helps and late harms (Ramirez & Zhang 2007), so the page suggests a first meeting within three weeks.
    """
    pair = [introduction.first, introduction.second]
    one, other = introduction.first.person_id, introduction.second.person_id
    if not one or not other or are_apart(one, other) or not all(m.is_active for m in pair):
        return
    if not may_be_alone(introduction.first, introduction.second):  # one of them said since that they are under 18
        return
    now = clock.now()
    conversation = open_conversation(
        community=introduction.community, members=pair, subject=_("An introduction"), started_by=introduction.first
    )
    introduction.opened_at, introduction.conversation = now, conversation
    introduction.save(update_fields=["opened_at", "conversation"])
    link(introduction, conversation, community=introduction.community_id)
    record(verbs.OPENED, subject=introduction, actor=None, community=introduction.community_id)
    for member in pair:
        record(verbs.INTRODUCED, subject=introduction, actor=member.pk, community=introduction.community_id)
        follow_up(subject=introduction, membership=member.pk, community=introduction.community_id, start=now)


@transaction.atomic
def say_whether_we_met(*, membership: Membership, introduction: Introduction, met: bool, helped: str = "") -> bool:
    """One side says whether they met and whether it helped. Returns whether both have now confirmed it.

    "Not yet" is asked again at thirty days. When both say yes, each of them has met somebody.
    """
    require_active(membership)
    if membership.pk not in (introduction.first_id, introduction.second_id) or introduction.opened_at is None:
        raise Refused(_("This introduction is not open."))
    if helped and helped not in Helped.values:
        raise Refused(_("Choose one of the three answers."))
    if not met and _asked_again_later(membership, introduction):
        return False
    confirm(
        subject=introduction,
        membership=membership.pk,
        community=introduction.community_id,
        happened=met,
        helped=helped if met else "",
    )
    both = Confirmation.objects.filter(
        subject_type=type_of(Introduction), subject_id=introduction.pk, happened=True
    ).count()
    if both < 2:
        return False
    _meeting, new = Meeting.objects.get_or_create(introduction=introduction, defaults={"at": clock.now()})
    if new:
        for member in (introduction.first_id, introduction.second_id):
            record(verbs.MET, subject=introduction, actor=member, community=introduction.community_id)
    return True


def _asked_again_later(membership: Membership, introduction: Introduction) -> bool:
    """Close the question that is due and leave the later one. False when none comes any more."""
    now = clock.now()
    mine = FollowUp.objects.filter(
        subject_type=type_of(Introduction),
        subject_id=introduction.pk,
        membership=membership.pk,
        closed_at__isnull=True,
    )
    mine.filter(due_at__lte=now).update(closed_at=now)
    return mine.filter(due_at__gt=now).exists()
