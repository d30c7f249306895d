"""What is a person's own here: to download, and to let go."""

from __future__ import annotations

from typing import Any

from commonweal.people.models import Person

from .models import AfterCheck, Circumstances, Duty, Hold, NameLook, PhraseMatch, SupportRequest
from .personal_supporting import erase_supporting, export_supporting


def export(person: Person) -> dict[str, Any]:
    """Everything here that is the person's: their requests, their duties, and who looked at their hidden name."""
    requests = SupportRequest.objects.filter(topic__author__person=person).select_related("circumstances")
    requests = requests.prefetch_related("needs", "checks", "reopenings")
    return {
        "requests": [
            {
                "topic": request.topic_id,
                "asked_at": request.asked_at.isoformat(),
                "kinds": [need.kind for need in request.needs.all()],
                "language": request.language,
                "replies": request.replies,
                "answered_at": request.answered_at.isoformat() if request.answered_at else None,
                "urgency": request.circumstances.urgency if hasattr(request, "circumstances") else "",
                "country_of_help_lines": request.circumstances.country if hasattr(request, "circumstances") else "",
                "not_yet_at": [again.at.isoformat() for again in request.reopenings.all()],
                "how_it_was": [
                    {"day": check.day, "answer": check.answer} for check in request.checks.all() if check.answer
                ],
            }
            for request in requests
        ],
        "duties": [
            {"from": duty.starts_at.isoformat(), "to": duty.ends_at.isoformat()}
            for duty in Duty.objects.filter(membership__person=person)
        ],
        "looks_at_my_hidden_name": [
            {"topic": look.topic_id, "at": look.at.isoformat(), "reason": look.reason}
            for look in NameLook.objects.filter(topic__author__person=person)
        ],
        **export_supporting(person),
    }


def erase(person: Person) -> None:
    """Nobody is kept waiting for somebody who left: open requests close and running duties go."""
    from commonweal.kit import clock

    now = clock.now()
    SupportRequest.objects.filter(topic__author__person=person, closed_at__isnull=True).update(closed_at=now)
    Circumstances.objects.filter(request__topic__author__person=person).delete()
    AfterCheck.objects.filter(request__topic__author__person=person).delete()
    PhraseMatch.objects.filter(post__author__person=person).delete()
    Hold.objects.filter(post__author__person=person, decided_at__isnull=True).delete()
    Duty.objects.filter(membership__person=person).delete()
    erase_supporting(person)
