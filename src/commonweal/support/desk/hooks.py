"""What the crisis desk contributes to the stewards' desk and Today, and to a person's own data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweal.communities.models import Membership
from commonweal.communities.registries import DESK, NEED_YOU, TODAY, Row
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS

from ..models.desk import Concern, StepKind
from ..models.services import LocalService
from ..services import as_lines
from . import personal
from .queries import concerns_for, next_of

if TYPE_CHECKING:
    from commonweal.people.models import Person


def _row(concern: Concern, slug: str, detail: str) -> Row:
    kind, due = next_of(concern)
    return Row(
        title=_("Somebody may need looking after"),
        detail=detail or _("Next: %(step)s") % {"step": StepKind(kind).to_do},
        url=reverse("support:concern", args=[slug, concern.pk]),
        action=_("Look after it"),
        group=NEED_YOU,
        due=due,
        icon="heart",
    )


def desk(steward: Membership) -> Iterable[Row]:
    """Open cases with their next step and when it is due. Three queries with open cases, two without."""
    for concern in concerns_for(steward).filter(closed_at__isnull=True).order_by("opened_at", "pk")[:20]:
        yield _row(concern, steward.community.slug, "")


def today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """For stewards: cases whose next step is due within half a day. Three queries, none for other members."""
    desks = {m.community_id: m for m in memberships if m.is_steward}
    if not desks:
        return
    open_ones = Concern.objects.filter(community__in=desks, closed_at__isnull=True).exclude(about__person=person)
    open_ones = open_ones.select_related("assessment", "about").prefetch_related("steps").order_by("opened_at", "pk")
    found = list(open_ones[:20])
    apart = kept_apart(person.pk) if found else set()
    soon = clock.now() + timedelta(hours=12)
    rows = [
        _row(one, desks[one.community_id].community.slug, desks[one.community_id].community.name)
        for one in found
        if one.about.person_id not in apart and next_of(one)[1] <= soon
    ]
    yield from rows[:5]


def services(steward: Membership) -> Iterable[Row]:
    """The community's own lines and services that nobody checked for ninety days. Two queries."""
    own = LocalService.objects.filter(community=steward.community_id, retired_at__isnull=True)[:200]
    unchecked = sum(line.checked_at is None for line in as_lines(own))
    if unchecked:
        yield Row(
            title=ngettext(
                "%(n)d line or service of yours is unverified",
                "%(n)d lines or services of yours are unverified",
                unchecked,
            )
            % {"n": unchecked},
            detail=_("Compare each with its source. A check counts for ninety days."),
            url=reverse("support:services", args=[steward.community.slug]),
            action=_("Check them"),
            icon="crisis",
        )


DESK.add("concerns", desk)
DESK.add("services", services)
TODAY.add("concerns", today)
EXPORT_SECTIONS.add("looked after", personal.export)
ERASERS.add("looked after", personal.erase)
