"""The wizard from end to end, and an instance that nobody has founded yet."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from tests.cast import make_community

from commonweal.communities import first_start
from commonweal.communities.models import Access, Community, FirstStartLink, Role
from commonweal.people.models import Person

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": {"name": "Riverside"},
    "purpose": {"purpose": "Neighbours."},
    "kind": {"kind": "neighbourhood"},
    "access": {"access": "request"},
    "where": {"place": "", "country": "GB"},
    "matters": {"matters_most": "Nobody alone."},
}


@pytest.fixture
def not_founded(settings):
    settings.FIRST_START = True
    first_start.forget()
    yield
    first_start.forget()


def path_of(link: str, settings) -> str:
    assert link.startswith(settings.SITE_URL)
    return link.removeprefix(settings.SITE_URL)


def answer_all(browser, answers=ANSWERS):
    for step, fields in answers.items():
        assert browser.post(f"/found/{step}/", fields).status_code == 303, step


@pytest.mark.parametrize(
    "path", ["/", "/communities/", "/account/login/", "/account/signup/", "/me/", "/c/x/", "/found/name/"]
)
def test_before_the_founding_everything_says_not_open_yet(not_founded, path):
    answer = Client().get(path)
    assert answer.status_code == 503
    assert b"not open yet" in answer.content
    assert b"createfounder" in answer.content
    assert b"Sign in" not in answer.content


def test_help_and_languages_are_open_always(not_founded):
    assert Client().get("/help-now/").status_code == 200
    assert Client().post("/language/setlang/", {"language": "es"}).status_code == 302


def test_the_link_opens_the_wizard_which_ends_in_a_community_and_an_account(not_founded, settings):
    browser = Client()
    assert browser.get(path_of(first_start.make_first_start_link(), settings)).url == "/found/"
    assert browser.get("/found/").url == "/found/name/"
    answer_all(browser)
    assert browser.get("/found/").url == "/found/you/"
    fields = {"display_name": "Ada", "email": "ada@example.org", "time_zone": "Europe/Madrid"}
    answer = browser.post("/found/you/", fields)
    assert (answer.status_code, answer.url) == (303, "/c/riverside/")
    community, person = Community.objects.get(), Person.objects.get()
    assert (community.access, community.country, community.matters_most) == (Access.REQUEST, "GB", "Nobody alone.")
    assert community.time_zone == person.time_zone == "Europe/Madrid"
    assert community.memberships.get(person=person).role == Role.FOUNDER
    assert EmailAddress.objects.filter(user=person, verified=True, primary=True).exists()
    assert not person.has_usable_password()
    assert browser.get("/c/riverside/").status_code == 200
    assert Client().get("/").status_code == 200


def test_a_password_is_kept_nowhere_but_in_the_account(not_founded, settings):
    browser = Client()
    browser.get(path_of(first_start.make_first_start_link(), settings))
    answer_all(browser)
    browser.post("/found/you/", {"display_name": "", "email": "ada@example.org", "password": "canary-password-1"})
    assert "canary" not in str(dict(browser.session.items()))
    browser.post("/found/you/", {"display_name": "Ada", "email": "ada@example.org", "password": "canary-password-1"})
    assert Person.objects.get().check_password("canary-password-1")


def test_a_link_works_once_and_a_new_one_replaces_it(not_founded, settings):
    old = path_of(first_start.make_first_start_link(), settings)
    browser = Client()
    browser.get(old)
    answer_all(browser)
    new = path_of(first_start.make_first_start_link(), settings)
    assert FirstStartLink.objects.count() == 1
    assert Client().get(old).status_code == 410
    assert browser.get("/found/name/").status_code == 503
    browser.get(new)  # the answers are still there
    assert browser.get("/found/").url == "/found/you/"
    browser.post("/found/you/", {"display_name": "Ada", "email": "ada@example.org"})
    assert Community.objects.exists()
    assert Client().get(new).status_code == 410


def test_only_the_hash_of_the_link_is_kept(not_founded):
    token = first_start.make_first_start_link().rstrip("/").rpartition("/")[2]
    assert token not in FirstStartLink.objects.get().token_hash


def test_the_gate_costs_no_query_once_a_community_exists(not_founded, django_assert_num_queries):
    make_community()
    assert first_start.is_founded()
    with django_assert_num_queries(0):
        assert not first_start.waits_for_founder()


def test_going_back_loses_nothing_and_errors_stand_beside_the_field(cast):
    browser = cast.sign_in(cast.ada)
    answer_all(browser, {"name": {"name": "Second"}})
    assert browser.post("/found/purpose/", {"purpose": ""}).status_code == 422
    back = browser.post("/found/purpose/", {"purpose": "half a thought", "go": "back"})
    assert back.url == "/found/name/"
    assert b"Second" in browser.get("/found/name/").content
    assert b"half a thought" in browser.get("/found/purpose/").content


def test_an_unanswered_question_is_asked_before_the_founding(cast):
    browser = cast.sign_in(cast.ada)
    answer_all(browser, {key: value for key, value in ANSWERS.items() if key != "kind"})
    assert browser.post("/found/you/", {"display_name": "Ada"}).url == "/found/kind/"
    assert Community.objects.count() == 1


def test_several_towns_of_one_name_are_asked_about(cast):
    browser = cast.sign_in(cast.ada)
    answer = browser.post("/found/where/", {"place": "Springfield", "country": ""})
    assert answer.status_code == 422
    choices = [value for value, _label in answer.context["form"].fields["at"].choices]
    assert len(choices) > 2
    assert browser.post("/found/where/", {"place": "Springfield", "at": choices[0]}).status_code == 303
    answer_all(browser, {key: value for key, value in ANSWERS.items() if key != "where"})
    browser.post("/found/you/", {"display_name": "Ada"})
    community = Community.objects.exclude(pk=cast.community.pk).get()
    assert community.cell
    assert community.country
    assert community.place_name.startswith("Springfield")


def test_a_place_nobody_knows_is_kept_in_words(cast):
    browser = cast.sign_in(cast.ada)
    answer_all(browser, {**ANSWERS, "where": {"place": "The old mill lane xyz", "country": "GB"}})
    browser.post("/found/you/", {"display_name": "Ada"})
    made = Community.objects.exclude(pk=cast.community.pk).get()
    assert (made.place_name, made.cell) == ("The old mill lane xyz", "")
