"""What check-ins contribute to Today, to one's own page, to a person's own data, and to the operator's check."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.communities.models import Membership
from commonweal.communities.registries import NEED_YOU, TODAY, Row
from commonweal.kit import clock
from commonweal.kit.health import HEALTH, Finding
from commonweal.people.models import Person
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS, OWN_LINKS, OwnLink

from ..models import CheckIn, Letter, TrustedContact
from .letters import clock_label
from .queries import open_check_ins

#: How long before its end a check-in stands on Today.
AHEAD = timedelta(hours=12)


def on_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Open check-ins that end soon or should have ended, each with "I'm home" as its one tap. One query."""
    now = clock.now()
    for check_in in open_check_ins(person):
        if check_in.ends_at > now + AHEAD:
            continue
        late = check_in.ends_at <= now
        when = clock_label(check_in.ends_at, person.time_zone)
        yield Row(
            title=_("Are you home?") if late else _("Your private check-in"),
            detail=_("You meant to be home by %(when)s.") % {"when": when},
            url=reverse("gatherings:check_in", args=[check_in.pk]),
            action=_("I’m home"),
            post=reverse("gatherings:home", args=[check_in.pk]),
            group=NEED_YOU,
            due=check_in.ends_at,
            icon="shield",
            tag=_("Private"),
            tone="wait" if late else "",
        )


def own_link(person: Person) -> Iterable[OwnLink]:
    yield OwnLink(
        label=_("Check-ins with somebody you trust"),
        url=reverse("gatherings:check_ins"),
        detail=_("They hear of it when you do not say that you are home."),
        icon="shield",
    )


def export(person: Person) -> dict[str, Any]:
    """A person's contacts and check-ins, as long as they are kept. Two queries."""
    contacts = TrustedContact.objects.filter(person=person)
    mine = CheckIn.objects.filter(person=person)
    return {
        "trusted_contacts": list(contacts.values("name", "email", "known_as", "made_at", "answer__agrees")),
        "check_ins": list(mine.values("contact__name", "words", "plan", "ends_at", "alert_at", "end__how", "end__at")),
    }


def erase(person: Person) -> None:
    """All of it goes at once, with the letters that wait."""
    CheckIn.objects.filter(person=person).delete()
    TrustedContact.objects.filter(person=person).delete()


def check_in_letters() -> Finding:
    """Whether the letters of check-ins go out."""
    now = clock.now()
    counts = Letter.objects.aggregate(
        late=Count("pk", filter=Q(claimed_at__isnull=True, not_before__lt=now - timedelta(minutes=10))),
        lost=Count("pk", filter=Q(uncertain_at__gt=now - timedelta(days=7)) | Q(failed_at__gt=now - timedelta(days=7))),
    )
    if counts["late"]:
        what = _("%(n)d letters of private check-ins have waited for over ten minutes.") % {"n": counts["late"]}
        return Finding("bad", what, _("See that the worker runs and that the mail server answers (MAIL_HOST)."))
    if counts["lost"]:
        what = _("In 7 days %(n)d letters of private check-ins were refused or interrupted.") % {"n": counts["lost"]}
        return Finding("look", what, _("Look at the worker's log. They are never sent twice."))
    return Finding("good", _("No letter of a check-in is waiting or lost."))


TODAY.add("check-ins", on_today)
OWN_LINKS.add("check-ins", own_link)
EXPORT_SECTIONS.add("check-ins", export)
ERASERS.add("check-ins", erase)
HEALTH.add("check-in letters", check_in_letters)
