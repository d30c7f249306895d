"""Calling emergency services: a decision by people, by two stewards where possible. Nothing here calls anybody."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from ..desk import verbs
from ..models.desk import Concern, EmergencyCall
from .looking_after import checked, on_case


@transaction.atomic
def decide_to_call(
    *, steward: Membership, concern: Concern, volunteered: str, alone: bool = False, alone_because: str = ""
) -> EmergencyCall:
    """One steward decides that emergency services should be called; the others are asked at once to agree.

    `volunteered`: which information is used, all of it given by the person themself. `alone` with a reason is for when
    waiting for a second person would cost a life. Raises Refused without these words. Deciding twice is deciding once.
    """
    concern = on_case(steward, concern)
    if made := EmergencyCall.objects.filter(concern=concern).first():
        return made
    volunteered = checked(volunteered, "volunteered", _("Say what the person has told here that you would pass on."))
    if alone:
        needed = _("Say why you cannot wait for a second steward.")
        alone_because = checked(alone_because, "alone_because", needed)
    made = EmergencyCall.objects.create(
        concern=concern,
        decided_by=steward,
        decided_at=clock.now(),
        volunteered=volunteered,
        alone=alone,
        alone_because=alone_because if alone else "",
    )
    record(verbs.EMERGENCY_DECIDED, subject=concern, actor=steward.pk, community=concern.community_id)
    return made


@transaction.atomic
def agree_to_call(*, steward: Membership, concern: Concern) -> EmergencyCall:
    """A second steward agrees. Raises Refused for the one who decided, and when nobody decided."""
    call = _decided(on_case(steward, concern))
    if call.decided_by_id == steward.pk:
        raise Refused(_("You decided this yourself, so another steward has to agree."))
    if call.agreed_by_id is None:
        call.agreed_by, call.agreed_at = steward, clock.now()
        call.save(update_fields=["agreed_by", "agreed_at"])
        record(verbs.EMERGENCY_AGREED, subject=concern, actor=steward.pk, community=concern.community_id)
    return call


@transaction.atomic
def say_called(*, steward: Membership, concern: Concern) -> EmergencyCall:
    """Write down that the call was made. Raises Refused before a second steward agreed, or a reason to go alone."""
    call = _decided(on_case(steward, concern))
    if call.agreed_by_id is None and not call.alone:
        raise Refused(_("A second steward has to agree first."))
    if call.called_at is None:
        call.called_by, call.called_at = steward, clock.now()
        call.save(update_fields=["called_by", "called_at"])
        record(verbs.EMERGENCY_CALLED, subject=concern, actor=steward.pk, community=concern.community_id)
    return call


def _decided(concern: Concern) -> EmergencyCall:
    call = EmergencyCall.objects.select_for_update(of=("self",)).filter(concern=concern).first()
    if call is None:
        raise Refused(_("Nobody has decided to call."))
    return call
