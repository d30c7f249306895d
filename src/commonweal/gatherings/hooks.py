"""What gatherings contribute to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.communities.models import Membership
from commonweal.communities.registries import (
    DESK,
    DOOR_PAGES,
    MET,
    NEED_YOU,
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

from . import personal
from .access import get_gathering_for, not_hosted_by
from .checkin import hooks as _checkin  # noqa: F401  registers itself
from .models import Answer, Attendance, Gathering, Host, SafetyWord
from .occasions import occasions

if TYPE_CHECKING:
    from commonweal.people.models import Person

#: How far ahead Today looks, and how long after a gathering it still asks.
AHEAD, ASKS_FOR = timedelta(days=14), timedelta(days=21)


def _url(name: str, gathering: Gathering) -> str:
    return reverse(f"gatherings:{name}", args=[gathering.community.slug, gathering.pk])


def what_you_come_to(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """What one said one would come to in the next two weeks. Two queries."""
    now = clock.now()
    coming = Gathering.objects.filter(
        rsvps__membership__in=[m.pk for m in memberships],
        rsvps__answer=Answer.YES,
        ends_at__gte=now,
        starts_at__lte=now + AHEAD,
        cancellation__isnull=True,
        withheld_at__isnull=True,
    )
    coming = not_hosted_by(kept_apart(person.pk), coming)
    for gathering in coming.select_related("community").order_by("starts_at", "pk")[:5]:
        opens = _("you can see where it is") if gathering.is_open else _("where exactly: from 24 hours before")
        detail = (
            _("%(community)s · %(area)s · %(opens)s") if gathering.area else _("%(community)s · online · %(opens)s")
        )
        yield Row(
            title=gathering.title,
            detail=detail % {"community": gathering.community.name, "area": gathering.area, "opens": opens},
            url=_url("gathering", gathering),
            action=_("Details"),
            group=YOU_SAID,
            due=gathering.starts_at,
            icon="calendar",
        )


def how_it_was(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Gatherings one has not yet said a word about. Two queries."""
    now = clock.now()
    asked = FollowUp.objects.filter(
        membership__in=[m.pk for m in memberships],
        subject_type=type_of(Gathering),
        closed_at__isnull=True,
        due_at__lte=now,
        due_at__gte=now - ASKS_FOR,
    ).order_by("due_at")[:5]
    rows = {row.subject_id: row for row in asked}
    if not rows:
        return
    hosting = Host.objects.filter(membership__in=[m.pk for m in memberships], agreed_at__isnull=False)
    found = not_hosted_by(kept_apart(person.pk), Gathering.objects.filter(pk__in=rows).select_related("community"))
    # Once a host has said that it took place, no host is asked that again; only how it was.
    unsaid = Q(Exists(hosting.filter(gathering=OuterRef("pk"))), host_word__isnull=True)
    for gathering in found.annotate(mine=Case(When(unsaid, then=True), default=False)):
        yield Row(
            title=gathering.title,
            detail=_("%(community)s · Did it take place?") % {"community": gathering.community.name}
            if gathering.mine
            else _("%(community)s · How was it?") % {"community": gathering.community.name},
            url=_url("took_place" if gathering.mine else "afterwards", gathering),
            action=_("Say how it was"),
            group=NEED_YOU,
            due=rows[gathering.pk].due_at,
            icon="calendar",
        )


def asked_to_host(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Open questions to host together with somebody. One query."""
    asked = Host.objects.filter(
        membership__in=[m.pk for m in memberships],
        agreed_at__isnull=True,
        gathering__starts_at__gte=clock.now(),
        gathering__cancellation__isnull=True,
    ).select_related("gathering__community", "gathering__planned_by")
    asked = asked.exclude(gathering__planned_by__person__in=kept_apart(person.pk))
    for host in asked.order_by("asked_at")[:3]:
        yield Row(
            title=_("Host together: %(title)s") % {"title": host.gathering.title},
            detail=_("%(name)s asks whether you would host with them")
            % {"name": host.gathering.planned_by.display_name},
            url=_url("gathering", host.gathering),
            action=_("Answer"),
            group=NEED_YOU,
            due=host.gathering.starts_at,
            face=host.gathering.planned_by,
        )


def desk(steward: Membership) -> Iterable[Row]:
    """Private words about safety that nobody has looked at, unless the steward hosted. One query."""
    words = SafetyWord.objects.filter(gathering__community=steward.community_id, seen_at__isnull=True)
    words = words.exclude(gathering__hosts__membership=steward).exclude(membership=steward).select_related("gathering")
    for word in words.order_by("at")[:5]:
        yield Row(
            title=_("Somebody did not feel safe"),
            detail=_("After %(title)s, told in private") % {"title": word.gathering.title},
            url=reverse("gatherings:worries", args=[steward.community.slug]),
            action=_("Look"),
            group=NEED_YOU,
            due=word.at,
            icon="shield",
            tag=_("Private"),
            tone="harm",
        )


def have_met(member: int, others: list[int]) -> Iterable[int]:
    """Those who were at a gathering where this member was, as both sides of it say. One query."""
    mine = Attendance.objects.filter(membership=member).values("gathering")
    there = Attendance.objects.filter(membership__in=others, gathering__in=mine, gathering__area__gt="")
    return there.values_list("membership_id", flat=True).distinct()


def _plan_from(topic: Topic) -> str:
    return f"{reverse('gatherings:plan', args=[topic.community.slug])}?topic={topic.pk}"


def _withhold(gathering: Gathering, steward: Membership) -> None:
    Gathering.objects.filter(pk=gathering.pk).update(withheld_at=clock.now())


def _restore(gathering: Gathering, steward: Membership) -> None:
    Gathering.objects.filter(pk=gathering.pk).update(withheld_at=None)


DOOR_PAGES.add("meet", DoorPage("meet", "gatherings:list"))
TODAY.add("gatherings", what_you_come_to)
TODAY.add("gatherings-afterwards", how_it_was)
TODAY.add("gatherings-hosting", asked_to_host)
DESK.add("gatherings-safety", desk)
MET.add("gatherings", have_met)
OFFLINE_STEPS.add(
    "gathering",
    OfflineStep(
        key="gathering",
        icon="calendar",
        label=gettext_lazy("Plan a gathering"),
        help=gettext_lazy("A time, a place, and who comes"),
        url=_plan_from,
        door="meet",
    ),
)
REPORTABLES.add(
    "gathering",
    Reportable(
        key="gathering",
        label=gettext_lazy("a gathering"),
        get=lambda viewer, pk: get_gathering_for(viewer, viewer.community, pk),
        community=lambda gathering: gathering.community,
        author=lambda gathering: gathering.planned_by,
        excerpt=lambda gathering: f"{gathering.title}\n\n{gathering.text}"[:600],
        url=lambda gathering: _url("gathering", gathering),
        withhold=_withhold,
        restore=_restore,
    ),
)
EXPORT_SECTIONS.add("gatherings", personal.export)
ERASERS.add("gatherings", personal.erase)
OCCASIONS.add("gatherings", occasions)
