"""Reading one's own check-ins and contacts."""

from __future__ import annotations

from commonweal.kit import clock
from commonweal.people.models import Person

from ..models import CheckIn, Letter, TrustedContact
from .access import check_ins_of


def open_check_ins(person: Person) -> list[CheckIn]:
    """Those that are not over, the next end first. One query."""
    return list(check_ins_of(person).filter(end__isnull=True).order_by("ends_at", "pk")[:10])


def contacts_of(person: Person) -> list[TrustedContact]:
    """Whom a person named and who has not said no, by name. One query."""
    named = TrustedContact.objects.filter(person=person).exclude(answer__agrees=False)
    return list(named.select_related("answer").order_by("name", "pk")[:20])


def state_of(check_in: CheckIn) -> str:
    """Where a check-in stands: "ahead", "overdue", "told", "home", "cancelled". One query while it is open."""
    end = getattr(check_in, "end", None)
    if end is not None:
        return str(end.how)
    told = Letter.objects.filter(check_in=check_in, kind=Letter.Kind.ALERT, failed_at__isnull=True)
    if told.exists():
        return "told"
    return "overdue" if check_in.ends_at <= clock.now() else "ahead"
