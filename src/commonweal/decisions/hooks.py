"""What decisions contribute to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.communities.models import Community, Membership
from commonweal.communities.registries import (
    ACT_ROWS,
    DESK,
    NEED_YOU,
    NEW,
    REPORTABLES,
    TODAY,
    YOU_SAID,
    Reportable,
    Row,
)
from commonweal.kit import clock
from commonweal.kit.templatetags.commonweal import day
from commonweal.people.models import Person
from commonweal.people.registries import EXPORT_SECTIONS

from . import queries
from .access import get_map_for, get_proposal_for, get_statement_for
from .models import Answer, Decision, NamedBallot, OpinionMap, Proposal, RollEntry, Statement
from .opinion_actions import withhold


def _proposal_url(proposal: Proposal, slug: str) -> str:
    return reverse("decisions:proposal", args=[slug, proposal.pk])


def act_rows(community: Community, membership: Membership | None) -> Iterable[Row]:
    """The votes and opinion maps that are open. Two queries."""
    for thing in queries.open_things(community, membership):
        if isinstance(thing, Proposal):
            url, icon, action, detail = _proposal_url(thing, community.slug), "vote", _("Vote"), _("A sealed vote")
        else:
            url, icon = reverse("decisions:map", args=[community.slug, thing.pk]), "statement"
            action, detail = _("Answer"), _("Agree, disagree or pass")
        yield Row(
            title=thing.question, detail=detail, url=url, action=action, due=thing.closes_at, icon=icon, tone="wait"
        )


def ballots_open_to_you(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Votes whose roll names this person and that they have not answered. One query."""
    mine = {membership.pk: membership for membership in memberships}
    waiting = RollEntry.objects.filter(
        membership__in=list(mine),
        voted=False,
        proposal__counted_at__isnull=True,
        proposal__closes_at__gt=clock.now(),
        proposal__withheld_at__isnull=True,
    )
    for entry in waiting.select_related("proposal").order_by("proposal__closes_at")[:5]:
        community = mine[entry.membership_id].community
        yield Row(
            title=entry.proposal.question,
            detail=_("A vote in %(community)s is open to you.") % {"community": community.name},
            url=_proposal_url(entry.proposal, community.slug),
            action=_("Vote"),
            group=NEW,
            due=entry.proposal.closes_at,
            icon="vote",
        )


def promises_to_keep(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Decisions this person said they would see done. One query."""
    mine = {membership.pk: membership for membership in memberships}
    todo = Decision.objects.filter(owner__in=list(mine), done_at__isnull=True).select_related("proposal")
    for decision in todo.order_by("due_on")[:5]:
        community = mine[decision.owner_id].community
        late = decision.due_on < clock.now().date()
        yield Row(
            title=decision.promise,
            detail=_("You see that it is done by %(day)s.") % {"day": day(decision.due_on)},
            url=_proposal_url(decision.proposal, community.slug),
            action=_("Say how it went"),
            group=YOU_SAID,
            icon="outcome",
            tag=_("late") if late else "",
            tone="wait" if late else "",
        )


def decisions_without_a_person(steward: Membership) -> Iterable[Row]:
    """What passed and nobody took on, and what is overdue. Two queries."""
    month_ago = clock.now() - timedelta(days=30)
    passed = Proposal.objects.filter(
        community=steward.community_id, passed=True, decision__isnull=True, counted_at__gte=month_ago
    )
    slug = steward.community.slug
    for proposal in passed.order_by("counted_at")[:3]:
        yield Row(
            title=proposal.question,
            detail=_("It passed; nobody has taken it on yet."),
            url=reverse("decisions:decide", args=[slug, proposal.pk]),
            action=_("Name who does it"),
            group=NEED_YOU,
            due=proposal.counted_at,
            icon="vote",
        )
    overdue = Decision.objects.filter(
        community=steward.community_id, done_at__isnull=True, due_on__lt=clock.now().date()
    ).select_related("owner", "proposal")
    for decision in overdue.order_by("due_on")[:3]:
        yield Row(
            title=decision.promise,
            detail=_("%(name)s was to see this done by %(day)s.")
            % {"name": decision.owner.display_name, "day": day(decision.due_on)},
            url=_proposal_url(decision.proposal, slug),
            action=_("Look"),
            group=NEED_YOU,
            icon="outcome",
            tag=_("late"),
            tone="wait",
        )


def _get_statement(viewer: Membership, pk: int) -> Statement:
    opinion_map = OpinionMap.objects.filter(statements=pk, community=viewer.community_id).first()
    return get_statement_for(viewer, get_map_for(viewer, viewer.community, opinion_map.pk if opinion_map else 0), pk)


def _map_url(opinion_map: OpinionMap) -> str:
    return reverse("decisions:map", args=[opinion_map.community.slug, opinion_map.pk])


REPORTABLES.add(
    "proposal",
    Reportable(
        key="proposal",
        label=gettext_lazy("a question put to the vote"),
        get=lambda viewer, pk: get_proposal_for(viewer, viewer.community, pk),
        community=lambda proposal: proposal.community,
        author=lambda proposal: proposal.author,
        excerpt=lambda proposal: f"{proposal.question}\n\n{proposal.details}"[:1000],
        url=lambda proposal: _proposal_url(proposal, proposal.community.slug),
        withhold=lambda proposal, _by: withhold(thing=proposal, hidden=True),
        restore=lambda proposal, _by: withhold(thing=proposal, hidden=False),
    ),
)
REPORTABLES.add(
    "statement",
    Reportable(
        key="statement",
        label=gettext_lazy("a statement"),
        get=_get_statement,
        community=lambda statement: statement.opinion_map.community,
        author=lambda statement: statement.author,
        excerpt=lambda statement: statement.text,
        url=lambda statement: _map_url(statement.opinion_map),
        withhold=lambda statement, _by: withhold(thing=statement, hidden=True),
        restore=lambda statement, _by: withhold(thing=statement, hidden=False),
    ),
)
REPORTABLES.add(
    "opinion-map",
    Reportable(
        key="opinion-map",
        label=gettext_lazy("an opinion map"),
        get=lambda viewer, pk: get_map_for(viewer, viewer.community, pk),
        community=lambda opinion_map: opinion_map.community,
        author=lambda opinion_map: opinion_map.author,
        excerpt=lambda opinion_map: f"{opinion_map.question}\n\n{opinion_map.details}"[:1000],
        url=_map_url,
        withhold=lambda opinion_map, _by: withhold(thing=opinion_map, hidden=True),
        restore=lambda opinion_map, _by: withhold(thing=opinion_map, hidden=False),
    ),
)


def export(person: Person) -> dict[str, Any]:
    """One's questions, statements, answers, open votes and promises. Sealed votes cannot be found again, by anyone."""
    mine = {"membership__person": person}
    return {
        "proposals": list(Proposal.objects.filter(author__person=person).values("question", "details", "proposed_at")),
        "votes": list(RollEntry.objects.filter(**mine).values("voted", question=F("proposal__question"))),
        "open_votes": list(
            NamedBallot.objects.filter(**mine).values("choice", "cast_at", question=F("proposal__question"))
        ),
        "promises": list(Decision.objects.filter(owner__person=person).values("promise", "due_on", "done_at")),
        "opinion_maps": list(
            OpinionMap.objects.filter(author__person=person).values("question", "details", "opens_at")
        ),
        "statements": list(Statement.objects.filter(author__person=person).values("text", "written_at")),
        "answers": list(Answer.objects.filter(**mine).values("choice", "at", statement_text=F("statement__text"))),
    }


ACT_ROWS.add("decisions", act_rows)
TODAY.add("ballots", ballots_open_to_you)
TODAY.add("promises", promises_to_keep)
DESK.add("decisions", decisions_without_a_person)
EXPORT_SECTIONS.add("decisions", export)
