"""What happens to cases by the clock: reminders, and forgetting. Nothing here touches the person it is about."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from commonweal.kit import clock
from commonweal.trail.actions import record

from ..models.desk import (
    LONGEST_KEPT,
    RETENTION,
    Assessment,
    CaseNote,
    CaseReminder,
    Concern,
    EmergencyCall,
    PrivateReply,
    Raising,
)
from . import flow, verbs
from .queries import next_of


def remind_due(limit: int = 200) -> int:
    """Remind the stewards of the next step of every open case whose time has come, once for each step.

    Looks at open cases only. May run twice, and in two workers at once. Returns how many reminders there were.
    """
    now, reminded = clock.now(), 0
    open_ones = Concern.objects.filter(closed_at__isnull=True, opened_at__lte=now - min(flow.WITHIN.values()))
    open_ones = open_ones.select_related("assessment").prefetch_related("steps", "reminders").order_by("opened_at")
    for concern in open_ones[:limit]:
        kind, due = next_of(concern)
        known = {reminder.kind for reminder in concern.reminders.all()}
        if due <= now and kind not in known:
            reminded += _remind(concern, kind, now)
    return reminded


@transaction.atomic
def _remind(concern: Concern, kind: str, now: datetime) -> int:
    _row, new = CaseReminder.objects.get_or_create(concern=concern, kind=kind, defaults={"at": now})
    if new:
        data = {"step": str(kind)}
        record(verbs.DUE, subject=concern, actor=None, community=concern.community_id, data=data)
    return int(new)


@transaction.atomic
def erase_words(concern: Concern) -> bool:
    """Delete everything that was written or judged in a case. Who did what and when stays. False when it was done."""
    if not Concern.objects.filter(pk=concern.pk, erased_at__isnull=True).update(erased_at=clock.now()):
        return False
    for words in (CaseNote, PrivateReply, Assessment):
        words.objects.filter(concern=concern).delete()  # type: ignore[attr-defined]
    Raising.objects.filter(concern=concern).update(words="")
    EmergencyCall.objects.filter(concern=concern).update(volunteered="", alone_because="")
    record(verbs.ERASED, subject=concern, actor=None, community=concern.community_id)
    return True


def forget_due(limit: int = 500) -> int:
    """Delete what was written in cases closed ninety days ago, and in those left open for a year. May run twice."""
    now = clock.now()
    over = Q(closed_at__lte=now - RETENTION) | Q(closed_at__isnull=True, opened_at__lte=now - LONGEST_KEPT)
    return sum(erase_words(concern) for concern in Concern.objects.filter(over, erased_at__isnull=True)[:limit])
