from __future__ import annotations

from datetime import timedelta

from commonweal.kit import clock
from commonweal.kit.jobs import job

from . import digests, mail
from .models import Mail, Notice

#: Read notices are kept this long, then deleted; unread ones stay until read.
KEPT = timedelta(days=90)


@job(lane="normal", schedule="* * * * *")
def send_waiting_mail() -> None:
    """Every minute, and whenever mail is written: send what waits, in batches."""
    if mail.deliver() >= mail.BATCH:
        send_waiting_mail.enqueue()


@job(lane="normal", schedule="0 * * * *")
def make_digests() -> None:
    """Hourly: write the digests of those for whom it is seven in the morning."""
    if digests.make_digests():
        send_waiting_mail.enqueue()


@job(lane="bulk", schedule="23 3 * * *")
def forget_read_notices() -> None:
    """Nightly: delete notices read over 90 days ago, and mail that ended as long ago."""
    long_ago = clock.now() - KEPT
    Notice.objects.filter(read_at__lt=long_ago).delete()
    Mail.objects.filter(made_at__lt=long_ago, claimed_at__isnull=False).delete()
