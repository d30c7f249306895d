"""Who may open which page, and what they find there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import make_community, make_member, make_person

from commonweal.communities import actions
from commonweal.communities.models import Access, Community, Membership, Role, State
from commonweal.people.actions import block, describe_oneself

pytestmark = pytest.mark.django_db


@pytest.fixture
def browsers(cast):
    """A browser for everybody who could stand before the door."""
    asked, removed = make_person("Asked"), make_person("Removed")
    Membership.objects.create(community=cast.community, person=asked, display_name="Asked", state=State.ASKED)
    Membership.objects.create(community=cast.community, person=removed, display_name="Gone", state=State.REMOVED)
    block(blocker=cast.bo.person, blocked=cast.ines.person, known_as="Ines")
    people = {"stranger": cast.chen, "asked": asked, "removed": removed, "member": cast.bo, "blocked": cast.ines}
    people |= {"supporter": cast.sol, "steward": cast.dee, "founder": cast.ada}
    return {"guest": Client(), **{who: cast.sign_in(person) for who, person in people.items()}}


INSIDE = ["member", "blocked", "supporter", "steward", "founder"]
OUTSIDE = ["guest", "stranger", "asked", "removed"]


def statuses(browsers, url_name, *args, access):
    Community.objects.update(access=access)
    url = reverse(f"communities:{url_name}", args=["riverside", *args])
    return {who: browser.get(url).status_code for who, browser in browsers.items()}


@pytest.mark.parametrize("access", Access.values)
@pytest.mark.parametrize("page", ["front", "about", "rules", "more", "chapters"])
def test_the_front_is_for_all_who_may_know_of_the_community(browsers, cast, access, page):
    found = statuses(browsers, page, access=access)
    assert all(found[who] == 200 for who in INSIDE)
    outside = {found[who] for who in ("guest", "stranger", "asked")}
    assert outside == ({404} if access == Access.HIDDEN else {200})
    assert found["removed"] == (200 if access == Access.OPEN else 404)


@pytest.mark.parametrize("access", Access.values)
@pytest.mark.parametrize("page", ["people", "persona", "invitations", "roles"])
def test_pages_of_members_open_to_members_only(browsers, cast, access, page):
    found = statuses(browsers, page, access=access)
    assert all(found[who] == 200 for who in INSIDE)
    assert {found[who] for who in OUTSIDE} == ({302} if access == Access.OPEN else {404})


@pytest.mark.parametrize("page", ["requests", "settings", "doors", "words", "chapter"])
def test_pages_of_stewards_do_not_exist_for_others(browsers, cast, page):
    found = statuses(browsers, page, access=Access.INVITATION)
    assert found["steward"] == found["founder"] == 200
    assert {status for who, status in found.items() if who not in ("steward", "founder")} == {404}


def test_a_member_page_is_absent_for_whom_they_keep_away(browsers, cast):
    found = statuses(browsers, "member", cast.bo.pk, access=Access.OPEN)
    assert found["blocked"] == 404
    assert all(found[who] == 200 for who in ("member", "supporter", "steward", "founder"))


def test_the_directory_leaves_out_people_kept_apart(browsers, cast):
    url = reverse("communities:people", args=["riverside"])
    assert b"/people/%d/" % cast.bo.pk not in browsers["blocked"].get(url).content
    assert b"/people/%d/" % cast.bo.pk in browsers["supporter"].get(url).content


def test_people_are_found_by_name_and_by_what_they_show_only(cast):
    describe_oneself(person=cast.bo.person, said={"interest": ["chess"], "experience": ["grief"]})
    actions.change_persona(membership=cast.bo, display_name="Bö Larsen", shown=["interest"])
    url = reverse("communities:people", args=["riverside"])
    browser = cast.sign_in(cast.sol)

    def finds(words):
        return [p.member for p in browser.get(url, {"q": words}).context["portraits"]]

    assert finds("bo") == finds("BÖ l") == finds("chess") == [cast.bo]
    assert finds("grief") == []
    assert finds("%") == finds("b_") == finds("\\") == []


def test_a_place_is_shown_as_a_distance_and_only_when_ticked(cast):
    for member, cell in ((cast.bo, "861958787ffffff"), (cast.sol, "861958787ffffff")):
        member.person.cell, member.person.place_name = cell, "Canary Street"
        member.person.save()
    url = reverse("communities:member", args=["riverside", cast.bo.pk])
    page = cast.sign_in(cast.sol).get(url).content
    assert b"within 5 km" not in page
    actions.change_persona(membership=cast.bo, display_name="Bo", shown=["place"])
    page = cast.sign_in(cast.sol).get(url).content
    assert b"within 5 km" in page
    assert b"Canary Street" not in page


def test_a_stranger_joins_with_three_taps_and_a_sentence(cast):
    browser = cast.sign_in(cast.chen)
    join = reverse("communities:join", args=["riverside"])
    assert b'name="tap"' in browser.get(reverse("communities:front", args=["riverside"])).content
    answer = browser.post(join, {"display_name": "Chen", "tap": "0", "sentence": "Two boxes and a cat."})
    assert answer.status_code == 303
    member = Membership.objects.get(person=cast.chen)
    assert member.brought == "I am new here. Two boxes and a cat."
    page = browser.get(answer.url).content.decode()
    assert member.welcome.welcomer.display_name in page


def test_a_taken_name_is_said_beside_the_field_and_the_words_are_kept(cast):
    browser = cast.sign_in(cast.chen)
    answer = browser.post(
        reverse("communities:join", args=["riverside"]), {"display_name": "Ada", "sentence": "kept words"}
    )
    assert answer.status_code == 422
    assert b"kept words" in answer.content
    assert not Membership.objects.filter(person=cast.chen).exists()


def test_whoever_asked_sees_where_it_stands_and_then_the_answer(cast):
    Community.objects.update(access=Access.REQUEST)
    browser, front = cast.sign_in(cast.chen), reverse("communities:front", args=["riverside"])
    browser.post(reverse("communities:join", args=["riverside"]), {"display_name": "Chen"})
    asker = Membership.objects.get(person=cast.chen)
    assert b"with the stewards" in browser.get(front).content
    assert b"You asked to join" in browser.get("/").content
    steward = cast.sign_in(cast.dee)
    answer = reverse("communities:answer", args=["riverside", asker.pk])
    assert answer.encode() in steward.get("/").content
    assert answer.encode() in steward.get(reverse("communities:requests", args=["riverside"])).content
    assert steward.post(answer, {"answer": "no", "reason": ""}).status_code == 422
    assert steward.post(answer, {"answer": "no", "reason": "Only for the third floor."}).status_code == 303
    assert b"Only for the third floor." in browser.get(front).content


def test_a_hidden_community_is_entered_by_its_link_only(cast):
    Community.objects.update(access=Access.HIDDEN)
    cast.dee.refresh_from_db()
    link = actions.invite(membership=cast.dee, people=1)
    url = reverse("communities:invitation", args=[link.token])
    assert Client().get(url).status_code == 200
    assert Client().get(reverse("communities:invitation", args=["wrong"])).status_code == 404
    assert b"Riverside" not in Client().get("/").content
    browser = cast.sign_in(cast.chen)
    assert browser.post(url, {"display_name": "Chen"}).status_code == 303
    gone = Client().get(url)
    assert gone.status_code == 410
    assert b"Riverside" not in gone.content


def test_the_removed_read_why_and_others_find_nothing(cast):
    actions.remove_member(membership=cast.dee, member=cast.bo, reason="Shouting at people.")
    url = reverse("communities:removed", args=["riverside"])
    assert b"Shouting at people." in cast.sign_in(cast.bo).get(url).content
    assert cast.sign_in(cast.sol).get(url).status_code == 404


def test_a_greeting_reaches_the_newcomers_today(cast):
    newcomer = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    welcomer = cast.sign_in(newcomer.welcome.welcomer)
    greet = reverse("communities:greet", args=["riverside", newcomer.pk])
    assert greet.encode() in welcomer.get("/").content
    assert welcomer.post(greet, {"message": "Hello from the mill."}).status_code == 303
    assert b"Hello from the mill." in cast.sign_in(cast.chen).get("/").content
    assert greet.encode() not in welcomer.get("/").content


def test_stewards_change_roles_doors_and_words_on_their_pages(cast):
    founder = cast.sign_in(cast.ada)
    role = reverse("communities:role", args=["riverside", cast.bo.pk])
    assert founder.post(role, {"role": "steward"}).status_code == 303
    assert founder.post(reverse("communities:doors", args=["riverside"]), {"doors": ["talk"]}).status_code == 303
    words = {"rules": "- one", "welcome": "hi"}
    assert founder.post(reverse("communities:words", args=["riverside"]), words).status_code == 303
    community = Community.objects.get()
    assert (community.open_doors, community.rules) == (["talk"], "- one")
    cast.bo.refresh_from_db()
    assert cast.bo.role == Role.STEWARD


def test_settings_keep_what_was_typed_when_refused(cast):
    Community.objects.update(access=Access.REQUEST)
    fields = {"name": "New name", "purpose": "P", "access": "open", "language": "en", "time_zone": "Europe/London"}
    answer = cast.sign_in(cast.dee).post(reverse("communities:settings", args=["riverside"]), fields)
    assert answer.status_code == 422
    assert b"New name" in answer.content
    assert Community.objects.get().name == "Riverside"


def test_everybody_sees_that_founders_found(cast):
    page = cast.sign_in(cast.bo).get(reverse("communities:found"))
    assert b"Founders of a community that is already here" in page.content


def test_leaving_asks_once(cast):
    browser, url = cast.sign_in(cast.bo), reverse("communities:leave", args=["riverside"])
    assert b"Leave Riverside?" in browser.get(url).content
    assert browser.post(url).status_code == 303
    assert Membership.objects.get(pk=cast.bo.pk).state == State.LEFT


def test_closed_doors_leave_no_trace_on_the_front(cast):
    actions.open_doors(membership=cast.dee, doors=["talk"])
    page = cast.sign_in(cast.bo).get(reverse("communities:front", args=["riverside"])).content.decode()
    assert "/support/" not in page
    assert "/exchange/" not in page


def test_a_persona_leads_to_no_other(cast):
    other = make_community("other")
    make_member(other, "Zed")
    Membership.objects.create(community=other, person=cast.bo.person, display_name="Canary Name")
    page = cast.sign_in(cast.sol).get(reverse("communities:member", args=["riverside", cast.bo.pk])).content
    assert b"Canary" not in page
    assert cast.bo.person.email.encode() not in page
