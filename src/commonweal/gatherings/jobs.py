"""What the clock brings about: the last day before a gathering, and its end."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from commonweal.kit import clock
from commonweal.kit.jobs import job
from commonweal.trail.actions import follow_up, record

from . import seats, verbs
from .access import locked
from .models import OPENS_BEFORE, Answer, Ending, Gathering, Opening, Rsvp

BATCH = 200


@job(schedule="*/5 * * * *")
def open_the_last_day() -> None:
    """For each gathering that starts within 24 hours: release kept seats, and remind those who come, once."""
    now = clock.now()
    due = Gathering.objects.filter(
        starts_at__gt=now,
        starts_at__lte=now + OPENS_BEFORE,
        opening__isnull=True,
        cancellation__isnull=True,
        withheld_at__isnull=True,
    )
    for pk in due.order_by("starts_at").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            gathering = locked(Gathering(pk=pk))
            _opening, created = Opening.objects.get_or_create(gathering=gathering)
            if created:
                seats.fill(gathering)
                record(verbs.OPENED, subject=gathering, actor=None, community=gathering.community_id)


@job(schedule="*/5 * * * *")
def ask_how_it_was() -> None:
    """For each gathering that ended in the last month: ask everyone who said they come, once."""
    now = clock.now()
    due = Gathering.objects.filter(
        ends_at__lte=now,
        ends_at__gt=now - timedelta(days=30),
        ending__isnull=True,
        cancellation__isnull=True,
        withheld_at__isnull=True,
    )
    for pk in due.order_by("ends_at").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            gathering = locked(Gathering(pk=pk))
            _ending, created = Ending.objects.get_or_create(gathering=gathering)
            if not created:
                continue
            coming = Rsvp.objects.filter(gathering=gathering, answer=Answer.YES)
            for member in coming.values_list("membership_id", flat=True):
                follow_up(
                    subject=gathering,
                    membership=member,
                    community=gathering.community_id,
                    days=(0,),
                    start=gathering.ends_at,
                )
            record(verbs.ENDED, subject=gathering, actor=None, community=gathering.community_id)
