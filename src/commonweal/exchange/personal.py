"""What is a person's own in the exchange: to download, and to take away when they go."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.people.models import Person

from .access import locked_entry
from .actions import close_entry
from .handovers import fall_through
from .models import Afterwards, Closure, Companion, Entry, Handover, Thanks
from .queries import promised_by


def export(person: Person) -> dict[str, Any]:
    """What a person asked for, offered, answered, said thank you for and said in private afterwards. Four queries."""
    entries = Entry.objects.filter(author__person=person).values(
        "kind", "what", "title", "text", "area", "until", "made_at", "closed_at"
    )
    answers = Handover.objects.filter(other__person=person).values("entry__title", "words", "proposed_at")
    thanks = Thanks.objects.filter(author__person=person).values("handover__entry__title", "text", "at")
    felt = Afterwards.objects.filter(membership__person=person).values("at", "again", "felt_safe")
    return {
        "entries": list(entries),
        "answers": list(answers),
        "thanks": list(thanks),
        "after_handovers": list(felt),
    }


@transaction.atomic
def erase(person: Person) -> None:
    """Let what was agreed fall through, take entries off the board and answers back, and forget the words of both."""
    memberships = {m.pk: m for m in Membership.objects.filter(person=person)}
    for handover in promised_by(list(memberships)):
        mine = memberships.get(handover.other_id) or memberships[handover.entry.author_id]
        if mine.is_active:
            fall_through(membership=mine, handover=handover)
    for entry in Entry.objects.filter(author__in=memberships, closed_at__isnull=True):
        close_entry(locked_entry(entry), Closure.Reason.WITHDRAWN, memberships[entry.author_id])
    Entry.objects.filter(author__in=memberships).update(text="", html="", area="")
    answers = Handover.objects.filter(other__in=memberships)
    answers.filter(agreement__isnull=True, taken_back_at__isnull=True).update(taken_back_at=clock.now())
    answers.update(words="")
    Thanks.objects.filter(author__in=memberships).delete()
    Afterwards.objects.filter(membership__in=memberships).delete()
    Companion.objects.filter(membership__in=memberships, handover__completion__isnull=True).delete()
