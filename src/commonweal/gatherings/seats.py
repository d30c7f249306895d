"""Saying whether one comes: seats, seats kept for newcomers, and the waiting list in its order.

Everything that gives or frees a seat takes the gathering's row lock first, so two people never get the last one.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership, State
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import record

from . import verbs
from .access import locked
from .models import Answer, Cancellation, Gathering, Host, Invited, Promotion, Rsvp

#: Somebody is a newcomer in their first thirty days here.
NEWCOMER_FOR = timedelta(days=30)


def is_newcomer(membership: Membership) -> bool:
    return membership.joined_at > clock.now() - NEWCOMER_FOR


@transaction.atomic
def answer_gathering(*, membership: Membership, gathering: Gathering, answer: str, access_needs: str = "") -> Rsvp:
    """Say yes, maybe or no. A yes without a free seat waits in line; a seat given up goes to the next in line at once.

    Saying the same again only changes the note and keeps the place in line. Raises Refused once it has started or was
    cancelled, while a support gathering lacks its second host, and for a host who would leave without cancelling.
    """
    require_active(membership)
    if answer not in (Answer.YES, Answer.MAYBE, Answer.NO):
        raise Refused(_("Choose one of the answers."), field="answer")
    limits.spend("answer_gathering", membership.pk, limit=60, window=timedelta(hours=1))
    gathering = locked(gathering)
    _require_answerable(membership, gathering, answer)
    rsvp = Rsvp.objects.filter(gathering=gathering, membership=membership).first()
    before = rsvp.answer if rsvp else None
    rsvp = rsvp or Rsvp(gathering=gathering, membership=membership)
    rsvp.access_needs = access_needs.strip()[:300] if answer != Answer.NO else ""
    if not (before == answer or (before == Answer.WAITING and answer == Answer.YES)):
        rsvp.as_newcomer = is_newcomer(membership)
        rsvp.answer = Answer.WAITING if answer == Answer.YES else Answer(answer)
        rsvp.answered_at = clock.now()
    rsvp.save()
    fill(gathering, quiet=rsvp.pk)
    rsvp.refresh_from_db(fields=["answer"])
    if rsvp.answer != before:
        data = {"answer": rsvp.answer}
        record(verbs.ANSWERED, subject=gathering, actor=membership.pk, community=gathering.community_id, data=data)
        if rsvp.answer == Answer.YES:
            _notice_conflict(gathering, membership)
    return rsvp


def _require_answerable(membership: Membership, gathering: Gathering, answer: str) -> None:
    if Cancellation.objects.filter(gathering=gathering).exists():
        raise Refused(_("This gathering was cancelled."))
    if gathering.has_started:
        raise Refused(_("It has already started. You can say afterwards whether you were there."))
    if membership.community_id != gathering.community_id or gathering.withheld_at is not None:
        raise Refused(_("This gathering is not open to you."))
    if gathering.private and not Invited.objects.filter(gathering=gathering, membership=membership).exists():
        raise Refused(_("This gathering is not open to you."))
    hosts = Host.objects.filter(gathering=gathering, agreed_at__isnull=False)
    if answer != Answer.YES and hosts.filter(membership=membership).exists():
        raise Refused(_("You host this. If you can't come, cancel it, so that nobody stands there alone."))
    if answer == Answer.YES and gathering.for_support and hosts.count() < 2:
        raise Refused(_("This gathering still waits for its second host. You can say maybe, and hear when it opens."))


def has_room(gathering: Gathering, *, coming: int, newcomers: int, as_newcomer: bool) -> bool:
    """Whether one more may come. Until the last day, kept newcomer seats that are still free go to newcomers only."""
    if gathering.capacity is None:
        return True
    kept = 0
    if not as_newcomer and clock.now() < gathering.opens_at:
        kept = max(0, gathering.newcomer_seats - newcomers)
    return coming + kept < gathering.capacity


def fill(gathering: Gathering, *, quiet: int | None = None) -> list[Rsvp]:
    """Give free seats to those who wait, in order; somebody who fits no seat yet is passed over, not dropped.

    Call it with the row locked. `quiet` is the answer being given right now: that member needs no notice. Two queries
    and one update, plus two writes for each seat given.
    """
    answers = list(Rsvp.objects.filter(gathering=gathering, answer__in=(Answer.YES, Answer.WAITING)))
    coming = sum(rsvp.answer == Answer.YES for rsvp in answers)
    newcomers = sum(rsvp.answer == Answer.YES and rsvp.as_newcomer for rsvp in answers)
    waiting = sorted((r for r in answers if r.answer == Answer.WAITING), key=lambda r: (r.answered_at, r.pk))
    given = []
    for rsvp in waiting:
        if not has_room(gathering, coming=coming, newcomers=newcomers, as_newcomer=rsvp.as_newcomer):
            continue
        rsvp.answer = Answer.YES
        rsvp.save(update_fields=["answer"])
        coming += 1
        newcomers += rsvp.as_newcomer
        given.append(rsvp)
        if rsvp.pk != quiet:
            _promoted(gathering, rsvp)
    gathering.coming_count = coming
    gathering.save(update_fields=["coming_count"])
    return given


def _promoted(gathering: Gathering, rsvp: Rsvp) -> None:
    Promotion.objects.create(rsvp=rsvp)
    data = {"member": rsvp.membership_id}
    record(verbs.PROMOTED, subject=gathering, actor=None, community=gathering.community_id, data=data)
    member = Membership.objects.filter(pk=rsvp.membership_id).first()
    if member is not None:
        _notice_conflict(gathering, member)


def recount(gathering: Gathering) -> None:
    """Store how many come. Call it with the row locked."""
    gathering.coming_count = Rsvp.objects.filter(gathering=gathering, answer=Answer.YES).count()
    gathering.save(update_fields=["coming_count"])


def _notice_conflict(gathering: Gathering, member: Membership) -> None:
    """Tell the hosts, discreetly, when this member and somebody else who comes are kept apart by a block."""
    apart = kept_apart(member.person_id) if member.person_id else set()
    if not apart:
        return
    others = Rsvp.objects.filter(
        gathering=gathering, answer=Answer.YES, membership__person__in=apart, membership__state=State.ACTIVE
    )
    for other in others.values_list("membership_id", flat=True)[:5]:
        data = {"pair": sorted([member.pk, other])}
        record(verbs.CONFLICTED, subject=gathering, actor=None, community=gathering.community_id, data=data)
