"""Showing private messages to stewards: the reader chooses which, and only those are ever seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused

from ..models import Message, Participant, Shown

#: How many messages can be shown at once, and how much of their words a case can hold.
MOST_SHOWN, LONGEST_SHOWN = 20, 3_500


@transaction.atomic
def show_messages(*, participant: Participant, messages: Iterable[int]) -> Shown:
    """Copy chosen messages of the other side for a report. Nobody is told, and no step is recorded.

    They must be by one other person of this conversation. Raises Refused for none, too many, or too many words.
    """
    require_active(participant.membership)
    numbers = set(messages)
    chosen = Message.objects.filter(conversation=participant.conversation_id, number__in=numbers)
    found = list(chosen.exclude(author=participant.membership).order_by("number")[: MOST_SHOWN + 1])
    if not found:
        raise Refused(_("Choose at least one message that a steward should see."), field="messages")
    if len(found) > MOST_SHOWN:
        raise Refused(_("Choose at most %(n)d messages.") % {"n": MOST_SHOWN}, field="messages")
    if len({message.author_id for message in found}) > 1:
        raise Refused(_("Choose messages of one person at a time."), field="messages")
    limits.spend("show_messages", participant.membership_id, limit=20, window=timedelta(days=1))
    text = "\n\n".join(f"[{message.sent_at:%Y-%m-%d %H:%M} UTC] {message.text}" for message in found)
    if len(text) > LONGEST_SHOWN:
        raise Refused(_("These are too many words for one report. Choose fewer messages."), field="messages")
    return Shown.objects.create(
        conversation_id=participant.conversation_id,
        shown_by=participant.membership,
        about_id=found[0].author_id,
        text=text,
        at=clock.now(),
    )
