"""Being on duty."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_supporter
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import verbs
from ..models import Duty, Rest, Supporter

LONGEST_DUTY = timedelta(hours=12)


@transaction.atomic
def go_on_duty(*, membership: Membership, hours: int) -> Duty:
    """Be on duty from now for `hours` (1 to 12). A duty that runs already is lengthened or shortened to that.

    Going on duty ends a break. Raises Refused past the renewal date.
    """
    require_supporter(membership)
    if not 1 <= hours <= LONGEST_DUTY.total_seconds() // 3600:
        raise Refused(_("Choose between one and twelve hours; nobody should be on duty for longer."), field="hours")
    now = clock.now()
    if Supporter.objects.filter(membership=membership, renew_by__lte=now).exists():
        raise Refused(_("Your preparation has run out. Renew it on your page “Giving support”, then go on duty."))
    Rest.objects.filter(membership=membership).delete()
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
