"""The test cast: one community, Riverside, and six people.

Ada founded it, Dee is a steward, Sol a supporter, Bo a member, Ines a new and isolated member, Chen a stranger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from commonweal.communities.models import Access, Community, Kind, Membership, Role
from commonweal.kit import clock
from commonweal.people.models import Person


@dataclass
class Cast:
    """Riverside and its people; `ada`, `bo`, … are memberships, `chen` is a person who belongs nowhere."""

    community: Community
    ada: Membership
    bo: Membership
    dee: Membership
    sol: Membership
    ines: Membership
    chen: Person

    def sign_in(self, who: Membership | Person) -> Client:
        """A browser in which `who` is signed in."""
        client = Client()
        client.force_login(who if isinstance(who, Person) else who.person)
        return client


def make_person(name: str, **fields: object) -> Person:
    return Person.objects.create_user(f"{name.lower()}@example.org", **fields)


def make_member(community: Community, name: str, role: str = Role.MEMBER, **fields: object) -> Membership:
    """An active member, counted, with a new account."""
    member = Membership.objects.create(
        community=community, person=make_person(name), display_name=name, role=role, **fields
    )
    Community.objects.filter(pk=community.pk).update(members_count=community.memberships.count())
    return member


def make_community(slug: str = "riverside", **fields: object) -> Community:
    defaults: dict[str, object] = {
        "name": slug.capitalize(),
        "purpose": "Neighbours along the river who look out for each other.",
        "kind": Kind.NEIGHBOURHOOD,
        "access": Access.OPEN,
        "country": "GB",
    }
    return Community.objects.create(slug=slug, **{**defaults, **fields})


@pytest.fixture
def at_noon() -> Iterator[None]:
    """It is noon for as long as the test takes: limits are counted by the hour and the day, which could end within it."""
    with clock.at(clock.now().replace(hour=12, minute=0, second=0, microsecond=0)):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    community = make_community()
    return Cast(
        community=community,
        ada=make_member(community, "Ada", Role.FOUNDER),
        bo=make_member(community, "Bo"),
        dee=make_member(community, "Dee", Role.STEWARD),
        sol=make_member(community, "Sol", Role.SUPPORTER),
        ines=make_member(community, "Ines"),
        chen=make_person("Chen"),
    )
