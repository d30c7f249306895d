"""What belongs to a person as somebody who gives support: to download, and to let go."""

from __future__ import annotations

from typing import Any

from commonweal.kit import clock
from commonweal.people.models import Person

from .models import (
    AgreementAcceptance,
    Application,
    DebriefNote,
    Rest,
    SlotCover,
    SlotOffer,
    SlotSignUp,
    Supporter,
    TrainingDone,
)


def export_supporting(person: Person) -> dict[str, Any]:
    """Applications, training, agreements, dates, and the notes that only this person can read."""
    return {
        "applications_to_give_support": [
            {"at": row.at.isoformat(), "why": row.why, "languages": row.languages, "kinds": row.kinds}
            for row in Application.objects.filter(membership__person=person)
        ],
        "training": [
            {"item": row.item.text, "at": row.at.isoformat()}
            for row in TrainingDone.objects.filter(membership__person=person).select_related("item")
        ],
        "agreements": [
            {"version": row.version, "at": row.at.isoformat()}
            for row in AgreementAcceptance.objects.filter(membership__person=person)
        ],
        "giving_support": [
            {
                "languages": row.languages,
                "kinds": row.kinds,
                "told_of_gaps": row.steps_in,
                "renew_by": row.renew_by.isoformat() if row.renew_by else None,
            }
            for row in Supporter.objects.filter(membership__person=person)
        ],
        "breaks": [
            {"from": row.starts_at.isoformat(), "to": row.ends_at.isoformat()}
            for row in Rest.objects.filter(membership__person=person)
        ],
        "shifts_of_mine": [
            {"weekday": row.slot.weekday, "hour": row.slot.hour, "since": row.at.isoformat()}
            for row in SlotSignUp.objects.filter(membership__person=person).select_related("slot")
        ],
        "days_i_offered": [{"on": row.on.isoformat()} for row in SlotOffer.objects.filter(membership__person=person)],
        "days_i_stood_in": [{"on": row.on.isoformat()} for row in SlotCover.objects.filter(membership__person=person)],
        "notes_to_myself": [
            {"at": row.at.isoformat(), "text": row.text, "erased_at": row.erase_at.isoformat()}
            for row in DebriefNote.objects.filter(membership__person=person)
        ],
    }


def erase_supporting(person: Person) -> None:
    """Words and preparation go with the person; that somebody once applied and was answered goes with them too."""
    now = clock.now()
    Application.objects.filter(membership__person=person).update(why="-", closed_at=now)
    for model in (TrainingDone, AgreementAcceptance, Supporter, Rest, DebriefNote, SlotSignUp, SlotCover, SlotOffer):
        model.objects.filter(membership__person=person).delete()
