"""Setting out, needing longer, cancelling, and being home. Each takes the row's lock, so a job and a tap never cross."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Person
from commonweal.trail.actions import record

from .. import verbs
from ..models import GRACES, Answer, CheckIn, CheckInEnd, Gathering, Host, Letter, Rsvp, TrustedContact
from .access import locked
from .contacts import NewContact, _send_soon, name_contact

MOST_OPEN = 5
MOST_WORDS = 500
FURTHEST = timedelta(days=60)
#: How much longer one tap gives, in minutes.
LONGER = (30, 60, 120)


@transaction.atomic
def start_check_in(
    *,
    person: Person,
    contact: TrustedContact | NewContact,
    words: str,
    ends_at: datetime,
    grace: int,
    plan: str = "",
    gathering: Gathering | None = None,
    submission: uuid.UUID | None = None,
) -> CheckIn:
    """Say when one means to be home, and what a trusted contact may read if not. `grace` is in minutes.

    Sending the same `submission` twice returns the first. Raises Refused for a time that has passed or is over sixty
    days away, without words, and past five open check-ins.
    """
    if submission and (sent := CheckIn.objects.filter(person=person, submission=submission).first()):
        return sent
    words, plan = words.strip().replace("\x00", ""), plan.strip().replace("\x00", "")[:140]
    if not words:
        raise Refused(_("Write what they may read: where you are and with whom, for example."), field="words")
    if len(words) > MOST_WORDS:
        raise Refused(_("This is too long; the most is %(most)s characters.") % {"most": MOST_WORDS}, field="words")
    if grace not in GRACES:
        raise Refused(_("Choose one of the times."), field="grace")
    if not clock.now() < ends_at <= clock.now() + FURTHEST:
        raise Refused(_("Choose a time that is still to come, within sixty days."), field="until")
    if CheckIn.objects.filter(person=person, end__isnull=True).count() >= MOST_OPEN:
        raise Refused(_("You have five check-ins open. Cancel one of them first."))
    if gathering is not None and not _comes_to(person, gathering):
        gathering = None
    if isinstance(contact, NewContact):
        contact = name_contact(person=person, new=contact)
    elif contact.person_id != person.pk or contact.refused:
        raise Refused(_("Choose one of your trusted contacts."), field="contact")
    made = CheckIn.objects.create(
        person=person,
        contact=contact,
        gathering=gathering,
        plan=plan,
        words=words,
        ends_at=ends_at,
        grace=grace,
        alert_at=ends_at + timedelta(minutes=grace),
        submission=submission,
    )
    TrustedContact.objects.filter(pk=contact.pk).update(last_needed_at=ends_at)
    record(verbs.SET_OUT, subject=made, actor=None, community=None)
    return made


def _comes_to(person: Person, gathering: Gathering) -> bool:
    mine = {"gathering": gathering, "membership__person": person}
    coming = Rsvp.objects.filter(**mine).exclude(answer=Answer.NO)
    return coming.exists() or Host.objects.filter(**mine, agreed_at__isnull=False).exists()


@transaction.atomic
def come_home(*, check_in: CheckIn) -> CheckInEnd:
    """ "I'm home." Nothing more goes out; a contact who was told already is told that all is well, once.

    Saying it twice is saying it once. Deleting what waits and claiming it for sending exclude each other in the
    database, so at the same moment either the letter goes and the good news follows, or neither does.
    """
    check_in = locked(check_in)
    if (standing := getattr(check_in, "end", None)) is not None:
        return standing
    end = CheckInEnd.objects.create(check_in=check_in, how=CheckInEnd.How.HOME)
    _waiting(check_in).delete()
    if _told(check_in):
        Letter.objects.create(kind=Letter.Kind.HOME, check_in=check_in, turn=check_in.turn)
        _send_soon()
    record(verbs.CAME_HOME, subject=check_in, actor=None, community=None)
    return end


@transaction.atomic
def cancel_check_in(*, check_in: CheckIn) -> CheckInEnd:
    """Call it off: nothing goes out. Raises Refused once the contact was told; then they need to hear "I'm home"."""
    check_in = locked(check_in)
    if (standing := getattr(check_in, "end", None)) is not None:
        return standing
    _waiting(check_in).delete()
    if _told(check_in):
        raise Refused(_("Your contact has been told. Say that you are home, so that they hear it too."))
    end = CheckInEnd.objects.create(check_in=check_in, how=CheckInEnd.How.CANCELLED)
    record(verbs.CHECK_IN_CANCELLED, subject=check_in, actor=None, community=None)
    return end


@transaction.atomic
def need_longer(*, check_in: CheckIn, minutes: int) -> CheckIn:
    """Be home later: counted from now when the end has passed. Raises Refused once it ended or the contact was told."""
    check_in = locked(check_in)
    if minutes not in LONGER:
        raise Refused(_("Choose one of the times."))
    if getattr(check_in, "end", None) is not None:
        raise Refused(_("This check-in is over. Start a new one."))
    _waiting(check_in).delete()
    if _told(check_in):
        raise Refused(_("Your contact has been told. Say that you are home, so that they hear it too."))
    check_in.ends_at = max(clock.now(), check_in.ends_at) + timedelta(minutes=minutes)
    check_in.alert_at = check_in.ends_at + timedelta(minutes=check_in.grace)
    check_in.turn += 1
    check_in.save(update_fields=["ends_at", "alert_at", "turn"])
    record(verbs.NEEDED_LONGER, subject=check_in, actor=None, community=None)
    return check_in


def _waiting(check_in: CheckIn) -> QuerySet[Letter]:
    return Letter.objects.filter(check_in=check_in, claimed_at__isnull=True)


def _told(check_in: CheckIn) -> bool:
    """Whether the contact's letter went out, or may have."""
    alerts = Letter.objects.filter(check_in=check_in, kind=Letter.Kind.ALERT)
    return alerts.filter(claimed_at__isnull=False, failed_at__isnull=True).exists()
