from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from commonweal.communities.models import Membership
from commonweal.conversations.access import apart_from
from commonweal.kit import clock

from ..models.desk import Assessment, CaseStep, Concern, Raising, Source, StepKind
from . import flow


def concerns_for(steward: Membership) -> QuerySet[Concern]:
    """The cases this steward may look after, with the steps taken. One extra query, for the blocks."""
    found = Concern.objects.filter(community=steward.community_id).exclude(about=steward.pk)
    apart = apart_from(steward)
    if apart:
        found = found.exclude(about__person__in=apart)
    steps = Prefetch("steps", queryset=CaseStep.objects.select_related("by"))
    return found.select_related("assessment").prefetch_related(steps)


def next_of(concern: Concern) -> tuple[str, datetime]:
    """The next step of a case and when it is due. No query when steps and assessment were fetched."""
    taken = {step.kind for step in concern.steps.all()}
    judged: Assessment | None = getattr(concern, "assessment", None)
    kind = flow.next_step(taken, mistaken=judged is not None and judged.mistaken)
    return kind, flow.due(concern.opened_at, kind)


def due_of(concern: Concern, now: datetime) -> list[str]:
    """The steps whose time has come and that nobody has taken. No query when steps and assessment were fetched."""
    taken = {step.kind for step in concern.steps.all()}
    judged: Assessment | None = getattr(concern, "assessment", None)
    left = flow.missing(taken, mistaken=judged is not None and judged.mistaken) or [StepKind.CLOSED]
    return [kind for kind in left if flow.due(concern.opened_at, kind) <= now]


def checks_open(concern: Concern, now: datetime) -> list[str]:
    """Looking again after a day and a week, where it can be done now and was not. No query when steps were fetched."""
    taken = {step.kind for step in concern.steps.all()}
    return [kind for kind in flow.EARLY if kind not in taken and flow.may_check(concern.opened_at, kind, now)]


def sources_of(concern: Concern) -> list[Any]:
    """How the concern came, each way once, without saying through whom. One query."""
    found = dict.fromkeys(Raising.objects.filter(concern=concern).values_list("source", flat=True))
    return [Source(source).label for source in found]


def road(concern: Concern) -> list[dict[str, Any]]:
    """Every step of a case in order: done by whom and when, or due when. For the page. No query when fetched."""
    taken = {step.kind: step for step in concern.steps.all()}
    upcoming, _due = next_of(concern)
    now = clock.now()
    rows = []
    for kind in StepKind:
        step, by = taken.get(kind), flow.due(concern.opened_at, kind)
        row = {"kind": kind, "label": kind.label if step else kind.to_do, "step": step, "due": by}
        late, here = step is None and by < now, kind == upcoming and concern.closed_at is None
        rows.append({**row, "late": late, "here": here})
    return rows
