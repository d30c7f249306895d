"""What a round knows of each member, read with a handful of queries however many people there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from commonweal.communities.afterwards import Again
from commonweal.communities.models import Community, Membership, State
from commonweal.communities.registries import INTRODUCTIONS_WAIT, NOT_AGAIN
from commonweal.communities.vetting import separation
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.people.models import Block, Consent, Trait
from commonweal.trail.models import Step
from commonweal.trail.verbs import VERBS

from .models import (
    MOST_A_WEEK,
    MOST_OPEN,
    SAME_PAIR_AFTER,
    Afterwards,
    CircleInvitation,
    Introduction,
    Kind,
    Pause,
    Seat,
)

ACTIVE_WITHIN = timedelta(days=90)
REST_AFTER_ASKING = timedelta(hours=48)
#: How many new people somebody has time for in a month, and for how long a helper walks beside somebody.
NEW_A_MONTH, WALKS_FOR = 3, timedelta(days=90)
_KINDS = (Trait.Kind.EXPERIENCE, Trait.Kind.INTEREST, Trait.Kind.LANGUAGE, Trait.Kind.GIVE, Trait.Kind.NEED)
_WISHES = (
    "seeks", "helps", "stage", "needs", "gives", "ways", "reach", "same_experience", "room", "shares", "counted",
    "gender", "age_band", "only_genders", "bands_apart", "only_language",
)  # fmt: skip
_PERSON = ("language", "time_zone", "availability", "cell")

Pair = frozenset[int]


@dataclass(slots=True)
class Known:
    """One member: the row of their settings, what they said of themselves, and what was proposed to them before."""

    membership: int
    person: int
    row: dict[str, Any]
    agreed_at: datetime
    said: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ties: int = 0
    still_open: int = 0
    this_week: int = 0
    load: int = 0
    last_at: datetime | None = None


@dataclass
class Reading:
    """Everything a round of one kind is made from. Pairs are of membership ids. words: what those who allow it wrote.

    minors, vetted: membership ids of people under 18, and of adults whom two stewards vetted.
    """

    kind: str
    members: dict[int, Known]
    apart: set[Pair] = field(default_factory=set)
    lately: set[Pair] = field(default_factory=set)
    contacts: set[Pair] = field(default_factory=set)
    words: dict[int, str] = field(default_factory=dict)
    minors: frozenset[int] = frozenset()
    vetted: frozenset[int] = frozenset()


def willing(community: Community, kind: str | None = None) -> QuerySet[Membership]:
    """Members who agreed to introductions (of this kind, if one is named) and were here lately. Joins no further query.

    Somebody with a fresh, open request for support is left in peace: never match a person in an acute crisis. After a
    word about somebody's safety, nobody new is introduced to them until a steward has looked.
    """
    now = clock.now()
    newest = Consent.objects.filter(person=OuterRef("person"), purpose=Consent.Purpose.INTRODUCTIONS)
    newest = newest.order_by("-at", "-id")
    fresh = Topic.objects.filter(
        author=OuterRef("pk"),
        kind=Topic.Kind.SUPPORT,
        closed_at__isnull=True,
        started_at__gt=now - REST_AFTER_ASKING,
    )
    paused = Pause.objects.filter(membership=OuterRef("pk")).exclude(goes_on=True)
    found = (
        Membership.objects.filter(
            community=community, state=State.ACTIVE, person__is_active=True, person__placeholder=False
        )
        .filter(Q(person__last_login__gte=now - ACTIVE_WITHIN) | Q(joined_at__gte=now - ACTIVE_WITHIN))
        .annotate(agreed=Subquery(newest.values("given")[:1]), agreed_at=Subquery(newest.values("at")[:1]))
        .filter(agreed=True)
        .exclude(Exists(fresh))
        .exclude(Exists(paused))
        .select_related("person")
    )
    for waiting in INTRODUCTIONS_WAIT:
        found = found.exclude(pk__in=waiting(community))
    if kind == Kind.BUDDY:
        return found.filter(Q(wishes__isnull=True) | Q(wishes__buddy=True))
    if kind == Kind.MENTOR:
        return found.filter(Q(wishes__seeks=True) | Q(wishes__helps=True))
    if kind == Kind.CIRCLE:
        return found.filter(wishes__circle=True).exclude(Exists(_seated(now))).exclude(Exists(_asked(now)))
    return found


def _seated(now: datetime) -> QuerySet[Seat]:
    """Seats of the outer member in circles that go on: one circle at a time is plenty."""
    return Seat.objects.filter(membership=OuterRef("pk"), left_at__isnull=True, circle__last_at__gt=now)


def _asked(now: datetime) -> QuerySet[CircleInvitation]:
    """Invitations of the outer member into circles that have not run out, whatever they answered.

    Who said no is not asked again before the others' time is up either: stewards would see it in whom they can ask.
    """
    return CircleInvitation.objects.filter(membership=OuterRef("pk"), expires_at__gt=now)


def known(members: QuerySet[Membership]) -> dict[int, Known]:
    """What each of `members` (of `willing`) said of themselves and wants, by membership id. Two queries."""
    columns = {f"of_{name}": F(f"person__{name}") for name in _PERSON}
    columns |= {f"wish_{name}": F(f"wishes__{name}") for name in _WISHES}
    columns |= {"wish_since": F("wishes__since")}
    rows = members.select_related(None).annotate(**columns).values("pk", "person_id", "agreed_at", *columns)
    found = {row["pk"]: Known(row["pk"], row["person_id"], row, _since(row)) for row in rows}
    by_person = {one.person: one for one in found.values()}
    people = members.select_related(None).values("person")
    said = Trait.objects.filter(person__in=people, kind__in=_KINDS).order_by().values_list("person", "kind", "tag")
    for person, trait, tag in said.iterator():
        if person in by_person:
            by_person[person].said[trait].add(tag)
    return found


def read(community: Community, kind: str, members: QuerySet[Membership]) -> Reading:
    """What is known of `members` (of `willing`), and of the pairs among them. Thirteen queries at most."""
    reading = Reading(kind, known(members))
    found = reading.members
    here, people = members.select_related(None).values("pk"), members.select_related(None).values("person")
    by_person = {one.person: one for one in found.values()}
    effects = [verb.name for verb in VERBS if verb.effect]
    ties = Step.objects.filter(actor__in=here, verb__in=effects).order_by().values_list("actor").annotate(n=Count("pk"))
    for membership, count in ties:
        if membership in found:
            found[membership].ties = count
    rule = separation(community.pk)
    reading.minors, reading.vetted = rule.minors, rule.vetted
    _history(reading, community)
    _sat_together(reading, community)
    wrote = Membership.objects.filter(pk__in=here, wishes__words=True).exclude(brought="")
    reading.words = dict(wrote.values_list("pk", "brought"))
    blocks = Block.objects.filter(blocker__in=people).values_list("blocker", "blocked")
    for one, other in blocks:
        if one in by_person and other in by_person:
            reading.apart.add(frozenset((by_person[one].membership, by_person[other].membership)))
    reading.apart |= _never_again(community)
    return reading


def _since(row: dict[str, Any]) -> datetime:
    return max(row["agreed_at"], row["wish_since"] or row["agreed_at"])


def _history(reading: Reading, community: Community) -> None:
    """Pairs of the last 180 days; open proposals, proposals this week and people met lately by member. One query."""
    now = clock.now()
    found, kind = reading.members, reading.kind
    month = now - (timedelta(days=30) if kind == Kind.BUDDY else WALKS_FOR)
    rows = Introduction.objects.filter(community=community, proposed_at__gt=now - SAME_PAIR_AFTER).values_list(
        "first", "second", "proposed_at", "expires_at", "opened_at", "kind"
    )
    for first, second, proposed_at, expires_at, opened_at, its_kind in rows.iterator():
        pair = frozenset((first, second))
        reading.lately.add(pair)
        if opened_at is not None:
            reading.contacts.add(pair)
        for one in (found[pk] for pk in (first, second) if pk in found):
            one.still_open += opened_at is None and expires_at > now
            one.this_week += proposed_at > now - timedelta(days=7)
            one.load += its_kind == kind and opened_at is not None and opened_at > month
            if its_kind == kind and (one.last_at is None or one.last_at < proposed_at):
                one.last_at = proposed_at


def _sat_together(reading: Reading, community: Community) -> None:
    """Who sat in one circle in the last 180 days knows each other: no pair any more. For circles, who was asked when.

    Two queries at most.
    """
    since, found = clock.now() - SAME_PAIR_AFTER, reading.members
    in_circle: dict[int, list[int]] = defaultdict(list)
    seats = Seat.objects.filter(circle__community=community, circle__last_at__gt=since)
    for circle, membership in seats.order_by().values_list("circle", "membership"):
        in_circle[circle].append(membership)
    for sitters in in_circle.values():
        pairs = {frozenset(pair) for pair in combinations(set(sitters), 2)}
        reading.lately |= pairs
        reading.contacts |= pairs
    if reading.kind == Kind.CIRCLE:
        asked = CircleInvitation.objects.filter(circle__community=community, at__gt=since).order_by()
        for membership, last_at in asked.values_list("membership").annotate(last=Max("at")):
            if membership in found:
                found[membership].last_at = last_at


def _never_again(community: Community) -> set[Pair]:
    """Pairs of which one said "not again", or spoke of their safety. Two queries, and one for each source."""
    no = Afterwards.objects.filter(introduction__community=community, again=Again.NO)
    pairs = {frozenset(pair) for pair in no.values_list("introduction__first", "introduction__second")}
    told = Pause.objects.filter(community=community).values_list("membership", "told_by")
    for source in NOT_AGAIN:
        pairs |= {frozenset(pair) for pair in source(community.pk, None)}
    return pairs | {frozenset(pair) for pair in told}


def room_for(ids: list[int], community: Community) -> dict[int, int]:
    """How many more proposals each of these members (ids) may get now. One query."""
    now = clock.now()
    room = dict.fromkeys(ids, MOST_A_WEEK)
    still_open: Counter[int] = Counter()
    rows = Introduction.objects.filter(
        Q(first__in=ids) | Q(second__in=ids), community=community, proposed_at__gt=now - timedelta(days=7)
    )
    for first, second, expires_at, opened_at in rows.values_list("first", "second", "expires_at", "opened_at"):
        for pk in {first, second} & set(room):
            room[pk] -= 1
            still_open[pk] += opened_at is None and expires_at > now
    return {pk: min(left, MOST_OPEN - still_open[pk]) for pk, left in room.items()}
