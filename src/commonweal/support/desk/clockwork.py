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
from .queries import due_of


def remind_due(limit: int = 200) -> int:
    """Remind the stewards of every open case in which a step's time has come, once for each step.

    Each step is reminded of though an earlier one is missing: the check after a day does not wait for a second steward.
    Several that are due at once, as after a pause of the worker, are one reminder. Looks at open cases only. May run
    twice, and in two workers at once. Returns how many reminders there were.
    """
    now, reminded = clock.now(), 0
    open_ones = Concern.objects.filter(closed_at__isnull=True, opened_at__lte=now - min(flow.WITHIN.values()))
    open_ones = open_ones.select_related("assessment").prefetch_related("steps", "reminders").order_by("opened_at")
    for concern in open_ones[:limit]:
        known = {reminder.kind for reminder in concern.reminders.all()}
        if fresh := [kind for kind in due_of(concern, now) if kind not in known]:
            reminded += _remind(concern, fresh, now)
    return reminded


@transaction.atomic
def _remind(concern: Concern, kinds: list[str], now: datetime) -> int:
    Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)  # two workers: the second finds the rows there
    known = set(CaseReminder.objects.filter(concern=concern).values_list("kind", flat=True))
    fresh = [kind for kind in kinds if kind not in known]
    CaseReminder.objects.bulk_create(CaseReminder(concern=concern, kind=kind, at=now) for kind in fresh)
    if fresh:
        data = {"step": str(fresh[0])}
        record(verbs.DUE, subject=concern, actor=None, community=concern.community_id, data=data)
    return int(bool(fresh))


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
