"""How long what somebody writes in private is kept. Everybody decides over their own words, and over nobody else's."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.kit import clock
from commonweal.kit.errors import Refused

from ..models import Message, Participant

#: After how many days one's own messages can be deleted for both.
KEEP_FOR = (30, 7)


@transaction.atomic
def choose_how_long(*, participant: Participant, days: int | None) -> Participant:
    """Have what one wrote here, and will write, deleted for everybody after so many days; None keeps it from now on.

    A job deletes within the hour, for good. Messages that were shown to stewards stay in their case.
    """
    if days is not None and days not in KEEP_FOR:
        raise Refused(_("Choose one of the three."))
    Participant.objects.filter(pk=participant.pk).update(keep_days=days)
    participant.keep_days = days
    return participant


def delete_what_ran_out(most: int = 1000) -> int:
    """Delete messages older than their author wants them kept. Returns how many. One query and one deletion a choice."""
    gone = 0
    for days in KEEP_FOR:
        old = Message.objects.filter(
            conversation__participants__membership=F("author"),
            conversation__participants__keep_days=days,
            sent_at__lt=clock.now() - timedelta(days=days),
        )
        gone += Message.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]
    return gone
