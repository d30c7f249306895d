"""What the clock does: opening, counting and telling."""

from __future__ import annotations

from commonweal.kit import clock
from commonweal.kit.jobs import job

from . import counting
from .actions import open_ballot
from .models import OpinionMap, Proposal


@job(schedule="*/2 * * * *")
def open_and_count_ballots() -> None:
    """Every other minute: open the votes whose time has come, count those that are over."""
    now = clock.now()
    for proposal in Proposal.objects.filter(opened_at__isnull=True, opens_at__lte=now, closes_at__gt=now)[:100]:
        open_ballot(proposal=proposal)
    for proposal in Proposal.objects.filter(counted_at__isnull=True, opened_at__isnull=False, closes_at__lte=now)[:100]:
        counting.count(proposal)


@job(schedule="*/2 * * * *")
def count_opinion_maps() -> None:
    """Every other minute: count the opinion maps that have closed."""
    for opinion_map in OpinionMap.objects.filter(counted_at__isnull=True, closes_at__lte=clock.now())[:20]:
        counting.count_map(opinion_map)


@job(lane="bulk")
def tell_more_of_result(*, proposal_id: int) -> None:
    """The next slice of voters hears the result."""
    counting.tell_result(proposal_id=proposal_id)


@job(lane="bulk")
def tell_more_of_outcome(*, decision_id: int) -> None:
    """The next slice of voters hears what came of it."""
    counting.tell_outcome(decision_id=decision_id)


@job(lane="bulk")
def tell_more_of_map(*, map_id: int) -> None:
    """The next slice of people who answered hears what the map shows."""
    counting.tell_map(map_id=map_id)
