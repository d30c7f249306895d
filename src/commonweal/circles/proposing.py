"""Rounds of matching, and proposing what they found. Only people who agreed to it, and never too much at once.

Smarter matching makes people wait (Liu & Fang 2024), so a round runs every day and relaxes for those who waited.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.people.models import Block, Trait
from commonweal.trail.actions import link, record

from . import verbs
from .models import OPEN_FOR, SAME_PAIR_AFTER, Introduction, Kind, Planned, Round
from .reading import read, room_for, willing

MOST_FOR_ONE = 200
#: How many planned pairs are written in one transaction.
PART = 100
_SHARED = (Trait.Kind.EXPERIENCE, Trait.Kind.INTEREST)


def run_round(community: Community, kind: str, period: str) -> Round:
    """One round of a kind in a community for a day ("2026-11-22") or an hour ("2026-11-22T14").

    Killed in the middle, it goes on where it stopped; run again when finished, it changes nothing.
    """
    row, _new = Round.objects.get_or_create(
        community=community, kind=kind, period=period, defaults={"begun_at": clock.now()}
    )
    if row.planned_at is None:
        plan(row)
    while row.finished_at is None and write_part(row):
        pass
    return row


def plan(row: Round) -> None:
    """Find the pairs of a round and keep them beside it; all of them, or none.

    The method takes seconds, and minutes the first time on a machine: it runs outside the transaction, because on
    SQLite nobody else could write meanwhile. `write_part` looks again at whatever changed since. Of two workers that
    plan the same round, the first to finish is kept.
    """
    from .matching import find

    before = Round.objects.filter(community=row.community_id, kind=row.kind, planned_at__isnull=False)
    kept = before.order_by("-id").values_list("state", flat=True).first() or {}
    reading = read(row.community, row.kind, willing(row.community, row.kind))
    pairs, state, result = find(reading, kept)
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=row.pk)
        if locked.planned_at is None:
            locked.state, locked.result, locked.planned_at = state, result, clock.now()
            Planned.objects.bulk_create(
                [Planned(round=locked, one_id=one, other_id=other, reasons=why) for one, other, why in pairs],
                batch_size=500,
            )
            locked.save(update_fields=["state", "result", "planned_at"])
    row.refresh_from_db()


@transaction.atomic
def write_part(row: Round) -> bool:
    """Propose the next hundred planned pairs that still fit, and forget them as planned. False when none were left."""
    Round.objects.select_for_update().get(pk=row.pk)
    part = list(Planned.objects.filter(round=row).order_by("pk")[:PART])
    fits = _still_fit(row, part)
    for one in part:
        if one.pk in fits:
            helper = one.other_id if row.kind == Kind.MENTOR else None
            propose(
                community=row.community, pair=(one.one_id, one.other_id), reasons=one.reasons, kind=row.kind,
                helper=helper, found_in=row,
            )  # fmt: skip
    Planned.objects.filter(pk__in=[one.pk for one in part]).delete()
    if len(part) < PART:
        row.finished_at = clock.now()
        row.save(update_fields=["finished_at"])
    return len(part) == PART


def _still_fit(row: Round, part: list[Planned]) -> set[int]:
    """Of planned pairs, those whom nothing that happened since keeps from being proposed. Four queries."""
    ids = {pk for one in part for pk in (one.one_id, one.other_id)}
    here = {m.pk: m for m in willing(row.community, row.kind).filter(pk__in=ids)}
    people = [m.person_id for m in here.values()]
    blocks = Block.objects.filter(blocker__in=people, blocked__in=people).values_list("blocker", "blocked")
    apart = {frozenset(pair) for pair in blocks}
    since = clock.now() - SAME_PAIR_AFTER
    lately = Introduction.objects.filter(first__in=ids, second__in=ids, proposed_at__gt=since)
    met = {frozenset(pair) for pair in lately.values_list("first", "second")}
    room, fits = room_for(list(here.values()), row.community), set()
    for one in part:
        pair = (one.one_id, one.other_id)
        if any(pk not in here or room[pk] < 1 for pk in pair) or frozenset(pair) in met:
            continue
        if frozenset(here[pk].person_id for pk in pair) in apart:
            continue
        for pk in pair:
            room[pk] -= 1
        fits.add(one.pk)
    return fits


def propose_for(membership: Membership) -> Introduction | None:
    """The best match for one member now, among those who share something with them. None when there is nobody."""
    from .matching import best_for

    community, buddies = membership.community, willing(membership.community, Kind.BUDDY)
    mine = Trait.objects.filter(person=membership.person_id, kind__in=_SHARED)
    shares = Trait.objects.filter(person=OuterRef("person"), tag__in=mine.values("tag"), kind__in=_SHARED)
    others = buddies.filter(Exists(shares)).exclude(pk=membership.pk).order_by("-joined_at", "-pk")
    chosen = [membership.pk, *others.values_list("pk", flat=True)[:MOST_FOR_ONE]]
    found = best_for(read(community, Kind.BUDDY, buddies.filter(Q(pk__in=chosen))), membership.pk)
    if found is None:
        return None
    other, reasons = found
    return propose(community=community, pair=(membership.pk, other), reasons=reasons)


def propose(
    *,
    community: Community,
    pair: tuple[int, int],
    reasons: list[dict[str, Any]],
    topic: Topic | None = None,
    asker: int | None = None,
    proposed_by: int | None = None,
    kind: str = Kind.BUDDY,
    helper: int | None = None,
    found_in: Round | None = None,
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
                kind=kind,
                helper_id=helper,
                round=found_in,
            )
            if topic is not None:
                link(topic, made, community=community.pk)
            record(verbs.PROPOSED, subject=made, actor=proposed_by, community=community.pk)
    except IntegrityError:
        return None
    return made
