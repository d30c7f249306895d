"""Reads that several pages share, or that stand on a hot path. Each says how many queries it makes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse

from commonweal.kit import clock
from commonweal.people.models import Person, Trait
from commonweal.people.queries import kept_apart

from .models import Access, Community, Invitation, JoinAnswer, Membership, Removal, Role, State, Welcome
from .names import fold

STEWARD_ROLES = (Role.STEWARD, Role.FOUNDER)
#: Names of the roles that others can turn to, in the order in which they are shown.
DUTIES = (Role.FOUNDER, Role.STEWARD, Role.SUPPORTER)


def link_to(url_name: str, *args: object, **query: object) -> str:
    """The URL of a page of an upper layer, or nothing when that capability is not installed."""
    try:
        url = reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


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


def directory(viewer: Membership, *, words: str = "", trait: str = "", role: str = "") -> QuerySet[Membership]:
    """The members a viewer may see, with what each shows to be searched. One query for the blocks, one for the rows.

    `words` finds names that start so, and things that a persona shows: a shared experience, an interest, a language.
    """
    people = Membership.objects.filter(community=viewer.community_id, state=State.ACTIVE, person__placeholder=False)
    if viewer.person_id:
        people = people.exclude(person__in=kept_apart(viewer.person_id))
    if role in Role.values:
        people = people.filter(role__in=STEWARD_ROLES if role == Role.STEWARD else [role])
    if fold(words):
        people = people.filter(Q(name_key__startswith=fold(words)) | _shows(words))
    if trait:
        people = people.filter(_shows(trait))
    return people.select_related("person")


def _shows(words: str) -> Q:
    """Members whose persona shows a trait with this tag. What a persona does not show cannot be found."""
    tags = {words.strip(), words.strip().lower(), fold(words)}
    condition = Q(pk__in=[])
    for kind in Trait.Kind.values:
        has = Exists(Trait.objects.filter(person=OuterRef("person"), kind=kind, tag__in=tags))
        condition |= Q(Exists(_showing(kind))) & Q(has)
    return condition


def _showing(kind: str) -> QuerySet[Membership]:
    """The outer member, if their persona shows this kind. The list is JSON, read as text alike on both databases."""
    own = Membership.objects.filter(pk=OuterRef("pk"))
    return own.annotate(shown_text=Cast("shown", CharField())).filter(shown_text__contains=f'"{kind}"')


def invitations_of(membership: Membership, limit: int = 50) -> list[Invitation]:
    """The invitations a member may look after: their own, all of them for a steward; newest first. One query."""
    found = Invitation.objects.filter(community=membership.community_id).select_related("made_by")
    if not membership.is_steward:
        found = found.filter(made_by=membership)
    return list(found.order_by("-made_at", "-pk")[:limit])
