"""The account of somebody who founds the first community, before there is any other way in."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.kit.errors import Refused
from commonweal.people.models import Person


@transaction.atomic
def make_founders_account(*, email: str, password: str = "", time_zone: str = "") -> Person:
    """An account whose address counts as verified: whoever has the one-time link runs this place.

    Without a password they sign in by code or passkey. Raises Refused when the address has an account already.
    """
    if Person.objects.filter(email__iexact=email).exists():
        raise Refused(_("There is an account with this address already. Take another address."), field="email")
    language = (get_language() or "en").split("-")[0]
    person = Person.objects.create_user(email, password or None, language=language, time_zone=time_zone or "UTC")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
