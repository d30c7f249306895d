"""What notices contribute to the registries of the layers below."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from commonweal.communities.models import Membership
from commonweal.kit.health import HEALTH, Finding
from commonweal.people.models import Person
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS, ON_BLOCK
from commonweal.trail.outbox import CONSUMERS

from .actions import tell
from .models import Mail, Notice, NoticeChoice
from .queries import mail_health, sentence


def export(person: Person) -> dict[str, Any]:
    """What a person was told, and how they chose to be told."""
    return {
        "notices": [
            {"at": notice.at, "kind": notice.kind, "text": sentence(notice), "read_at": notice.read_at}
            for notice in Notice.objects.filter(person=person).order_by("at")
        ],
        "choices": list(NoticeChoice.objects.filter(person=person).values("kind", "inbox", "email", "at")),
    }


def erase(person: Person) -> None:
    """Take the person's name out of what others were told of them; their own notices go with their account."""
    memberships = list(Membership.objects.filter(person=person).values_list("pk", flat=True))
    about = Notice.objects.filter(actor__in=memberships)
    Mail.objects.filter(notices__in=about, claimed_at__isnull=True, day__isnull=True).delete()
    about.delete()
    Mail.objects.filter(person=person).delete()


def take_back_between(one: Person, other: Person) -> None:
    """After a block neither is told of the other any more: what waits or stands in the inbox of either goes, both ways.

    Otherwise a notice that leads nowhere would tell. What went out by mail before is out.
    """
    for told, about in ((one, other), (other, one)):
        memberships = Membership.objects.filter(person=about).values_list("pk", flat=True)
        theirs = Notice.objects.filter(person=told, actor__in=list(memberships))
        Mail.objects.filter(notices__in=theirs, claimed_at__isnull=True, day__isnull=True).delete()
        theirs.delete()


def mail() -> Finding:
    """Whether mail goes out, and how many mails nobody knows the fate of."""
    counts = mail_health()
    if counts["late"]:
        what = _("%(n)d mails have waited for over an hour.") % {"n": counts["late"]}
        return Finding("bad", what, _("See that the worker runs and that the mail server answers (MAIL_HOST)."))
    if counts["uncertain"] or counts["failed"]:
        what = _(
            "In 30 days %(failed)d mails were refused and %(uncertain)d were interrupted and may not have gone out."
        )
        return Finding("look", what % counts, _("Look at the worker's log. The notices themselves are in the inboxes."))
    return Finding("good", _("No mail is waiting or lost."))


CONSUMERS.add("notices", tell)
HEALTH.add("mail", mail)
EXPORT_SECTIONS.add("notices", export)
ERASERS.add("notices", erase)
ON_BLOCK.add("notices", take_back_between)
