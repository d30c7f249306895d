"""A break in one tap, the rest after a hard case, and words for oneself."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_supporter
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from ..models import DebriefNote, Rest
from .duties import end_duty

#: Days a break may be chosen for, the rest after a crisis case, and how long a note is kept. Ours, for review.
BREAKS = (1, 3, 7, 14, 30)
COOL_OFF = timedelta(hours=24)
NOTES_KEPT = (7, 30, 90)
LONGEST_NOTE = 5000


@transaction.atomic
def take_break(*, membership: Membership, days: int) -> Rest:
    """Go off duty and hear no alarm for some days. No reason is asked. A second one replaces the first."""
    require_supporter(membership)
    if days not in BREAKS:
        raise Refused(_("Choose how long from the list. You can come back at any time."), field="days")
    return _rest(membership, timedelta(days=days))


@transaction.atomic
def cool_off(*, membership: Membership) -> Rest:
    """A day without alarms after a crisis case, unless a longer break runs already. Ended like any break."""
    require_supporter(membership)
    running = Rest.objects.filter(membership=membership, ends_at__gt=clock.now() + COOL_OFF).first()
    return running or _rest(membership, COOL_OFF)


def _rest(membership: Membership, span: timedelta) -> Rest:
    now = clock.now()
    end_duty(membership=membership)
    row, _new = Rest.objects.update_or_create(membership=membership, defaults={"starts_at": now, "ends_at": now + span})
    return row


@transaction.atomic
def come_back(*, membership: Membership) -> None:
    """End one's break now. Without one it does nothing."""
    Rest.objects.filter(membership=membership).delete()


@transaction.atomic
def keep_note(*, membership: Membership, text: str, days: int = 30, submission: uuid.UUID | None = None) -> DebriefNote:
    """Write something down after a case, for one's own eyes. It is erased after `days`. Raises Refused without words."""
    require_supporter(membership)
    if not text.strip():
        raise Refused(_("Write something first; a sentence is enough."), field="text")
    if len(text) > LONGEST_NOTE:
        raise Refused(_("This is too long for one note. Keep it under 5000 letters."), field="text")
    if days not in NOTES_KEPT:
        raise Refused(_("Choose how long it is kept."), field="days")
    now = clock.now()
    words = {"text": text.strip(), "at": now, "erase_at": now + timedelta(days=days)}
    if submission is None:
        return DebriefNote.objects.create(membership=membership, **words)
    return DebriefNote.objects.get_or_create(membership=membership, submission=submission, defaults=words)[0]


@transaction.atomic
def erase_note(*, membership: Membership, note_id: int) -> int:
    """Erase one's own note at once. Returns how many; none is no error."""
    return DebriefNote.objects.filter(membership=membership, pk=note_id).delete()[0]
