from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q

from commonweal.communities.models import Community, Door, Membership, State
from commonweal.kit import clock
from commonweal.kit.jobs import job
from commonweal.people.models import Consent

from .models import FEWEST_SEATS, Kind, Pause, Seat
from .proposing import propose_for, run_round
from .repairing import circles_to_repair, repair

WORDS_KEPT_FOR = timedelta(days=90)


@job(lane="bulk", schedule="40 4 * * *")
def daily_rounds() -> None:
    """Daily: a round for people like oneself wherever somebody ever agreed to introductions and Meet is open."""
    agreed = Consent.objects.filter(purpose=Consent.Purpose.INTRODUCTIONS, given=True)
    _begin(
        Community.objects.filter(memberships__state=State.ACTIVE, memberships__person__in=agreed.values("person")),
        Kind.BUDDY,
        clock.now().strftime("%Y-%m-%d"),
    )


@job(lane="bulk", schedule="10 * * * *")
def hourly_rounds() -> None:
    """Hourly: a round for those who seek somebody a step ahead, wherever somebody seeks and somebody helps."""
    seeking = Membership.objects.filter(state=State.ACTIVE, wishes__seeks=True).values("community")
    helping = Membership.objects.filter(state=State.ACTIVE, wishes__helps=True).values("community")
    _begin(
        Community.objects.filter(pk__in=seeking).filter(pk__in=helping),
        Kind.MENTOR,
        clock.now().strftime("%Y-%m-%dT%H"),
    )


@job(lane="bulk", schedule="20 5 * * 2")
def weekly_circles() -> None:
    """Weekly, on Tuesday: a round of circles wherever at least five people agreed to be asked into one."""
    wanting = Count("memberships", filter=Q(memberships__state=State.ACTIVE, memberships__wishes__circle=True))
    enough = Community.objects.annotate(wanting=wanting).filter(wanting__gte=FEWEST_SEATS)
    _begin(enough, Kind.CIRCLE, clock.now().strftime("%Y-%m-%d"))


@job(lane="bulk", schedule="0 6 * * *")
def repair_circles() -> None:
    """Daily: circles that fell below five ask others in, until they have five or nobody is left to ask."""
    gone = Seat.objects.filter(left_at__isnull=True, circle__last_at__gt=clock.now())
    gone.exclude(membership__state=State.ACTIVE).update(left_at=clock.now())
    for circle in circles_to_repair()[:500]:
        if Door.MEET not in circle.community.closed_doors:
            repair(circle)


def _begin(communities: Iterable[Community], kind: str, period: str) -> None:
    for community in communities.distinct().only("pk", "closed_doors").iterator():  # type: ignore[attr-defined]
        if Door.MEET not in community.closed_doors:
            round_in.enqueue(community_id=community.pk, kind=kind, period=period)


@job(lane="bulk")
def round_in(*, community_id: int, kind: str, period: str) -> None:
    """One round in one community. A second run goes on where the first stopped, and changes nothing after its end."""
    community = Community.objects.filter(pk=community_id).first()
    if community is not None and Door.MEET not in community.closed_doors:
        run_round(community, kind, period)


@job()
def look_for(*, membership_id: int) -> None:
    """Look now for somebody this member could meet. They hear of it like of any other introduction."""
    found = Membership.objects.select_related("community").filter(pk=membership_id, state=State.ACTIVE).first()
    if found is not None and Door.MEET not in found.community.closed_doors:
        propose_for(found)


@job(lane="bulk", schedule="50 3 * * *")
def forget_words() -> None:
    """Nightly: words about somebody's safety are blanked ninety days after a steward has looked."""
    Pause.objects.filter(looked_at__lt=clock.now() - WORDS_KEPT_FOR).exclude(words="").update(words="")
