"""Vetting: two stewards, one after the other, trust a member to be alone with people under 18."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record, type_of
from commonweal.trail.models import Step

from .. import verbs
from ..access import require_steward
from ..models import Membership, Vetting
from ..vetting import HOLDS_FOR, ran_out


@transaction.atomic
def begin_vetting(*, membership: Membership, member: Membership) -> Vetting:
    """Say, as the first steward, that one knows a member and trusts them alone with people under 18.

    Beginning twice is beginning once. Raises Refused for a non-steward, oneself, and people who are not members.
    """
    _may_look(membership, member)
    if begun := _begun(member):
        return begun
    limits.spend("begin_vetting", membership.pk, limit=50, window=timedelta(days=1))
    try:
        with transaction.atomic():
            made = Vetting.objects.create(member=member, first_by=membership, first_at=clock.now())
    except IntegrityError:  # another steward was faster; what they began stands
        return Vetting.objects.get(member=member, second_by__isnull=True, withdrawn_at__isnull=True)
    record(verbs.VETTING_BEGUN, subject=made, actor=membership.pk, community=membership.community_id)
    return made


@transaction.atomic
def agree_vetting(*, membership: Membership, member: Membership) -> Vetting:
    """Say the same as the second steward; from now it holds for a year. The member is told.

    Raises Refused for a non-steward, oneself, the steward who began it, and when nothing was begun.
    """
    _may_look(membership, member)
    begun = _begun(member)
    if begun is None:
        raise Refused(_("Nobody has begun this, or another steward was faster. Load the page again."))
    if begun.first_by_id == membership.pk:
        raise Refused(_("You looked first, so another steward has to look too."))
    now = clock.now()
    begun.second_by, begun.second_at, begun.until = membership, now, now + HOLDS_FOR
    begun.save(update_fields=["second_by", "second_at", "until"])
    record(verbs.VETTED, subject=begun, actor=membership.pk, community=membership.community_id)
    return begun


@transaction.atomic
def withdraw_vetting(*, membership: Membership, member: Membership) -> int:
    """End every vetting of a member, begun or standing, at once. One steward is enough. Returns how many ended.

    If one held, the member is told, and nobody else.
    """
    require_steward(membership)
    if member.community_id != membership.community_id:
        raise Refused(_("They are not a member of this community."))
    open_ones = Vetting.objects.select_for_update().filter(member=member, withdrawn_at__isnull=True)
    ended, now = list(open_ones), clock.now()
    for vetting in ended:
        vetting.withdrawn_by, vetting.withdrawn_at = membership, now
        vetting.save(update_fields=["withdrawn_by", "withdrawn_at"])
        record(verbs.VETTING_WITHDRAWN, subject=vetting, actor=membership.pk, community=membership.community_id)
    return len(ended)


def ran_out_untold() -> QuerySet[Vetting]:
    """What ran out and nobody was told of yet: those told must not stand before those still to tell, hour after hour."""
    told = Step.objects.filter(
        subject_type=type_of(Vetting), subject_id=OuterRef("pk"), verb=verbs.VETTING_RAN_OUT.name
    )
    return ran_out().exclude(Exists(told))


@transaction.atomic
def say_it_ran_out(vetting_id: int) -> bool:
    """Record that a vetting's year is over, once, so that the member is told. Returns whether it was said now."""
    over = ran_out().select_for_update(of=("self",)).filter(pk=vetting_id).first()
    if over is None:
        return False
    said = Step.objects.filter(subject_type=type_of(Vetting), subject_id=over.pk, verb=verbs.VETTING_RAN_OUT.name)
    if said.exists():
        return False
    record(verbs.VETTING_RAN_OUT, subject=over, actor=None, community=over.member.community_id)
    return True


def end_vettings(member: Membership) -> None:
    """Part of leaving or being removed: who comes back is looked at anew."""
    Vetting.objects.filter(member=member, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())


def _begun(member: Membership) -> Vetting | None:
    waiting = Vetting.objects.select_for_update().filter(member=member, withdrawn_at__isnull=True)
    return waiting.filter(second_by__isnull=True).first()


def _may_look(steward: Membership, member: Membership) -> None:
    require_steward(steward)
    if member.community_id != steward.community_id or not member.is_active or member.person_id is None:
        raise Refused(_("They are not a member of this community."))
    if member.pk == steward.pk:
        raise Refused(_("Nobody can vet themselves. Ask two other stewards."))
