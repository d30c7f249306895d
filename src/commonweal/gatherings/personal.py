"""What is a person's own about gatherings: to download, and to take away when they go."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.people.models import Person
from commonweal.trail.actions import record

from . import seats, verbs
from .access import locked
from .actions import cancel_gathering
from .models import Answer, Feed, Gathering, Host, Lift, LiftSeat, Recap, Rsvp, SafetyWord


def export(person: Person) -> dict[str, Any]:
    """What a person planned, answered, recapped and said in private. Five queries."""
    mine = {"membership__person": person}
    answers = Rsvp.objects.filter(**mine).values(
        "gathering__title", "gathering__starts_at", "answer", "access_needs", "answered_at"
    )
    planned = Gathering.objects.filter(planned_by__person=person).values(
        "title", "text", "starts_at", "ends_at", "area", "address", "link", "planned_at"
    )
    recaps = Recap.objects.filter(author__person=person).values("gathering__title", "text", "at")
    lifts = Lift.objects.filter(driver__person=person).values("gathering__title", "seats", "area", "note")
    words = SafetyWord.objects.filter(**mine).values("gathering__title", "felt", "words", "at")
    return {
        "answers": list(answers),
        "planned": list(planned),
        "recaps": list(recaps),
        "lifts": list(lifts),
        "private_words_about_safety": list(words),
    }


def erase(person: Person) -> None:
    """Free the seats, cancel what nobody else hosts, and forget notes, addresses and private words.

    What took place stays counted, without a name.
    """
    memberships = list(Membership.objects.filter(person=person))
    for host in Host.objects.filter(membership__in=memberships, gathering__starts_at__gt=clock.now()):
        alone = not host.gathering.hosts.filter(agreed_at__isnull=False).exclude(pk=host.pk).exists()
        if host.agreed_at is not None and alone:
            reason = _("The host has left.")
            cancel_gathering(membership=host.membership, gathering=host.gathering, reason=reason)
        host.delete()
        if host.agreed_at is not None and not alone and host.gathering.for_support:
            # The others are told that their support gathering lacks its second host.
            record(verbs.DECLINED_TO_HOST, subject=host.gathering, actor=None, community=host.gathering.community_id)
    upcoming = Rsvp.objects.filter(membership__in=memberships, gathering__starts_at__gt=clock.now())
    for rsvp in upcoming.exclude(answer=Answer.NO):
        gathering = locked(rsvp.gathering)
        Rsvp.objects.filter(pk=rsvp.pk).update(answer=Answer.NO)
        seats.fill(gathering)
    Rsvp.objects.filter(membership__in=memberships).update(access_needs="")
    SafetyWord.objects.filter(membership__in=memberships).update(words="")
    Gathering.objects.filter(planned_by__in=memberships).update(address="", link="")
    Feed.objects.filter(person=person).delete()
    LiftSeat.objects.filter(passenger__in=memberships, ended_at__isnull=True).update(ended_at=clock.now())
    Lift.objects.filter(driver__in=memberships).update(area="", note="")
    Lift.objects.filter(driver__in=memberships, taken_back_at__isnull=True).update(taken_back_at=clock.now())
