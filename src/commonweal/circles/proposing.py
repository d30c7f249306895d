"""Rounds of matching, and proposing what they found. Only people who agreed to it, and never too much at once.

Smarter matching makes people wait (Liu & Fang 2024), so a round runs every day and relaxes for those who waited.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from commonweal.communities.models import Community, Membership
from commonweal.communities.registries import NOT_AGAIN
from commonweal.communities.vetting import separation_of
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.people.models import Block, Trait
from commonweal.trail.actions import link, record, record_all

from . import verbs
from .fitting import pairs_to_keep_apart
from .inviting import propose_circle
from .models import FEWEST_SEATS, OPEN_FOR, SAME_PAIR_AFTER, Introduction, Kind, Planned, PlannedCircle, Round
from .naming import name_and_purpose, subject_of
from .preferences import Stated, stated, suit
from .reading import known, read, room_for, willing

MOST_FOR_ONE = 200
#: How many planned pairs (or circles) are written in one transaction.
PART, CIRCLES_A_PART = 500, 10
#: The wishes, beside the bands of age, that hold for the other side (`preferences.stated`).
_ASKED_FOR = tuple(f"wishes__{name}" for name in ("same_experience", "only_genders", "only_language"))
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


@contextmanager
def _everything_stays() -> Iterator[None]:
    """Reading a big round makes millions of objects and drops none: looking for garbage among them, again and again,
    would take nearly as long as making them."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


@_everything_stays()
def plan(row: Round) -> None:
    """Find the pairs (or circles) of a round and keep them beside it; all of them, or none.

    Finding takes long where many look, so nothing is locked meanwhile: whoever is done second throws theirs away.
    """
    from .matching import find, find_circles

    before = Round.objects.filter(community=row.community_id, kind=row.kind, planned_at__isnull=False)
    kept = before.order_by("-id").values_list("state", flat=True).first() or {}
    reading = read(row.community, row.kind, willing(row.community, row.kind))
    planned: list[Planned] | list[PlannedCircle]
    if row.kind == Kind.CIRCLE:
        groups, state, result = find_circles(reading, kept)
        planned = [PlannedCircle(round=row, people=group) for group in groups]
    else:
        pairs, state, result = find(reading, kept)
        planned = [Planned(round=row, one_id=one, other_id=other, reasons=why) for one, other, why in pairs]
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=row.pk)
        if locked.planned_at is None:
            model = PlannedCircle if row.kind == Kind.CIRCLE else Planned
            model._default_manager.bulk_create(planned, batch_size=500)  # type: ignore[arg-type]
            locked.state, locked.result, locked.planned_at = state, result, clock.now()
            locked.save(update_fields=["state", "result", "planned_at"])
    row.refresh_from_db()


@_everything_stays()
@transaction.atomic
def write_part(row: Round) -> bool:
    """Propose the next planned pairs that still fit, or circles, and forget them as planned.

    False when none were left.
    """
    Round.objects.select_for_update().get(pk=row.pk)
    if row.kind == Kind.CIRCLE:
        return _write_circles(row)
    part = list(Planned.objects.filter(round=row).order_by("pk")[:PART])
    fits = _still_fit(row, part)
    _propose_all(row, [one for one in part if one.pk in fits])
    Planned.objects.filter(pk__in=[one.pk for one in part]).delete()
    return _more_to_come(row, len(part) == PART)


def _propose_all(row: Round, pairs: list[Planned]) -> None:
    """Write these proposals together; one by one if somebody proposed one of the pairs in this very moment."""
    now = clock.now()
    made = [
        Introduction(
            community_id=row.community_id,
            first_id=min(one.one_id, one.other_id),
            second_id=max(one.one_id, one.other_id),
            reasons=one.reasons,
            proposed_at=now,
            proposed_on=now.date(),
            expires_at=now + OPEN_FOR,
            kind=row.kind,
            helper_id=_helper(row, one),
            round=row,
        )
        for one in pairs
    ]
    try:
        with transaction.atomic():
            Introduction.objects.bulk_create(made)
    except IntegrityError:
        for one in pairs:
            propose(
                community=row.community, pair=(one.one_id, one.other_id), reasons=one.reasons, kind=row.kind,
                helper=_helper(row, one), found_in=row,
            )  # fmt: skip
        return
    record_all(verbs.PROPOSED, subjects=made, actor=None, community=row.community_id)


def _helper(row: Round, one: Planned) -> int | None:
    return one.other_id if row.kind == Kind.MENTOR else None


def _more_to_come(row: Round, more: bool) -> bool:
    if not more:
        row.finished_at = clock.now()
        row.save(update_fields=["finished_at"])
    return more


def _write_circles(row: Round) -> bool:
    """Ask the people of the next planned circles, as far as nothing that happened since keeps five of them apart."""
    part = list(PlannedCircle.objects.filter(round=row).order_by("pk")[:CIRCLES_A_PART])
    here = {
        m.pk: m for m in willing(row.community, Kind.CIRCLE).filter(pk__in=[pk for one in part for pk in one.people])
    }
    for one in part:
        members = [here[pk] for pk in one.people if pk in here]
        if len(members) < FEWEST_SEATS or pairs_to_keep_apart(members, paired_lately=True):
            continue
        everybody = known(willing(row.community, Kind.CIRCLE).filter(pk__in=[m.pk for m in members]))
        subject = subject_of(list(everybody.values()))
        name, purpose = name_and_purpose(subject, row.community.language)
        propose_circle(
            community=row.community, members=members, name=name, purpose=purpose, subject=subject, found_in=row
        )
    PlannedCircle.objects.filter(pk__in=[one.pk for one in part]).delete()
    return _more_to_come(row, len(part) == CIRCLES_A_PART)


def _still_fit(row: Round, part: list[Planned]) -> set[int]:
    """Of planned pairs, those whom nothing that happened since keeps from being proposed.

    Seven queries, and one for each source of "not again".
    """
    ids = {pk for one in part for pk in (one.one_id, one.other_id)}
    looking = willing(row.community, row.kind).select_related(None).filter(pk__in=ids)
    rows = list(looking.values_list("pk", "person_id", "wishes__bands_apart", *_ASKED_FOR))
    here = {pk: person for pk, person, *_wishes in rows}
    asking = {pk for pk, _person, bands, *wishes in rows if bands is not None or any(wishes)}
    said = _said_where_asked(row, part, asking)
    people = list(here.values())
    # By one end only: SQLite would look up each of a thousand people with each of a thousand others.
    apart = {frozenset(pair) for pair in Block.objects.filter(blocker__in=people).values_list("blocker", "blocked")}
    since = clock.now() - SAME_PAIR_AFTER
    lately = Introduction.objects.filter(first__in=ids, proposed_at__gt=since)
    met = {frozenset(pair) for pair in lately.values_list("first", "second")}
    for source in NOT_AGAIN:
        met |= {frozenset(pair) for pair in source(row.community_id, list(here))}
    rule = separation_of(here)
    room, fits = room_for(list(here), row.community), set()
    for one in part:
        pair = (one.one_id, one.other_id)
        if any(pk not in here or room[pk] < 1 for pk in pair) or frozenset(pair) in met:
            continue
        if not rule.may_be_alone(*pair):
            continue
        if frozenset(here[pk] for pk in pair) in apart:
            continue
        if not asking.isdisjoint(pair) and not suit(*(said[pk] for pk in pair)):
            continue
        for pk in pair:
            room[pk] -= 1
        fits.add(one.pk)
    return fits


def _said_where_asked(row: Round, part: list[Planned], asking: set[int]) -> dict[int, Stated]:
    """What people state of themselves, in the pairs of which one asks for something in the other. Two queries."""
    pairs = [(one.one_id, one.other_id) for one in part]
    ids = {pk for pair in pairs for pk in pair if not asking.isdisjoint(pair)}
    if not ids:
        return {}
    return {pk: stated(one) for pk, one in known(willing(row.community, row.kind).filter(pk__in=ids)).items()}


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
