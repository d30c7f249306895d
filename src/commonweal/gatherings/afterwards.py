"""After a gathering: both sides say whether it happened, what it was like, and whether everyone felt safe."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active, require_steward
from commonweal.communities.models import Membership
from commonweal.communities.registries import ON_REPORT
from commonweal.kit import clock, markdown
from commonweal.kit.errors import Refused
from commonweal.trail.actions import confirm, follow_up, record, type_of
from commonweal.trail.models import Confirmation

from . import verbs
from .access import hosts_it, is_cancelled, locked
from .models import Answer, Attendance, Gathering, Host, HostWord, Invited, Recap, Rsvp, SafetyWord, Tick

LONGEST_RECAP = 10_000


@transaction.atomic
def say_how_it_was(
    *, membership: Membership, gathering: Gathering, was_there: bool, helped: str = "", felt: str = "", words: str = ""
) -> Confirmation:
    """One member's side: whether they were there, whether it helped, and in private whether they felt safe.

    Saying it again replaces it. The gathering counts for them once a host has also said that it took place. A first
    yes asks once more after seven days. Raises Refused before the start and for somebody who did not say they come.
    """
    require_active(membership)
    gathering = locked(gathering)
    if not gathering.has_started or is_cancelled(gathering):
        raise Refused(_("You can answer this once it has taken place."))
    rsvp = Rsvp.objects.filter(gathering=gathering, membership=membership).exclude(answer=Answer.NO).first()
    if rsvp is None and not hosts_it(membership, gathering):
        raise Refused(_("Only people who said they might come are asked this."))
    said = confirm(
        subject=gathering,
        membership=membership.pk,
        community=gathering.community_id,
        happened=was_there,
        helped=helped if was_there else "",
    )
    record(verbs.SAID_HOW_IT_WAS, subject=gathering, actor=membership.pk, community=gathering.community_id)
    if felt in SafetyWord.Felt.values:
        _worry(membership, gathering, felt, words)
    if was_there:
        follow_up(
            subject=gathering,
            membership=membership.pk,
            community=gathering.community_id,
            days=(7,),
            start=gathering.ends_at,
        )
    settle(gathering)
    return said


def _worry(membership: Membership, gathering: Gathering, felt: str, words: str) -> None:
    """Keep the private word, once per member; a later answer adds to it and asks the stewards to look again."""
    SafetyWord.objects.update_or_create(
        gathering=gathering,
        membership=membership,
        defaults={"felt": felt, "words": words.strip()[:500], "at": clock.now(), "seen_at": None, "seen_by": None},
    )
    # Without an actor: the trail must not say who it was.
    _pause_the_other(membership, gathering)
    record(verbs.FELT_UNSAFE, subject=gathering, actor=None, community=gathering.community_id)


def _pause_the_other(membership: Membership, gathering: Gathering) -> None:
    """After a first meeting of two, a word about safety is about the other: nobody new is introduced to them until a
    human has looked. At a gathering of many it is about nobody in particular.
    """
    invited = Invited.objects.filter(gathering=gathering).exclude(membership=membership).select_related("membership")
    for other in invited[:2] if gathering.private else ():
        for told in ON_REPORT:
            told(other.membership, membership, "danger", "")


@transaction.atomic
def say_it_took_place(
    *, membership: Membership, gathering: Gathering, took_place: bool, present: Iterable[int] = ()
) -> HostWord:
    """A host's side: whether it took place, and whom they saw there (membership ids; others are ignored).

    Once said, it stays; more people can still be ticked. Raises Refused before the start or for somebody else.
    """
    gathering = locked(gathering)
    if not hosts_it(membership, gathering):
        raise Refused(_("Only the hosts can do this. They are named on its page."))
    if not gathering.has_started or is_cancelled(gathering):
        raise Refused(_("You can answer this once it has taken place."))
    word, created = HostWord.objects.get_or_create(
        gathering=gathering, defaults={"said_by": membership, "took_place": took_place}
    )
    if created:
        record(verbs.HOST_SAID, subject=gathering, actor=membership.pk, community=gathering.community_id)
        confirm(subject=gathering, membership=membership.pk, community=gathering.community_id, happened=took_place)
    if word.took_place:
        expected = Rsvp.objects.filter(gathering=gathering, membership__in=list(present)).exclude(answer=Answer.NO)
        seen = expected.values_list("membership_id", flat=True)
        Tick.objects.bulk_create([Tick(gathering=gathering, membership_id=pk) for pk in seen], ignore_conflicts=True)
    settle(gathering)
    return word


def settle(gathering: Gathering) -> list[Attendance]:
    """Count everyone for whom both sides agree, once. For a host the other side is a guest who was there too.

    Call it with the row locked. Five queries, plus two writes for each new attendance.
    """
    word = HostWord.objects.filter(gathering=gathering).first()
    if word is None or not word.took_place:
        return []
    said = Confirmation.objects.filter(subject_type=type_of(gathering), subject_id=gathering.pk, happened=True)
    there = set(said.values_list("membership", flat=True))
    agreed = Host.objects.filter(gathering=gathering, agreed_at__isnull=False)
    hosts = set(agreed.values_list("membership_id", flat=True))
    counted = set(Attendance.objects.filter(gathering=gathering).values_list("membership_id", flat=True))
    seen = set(Tick.objects.filter(gathering=gathering).values_list("membership_id", flat=True))
    due = there - counted
    if not there - hosts:
        due -= hosts
    made = []
    for member in sorted(due):
        made.append(Attendance.objects.create(gathering=gathering, membership_id=member))
        data = {"seen_by_host": member in seen}
        record(verbs.ATTENDED, subject=gathering, actor=member, community=gathering.community_id, data=data)
    return made


@transaction.atomic
def write_recap(*, membership: Membership, gathering: Gathering, text: str) -> Recap:
    """Tell everyone what happened, also those who could not come. Writing it again replaces the text, silently.

    Every gathering is asked for one: meeting strengthens those who come and weakens the ties of those who do not
    (Sessions 2010; Shen & Cage 2015). Raises Refused for an empty text and for somebody who does not host it.
    """
    gathering = locked(gathering)
    if not hosts_it(membership, gathering):
        raise Refused(_("Only the hosts can do this. They are named on its page."))
    if not gathering.has_started:
        raise Refused(_("You can tell what happened once it has taken place."))
    text = text.strip().replace("\x00", "")
    if not text:
        raise Refused(_("Write a sentence or two: what did those miss who could not come?"), field="text")
    if len(text) > LONGEST_RECAP:
        raise Refused(_("This is too long; the most is %(most)s characters.") % {"most": LONGEST_RECAP}, field="text")
    recap, created = Recap.objects.update_or_create(
        gathering=gathering,
        defaults={"text": text, "html": markdown.render(text)},
        create_defaults={"author": membership, "text": text, "html": markdown.render(text)},
    )
    if created:
        record(verbs.RECAPPED, subject=gathering, actor=membership.pk, community=gathering.community_id)
    return recap


@transaction.atomic
def see_worry(*, membership: Membership, word: SafetyWord) -> SafetyWord:
    """A steward says that they have looked and taken care of it. Raises Refused for others and for its host."""
    require_steward(membership)
    word = SafetyWord.objects.select_for_update(of=("self",)).select_related("gathering").get(pk=word.pk)
    if hosts_it(membership, word.gathering) or membership.community_id != word.gathering.community_id:
        raise Refused(_("Another steward has to look at this."))
    if word.seen_at is None:
        word.seen_at, word.seen_by = clock.now(), membership
        word.save(update_fields=["seen_at", "seen_by"])
        record(verbs.WORRY_SEEN, subject=word.gathering, actor=membership.pk, community=membership.community_id)
    return word
