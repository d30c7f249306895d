"""What keeps people safe in the exchange: lifts only after a first meeting, and nobody alone in somebody's home.

Basis: the safety rules, "Meeting offline": the first meeting in public with one's own transport; home visits need two
people or a vetted role (`communities.vetting`).
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.communities.queries import met_before
from commonweal.communities.vetting import is_vetted, may_be_alone
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.queries import are_apart
from commonweal.trail.actions import record

from . import verbs
from .access import locked_entry
from .models import Agreement, Companion, Entry, Handover


def may_lift(membership: Membership, entry: Entry) -> bool:
    """Whether these two may share a car, if a lift is what it is about. No query for anything else; three for a lift."""
    if entry.what != Entry.What.LIFT or membership.pk == entry.author_id:
        return True
    return entry.author_id in met_before(membership, [entry.author_id])


def require_met_for_a_lift(membership: Membership, entry: Entry) -> None:
    if not may_lift(membership, entry):
        raise Refused(
            _(
                "Lifts come after a first meeting, and as far as we know you two have not met yet. Meet first in a "
                "public place, each with your own way home."
            )
        )


def needs_two(membership: Membership, entry: Entry) -> bool:
    """Whether whoever answers must bring somebody: at a home, unless the one who helps there was vetted. One query."""
    if not entry.at_home:
        return False
    helper = membership if entry.is_ask else entry.author
    return not is_vetted(helper)


def may_come_along(membership: Membership, entry: Entry, companion: Membership) -> bool:
    """Whether this member may be the second person: a third, active here, kept apart from neither. Four queries."""
    if companion.pk in (membership.pk, entry.author_id) or not companion.is_active:
        return False
    if companion.community_id != entry.community_id or companion.person_id is None:
        return False
    for one in (membership, entry.author):
        if one.person_id and are_apart(one.person_id, companion.person_id):
            return False
    return may_be_alone(membership, companion)


def require_two_at_home(membership: Membership, entry: Entry, companion: Membership | None) -> None:
    if not needs_two(membership, entry):
        return
    if companion is None:
        raise Refused(_("It is at somebody’s home, so two people come. Say who comes with you."), field="companion")
    if not may_come_along(membership, entry, companion):
        raise Refused(_("We don't know a member of that name. Check the spelling."), field="companion")


def ask_companion(handover: Handover, companion: Membership | None) -> None:
    """Ask the second person, inside the action that answers. Naming the same again asks nobody twice."""
    standing = Companion.objects.filter(handover=handover).first()
    if companion is None or (standing is not None and standing.membership_id == companion.pk):
        return
    Companion.objects.update_or_create(
        handover=handover,
        defaults={"membership": companion, "asked_at": clock.now(), "answered_at": None, "agreed_at": None},
    )
    record(
        verbs.ASKED_ALONG,
        subject=handover,
        actor=handover.other_id,
        community=handover.entry.community_id,
        data={"member": companion.pk},
    )


@transaction.atomic
def answer_along(*, membership: Membership, companion: Companion, agrees: bool) -> Companion:
    """The second person agrees to come, or not. Raises Refused for anybody else, and for a no once all was agreed."""
    require_active(membership)
    locked_entry(companion.handover.entry)
    companion = Companion.objects.select_related("handover__entry").get(pk=companion.pk)
    if companion.membership_id != membership.pk:
        raise Refused(_("Nobody asked you to come along here."))
    if not agrees and Agreement.objects.filter(handover=companion.handover, ended_at__isnull=True).exists():
        raise Refused(_("They have agreed already and count on you. Write to them if you can't come."))
    if companion.answered_at is not None and bool(companion.agreed_at) == agrees:
        return companion
    companion.answered_at = clock.now()
    companion.agreed_at = companion.answered_at if agrees else None
    companion.save(update_fields=["answered_at", "agreed_at"])
    record(
        verbs.ANSWERED_ALONG,
        subject=companion.handover,
        actor=membership.pk,
        community=companion.handover.entry.community_id,
        data={"agrees": agrees},
    )
    return companion


def companion_of(handover: Handover, entry: Entry) -> list[Membership]:
    """Who comes along, for the conversation of those who agreed. Raises Refused while a home visit lacks its second person."""
    if not entry.at_home:
        return []
    found = Companion.objects.select_related("membership").filter(handover=handover, agreed_at__isnull=False).first()
    here = found is not None and may_come_along(handover.other, entry, found.membership)
    if not here and needs_two(handover.other, entry):
        raise Refused(_("It is at somebody’s home, so two people come. The second person has not agreed yet."))
    return [found.membership] if found is not None and here else []
