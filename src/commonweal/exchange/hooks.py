"""What the exchange contributes to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.communities.models import Membership
from commonweal.communities.registries import (
    DOOR_PAGES,
    MET,
    NEED_YOU,
    NOT_AGAIN,
    OCCASIONS,
    REPORTABLES,
    TODAY,
    YOU_SAID,
    DoorPage,
    Reportable,
    Row,
)
from commonweal.conversations.models import Topic
from commonweal.conversations.registries import OFFLINE_STEPS, OfflineStep
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS
from commonweal.trail.actions import type_of
from commonweal.trail.models import FollowUp

from . import personal, queries
from .access import get_entry_for
from .models import Companion, Entry, Handover
from .occasions import occasions

if TYPE_CHECKING:
    from commonweal.people.models import Person


def _url(entry: Entry) -> str:
    return reverse("exchange:entry", args=[entry.community.slug, entry.pk])


def answers_waiting(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Answers to what one asked for or offered, that wait for a yes. Two queries."""
    waiting = queries.waiting_for([m.pk for m in memberships]).exclude(other__person__in=kept_apart(person.pk))
    for handover in waiting[:5]:
        says = _("%(name)s can help") if handover.entry.is_ask else _("%(name)s would like it")
        yield Row(
            title=handover.entry.title,
            detail=f"{handover.entry.community.name} · {says % {'name': handover.other.display_name}}",
            url=_url(handover.entry),
            action=_("Answer"),
            group=NEED_YOU,
            due=handover.proposed_at,
            face=handover.other,
        )


def promised(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """What one agreed on with somebody: to be done, or, once a question is due, to be said. Two queries."""
    mine = {m.pk for m in memberships}
    apart = kept_apart(person.pk)
    promised = queries.promised_by(list(mine))
    promised = promised.exclude(other__person__in=apart).exclude(entry__author__person__in=apart)
    rows = list(promised[:8])
    if not rows:
        return
    asked = FollowUp.objects.filter(
        subject_type=type_of(Handover), subject_id__in=[h.pk for h in rows], membership__in=mine, closed_at__isnull=True
    )
    now, open_, due = clock.now(), set(), set()
    for subject, due_at in asked.values_list("subject_id", "due_at"):
        open_.add(subject)
        if due_at <= now:
            due.add(subject)
    shown = 0
    for handover in rows:
        if handover.pk not in open_:
            continue  # they have said their word; the other one has not yet
        partner = handover.entry.author if handover.other_id in mine else handover.other
        shown += 1
        if shown > 5:
            return
        yield Row(
            title=handover.entry.title,
            detail=_("%(community)s · agreed with %(name)s")
            % {"community": handover.entry.community.name, "name": partner.display_name},
            url=_url(handover.entry),
            action=_("Did it happen?") if handover.pk in due else _("Details"),
            group=NEED_YOU if handover.pk in due else YOU_SAID,
            face=partner,
        )


def asked_along(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Open questions to come along to a home visit. One query."""
    asked = Companion.objects.filter(
        membership__in=[m.pk for m in memberships],
        answered_at__isnull=True,
        handover__taken_back_at__isnull=True,
        handover__entry__closed_at__isnull=True,
    )
    apart = kept_apart(person.pk)
    asked = asked.exclude(Q(handover__other__person__in=apart) | Q(handover__entry__author__person__in=apart))
    asked = asked.select_related("handover__entry__community", "handover__other")
    for companion in asked.order_by("asked_at")[:3]:
        handover = companion.handover
        yield Row(
            title=_("Come along: %(title)s") % {"title": handover.entry.title},
            detail=_("%(name)s asks whether you come along to somebody’s home") % {"name": handover.other.display_name},
            url=_url(handover.entry),
            action=_("Answer"),
            group=NEED_YOU,
            due=companion.asked_at,
            face=handover.other,
        )


def have_met(member: int, others: list[int]) -> Iterable[int]:
    """Those with whom a handover happened, as both say. One query."""
    done = Handover.objects.filter(completion__isnull=False).filter(
        Q(other=member, entry__author__in=others) | Q(entry__author=member, other__in=others)
    )
    for other, author in done.values_list("other_id", "entry__author_id"):
        yield author if other == member else other


def _offer_from(topic: Topic) -> str:
    return f"{reverse('exchange:new', args=[topic.community.slug])}?topic={topic.pk}&kind=offer"


def _withhold(entry: Entry, steward: Membership) -> None:
    Entry.objects.filter(pk=entry.pk).update(withheld_at=clock.now())


def _restore(entry: Entry, steward: Membership) -> None:
    Entry.objects.filter(pk=entry.pk).update(withheld_at=None)


DOOR_PAGES.add("exchange", DoorPage("exchange", "exchange:list"))
TODAY.add("exchange-answers", answers_waiting)
TODAY.add("exchange-along", asked_along)
MET.add("exchange", have_met)
NOT_AGAIN.add("exchange", queries.not_again)
TODAY.add("exchange-promised", promised)
OFFLINE_STEPS.add(
    "hand",
    OfflineStep(
        key="hand",
        icon="hand",
        label=gettext_lazy("Offer a hand"),
        help=gettext_lazy("Something to lend, an hour, a lift"),
        url=_offer_from,
        door="exchange",
    ),
)
REPORTABLES.add(
    "entry",
    Reportable(
        key="entry",
        label=gettext_lazy("an ask or offer"),
        get=lambda viewer, pk: get_entry_for(viewer, viewer.community, pk),
        community=lambda entry: entry.community,
        author=lambda entry: entry.author,
        excerpt=lambda entry: f"{entry.title}\n\n{entry.text}"[:600],
        url=_url,
        withhold=_withhold,
        restore=_restore,
    ),
)
EXPORT_SECTIONS.add("exchange", personal.export)
ERASERS.add("exchange", personal.erase)
OCCASIONS.add("exchange", occasions)
