"""Composing mail from notices, and handing each to the mail server at most once."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import ngettext

from commonweal.kit import clock
from commonweal.trail.verbs import KINDS

from . import stops
from .models import Mail, Notice
from .queries import sentence

log = logging.getLogger(__name__)

BATCH = 200
MOST_IN_A_DIGEST = 40
MOST_ATTEMPTS = 6
#: A claim older than this belongs to a sender that died: the mail server answers within EMAIL_TIMEOUT (20 seconds).
STALE_CLAIM = timedelta(minutes=5)


def deliver(limit: int = BATCH) -> int:
    """Send mail that waits. Returns how many were claimed. An unreachable mail server raises before anything is claimed."""
    find_uncertain()
    waiting = list(
        Mail.objects.filter(claimed_at__isnull=True, not_before__lte=clock.now())
        .select_related("person")
        .order_by("not_before", "pk")[:limit]
    )
    if not waiting:
        return 0
    claimed = 0
    with get_connection() as connection:
        for mail in waiting:
            message = compose(mail)
            if message is None:  # what it would have told is gone or was read meanwhile
                Mail.objects.filter(pk=mail.pk, claimed_at__isnull=True).delete()
            elif _claim(mail):
                claimed += 1
                if not _send(mail, message, connection):
                    break
    return claimed


def find_uncertain() -> int:
    """Mark what a killed sender had claimed as uncertain: it may or may not have gone out, and is never sent again."""
    stale = Mail.objects.filter(
        claimed_at__lt=clock.now() - STALE_CLAIM, sent_at=None, failed_at=None, uncertain_at=None
    )
    return stale.update(uncertain_at=clock.now(), problem="interrupted while sending")


def _claim(mail: Mail) -> bool:
    """Take a mail for sending; committed before the mail server hears of it. False when another sender was faster."""
    with transaction.atomic(durable=True):
        return bool(Mail.objects.filter(pk=mail.pk, claimed_at__isnull=True).update(claimed_at=clock.now()))


def _send(mail: Mail, message: EmailMultiAlternatives, connection: BaseEmailBackend) -> bool:
    """Hand over a claimed mail and write down what came of it. False when the connection is of no use any more."""
    now = clock.now()
    this = Mail.objects.filter(pk=mail.pk)
    try:
        connection.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:  # a clear no: nothing went out
        if _code(error) < 500 and mail.attempts < MOST_ATTEMPTS:
            wait = timedelta(minutes=4**mail.attempts)
            this.update(claimed_at=None, attempts=mail.attempts + 1, not_before=now + wait)
        else:
            this.update(failed_at=now, problem=f"the mail server said {_code(error)}")
        return True
    except (smtplib.SMTPException, OSError) as error:  # the line broke: perhaps it went out
        this.update(uncertain_at=now, problem=type(error).__name__)
        log.warning("mail %d: the connection broke while sending", mail.pk, exc_info=True)
        return False
    this.update(sent_at=now)
    return True


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _text in error.recipients.values()), default=550)
    return int(getattr(error, "smtp_code", 550))


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """The message in the recipient's language and zone, plain text and HTML; None when nothing is left to tell."""
    person = mail.person
    notices = list(Notice.objects.filter(mail=mail).select_related("community").order_by("at", "pk"))
    if not notices or not person.is_active:
        return None
    key = stops.DIGEST if mail.day else notices[0].kind
    with translation.override(person.language), timezone.override(_zone(person.time_zone)):
        context = _context(mail, notices)
        stop = stops.url_for(person.pk, key)
        context["stop_url"] = stop
        template = "digest" if mail.day else "notice"
        subject = _subject(mail, context["lines"])
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string(f"notices/mail/{template}.txt", context).strip() + "\n",
            to=[person.email],
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
                "Message-ID": f"<notice-{mail.pk}@{urlsplit(settings.SITE_URL).hostname}>",
                "Content-Language": person.language,
            },
        )
        html = render_to_string(f"notices/mail/{template}.html", {**context, "subject": subject})
        message.attach_alternative(html, "text/html")
    return message


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _context(mail: Mail, notices: list[Notice]) -> dict[str, Any]:
    lines = [
        {
            "sentence": sentence(notice),
            "url": settings.SITE_URL + reverse("notices:go", args=[notice.pk]),
            "community": notice.community,
            "at": notice.at,
        }
        for notice in notices[:MOST_IN_A_DIGEST]
    ]
    kinds = {notice.kind: KINDS[notice.kind] for notice in notices if notice.kind in KINDS}
    return {
        "language": mail.person.language,
        "lines": lines,
        "more": max(0, len(notices) - MOST_IN_A_DIGEST),
        "kind": kinds.get(notices[0].kind),
        "kinds": [{"label": kind.label, "url": stops.url_for(mail.person_id, key)} for key, kind in kinds.items()],
        "inbox_url": settings.SITE_URL + reverse("notices:inbox"),
        "settings_url": settings.SITE_URL + reverse("notices:settings"),
    }


def _subject(mail: Mail, lines: list[dict[str, Any]]) -> str:
    if mail.day is None or len(lines) == 1:
        return Truncator(" ".join(lines[0]["sentence"].split())).chars(120)
    return ngettext("%(n)d thing for you", "%(n)d things for you", len(lines)) % {"n": len(lines)}
