from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from commonweal.communities.models import Access, Community, Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.library import hooks, queries, tells
from commonweal.library.actions import add_resource, change_resource, check_resource, remove_resource
from commonweal.library.models import Removal, Resource
from commonweal.people.models import Block
from commonweal.trail.models import Step


def added(member: Membership, **facts: Any) -> Resource:
    defaults = {"kind": "page", "title": "Where to mend a bicycle", "text": "Behind the café."}
    return add_resource(membership=member, **{**defaults, **facts})


def shelf(cast: Cast, who: Any, query: str = "") -> str:
    client = cast.sign_in(who) if who else Client()
    return client.get(reverse("library:list", args=["riverside"]) + query).content.decode()


def test_a_member_adds_a_service_and_everyone_finds_it_by_kind_tag_and_words_without_accents(cast: Cast) -> None:
    data = {
        "kind": "service",
        "title": "Café Ñandú",
        "phone": "555 0101",
        "tags": "Food, warm room",
        "hours": "Mon 10-12",
    }
    answer = cast.sign_in(cast.bo).post(reverse("library:new", args=["riverside"]), data)
    made = Resource.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/c/riverside/library/{made.pk}/")
    added(cast.sol)
    for query in ("?kind=service", "?tag=food", "?q=cafe+nandu", "?q=WARM"):
        assert "Café Ñandú" in shelf(cast, None, query)
        assert "mend a bicycle" not in shelf(cast, None, query)
    assert [found.title for found in queries.search(cast.community, cast.bo, "ñandu", 5)] == ["Café Ñandú"]


def test_what_a_kind_needs_is_asked_for_beside_its_field_and_the_rest_is_kept(cast: Cast) -> None:
    data = {"kind": "link", "title": "Good advice"}
    answer = cast.sign_in(cast.bo).post(reverse("library:new", args=["riverside"]), data)
    assert answer.status_code == 422
    assert "A link needs its address" in answer.content.decode()
    assert 'value="Good advice"' in answer.content.decode()


def test_a_script_for_an_address_is_refused(cast: Cast) -> None:
    data = {"kind": "link", "title": "Bad", "url": "javascript:alert(1)"}
    assert cast.sign_in(cast.bo).post(reverse("library:new", args=["riverside"]), data).status_code == 422


def test_one_changes_what_one_added_and_a_steward_changes_anything(cast: Cast) -> None:
    made = added(cast.bo)
    url = reverse("library:edit", args=["riverside", made.pk])
    assert cast.sign_in(cast.sol).get(url).status_code == 404
    facts = {"kind": "page", "title": "Mending", "text": "New words.", "url": "", "phone": "", "hours": "", "place": ""}
    change_resource(membership=cast.bo, resource=made, tags=["repair"], **facts)
    change_resource(membership=cast.dee, resource=made, tags=["tools"], **facts)
    assert [tag.word for tag in made.tags.all()] == ["tools"]
    assert "Mending" in shelf(cast, None, "?tag=tools")
    with pytest.raises(Refused):
        change_resource(membership=cast.sol, resource=made, **facts)


def test_a_steward_removes_with_a_reason_and_whoever_added_it_is_told(cast: Cast) -> None:
    made = added(cast.bo)
    client = cast.sign_in(cast.dee)
    url = reverse("library:remove", args=["riverside", made.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "It closed."}).status_code == 303
    assert client.get(reverse("library:resource", args=["riverside", made.pk])).status_code == 404
    assert "bicycle" not in shelf(cast, cast.bo)
    (telling,) = tells.of_removal(Step.objects.get(verb="library.removed"))
    assert (telling.person_id, telling.params["reason"]) == (cast.bo.person_id, "It closed.")


def test_one_removes_ones_own_without_a_reason_and_nobody_is_told(cast: Cast) -> None:
    made = added(cast.bo)
    remove_resource(membership=cast.bo, resource=made)
    assert list(tells.of_removal(Step.objects.get(verb="library.removed"))) == []
    assert Removal.objects.count() == 1


def test_what_nobody_checks_for_half_a_year_says_so_and_stands_on_the_desk_until_somebody_does(cast: Cast) -> None:
    made = added(cast.bo)
    with clock.at(clock.now() + timedelta(days=200)):
        assert "not checked for long" in shelf(cast, cast.bo)
        assert [row.title for row in hooks.desk(cast.dee)] == ["Where to mend a bicycle"]
        check_resource(membership=cast.ines, resource=made)
        assert list(hooks.desk(cast.dee)) == []


def test_the_name_beside_it_is_not_shown_to_guests_or_people_kept_apart(cast: Cast) -> None:
    made = added(cast.bo)
    url = reverse("library:resource", args=["riverside", made.pk])
    Block.objects.create(blocker=cast.ines.person, blocked=cast.bo.person)
    assert "Added by Bo" in cast.sign_in(cast.sol).get(url).content.decode()
    assert "Added by Bo" not in cast.sign_in(cast.ines).get(url).content.decode()
    assert "Added by Bo" not in Client().get(url).content.decode()


def test_a_closed_community_keeps_its_library_from_strangers_pages_and_search_alike(cast: Cast) -> None:
    made = added(cast.bo)
    Community.objects.update(access=Access.INVITATION)
    for name, args in (("list", []), ("resource", [made.pk]), ("new", [])):
        url = reverse(f"library:{name}", args=["riverside", *args])
        assert cast.sign_in(cast.chen).get(url).status_code == 404


def test_a_new_community_starts_with_a_page_and_adding_twice_adds_once(cast: Cast) -> None:
    hooks.furnish(cast.ada)
    assert "Help near here" in shelf(cast, cast.bo)
    key = uuid.uuid4()
    assert added(cast.bo, submission=key) == added(cast.bo, submission=key)
    assert hooks.export(cast.bo.person)[0]["title"] == "Where to mend a bicycle"


@pytest.mark.parametrize("members", [50, 50_000])
def test_the_shelf_costs_the_same_however_many_members_there_are(
    cast: Cast, members: int, django_assert_max_num_queries: Any
) -> None:
    Membership.objects.bulk_create(
        [Membership(community=cast.community, display_name=f"M{n}") for n in range(members)], batch_size=5000
    )
    for n in range(25):
        added(cast.bo, title=f"Page {n}", tags=["one", f"tag{n % 5}"])
    client = cast.sign_in(cast.ines)
    url = reverse("library:list", args=["riverside"])
    client.get(url)
    with django_assert_max_num_queries(9):
        assert client.get(url).content.decode().count('class="what"') == 20
