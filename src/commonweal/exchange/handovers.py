"""After two people agreed: it fell through, or both say that it happened and whether it helped, and thank each other."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.afterwards import keep_how_it_felt
from commonweal.communities.models import Membership
from commonweal.communities.registries import ON_REPORT
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import confirm, record, type_of
from commonweal.trail.models import Confirmation, FollowUp

from . import verbs
from .access import locked_entry
from .actions import close_entry
from .models import Afterwards, Agreement, Closure, Completion, Handover, Thanks


@transaction.atomic
def say_it_happened(*, membership: Membership, handover: Handover, happened: bool, helped: str = "") -> Confirmation:
    """One side's word. When both say it happened it counts for both, once, and the entry is closed as done.

    Before that a second answer replaces the first. Raises Refused without an agreement, and for anybody else.
    """
    entry = locked_entry(handover.entry)
    handover = Handover.objects.get(pk=handover.pk)
    _require_one_of_two(membership, handover, entry.author_id)
    if not Agreement.objects.filter(handover=handover, ended_at__isnull=True).exists():
        raise Refused(_("You can answer this once you two have agreed."))
    said = confirm(
        subject=handover,
        membership=membership.pk,
        community=entry.community_id,
        happened=happened,
        helped=helped if happened else "",
    )
    words = Confirmation.objects.filter(subject_type=type_of(handover), subject_id=handover.pk)
    data = {"both": words.count() == 2}
    record(verbs.CONFIRMED, subject=handover, actor=membership.pk, community=entry.community_id, data=data)
    if words.filter(happened=True).count() == 2:
        _done, created = Completion.objects.get_or_create(handover=handover)
        if created:
            for member in sorted((entry.author_id, handover.other_id)):
                record(verbs.HANDED_OVER, subject=handover, actor=member, community=entry.community_id)
            close_entry(entry, Closure.Reason.DONE, membership)
    return said


@transaction.atomic
def fall_through(*, membership: Membership, handover: Handover) -> Agreement:
    """Say that it will not happen after all. The entry is open again; nobody is asked for a reason.

    Raises Refused without an agreement, for anybody else, and once both said that it happened.
    """
    entry = locked_entry(handover.entry)
    handover = Handover.objects.get(pk=handover.pk)
    _require_one_of_two(membership, handover, entry.author_id)
    agreement = Agreement.objects.filter(handover=handover, ended_at__isnull=True).first()
    if agreement is None or Completion.objects.filter(handover=handover).exists():
        raise Refused(_("There is nothing to take back here."))
    agreement.ended_at, agreement.ended_by = clock.now(), membership
    agreement.save(update_fields=["ended_at", "ended_by"])
    about = {"subject_type": type_of(handover), "subject_id": handover.pk}
    FollowUp.objects.filter(**about, closed_at__isnull=True).update(closed_at=clock.now())
    Confirmation.objects.filter(**about).delete()
    record(verbs.FELL_THROUGH, subject=handover, actor=membership.pk, community=entry.community_id)
    return agreement


@transaction.atomic
def thank(*, membership: Membership, handover: Handover, text: str) -> Thanks:
    """One sentence to the other. Thanking again changes the sentence, silently.

    Raises Refused before both said that it happened, for an empty sentence, and for anybody else.
    """
    _require_one_of_two(membership, handover, handover.entry.author_id)
    if not Completion.objects.filter(handover=handover).exists():
        raise Refused(_("Say thank you once you both said that it happened."))
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise Refused(_("One sentence is enough."), field="text")
    if len(text) > 280:
        raise Refused(_("One sentence, please: 280 characters at most."), field="text")
    thanks, created = Thanks.objects.update_or_create(handover=handover, author=membership, defaults={"text": text})
    if created:
        record(verbs.THANKED, subject=handover, actor=membership.pk, community=membership.community_id)
    return thanks


@transaction.atomic
def say_how_it_felt(
    *, membership: Membership, handover: Handover, again: str, felt_safe: bool, words: str = ""
) -> Afterwards:
    """After a handover at which two people met, in private: would you again, felt safe? Nothing of it reaches the other.

    A no keeps the pair from being introduced. "Not safe" pauses new introductions of the other until a steward has
    looked. A second answer replaces the first, but a word about safety stays. Raises Refused for anybody else, and
    before they said that it happened.
    """
    entry = locked_entry(handover.entry)
    _require_one_of_two(membership, handover, entry.author_id)
    about = {"subject_type": type_of(handover), "subject_id": handover.pk}
    if not Confirmation.objects.filter(**about, membership=membership.pk, happened=True).exists():
        raise Refused(_("You can answer this once you have said that it happened."))
    said = keep_how_it_felt(Afterwards, membership=membership, again=again, felt_safe=felt_safe, handover=handover)
    if not felt_safe:
        other = handover.other if handover.other_id != membership.pk else entry.author
        for told in ON_REPORT:
            told(other, membership, "danger", words)
    return said


def _require_one_of_two(membership: Membership, handover: Handover, author_id: int) -> None:
    require_active(membership)
    if membership.pk not in (handover.other_id, author_id):
        raise Refused(_("Only the two people concerned can do this."))
