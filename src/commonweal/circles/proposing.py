"""Finding pairs and proposing them. Only people who agreed to it, never two kept apart, and never too much at once.

Smarter matching makes people wait (Liu & Fang 2024), so this one is simple and runs every day. Reading costs six
queries however many people there are; writing follows the number of new proposals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from commonweal.communities.models import Community, Membership, State
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.people.models import Block, Consent, Trait
from commonweal.trail.actions import link, record
from commonweal.trail.models import Step
from commonweal.trail.verbs import VERBS

from . import verbs
from .matching import Match, Profile, pair_up
from .models import MOST_A_WEEK, MOST_OPEN, OPEN_FOR, SAME_PAIR_AFTER, Introduction

MOST_IN_A_ROUND = 5000
MOST_FOR_ONE = 200
ACTIVE_WITHIN = timedelta(days=90)
REST_AFTER_ASKING = timedelta(hours=48)
_KINDS = (Trait.Kind.EXPERIENCE, Trait.Kind.INTEREST, Trait.Kind.LANGUAGE)


def willing(community: Community) -> QuerySet[Membership]:
    """Members who agreed to introductions and were here lately. Joins no further query.

    Somebody with a fresh, open request for support is left in peace: never match a person in an acute crisis.
    """
    now = clock.now()
    newest = Consent.objects.filter(person=OuterRef("person"), purpose=Consent.Purpose.INTRODUCTIONS)
    fresh = Topic.objects.filter(
        author=OuterRef("pk"),
        kind=Topic.Kind.SUPPORT,
        closed_at__isnull=True,
        started_at__gt=now - REST_AFTER_ASKING,
    )
    return (
        Membership.objects.filter(
            community=community, state=State.ACTIVE, person__is_active=True, person__placeholder=False
        )
        .filter(Q(person__last_login__gte=now - ACTIVE_WITHIN) | Q(joined_at__gte=now - ACTIVE_WITHIN))
        .annotate(agreed=Subquery(newest.order_by("-at", "-id").values("given")[:1]))
        .filter(agreed=True)
        .exclude(Exists(fresh))
        .select_related("person")
    )


def _profiles(members: list[Membership]) -> list[Profile]:
    """Two queries: what they said of themselves, and their confirmed ties."""
    effects = [verb.name for verb in VERBS if verb.effect]
    ties = dict(
        Step.objects.filter(actor__in=[m.pk for m in members], verb__in=effects)
        .values_list("actor")
        .annotate(n=Count("pk"))
    )
    profiles = {
        m.person_id: Profile(
            membership=m.pk,
            person=m.person_id or 0,
            availability=m.person.availability if m.person else 0,
            zone=m.person.time_zone if m.person else "UTC",
            cell=m.person.cell if m.person else "",
            ties=ties.get(m.pk, 0),
        )
        for m in members
    }
    said = Trait.objects.filter(person__in=list(profiles), kind__in=_KINDS).values_list("person", "kind", "tag")
    for person_id, kind, tag in said:
        if kind == Trait.Kind.LANGUAGE:
            profiles[person_id].languages.add(tag)
        else:
            profiles[person_id].tags.add((kind, tag))
    return list(profiles.values())


def _history(community: Community) -> tuple[set[frozenset[int]], Counter[int], Counter[int]]:
    """Pairs proposed within 180 days, open proposals and proposals this week by membership. One query."""
    now = clock.now()
    pairs: set[frozenset[int]] = set()
    still_open: Counter[int] = Counter()
    this_week: Counter[int] = Counter()
    rows = Introduction.objects.filter(community=community, proposed_at__gt=now - SAME_PAIR_AFTER).values_list(
        "first", "second", "proposed_at", "expires_at", "opened_at"
    )
    for first, second, proposed_at, expires_at, opened_at in rows.iterator():
        pairs.add(frozenset((first, second)))
        if opened_at is None and expires_at > now:
            still_open.update((first, second))
        if proposed_at > now - timedelta(days=7):
            this_week.update((first, second))
    return pairs, still_open, this_week


def _apart(profiles: Iterable[Profile]) -> set[frozenset[int]]:
    people = [profile.person for profile in profiles]
    blocks = Block.objects.filter(blocker__in=people, blocked__in=people).values_list("blocker", "blocked")
    return {frozenset(pair) for pair in blocks}


def find_matches(community: Community, members: list[Membership], seeds: set[int] | None = None) -> list[Match]:
    """The matches among `members`. Four queries."""
    pairs, still_open, this_week = _history(community)
    room = {m.pk: min(MOST_OPEN - still_open[m.pk], MOST_A_WEEK - this_week[m.pk]) for m in members}
    profiles = _profiles(members)
    return pair_up(profiles, apart=_apart(profiles), met_before=pairs, room=room, seeds=seeds)


def room_for(members: list[Membership], community: Community) -> dict[int, int]:
    """How many more proposals each of these members may get now. One query."""
    _pairs, still_open, this_week = _history(community)
    return {m.pk: min(MOST_OPEN - still_open[m.pk], MOST_A_WEEK - this_week[m.pk]) for m in members}


def propose_round(community: Community) -> int:
    """One daily round in a community. Returns how many introductions were proposed. Running it twice doubles nothing."""
    members = list(willing(community).order_by("-joined_at", "-pk")[:MOST_IN_A_ROUND])
    if len(members) < 2:
        return 0
    return sum(1 for match in find_matches(community, members) if propose_match(community, match) is not None)


def propose_for(membership: Membership) -> Introduction | None:
    """The best match for one member now, among those who share something with them. None when there is nobody."""
    community = membership.community
    me = willing(community).filter(pk=membership.pk).first()
    if me is None:
        return None
    mine = Trait.objects.filter(person=membership.person_id, kind__in=_KINDS[:2])
    shares = Trait.objects.filter(person=OuterRef("person"), tag__in=mine.values("tag"), kind__in=_KINDS[:2])
    others = willing(community).filter(Exists(shares)).exclude(pk=me.pk).order_by("-joined_at", "-pk")[:MOST_FOR_ONE]
    matches = find_matches(community, [me, *others], seeds={me.pk})
    return propose_match(community, matches[0]) if matches else None


def propose_match(community: Community, match: Match) -> Introduction | None:
    return propose(community=community, pair=(match.one, match.other), reasons=match.reasons)


def propose(
    *,
    community: Community,
    pair: tuple[int, int],
    reasons: list[dict[str, object]],
    topic: Topic | None = None,
    asker: int | None = None,
    proposed_by: int | None = None,
) -> Introduction | None:
    """Write a proposal and tell both. None when the same pair was proposed today already (another worker was faster)."""
    now = clock.now()
    first, second = sorted(pair)
    try:
        with transaction.atomic():
            made = Introduction.objects.create(
                community=community,
                first_id=first,
                second_id=second,
                reasons=reasons,
                topic=topic,
                asker_id=asker,
                proposed_by_id=proposed_by,
                proposed_at=now,
                proposed_on=now.date(),
                expires_at=now + OPEN_FOR,
            )
            if topic is not None:
                link(topic, made, community=community.pk)
            record(verbs.PROPOSED, subject=made, actor=proposed_by, community=community.pk)
    except IntegrityError:
        return None
    return made
