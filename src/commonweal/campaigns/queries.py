"""What the pages about campaigns read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import type_of
from commonweal.trail.models import Outcome

from .access import own_drafts, readable_campaigns
from .models import Action, Campaign, Organiser, Pledge, Pledging, Signature, Taking


@dataclass
class PledgeRow:
    """A pledge as a page shows it. `kept` of `answered` said they did it; `names` are only those who chose to show theirs."""

    pledge: Pledge
    mine: Pledging | None = None
    is_open: bool = False
    kept: int = 0
    answered: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float | None:
        """The share of all who pledged that says "I did it"; None before the start."""
        return self.kept / self.pledge.pledges_count if self.pledge.started_at and self.pledge.pledges_count else None


@dataclass
class WorkRow:
    """A task or shift as a page shows it, with the viewer's own place and, for organisers, everyone's."""

    action: Action
    mine: Taking | None = None
    over: bool = False
    takings: list[Taking] = field(default_factory=list)


def pledge_rows(campaign: Campaign, membership: Membership | None) -> list[PledgeRow]:
    """The pledges of a campaign. Four queries at most, however many people pledged."""
    now = clock.now()
    rows = {pledge.pk: PledgeRow(pledge, is_open=pledge.is_open(now)) for pledge in campaign.pledges.order_by("pk")}
    if not rows:
        return []
    pledgings = Pledging.objects.filter(pledge__in=rows)
    counts = (
        pledgings.filter(did__isnull=False)
        .values_list("pledge")
        .annotate(n=Count("pk"), kept=Count("pk", filter=Q(did=True)))
    )
    for pk, answered, kept in counts.order_by():
        rows[pk].answered, rows[pk].kept = answered, kept
    if membership is not None:
        for mine in pledgings.filter(membership=membership):
            rows[mine.pledge_id].mine = mine
    apart = kept_apart(membership.person_id) if membership is not None and membership.person_id else set()
    shown = pledgings.filter(show_name=True).exclude(membership__person__in=apart).order_by("pk")
    for pk, name in shown.values_list("pledge", "membership__display_name")[:100]:
        rows[pk].names.append(name)
    return list(rows.values())


def work_rows(campaign: Campaign, membership: Membership | None, *, organiser: bool) -> list[WorkRow]:
    """The tasks and shifts, the next one first; places of others only for organisers. Two queries."""
    now = clock.now()
    actions = campaign.actions.order_by("starts_at", "pk")[:100]
    rows = {action.pk: WorkRow(action, over=action.is_over(now)) for action in actions}
    if not rows or membership is None:
        return list(rows.values())
    takings = Taking.objects.filter(action__in=rows, given_back_at__isnull=True).select_related("membership")
    if not organiser:
        takings = takings.filter(membership=membership)
    for taking in takings.order_by("pk")[:500]:
        row = rows[taking.action_id]
        if taking.membership_id == membership.pk:
            row.mine = taking
        if organiser:
            row.takings.append(taking)
    return list(rows.values())


def organisers_of(campaign: Campaign) -> list[Organiser]:
    """Those asked to organise, in the order in which they were asked. One query."""
    return list(campaign.organisers.filter(declined_at=None).select_related("membership").order_by("pk"))


def signature_of(campaign: Campaign, membership: Membership | None) -> Signature | None:
    return (
        Signature.objects.filter(campaign=campaign, membership=membership).first() if membership is not None else None
    )


def shown_signatures(campaign: Campaign, membership: Membership | None) -> list[str]:
    """The names of those who chose to show theirs, newest first, at most twelve. Two queries."""
    apart = kept_apart(membership.person_id) if membership is not None and membership.person_id else set()
    shown = Signature.objects.filter(campaign=campaign, show_name=True).exclude(membership__person__in=apart)
    return list(shown.order_by("-pk").values_list("membership__display_name", flat=True)[:12])


def outcome_of(campaign: Campaign) -> Outcome | None:
    if campaign.closed_at is None:
        return None
    return Outcome.objects.filter(subject_type=type_of(campaign), subject_id=campaign.pk).first()


def drafts_of(community: Community, membership: Membership | None) -> list[Campaign]:
    """One's own drafts. One query, none for a guest."""
    if membership is None:
        return []
    return list(own_drafts(membership).order_by("-pk").distinct()[:10])


def next_pledges(campaigns: list[Campaign], now: datetime) -> dict[int, Pledge]:
    """For each campaign the waiting pledge that closes first. One query."""
    waiting = Pledge.objects.filter(
        campaign__in=[c.pk for c in campaigns], started_at__isnull=True, unmet_at__isnull=True, deadline__gt=now
    )
    found: dict[int, Pledge] = {}
    for pledge in waiting.order_by("deadline", "pk"):
        found.setdefault(pledge.campaign_id, pledge)
    return found


def search(community: Community, membership: Membership | None, text: str, limit: int) -> list[Campaign]:
    """Launched campaigns whose title or goal holds the words. Two queries at most."""
    found = readable_campaigns(community, membership).filter(Q(title__icontains=text) | Q(goal__icontains=text))
    return list(found.order_by("-launched_at")[:limit])
