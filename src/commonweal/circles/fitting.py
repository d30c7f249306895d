"""Whether people may be brought together by hand: the rules of a round, for a few people chosen by somebody."""

from __future__ import annotations

from itertools import combinations

from django.db.models import F, Q

from commonweal.communities.afterwards import Again
from commonweal.communities.models import Membership
from commonweal.communities.registries import NOT_AGAIN
from commonweal.communities.vetting import separation_of
from commonweal.kit import clock
from commonweal.people.models import Block

from .models import SAME_PAIR_AFTER, Afterwards, Introduction, Pause
from .preferences import pairs_that_do_not_suit
from .reading import Pair, known


def pairs_to_keep_apart(members: list[Membership], *, paired_lately: bool) -> set[Pair]:
    """Pairs (of membership ids) among a few members that must not be brought together, whatever the reason.

    A block, an age, a word about safety, "not again", a wish of either that the other does not meet; with
    `paired_lately` also an introduction of the last 180 days. Seven queries, and one for each source of "not again".
    The caller must answer each of them in the same words.
    """
    ids = [m.pk for m in members]
    by_person = {m.person_id: m.pk for m in members if m.person_id}
    blocks = Block.objects.filter(blocker__in=list(by_person), blocked__in=list(by_person))
    apart = {frozenset((by_person[one], by_person[other])) for one, other in blocks.values_list("blocker", "blocked")}
    told = Pause.objects.filter(membership__in=ids, told_by__in=ids)
    apart |= {frozenset(pair) for pair in told.values_list("membership", "told_by")}
    between = Q(introduction__first__in=ids, introduction__second__in=ids)
    parted = Afterwards.objects.filter(between, again=Again.NO)
    apart |= {frozenset(pair) for pair in parted.values_list("introduction__first", "introduction__second")}
    for source in NOT_AGAIN if members else ():
        apart |= {frozenset(pair) for pair in source(members[0].community_id, ids)}
    if paired_lately:
        since = clock.now() - SAME_PAIR_AFTER
        again = Introduction.objects.filter(first__in=ids, second__in=ids, proposed_at__gt=since)
        apart |= {frozenset(pair) for pair in again.values_list("first", "second")}
    rule = separation_of(ids)
    apart |= {frozenset(pair) for pair in combinations(ids, 2) if not rule.may_be_alone(*pair)}
    everybody = Membership.objects.filter(pk__in=ids).annotate(agreed_at=F("joined_at"))
    return apart | pairs_that_do_not_suit(known(everybody).values())
