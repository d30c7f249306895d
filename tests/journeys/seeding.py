"""Communities that stand when a journey begins, with people who are signed in already. Runs inside an instance."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from commonweal.circles.wishes import set_wishes
from commonweal.communities.actions import change_role, found_community, join
from commonweal.communities.models import Community, Kind, Membership, Role
from commonweal.people.actions import describe_oneself, set_free_times, set_language
from commonweal.people.models import Person, Trait
from tests.journeys.written import WRITTEN
from tests.sessions import session_of

SATURDAYS = 0b111000000 | 1 << 34


def seed(places: dict[str, str]) -> dict[str, dict[str, str]]:
    """A community for peer support for each {short name: language}: Edda founded it, Sol is a supporter, Omar a member
    who has been through it and would meet people. Returns {short name: {person: session}}."""
    founder = Person.objects.create_user("edda@example.org")
    return {key: _settle(founder, key, language) for key, language in places.items()}


def _settle(founder: Person, key: str, language: str) -> dict[str, str]:
    words = WRITTEN[language]
    with translation.override(language):
        community = found_community(
            person=founder,
            display_name="Edda",
            name=f"{words['name']} {key}",
            purpose=words["about"],
            kind=Kind.PEER_SUPPORT,
            country="GB" if language == "en" else "ES",
            language=language,
            time_zone="Europe/London",
            slug=key,
        )
        edda = Membership.objects.select_related("community").get(community=community, person=founder)
        sol, omar = (_member(community, name, key, language) for name in ("Sol", "Omar"))
        change_role(membership=edda, member=sol, role=Role.SUPPORTER)
        describe_oneself(person=omar.person, said={Trait.Kind.EXPERIENCE: ["caring for someone"]})
        set_wishes(membership=omar, buddy=True, seeks=False, helps=False)
    return {"Sol": session_of(sol.person), "Omar": session_of(omar.person), "Edda": session_of(founder)}


def _member(community: Community, name: str, key: str, language: str) -> Any:
    person = Person.objects.create_user(f"{name.lower()}.{key}@example.org")
    set_language(person=person, language=language)
    set_free_times(person=person, availability=SATURDAYS, time_zone="Europe/London")
    return join(person=person, community=community, display_name=name)
