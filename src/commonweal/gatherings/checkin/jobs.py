"""What the clock brings about: nudges, the one letter to the contact, and forgetting.

What was due while the worker was down is done when it is back, each thing once. Only one thing is never skipped: the
person is always asked first, and has ten minutes to answer before anybody outside hears of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from commonweal.kit import clock
from commonweal.kit.jobs import job
from commonweal.trail.actions import record

from .. import verbs
from ..models import CheckIn, Letter, TrustedContact
from . import letters
from .access import locked

BATCH = 200
#: The least time between the first nudge, whenever it could be given, and the letter to the contact.
TIME_TO_ANSWER = timedelta(minutes=10)
#: The least time between two nudges.
BETWEEN_NUDGES = timedelta(minutes=5)
KEPT, UNENDED_KEPT, CONTACT_KEPT = timedelta(days=7), timedelta(days=30), timedelta(days=90)


@job(lane="safety", schedule="* * * * *")
def look_after_check_ins() -> None:
    """Every minute: ask those who are overdue whether they are home, twice; then tell their contact, once."""
    overdue = CheckIn.objects.filter(ends_at__lte=clock.now(), end__isnull=True, person__is_active=True)
    # Those who were told already have nothing more to wait for.
    overdue = overdue.exclude(pk__in=Letter.objects.filter(kind=Letter.Kind.ALERT).values("check_in"))
    written = 0
    for pk in overdue.order_by("ends_at").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            written += look_after(locked(CheckIn(pk=pk)), clock.now())
    if written:
        send_letters.enqueue()


def look_after(check_in: CheckIn, now: datetime) -> int:
    """Do what is due for one check-in whose row is locked. Running it twice does nothing twice. Returns letters written."""
    if getattr(check_in, "end", None) is not None or now < check_in.ends_at:
        return 0
    mine = Letter.objects.filter(check_in=check_in)
    written = {letter.kind: letter for letter in mine.filter(turn=check_in.turn)}
    first = written.get(Letter.Kind.NUDGE)
    if first is None:
        return _write(check_in, Letter.Kind.NUDGE, verbs.NUDGED)
    done = 0
    halfway = check_in.ends_at + timedelta(minutes=check_in.grace) / 2
    if Letter.Kind.LAST_NUDGE not in written and now >= max(halfway, first.made_at + BETWEEN_NUDGES):
        done += _write(check_in, Letter.Kind.LAST_NUDGE, verbs.NUDGED)
    agreed = check_in.contact is not None and check_in.contact.agrees
    if agreed and Letter.Kind.ALERT not in written and now >= max(check_in.alert_at, first.made_at + TIME_TO_ANSWER):
        done += _write(check_in, Letter.Kind.ALERT, verbs.CONTACT_TOLD)
    return done


def _write(check_in: CheckIn, kind: Letter.Kind, verb: object) -> int:
    Letter.objects.create(check_in=check_in, kind=kind, turn=check_in.turn)
    record(verb, subject=check_in, actor=None, community=None)  # type: ignore[arg-type]
    return 1


@job(lane="safety", schedule="* * * * *")
def send_letters() -> None:
    """Every minute, and whenever one is written: send the letters that wait."""
    if letters.deliver() >= letters.BATCH:
        send_letters.enqueue()


@job(lane="bulk", schedule="41 3 * * *")
def forget_check_ins() -> None:
    """Nightly: delete check-ins a week after their end, and contacts ninety days after they were last needed.

    A contact who said no stays, without name and address: so that the same person cannot ask them again.
    """
    now = clock.now()
    CheckIn.objects.filter(Q(end__at__lt=now - KEPT) | Q(end__isnull=True, alert_at__lt=now - UNENDED_KEPT)).delete()
    idle = TrustedContact.objects.filter(last_needed_at__lt=now - CONTACT_KEPT).exclude(answer__agrees=False)
    idle.exclude(pk__in=CheckIn.objects.filter(end__isnull=True, contact__isnull=False).values("contact")).delete()
