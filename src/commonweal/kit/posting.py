"""Mail that goes out at most once: the columns of a table of letters, and the one way to hand them to the mail server.

A mail server takes no part in our transaction. So a letter is claimed, and the claim committed, before it is handed over;
after that it is never handed over again unless the server clearly said no. See docs/decisions/0002-mail-at-most-once.md.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction

from . import clock

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 6
#: A claim older than this belongs to a sender that died: the mail server answers within EMAIL_TIMEOUT (20 seconds).
STALE_CLAIM = timedelta(minutes=5)


class Outgoing(models.Model):
    """The life of one letter: waiting → claimed → sent, failed (the mail server said no) or uncertain.

    Uncertain: nobody knows whether it went out; it is never sent again.
    """

    objects: ClassVar[models.Manager[Any]]

    made_at = models.DateTimeField(default=clock.now)
    not_before = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    uncertain_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


Letter = TypeVar("Letter", bound=Outgoing)


def send_waiting(
    letters: models.QuerySet[Letter], compose: Callable[[Letter], EmailMultiAlternatives | None], limit: int
) -> int:
    """Send those of `letters` that wait and are due. Returns how many were claimed.

    `compose` gives the message as it is right now, or None when nothing is left to tell: then the letter goes. An
    unreachable mail server raises before anything is claimed.
    """
    find_uncertain(letters.model)
    due = letters.filter(claimed_at__isnull=True, not_before__lte=clock.now())
    waiting = list(due.order_by("not_before", "pk")[:limit])
    if not waiting:
        return 0
    claimed = 0
    with get_connection() as connection:
        for letter in waiting:
            message = compose(letter)
            if message is None:
                type(letter).objects.filter(pk=letter.pk, claimed_at__isnull=True).delete()
            elif claim(letter):
                claimed += 1
                if not _hand_over(letter, message, connection):
                    break
    return claimed


def find_uncertain(table: type[Outgoing]) -> int:
    """Mark what a killed sender had claimed as uncertain: it may or may not have gone out, and is never sent again."""
    stale = table.objects.filter(
        claimed_at__lt=clock.now() - STALE_CLAIM, sent_at=None, failed_at=None, uncertain_at=None
    )
    return stale.update(uncertain_at=clock.now(), problem="interrupted while sending")


def claim(letter: Outgoing) -> bool:
    """Take a letter for sending; committed before the mail server hears of it. False when another sender was faster."""
    with transaction.atomic(durable=True):
        free = type(letter).objects.filter(pk=letter.pk, claimed_at__isnull=True)
        return bool(free.update(claimed_at=clock.now()))


def _hand_over(letter: Outgoing, message: EmailMultiAlternatives, connection: BaseEmailBackend) -> bool:
    """Hand over a claimed letter and write down what came of it. False when the connection is of no use any more."""
    now = clock.now()
    this = type(letter).objects.filter(pk=letter.pk)
    try:
        connection.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:  # a clear no: nothing went out
        if _code(error) < 500 and letter.attempts < MOST_ATTEMPTS:
            wait = timedelta(minutes=4**letter.attempts)
            this.update(claimed_at=None, attempts=letter.attempts + 1, not_before=now + wait)
        else:
            this.update(failed_at=now, problem=f"the mail server said {_code(error)}")
        return True
    except (smtplib.SMTPException, OSError) as error:  # the line broke: perhaps it went out
        this.update(uncertain_at=now, problem=type(error).__name__)
        log.warning("%s %d: the connection broke while sending", letter._meta.label_lower, letter.pk, exc_info=True)
        return False
    this.update(sent_at=now)
    return True


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _text in error.recipients.values()), default=550)
    return int(getattr(error, "smtp_code", 550))
