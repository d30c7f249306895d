"""Reading gatherings: lists, who comes, one's own answers, and the coming week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from commonweal.communities.models import Membership, State
from commonweal.kit import clock
from commonweal.people.models import Block
from commonweal.people.queries import kept_apart

from .access import not_hosted_by
from .actions import LONGEST
from .models import Answer, Gathering, Rsvp

#: How many faces a page shows before "and others".
FACES = 12


def upcoming(gatherings: QuerySet[Gathering]) -> QuerySet[Gathering]:
    """Those that have not ended. The bound on the start lets the index do the work."""
    now = clock.now()
    return gatherings.filter(starts_at__gte=now - LONGEST, ends_at__gte=now).select_related("cancellation")


def past(gatherings: QuerySet[Gathering]) -> QuerySet[Gathering]:
    """Those that took place, or should have."""
    return gatherings.filter(ends_at__lt=clock.now()).select_related("cancellation", "recap")


def within(gatherings: QuerySet[Gathering], start: datetime, end: datetime) -> list[Gathering]:
    """At most sixty that start in a stretch of time and were not cancelled, by start. One query."""
    found = gatherings.filter(starts_at__gte=start, starts_at__lt=end, cancellation__isnull=True)
    return list(found.order_by("starts_at", "id")[:60])


def answers_of(membership: Membership | None, gatherings: Iterable[Gathering]) -> dict[int, str]:
    """{gathering id: this member's answer} for the gatherings of one page. One query, none for a guest."""
    if membership is None:
        return {}
    rows = Rsvp.objects.filter(membership=membership, gathering__in=[g.pk for g in gatherings])
    return dict(rows.values_list("gathering_id", "answer"))


def room(gathering: Gathering) -> str:
    """How much room there is, as a band: "full", "few", "free", or "" without a limit.

    A band, because a number beside the list of who comes would show that somebody is missing from it.
    """
    if gathering.capacity is None:
        return ""
    left = gathering.capacity - gathering.coming_count
    if left <= 0:
        return "full"
    return "few" if left <= max(2, gathering.capacity // 5) else "free"


@dataclass(frozen=True)
class Coming:
    """Who comes, as one reader may see it: some of them beside the hosts, and how many in all."""

    members: list[Membership]
    count: int
    hosts: int = 0

    @property
    def rest(self) -> int:
        return self.count - self.hosts - len(self.members)


def who_comes(gathering: Gathering, viewer: Membership | None) -> Coming:
    """The first who come, without anybody kept apart from the viewer, and the count of all but those. Three queries at most."""
    yes = Rsvp.objects.filter(gathering=gathering, answer=Answer.YES, membership__state=State.ACTIVE)
    apart = kept_apart(viewer.person_id) if viewer is not None and viewer.person_id else set()
    yes = yes.exclude(membership__person__in=apart) if apart else yes
    hosts = {host.pk for host in getattr(gathering, "named_hosts", ())}  # their names stand above already
    most = FACES + len(hosts)
    rows = list(yes.select_related("membership").order_by("answered_at", "pk")[: most + 1])
    count = yes.count() if len(rows) > most else len(rows)
    guests = [row.membership for row in rows if row.membership_id not in hosts]
    return Coming(members=guests[:FACES], count=count, hosts=len(rows) - len(guests))


@dataclass
class GuestList:
    """Everyone's answer, for hosts: with what they need, in the order of the waiting list."""

    yes: list[Rsvp] = field(default_factory=list)
    waiting: list[Rsvp] = field(default_factory=list)
    maybe: list[Rsvp] = field(default_factory=list)


def guest_list(gathering: Gathering, host: Membership) -> GuestList:
    """The answers a host sees, at most five hundred, without anybody kept apart from that host. Two queries."""
    apart = kept_apart(host.person_id) if host.person_id else set()
    rows = Rsvp.objects.filter(gathering=gathering).exclude(answer=Answer.NO).select_related("membership")
    found: dict[str, list[Rsvp]] = defaultdict(list)
    for rsvp in rows.order_by("answered_at", "pk")[:500]:
        if rsvp.membership.person_id not in apart and rsvp.membership.is_active:
            found[rsvp.answer].append(rsvp)
    return GuestList(yes=found[Answer.YES], waiting=found[Answer.WAITING], maybe=found[Answer.MAYBE])


def conflicts(gathering: Gathering, host: Membership) -> list[tuple[str, str]]:
    """Pairs of names of people who come and are kept apart by a block; never who blocked whom, never a pair with the host.

    Two queries.
    """
    yes = Rsvp.objects.filter(gathering=gathering, answer=Answer.YES, membership__person__isnull=False)
    names = dict(yes.exclude(membership=host).values_list("membership__person_id", "membership__display_name")[:500])
    blocks = Block.objects.filter(blocker__in=list(names), blocked__in=list(names))
    pairs = {tuple(sorted((names[one], names[other]))) for one, other in blocks.values_list("blocker_id", "blocked_id")}
    return [(one, other) for one, other in sorted(pairs)]


def coming_of(person_id: int, *, since: timedelta = timedelta(days=30)) -> list[Gathering]:
    """What a person comes to, in all their communities, from `since` ago on; at most two hundred. Two queries."""
    rows = Gathering.objects.filter(
        rsvps__answer=Answer.YES,
        rsvps__membership__person=person_id,
        rsvps__membership__state=State.ACTIVE,
        withheld_at__isnull=True,
        ends_at__gte=clock.now() - since,
    )
    rows = not_hosted_by(kept_apart(person_id), rows)
    return list(rows.select_related("community", "cancellation").order_by("starts_at", "id")[:200])
