"""Reading cases. Each says its query count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.communities.registries import DESK, REPORTABLES, Row
from commonweal.people.models import Person

from .models import Appeal, Case, Decision, Measure, Report

#: The groups of the desk and the sources whose rows stand in each, by the key under which they registered: what can
#: least wait comes first. A source in none of them stands last, under "Also waiting".
GROUPS: list[tuple[Any, tuple[str, ...]]] = [
    (_("Somebody may not be safe"), ("concerns", "held for a human", "circles", "gatherings-safety")),
    (_("Reports and appeals"), ("moderation",)),
    (_("Support"), ("support", "services", "giving support", "gaps in the rota")),
    (_("Joining and welcome"), ("communities", "vetting")),
    (_("Campaigns and decisions"), ("campaigns", "decisions")),
    (_("Library"), ("library",)),
]


@dataclass(frozen=True)
class Group:
    """Rows of one or more sources on the desk."""

    label: Any
    rows: list[Row]


def label_of(kind: str) -> Any:
    """How a kind of thing is called ("a post")."""
    reportable = REPORTABLES.get(kind)
    return reportable.label if reportable else _("something")


def desk_of(steward: Membership) -> list[Group]:
    """Everything that waits for a steward, in groups, the most urgent row of each first. At most two queries a source."""
    named = {key for _label, keys in GROUPS for key in keys}
    others = tuple(key for key, _source in DESK.items() if key not in named)
    groups = []
    for label, keys in [*GROUPS, (_("Also waiting"), others)]:
        rows = [row for key in keys for row in (DESK[key](steward) if key in DESK else ())]
        if rows:
            groups.append(Group(label, sorted(rows, key=_how_soon)))
    return groups


def _how_soon(row: Row) -> tuple[bool, float]:
    return row.due is None, row.due.timestamp() if row.due else 0.0


def open_cases(steward: Membership) -> QuerySet[Case]:
    """Undecided cases this steward may see: not those about themselves. One query, with the number of reports."""
    return (
        Case.objects.filter(community=steward.community_id, decided_at__isnull=True)
        .exclude(author=steward.pk)
        .select_related("held")
        .annotate(reports_count=Count("reports"))
        .order_by("opened_at", "id")
    )


def waiting_appeals(steward: Membership) -> QuerySet[Appeal]:
    """Appeals nobody has answered, for stewards other than the author. One query."""
    return (
        Appeal.objects.filter(decision__community=steward.community_id, answer__isnull=True)
        .exclude(decision__about=steward.pk)
        .select_related("decision__case")
        .order_by("at", "id")
    )


def decisions_in(community: Community) -> QuerySet[Decision]:
    """The public log's rows, without anything personal loaded into the page. One query."""
    let_through = Q(case__held__isnull=False, measure=Measure.KEEP)  # nothing was done to anybody
    decisions = Decision.objects.filter(community=community).exclude(let_through)
    return decisions.select_related("case", "appeal__answer")


def earlier_decisions(case: Case) -> Iterable[Decision]:
    """What was decided about the same member before, newest first, ten at most. One query."""
    if case.author_id is None or case.author_hidden:
        return []
    about = Decision.objects.filter(about=case.author_id).exclude(case=case.pk).exclude(measure=Measure.KEEP)
    return about.order_by("-at")[:10]


def reports_by(person: Person) -> QuerySet[Report]:
    """What a person reported, newest first. One query."""
    reports = Report.objects.filter(reporter__person=person).select_related("case__community", "case__decision")
    return reports.order_by("-at", "-id")


def decisions_about(person: Person) -> QuerySet[Decision]:
    """What was decided about a person's own things, newest first. One query."""
    about = Decision.objects.filter(about__person=person).exclude(measure=Measure.KEEP)
    return about.select_related("case__community", "appeal__answer").order_by("-at", "-id")
