"""Who gets at a check-in: the person whose it is, and whoever holds the link of a letter. Nobody else, stewards neither."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from commonweal.kit.access import audited
from commonweal.people.models import Person

from ..models import CheckIn, TrustedContact


def check_ins_of(person: Person) -> QuerySet[CheckIn]:
    """A person's own check-ins, with what their pages show of them. One query."""
    return CheckIn.objects.filter(person=person).select_related("contact__answer", "end", "gathering__community")


@audited
def get_check_in_for(person: Person, check_in_id: int) -> CheckIn:
    """One's own check-in. Raises Http404 for anybody else's. One query."""
    found = check_ins_of(person).filter(pk=check_in_id).first()
    if found is None:
        raise Http404
    return found


@audited
def get_check_in_by(token: str) -> CheckIn:
    """The check-in of the link in a nudge. Whoever has the link may say that the person is home. Raises Http404."""
    rows = CheckIn.objects.select_related("contact__answer", "end", "person")
    found = rows.filter(token=token, person__is_active=True).first()
    if found is None:
        raise Http404
    return found


@audited
def get_contact_for(person: Person, contact_id: int) -> TrustedContact:
    """One's own trusted contact, unless they said no. Raises Http404 otherwise. One query."""
    found = TrustedContact.objects.select_related("answer").filter(pk=contact_id, person=person).first()
    if found is None or found.refused:
        raise Http404
    return found


@audited
def get_contact_by(token: str) -> TrustedContact:
    """The contact whose link this is. Raises Http404 for a wrong one, and when the person is gone or forgot them."""
    found = TrustedContact.objects.select_related("answer").filter(token=token, person__is_active=True).first()
    if found is None:
        raise Http404
    return found


def locked(check_in: CheckIn) -> CheckIn:
    """The check-in, fresh and with its row locked until the transaction ends: all that changes it takes this lock."""
    rows = CheckIn.objects.select_for_update(of=("self",)).select_related("contact__answer", "end", "person")
    return rows.get(pk=check_in.pk)
