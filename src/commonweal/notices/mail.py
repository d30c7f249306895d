"""Composing mail from notices, and handing each to the mail server at most once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import ngettext

from commonweal.kit.posting import send_waiting
from commonweal.trail.verbs import KINDS

from . import stops
from .models import Mail, Notice
from .queries import sentence

BATCH = 200
MOST_IN_A_DIGEST = 40


def deliver(limit: int = BATCH) -> int:
    """Send mail that waits. Returns how many were claimed. An unreachable mail server raises before anything is claimed."""
    return send_waiting(Mail.objects.select_related("person"), compose, limit)


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
