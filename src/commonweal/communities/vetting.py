"""Who may be alone with whom: people under 18 only with adults whom two stewards of the community vetted.

The one place for this rule. "Alone" is whatever brings exactly two people together: a private conversation, an
introduction, a handover. The rule is the same both ways, so somebody who pretends to be under 18 reaches nobody who is:
two people who both said so may not be alone either. What is refused because of it must read like any other no.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from commonweal.kit import clock

from .models import Membership, State, Vetting

#: How long a vetting holds, and how long before its end stewards are asked to look again.
HOLDS_FOR, ASK_AGAIN = timedelta(days=365), timedelta(days=30)


def standing(vettings: QuerySet[Vetting]) -> QuerySet[Vetting]:
    """Of these, the ones that hold now: agreed by two, not withdrawn, not run out."""
    return vettings.filter(second_at__isnull=False, withdrawn_at__isnull=True, until__gt=clock.now())


def _vetted() -> Exists:
    return Exists(standing(Vetting.objects.filter(member=OuterRef("pk"))))


def minor_ids(community_id: int) -> set[int]:
    """The memberships here of people who said that they are under 18. One query."""
    found = Membership.objects.filter(
        community=community_id, state=State.ACTIVE, person__under_18_said_at__isnull=False
    )
    return set(found.values_list("pk", flat=True))


def vetted_ids(community_id: int) -> set[int]:
    """The memberships here of adults whose vetting holds now. One query."""
    found = standing(Vetting.objects.filter(member__community=community_id, member__state=State.ACTIVE))
    return set(found.filter(member__person__under_18_said_at__isnull=True).values_list("member", flat=True))


@dataclass(frozen=True)
class Separation:
    """The rule for many pairs at once. Membership ids."""

    minors: frozenset[int]
    vetted: frozenset[int]

    def may_be_alone(self, one: int, other: int) -> bool:
        if one in self.minors and other not in self.vetted:
            return False
        return other not in self.minors or one in self.vetted


def separation(community_id: int) -> Separation:
    """Who is kept apart by age in one community, for rounds and lists. Two queries however many members there are."""
    return Separation(frozenset(minor_ids(community_id)), frozenset(vetted_ids(community_id)))


def separation_of(members: Iterable[int]) -> Separation:
    """The same for some memberships, of one community or several. One query."""
    found = Membership.objects.filter(pk__in=set(members)).annotate(vetted=_vetted())
    rows = list(found.values_list("pk", "person__under_18_said_at", "vetted"))
    minors = frozenset(pk for pk, said_at, _vetted in rows if said_at is not None)
    return Separation(minors, frozenset(pk for pk, _said_at, vetted in rows if vetted) - minors)


def may_all_be_alone(members: Iterable[int]) -> bool:
    """Whether every two of these memberships may be alone with each other. One query, the same for a yes and a no."""
    ids = set(members)
    rule = separation_of(ids)
    return all(rule.may_be_alone(one, other) for one in ids for other in ids if one < other)


def may_be_alone(one: Membership, other: Membership) -> bool:
    """Whether these two may be brought together alone. One query, the same for a yes and a no."""
    return may_all_be_alone([one.pk, other.pk])


def is_vetted(member: Membership) -> bool:
    """Whether two stewards vetted this member and it holds now. One query."""
    return standing(Vetting.objects.filter(member=member)).exists()


def ran_out() -> QuerySet[Vetting]:
    """What ran out within the last month and was not renewed before, of members who are still here."""
    now = clock.now()
    found = Vetting.objects.filter(withdrawn_at__isnull=True, until__gt=now - ASK_AGAIN, until__lte=now)
    here = found.filter(member__state=State.ACTIVE, member__person__under_18_said_at__isnull=True)
    return here.exclude(_vetted_anew()).order_by("until", "pk")


def _vetted_anew() -> Exists:
    return Exists(standing(Vetting.objects.filter(member=OuterRef("member"))))


def vettings_of(member: Membership) -> list[Vetting]:
    """The latest vettings of one member, newest first. One query."""
    found = Vetting.objects.filter(member=member).select_related("first_by", "second_by", "withdrawn_by")
    return list(found.order_by("-first_at", "-pk")[:20])


def vettings_in(community_id: int) -> QuerySet[Vetting]:
    """What stands or waits for a second steward in a community, of members who are still here."""
    found = Vetting.objects.filter(
        member__community=community_id, member__state=State.ACTIVE, withdrawn_at__isnull=True
    )
    found = found.filter(Q(second_at__isnull=True) | Q(until__gt=clock.now()))
    return found.select_related("member", "first_by", "second_by")


def vettings_to_look_at(steward: Membership, limit: int = 10) -> list[Vetting]:
    """What waits for this steward: a second look at what another began, and what runs out within a month. One query."""
    soon = clock.now() + ASK_AGAIN
    begun = Q(second_at__isnull=True) & ~Q(first_by=steward.pk)
    newer = Vetting.objects.filter(member=OuterRef("member"), first_at__gt=OuterRef("first_at"), withdrawn_at=None)
    ending = Q(until__lt=soon) & ~Q(Exists(newer))
    found = vettings_in(steward.community_id).filter(begun | ending).exclude(member=steward.pk)
    return list(found.order_by("first_at", "pk")[:limit])
