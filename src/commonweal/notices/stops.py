"""Signed links that stop mail of one kind without signing in (RFC 8058, one click)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.kit.access import audited
from commonweal.people.models import Person
from commonweal.trail.verbs import KINDS

from .models import Email
from .queries import all_choices_of

#: In the place of a kind: the whole daily digest.
DIGEST = "digest"


@dataclass(frozen=True)
class Stop:
    """Whose mail, and about what. `kinds` are the kinds that pressing the button switches."""

    person: Person
    key: str
    label: Any
    kinds: list[str]


def url_for(person_id: int, key: str) -> str:
    """The full address of the link for one person and one kind (or DIGEST). It does not expire: mail is kept for years."""
    token = signing.dumps([person_id, key], salt="notices.stop", compress=False)
    return settings.SITE_URL + reverse("notices:stop", args=[token])


@audited
def get_stop_for(token: str) -> Stop:
    """What a link stands for. Raises Http404 for a forged one, for a person who left and for a kind that went."""
    try:
        person_id, key = signing.loads(token, salt="notices.stop")
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    person = Person.objects.filter(pk=person_id).first()
    if person is None or (key != DIGEST and key not in KINDS):
        raise Http404
    if key == DIGEST:
        daily = [kind for kind, chosen in all_choices_of(person.pk).items() if chosen.email == Email.DAILY]
        return Stop(person, key, _("Your daily summary"), daily)
    return Stop(person, key, KINDS[key].label, [key])
