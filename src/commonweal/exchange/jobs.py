"""What the clock brings about: asks and offers whose time ran out."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from commonweal.kit import clock
from commonweal.kit.jobs import job

from .access import locked_entry
from .actions import close_entry, today_in
from .models import Agreement, Closure, Entry

BATCH = 500


@job(lane="bulk", schedule="11 * * * *")
def close_what_ran_out() -> None:
    """Close entries whose last day is over in their community's zone, unless two people agreed and it is still to happen."""
    latest = (clock.now() + timedelta(hours=14)).date()  # no zone is further ahead
    due = Entry.objects.filter(closed_at__isnull=True, until__lt=latest).order_by("until", "pk")
    for pk in due.values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            entry = locked_entry(Entry(pk=pk))
            agreed = Agreement.objects.filter(entry=entry, ended_at__isnull=True).exists()
            if entry.closed_at is None and entry.is_over(today_in(entry.community)) and not agreed:
                close_entry(entry, Closure.Reason.EXPIRED, None)
