"""The daily digest: at seven in the morning, in each person's own zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Min

from commonweal.kit import clock

from .mail import _zone
from .models import Mail, Notice

HOUR = time(7)


def make_digests() -> int:
    """Write the digest mail of everyone for whom seven o'clock has passed with something waiting. Returns how many.

    Covers what was told before seven and is still unread. Safe to run at any hour and twice: one digest per person
    and day, by constraint. Two queries for each person who gets one, one for all others together.
    """
    now = clock.now()
    waiting = (
        Notice.objects.filter(digest=True, mail__isnull=True, read_at__isnull=True)
        .values_list("person_id", "person__time_zone")
        .annotate(oldest=Min("at"))
    )
    made = 0
    for person_id, zone, oldest in list(waiting):
        seven = _last_seven(now, zone)
        if oldest < seven:
            made += _make_one(person_id, seven)
    return made


def _last_seven(now: datetime, zone: str) -> datetime:
    """The latest seven o'clock, in `zone`, that is not in the future."""
    local = now.astimezone(_zone(zone))
    seven = datetime.combine(local.date(), HOUR, tzinfo=local.tzinfo)
    return seven if seven <= local else datetime.combine(local.date() - timedelta(days=1), HOUR, tzinfo=local.tzinfo)


def _make_one(person_id: int, seven: datetime) -> bool:
    try:
        with transaction.atomic():
            mail = Mail.objects.create(person_id=person_id, day=seven.date())
            Notice.objects.filter(
                person=person_id, digest=True, mail__isnull=True, read_at__isnull=True, at__lt=seven
            ).update(mail=mail)
    except IntegrityError:  # today's digest is made already; what came too late for it waits for tomorrow's
        return False
    return True
