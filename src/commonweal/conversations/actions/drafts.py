"""What was typed but not sent, kept on the server until it is."""

from __future__ import annotations

from django.db import transaction

from commonweal.kit import clock

from ..models import Draft

LONGEST_KEY = 80
LONGEST_FIELD = 25_000
MOST_DRAFTS = 100


@transaction.atomic
def save_draft(*, person_id: int, key: str, fields: dict[str, str]) -> None:
    """Keep what a person has typed in one place (`key`: "topic:12", "new:riverside:support"). Nothing typed: no draft.

    Fields that are not named keep what they had. At most a hundred places a person; the oldest make room.
    """
    key = key[:LONGEST_KEY]
    kept = Draft.objects.filter(person=person_id, key=key).first()
    merged = {
        **(kept.fields if kept else {}),
        **{n[:40]: v.replace("\x00", "")[:LONGEST_FIELD] for n, v in fields.items()},
    }
    if not any(value.strip() for value in merged.values()):
        Draft.objects.filter(person=person_id, key=key).delete()
        return
    Draft.objects.update_or_create(person_id=person_id, key=key, defaults={"fields": merged, "saved_at": clock.now()})
    if kept is None:
        oldest = Draft.objects.filter(person=person_id).order_by("-saved_at").values_list("pk", flat=True)
        Draft.objects.filter(pk__in=list(oldest[MOST_DRAFTS : MOST_DRAFTS + 20])).delete()


def draft_for(*, person_id: int | None, key: str) -> dict[str, str]:
    """What a person typed in this place, or {}. One query."""
    if person_id is None:
        return {}
    return Draft.objects.filter(person=person_id, key=key).values_list("fields", flat=True).first() or {}


def forget_draft(*, person_id: int | None, key: str) -> None:
    """Drop the draft of what was now sent."""
    if person_id is not None:
        Draft.objects.filter(person=person_id, key=key).delete()
