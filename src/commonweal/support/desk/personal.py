"""What of the desk is a person's own: docs/decisions/0006-a-case-in-ones-own-data.md says why just this."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from commonweal.kit import clock
from commonweal.people.models import Person

from ..models.desk import CaseNote, Concern, PrivateReply, Raising
from .clockwork import erase_words


def export(person: Person) -> dict[str, Any]:
    """That stewards looked after one, once a person told them so or it is over; what one wrote; never notes or names."""
    known = Q(closed_at__isnull=False) | Q(reply__isnull=False)
    about = Concern.objects.filter(known, about__person=person).order_by("pk")
    return {
        "stewards_looked_after_me": [
            {"topic": one.topic_id, "from": one.opened_at, "closed": one.closed_at, "words_deleted_by": one.erase_at}
            for one in about
        ],
        "letters_from_stewards": list(
            PrivateReply.objects.filter(concern__about__person=person).values("at", "text", "concern__topic")
        ),
        "worries_i_raised": list(
            Raising.objects.filter(by__person=person).values("at", "words", "concern__topic", "concern__closed_at")
        ),
    }


def erase(person: Person) -> None:
    """Close the cases about somebody who left and delete what was written; blank what they wrote themselves."""
    Concern.objects.filter(about__person=person, closed_at__isnull=True).update(closed_at=clock.now())
    for concern in Concern.objects.filter(about__person=person, erased_at__isnull=True):
        erase_words(concern)
    Raising.objects.filter(by__person=person).update(words="")
    CaseNote.objects.filter(by__person=person, concern__closed_at__isnull=False).delete()
