"""Reads that several pages share, or that stand on a hot path. Each says how many queries it makes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import NoReverseMatch, reverse

from commonweal.kit import clock
from commonweal.people.models import Person, Trait
from commonweal.people.queries import kept_apart

from .models import Access, Community, Invitation, JoinAnswer, Membership, Removal, Role, State, Welcome
from .names import fold
from .registries import MET

STEWARD_ROLES = (Role.STEWARD, Role.FOUNDER)
#: Names of the roles that others can turn to, in the order in which they are shown.
DUTIES = (Role.FOUNDER, Role.STEWARD, Role.SUPPORTER)
#: How many members one search of the directory finds at most, by name and by what they show.
MOST_FOUND = 500


def link_to(url_name: str, *args: object, **query: object) -> str:
    """The URL of a page of an upper layer, or nothing when that capability is not installed."""
    try:
        url = reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def met_before(membership: Membership, others: Iterable[int]) -> set[int]:
    """Which of these members this one has met in the world, by what both sides confirmed. One query a source.

    Lifts are for people who have met: the first meeting is in a public place, each with their own way home.
    """
    wanted = sorted(set(others) - {membership.pk})
    return {pk for source in MET for pk in source(membership.pk, wanted)} if wanted else set()


def may_found(person: Person | None) -> bool:
    """Whether somebody may found another community: founders of one on this instance may. One query."""
    if person is None or person.pk is None:
        return False
    return Membership.objects.filter(person=person, role=Role.FOUNDER, state=State.ACTIVE).exists()


def memberships_of(person: Person) -> list[Membership]:
    """One's active memberships with their communities, by name of the community. One query."""
    mine = Membership.objects.filter(person=person, state=State.ACTIVE).select_related("community")
    found = list(mine.order_by("community__name", "pk")[:50])
    for membership in found:
        membership.person = person
    return found


def requests_of(person: Person) -> list[Membership]:
    """Where one has asked to join and waits. One query."""
    asked = Membership.objects.filter(person=person, state=State.ASKED).select_related("community")
    return list(asked.order_by("asked_at")[:10])


def listed_communities() -> QuerySet[Community]:
    """Communities whose name may be shown to everybody, chapters apart, the bigger ones first."""
    return Community.objects.filter(parent__isnull=True).exclude(access=Access.HIDDEN).order_by("-members_count", "-id")


def chapters_of(community: Community, viewer: Membership | None) -> list[Community]:
    """The chapters a viewer may know of: the listed ones, and those one belongs to. One query."""
    known = ~Q(access=Access.HIDDEN)
    if viewer is not None and viewer.person_id:
        mine = Membership.objects.filter(community=OuterRef("pk"), person=viewer.person_id, state=State.ACTIVE)
        known = known | Q(Exists(mine))
    return list(Community.objects.filter(known, parent=community).order_by("name")[:100])


def join_requests(community: Community | Iterable[int], limit: int = 50) -> list[Membership]:
    """Requests that wait for an answer, the longest first. One query."""
    where = {"community": community} if isinstance(community, Community) else {"community__in": list(community)}
    waiting = Membership.objects.filter(**where, state=State.ASKED, person__isnull=False).select_related("community")
    return list(waiting.order_by("asked_at", "pk")[:limit])


def last_answer(membership: Membership) -> JoinAnswer | None:
    """The newest answer to somebody's request to join. One query."""
    return JoinAnswer.objects.filter(membership=membership).order_by("-at", "-pk").first()


def standing_removal(membership: Membership) -> Removal | None:
    """Why somebody was removed, unless it was taken back. One query."""
    return Removal.objects.filter(membership=membership, lifted_at__isnull=True).first()


def greetings_owed(memberships: Iterable[Membership], limit: int = 5) -> list[Welcome]:
    """Newcomers of the last two weeks whom these members have still to greet, the longest waiting first. One query."""
    owed = Welcome.objects.filter(
        welcomer__in=[m.pk for m in memberships],
        greeted_at__isnull=True,
        newcomer__state=State.ACTIVE,
        newcomer__joined_at__gt=clock.now() - timedelta(days=14),
    )
    return list(owed.select_related("newcomer", "newcomer__community").order_by("given_at")[:limit])


def ungreeted(community: Community, *, longer_than: timedelta, limit: int = 5) -> list[Welcome]:
    """Newcomers of the last two weeks whom nobody has greeted for so long. One query."""
    now = clock.now()
    waiting = Welcome.objects.filter(
        newcomer__community=community,
        newcomer__state=State.ACTIVE,
        newcomer__joined_at__range=(now - timedelta(days=14), now - longer_than),
        greeted_at__isnull=True,
    )
    return list(waiting.select_related("newcomer", "welcomer").order_by("newcomer__joined_at")[:limit])


def welcome_of(newcomer: Membership) -> Welcome | None:
    """Who greets a newcomer, unless the two were kept apart since. Two queries."""
    welcome = Welcome.objects.select_related("welcomer").filter(newcomer=newcomer).first()
    if welcome is None or not welcome.welcomer.is_active or newcomer.person_id is None:
        return None
    return None if welcome.welcomer.person_id in kept_apart(newcomer.person_id) else welcome


def people_on_duty(community: Community, apart: set[int] | None = None, limit: int = 12) -> list[Membership]:
    """Founders, stewards and supporters, in that order. One query."""
    found = Membership.objects.filter(community=community, state=State.ACTIVE, role__in=DUTIES)
    people = list(found.exclude(person__in=apart or set()).order_by("role", "joined_at", "pk")[: limit * 3])
    return sorted(people, key=lambda m: DUTIES.index(Role(m.role)))[:limit]


def directory(viewer: Membership, *, words: str = "", role: str = "") -> QuerySet[Membership]:
    """The members a viewer may see. One query for the blocks, one for the rows; with words, two more to find them.

    `words` finds names that start so, and things that a persona shows: a shared experience, an interest, a language.
    Each search stops at MOST_FOUND, so that a word that fits half a big community costs no more than a rare one.
    """
    people = Membership.objects.filter(community=viewer.community_id, state=State.ACTIVE, person__placeholder=False)
    apart = kept_apart(viewer.person_id) if viewer.person_id else set()
    people = people.exclude(person__in=apart)
    if role in Role.values:
        people = people.filter(role__in=STEWARD_ROLES if role == Role.STEWARD else [role])
    if fold(words):
        # Without people kept apart, so that finding one of them and finding nobody take the same queries.
        finds = (search(viewer.community_id, words).exclude(person__in=apart) for search in (_named, _showing))
        named, showing = (found[:MOST_FOUND] for found in finds)
        people = people.filter(pk__in={*named, *showing})
    return people.select_related("person")


def _named(community_id: int, words: str) -> QuerySet[Any, int]:
    """The members whose name starts so."""
    active = Membership.objects.filter(community=community_id, state=State.ACTIVE)
    return active.filter(name_key__begins=fold(words)).values_list("pk", flat=True)


def _showing(community_id: int, words: str) -> QuerySet[Any, int]:
    """The members whose persona shows a trait with this tag. What a persona does not show cannot be found."""
    theirs = Trait.objects.annotate(
        # The list of what is shown is JSON; read as text it is searched alike on both databases.
        shown=Cast("person__memberships__shown", TextField()),
        named=Concat(Value('"'), "kind", Value('"'), output_field=TextField()),
    )
    return theirs.filter(
        kind__in=Trait.Kind.values,
        tag__in={words.strip(), words.strip().lower(), fold(words)},
        person__memberships__community=community_id,
        person__memberships__state=State.ACTIVE,
        shown__contains=F("named"),
    ).values_list("person__memberships__pk", flat=True)


def invitations_of(membership: Membership, limit: int = 50) -> list[Invitation]:
    """The invitations a member may look after: their own, all of them for a steward; newest first. One query."""
    found = Invitation.objects.filter(community=membership.community_id).select_related("made_by")
    if not membership.is_steward:
        found = found.filter(made_by=membership)
    return list(found.order_by("-made_at", "-pk")[:limit])
