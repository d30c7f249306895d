"""What moderation contributes to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonweal.communities.access import get_member_for
from commonweal.communities.models import Community, Membership
from commonweal.communities.registries import (
    DESK,
    DOOR_PAGES,
    INTRODUCTIONS_WAIT,
    MEMBER_STEPS,
    NEED_YOU,
    REPORTABLES,
    TODAY,
    DoorPage,
    Reportable,
    Row,
)
from commonweal.conversations.registries import ON_POST, TOPIC_PANELS
from commonweal.kit import clock
from commonweal.people.models import Person
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS

from . import first_messages
from .models import Appeal, Case, Decision, Note, Report
from .queries import decisions_about, label_of, open_cases, reports_by, waiting_appeals


def desk(steward: Membership) -> Iterable[Row]:
    """Cases and appeals with their age and next action. Two queries."""
    slug = steward.community.slug
    for case in open_cases(steward)[:20]:
        if case.is_held and not case.reports_count:  # type: ignore[attr-defined]
            yield _held_row(slug, case)
            continue
        count = case.reports_count  # type: ignore[attr-defined]
        yield Row(
            title=_("Reported: %(kind)s") % {"kind": label_of(case.kind)},
            detail=ngettext("%(n)d report, the first %(age)s ago", "%(n)d reports, the first %(age)s ago", count)
            % {"n": count, "age": timesince(case.opened_at, clock.now(), depth=1)},
            url=reverse("moderation:case", args=[slug, case.pk]),
            action=_("Look at it"),
            due=case.due_at,
            icon="flag",
        )
    for appeal in waiting_appeals(steward)[:20]:
        own = appeal.decision.steward_id == steward.pk
        yield Row(
            title=_("An appeal: %(kind)s") % {"kind": label_of(appeal.decision.case.kind)},
            detail=_("You decided first, so another steward has to look.") if own else _("You did not decide before."),
            url=reverse("moderation:case", args=[slug, appeal.decision.case_id]),
            action=_("Read it") if own else _("Decide it"),
            due=appeal.at,
            icon="scale",
            tag=_("appeal"),
            tone="wait",
        )


def _held_row(slug: str, case: Case) -> Row:
    return Row(
        title=_("A newcomer’s first message"),
        detail=_("Only its author sees it until you have read it."),
        url=reverse("moderation:case", args=[slug, case.pk]),
        action=_("Read it"),
        due=case.due_at,
        icon="talk",
    )


def today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """For stewards: the oldest reports and appeals that wait for them. Two queries, none for other members."""
    desks = {m.community_id: m for m in memberships if m.is_steward}
    if not desks:
        return
    mine = [m.pk for m in desks.values()]
    waiting = Case.objects.filter(community__in=desks, decided_at__isnull=True).exclude(author__in=mine)
    for case in waiting.exclude(reports__reporter__in=mine).select_related("held").order_by("opened_at")[:3]:
        title = _("A newcomer’s first message waits") if case.is_held else _("Something was reported")
        yield _today_row(desks[case.community_id], case, title, _("Look at it"))
    appeals = Appeal.objects.filter(decision__community__in=desks, answer__isnull=True).select_related("decision__case")
    for appeal in appeals.exclude(decision__steward__in=mine).exclude(decision__about__in=mine).order_by("at")[:2]:
        case = appeal.decision.case
        yield _today_row(desks[case.community_id], case, _("Somebody appeals a decision"), _("Decide it"))


def _today_row(steward: Membership, case: Case, title: str, action: str) -> Row:
    return Row(
        title=title,
        detail=steward.community.name,
        url=reverse("moderation:case", args=[steward.community.slug, case.pk]),
        action=action,
        group=NEED_YOU,
        due=case.due_at,
        icon="flag",
    )


#: Reasons of a report that speak of somebody's safety, as `circles` has them for authors with a name.
SPEAKS_OF_SAFETY = ("danger", "harassment", "hate", "private", "sexual")


def introductions_wait(community: Community) -> QuerySet[Case, int | None]:
    """Authors whose name is hidden and about whom a report speaks of safety: nobody new is introduced to them until the
    case is decided. No row anywhere says so, and the desk learns no name.
    """
    cases = Case.objects.filter(community=community, author_hidden=True, decided_at__isnull=True, author__isnull=False)
    return cases.filter(reports__reason__in=SPEAKS_OF_SAFETY).values_list("author", flat=True)


def member_step(viewer: Membership, member: Membership) -> tuple[str, str] | None:
    """Report this person."""
    if viewer.pk == member.pk:
        return None
    return _("Report"), reverse("moderation:report", args=[member.community.slug, "member", member.pk])


def _member_for(viewer: Membership, member_id: int) -> Membership:
    return get_member_for(viewer, viewer.community, member_id)


def export(person: Person) -> dict[str, Any]:
    """What a person reported, and what was decided about things of theirs."""
    return {
        "reports": [
            {"at": r.at, "community": r.case.community.name, "about": r.case.kind, "reason": r.reason, "words": r.words}
            for r in reports_by(person)
        ],
        "decisions": [
            {"at": d.at, "community": d.case.community.name, "measure": d.measure, "explanation": d.explanation}
            for d in decisions_about(person)
        ],
        "notes_as_a_steward": list(Note.objects.filter(author__person=person).values("at", "text")),
        "appeals": list(Appeal.objects.filter(membership__person=person).values("at", "words")),
    }


def erase(person: Person) -> None:
    """Blank the person's own words, and what cases quote of them. The decisions stay, about somebody who left."""
    Report.objects.filter(reporter__person=person).update(words="")
    Note.objects.filter(author__person=person).delete()
    Appeal.objects.filter(membership__person=person).update(words="")
    Case.objects.filter(author__person=person).update(excerpt="")
    Decision.objects.filter(about__person=person).update(explanation="")


DOOR_PAGES.add("desk", DoorPage("desk", "moderation:desk"))
DESK.add("moderation", desk)
INTRODUCTIONS_WAIT.add("moderation", introductions_wait)
ON_POST.add("first-messages", first_messages.hold_if_first)
TOPIC_PANELS.add("first-messages", first_messages.panel)
TODAY.add("moderation", today)
MEMBER_STEPS.add("report", member_step)
EXPORT_SECTIONS.add("moderation", export)
ERASERS.add("moderation", erase)
if "member" not in REPORTABLES:
    REPORTABLES.add(
        "member",
        Reportable(
            key="member",
            label=gettext_lazy("person"),
            get=_member_for,
            community=lambda member: member.community,
            author=lambda member: member,
            excerpt=lambda member: " · ".join(filter(None, [member.display_name, member.about, member.brought])),
            url=lambda member: reverse("communities:member", args=[member.community.slug, member.pk]),
        ),
    )
