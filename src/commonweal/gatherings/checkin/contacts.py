"""Naming a trusted contact, their answer, and letting go of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.models import Person
from commonweal.trail.actions import record

from .. import verbs
from ..models import CheckIn, ContactAnswer, Letter, TrustedContact

#: A name is a name: with these in it, it could be used to send somebody a message or a link.
_NOT_A_NAME = re.compile(r"://|www\.|[\n\r\t@<>]", re.IGNORECASE)


@dataclass(frozen=True)
class NewContact:
    """What a person says about somebody outside: their name and address, and the name they know the person by."""

    name: str
    email: str
    known_as: str


def _key(person: Person, email: str) -> str:
    return salted_hmac("gatherings.contact", f"{person.pk}:{email}", algorithm="sha256").hexdigest()


def _checked_name(name: str, field: str) -> str:
    name = " ".join(name.replace("\x00", "").split()) if not _NOT_A_NAME.search(name) else ""
    if not name or len(name) > 60:
        raise Refused(_("Write a name, without links: a first name is enough."), field=field)
    return name


@transaction.atomic
def name_contact(*, person: Person, new: NewContact) -> TrustedContact:
    """Name somebody outside as trusted contact and ask them, by one letter, whether they agree.

    Naming the same address again is naming them once; only the names change. Raises Refused for one's own address, a
    wrong one, and somebody who said no before; TooMany past five a day, or three a day to one address.
    """
    name, known_as = _checked_name(new.name, "name"), _checked_name(new.known_as, "known_as")
    email = new.email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(_("This does not look like an email address. Check the spelling."), field="email") from error
    if email == person.email.lower():
        raise Refused(_("This is your own address. Name somebody else, who would notice."), field="email")
    key = _key(person, email)
    standing = TrustedContact.objects.select_related("answer").filter(person=person, address_key=key).first()
    if standing is not None and standing.refused:
        raise Refused(_("This person has asked not to be written to. Please name somebody else."), field="email")
    if standing is not None:
        standing.name, standing.known_as = name, known_as
        standing.save(update_fields=["name", "known_as"])
        return standing
    limits.spend("name_contact", person.pk, limit=5, window=timedelta(days=1))
    anybody = salted_hmac("gatherings.address", email, algorithm="sha256").hexdigest()
    limits.spend("contact_asked", anybody, limit=3, window=timedelta(days=1))
    made = TrustedContact.objects.create(
        person=person, name=name, email=email, known_as=known_as, address_key=key, language=person.language
    )
    Letter.objects.create(kind=Letter.Kind.ASK, contact=made)
    record(verbs.CONTACT_NAMED, subject=made, actor=None, community=None)
    _send_soon()
    return made


@transaction.atomic
def answer_as_contact(*, contact: TrustedContact, agrees: bool) -> ContactAnswer:
    """The contact agrees, or does not (any more). A no takes their name and address away at once, for good.

    Raises Refused for a yes after a no: we no longer know how to reach them.
    """
    contact = TrustedContact.objects.select_for_update(of=("self",)).select_related("answer").get(pk=contact.pk)
    before = getattr(contact, "answer", None)
    if before is not None and before.agrees == agrees:
        return before
    if before is not None and not before.agrees:
        raise Refused(_("You said no, so your address is gone from here. They can ask you again in another way."))
    said, _made = ContactAnswer.objects.update_or_create(
        contact=contact, defaults={"agrees": agrees, "at": clock.now()}
    )
    if not agrees:
        contact.name = contact.email = contact.known_as = ""
        contact.save(update_fields=["name", "email", "known_as"])
        Letter.objects.filter(contact=contact, claimed_at__isnull=True).delete()
    record(verbs.CONTACT_ANSWERED, subject=contact, actor=None, community=None, data={"agrees": agrees})
    return said


@transaction.atomic
def forget_contact(*, person: Person, contact: TrustedContact) -> None:
    """Let go of a contact. Raises Refused while a check-in still counts on them, and for somebody else's contact."""
    contact = TrustedContact.objects.select_for_update(of=("self",)).select_related("answer").get(pk=contact.pk)
    if contact.person_id != person.pk or contact.refused:
        raise Refused(_("There is nobody to remove here."))
    if CheckIn.objects.filter(contact=contact, end__isnull=True).exists():
        raise Refused(_("A check-in still counts on them. Say that you are home, or cancel it, first."))
    contact.delete()


def _send_soon() -> None:
    from .jobs import send_letters

    send_letters.enqueue()
