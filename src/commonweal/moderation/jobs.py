from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from commonweal.kit import clock
from commonweal.kit.jobs import job
from commonweal.trail.actions import record

from . import verbs
from .models import LOOKED_AT_WITHIN, Case, Held, Note, Report

#: How long what was reported, and the reporters' words, are kept after the last decision.
KEPT = timedelta(days=90)


@job(lane="bulk", schedule="53 3 * * *")
def forget_old_words() -> None:
    """Nightly: blank excerpts and reporters' words of cases decided over ninety days ago with no appeal waiting."""
    ended = Case.objects.filter(decided_at__lt=clock.now() - KEPT).filter(
        Q(decision__appeal__isnull=True) | Q(decision__appeal__answer__at__lt=clock.now() - KEPT)
    )
    Report.objects.filter(case__in=ended).exclude(words="").update(words="")
    Note.objects.filter(case__in=ended).delete()
    Case.objects.filter(pk__in=ended.exclude(excerpt="").values("pk")).update(excerpt="")


@job(lane="normal", schedule="25 * * * *")
def remind_of_first_messages() -> None:
    """Hourly: what was promised to be read within a day and was not is said again, to stewards and author, once."""
    now = clock.now()
    late = Held.objects.filter(
        case__decided_at__isnull=True, case__opened_at__lt=now - LOOKED_AT_WITHIN, late_told_at__isnull=True
    )
    for held in late.select_related("case").order_by("pk")[:200]:
        with transaction.atomic():
            if Held.objects.filter(pk=held.pk, late_told_at__isnull=True).update(late_told_at=now):
                record(verbs.HELD_LATE, subject=held.case, actor=None, community=held.case.community_id)
