"""The letters of check-ins, composed from the rows as they stand when a letter goes out; none holds more than was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commonweal.kit.posting import send_waiting

from ..models import CheckIn, Letter, TrustedContact
from ..times import zone_label

BATCH = 100


@dataclass(frozen=True)
class Draft:
    """What a letter says, as plain text, and to whom."""

    to: str
    subject: str
    text: str


def deliver(limit: int = BATCH) -> int:
    """Send the letters that wait. Returns how many were claimed."""
    waiting = Letter.objects.select_related(
        "contact__answer", "contact__person", "check_in__person", "check_in__contact__answer", "check_in__end"
    )
    return send_waiting(waiting, compose, limit)


def compose(letter: Letter) -> EmailMultiAlternatives | None:
    """The message as it is right now; None when it should not go (any more)."""
    check_in = letter.check_in
    contact = letter.contact if check_in is None else check_in.contact
    person = check_in.person if check_in is not None else (contact.person if contact else None)
    if person is None or not person.is_active:
        return None
    to_contact = letter.kind not in (Letter.Kind.NUDGE, Letter.Kind.LAST_NUDGE)
    language = contact.language if to_contact and contact else person.language
    with translation.override(language), timezone.override(zone_of(person.time_zone)):
        draft = _draft(letter, check_in, contact)
        return _message(letter, draft, language) if draft else None


def _draft(letter: Letter, check_in: CheckIn | None, contact: TrustedContact | None) -> Draft | None:
    if letter.kind == Letter.Kind.ASK:
        return asking(contact) if contact is not None and getattr(contact, "answer", None) is None else None
    if check_in is None:
        return None
    over = getattr(check_in, "end", None) is not None
    if letter.kind in (Letter.Kind.NUDGE, Letter.Kind.LAST_NUDGE):
        return None if over or letter.turn != check_in.turn else nudging(check_in)
    if contact is None or not contact.agrees:
        return None
    if letter.kind == Letter.Kind.ALERT:
        text = alerting(contact, words=check_in.words, ends_at=check_in.ends_at, zone=check_in.person.time_zone)
        return None if over else text
    told = Letter.objects.filter(check_in=check_in, kind=Letter.Kind.ALERT, claimed_at__isnull=False)
    return home(contact) if told.exists() else None


def _message(letter: Letter, draft: Draft, language: str) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=draft.subject,
        body=draft.text,
        to=[draft.to],
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<check-in-{letter.pk}@{urlsplit(settings.SITE_URL).hostname}>",
            "Content-Language": language,
        },
    )
    context = {"subject": draft.subject, "paragraphs": draft.text.strip().split("\n\n"), "language": language}
    message.attach_alternative(render_to_string("gatherings/checkin/mail.html", context), "text/html")
    return message


def _text(name: str, contact: TrustedContact, **more: object) -> str:
    url = settings.SITE_URL + reverse("gatherings:agree", args=[contact.token])
    if contact.pk is None:  # looked at before anybody was asked
        url = _("(here stands a link of their own)")
    context = {"contact": contact, "agree_url": url, **more}
    return render_to_string(f"gatherings/checkin/{name}.txt", context).strip() + "\n"


def asking(contact: TrustedContact) -> Draft:
    """To somebody outside: would they be a trusted contact? Says nothing of where the person is a member."""
    subject = _("%(name)s would like to name you as a trusted contact") % {"name": contact.known_as}
    return Draft(contact.email, subject, _text("asking", contact))


def alerting(contact: TrustedContact, *, words: str, ends_at: datetime, zone: str) -> Draft:
    """To the contact: the person has not said that they are home. `words` exactly as they were authorised.

    The preview and the letter are made here both, so what was shown is what is sent.
    """
    when = clock_label(ends_at, zone)
    subject = _("%(name)s has not said yet that they are home") % {"name": contact.known_as}
    return Draft(contact.email, subject, _text("alerting", contact, words=words, when=when))


def home(contact: TrustedContact) -> Draft:
    """To the contact who was told: the person has said that they are home."""
    subject = _("%(name)s is home") % {"name": contact.known_as}
    return Draft(contact.email, subject, _text("home", contact))


def nudging(check_in: CheckIn) -> Draft:
    """To the person: are they home? One tap says so, without signing in."""
    url = settings.SITE_URL + reverse("gatherings:home_by_link", args=[check_in.token])
    contact = check_in.contact
    context = {
        "url": url,
        "when": clock_label(check_in.ends_at, check_in.person.time_zone),
        "name": contact.name if contact is not None and contact.agrees else "",
        "until": clock_label(check_in.alert_at, check_in.person.time_zone),
    }
    text = render_to_string("gatherings/checkin/nudging.txt", context).strip() + "\n"
    return Draft(check_in.person.email, _("Are you home?"), text)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def clock_label(moment: datetime, zone: str) -> str:
    """A day, an hour and the zone it is in: somebody outside may be elsewhere."""
    local = moment.astimezone(zone_of(zone))
    return f"{date_format(local, pgettext('appointment format', 'l j F, H:i'))} ({zone_label(zone)})"
