"""What the pages about decisions read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock
from commonweal.trail.actions import type_of
from commonweal.trail.models import Outcome

from .access import readable_maps, readable_proposals, readable_statements
from .models import Answer, Decision, OpinionMap, Proposal, RollEntry, Statement


@dataclass(frozen=True)
class Standing:
    """Where a member stands with a vote."""

    on_roll: bool
    voted: bool


def standing(proposal: Proposal, membership: Membership | None) -> Standing:
    """Whether the member may vote and has. One query, none for a guest."""
    if membership is None:
        return Standing(False, False)
    voted = RollEntry.objects.filter(proposal=proposal, membership=membership).values_list("voted", flat=True).first()
    return Standing(voted is not None, bool(voted))


def open_things(community: Community, membership: Membership | None, limit: int = 3) -> list[Proposal | OpinionMap]:
    """The votes and maps that are open, the one that closes first in front. Two queries."""
    now = clock.now()
    proposals = readable_proposals(community, membership).filter(closes_at__gt=now, counted_at__isnull=True)
    maps = readable_maps(community, membership).filter(closes_at__gt=now, counted_at__isnull=True)
    found: list[Proposal | OpinionMap] = [
        *proposals.order_by("closes_at", "pk")[:limit],
        *maps.order_by("closes_at", "pk")[:limit],
    ]
    return sorted(found, key=lambda thing: thing.closes_at)[:limit]


def next_statement(opinion_map: OpinionMap, membership: Membership) -> Statement | None:
    """The statement the member has not answered that fewest people have seen. Two queries at most."""
    mine = Answer.objects.filter(statement=OuterRef("pk"), membership=membership)
    return readable_statements(opinion_map, membership).filter(~Exists(mine)).order_by("seen", "id").first()


def answered_by(opinion_map: OpinionMap, membership: Membership) -> list[Answer]:
    """The member's own newest answers, to look at and change. One query."""
    mine = Answer.objects.filter(membership=membership, statement__opinion_map=opinion_map)
    return list(mine.select_related("statement").order_by("-at", "-pk")[:30])


def outcome_of(decision: Decision) -> Outcome | None:
    """What came of a decision. One query."""
    return Outcome.objects.filter(subject_type=type_of(decision), subject_id=decision.pk).first()
