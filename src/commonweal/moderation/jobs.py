from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from commonweal.kit import clock
from commonweal.kit.jobs import job

from .models import Case, Report

#: How long what was reported, and the reporters' words, are kept after the last decision.
KEPT = timedelta(days=90)


@job(lane="bulk", schedule="53 3 * * *")
def forget_old_words() -> None:
    """Nightly: blank excerpts and reporters' words of cases decided over ninety days ago with no appeal waiting."""
    ended = Case.objects.filter(decided_at__lt=clock.now() - KEPT).filter(
        Q(decision__appeal__isnull=True) | Q(decision__appeal__answer__at__lt=clock.now() - KEPT)
    )
    Report.objects.filter(case__in=ended).exclude(words="").update(words="")
    Case.objects.filter(pk__in=ended.exclude(excerpt="").values("pk")).update(excerpt="")
