"""Today: three short groups, an end, and the same cost however many communities and members there are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import make_community

from commonweal.communities import actions
from commonweal.communities.models import Membership
from commonweal.communities.registries import NEW, TODAY, Row
from commonweal.communities.today import groups_of
from commonweal.kit import clock
from commonweal.people.models import Person

pytestmark = pytest.mark.django_db


def queries(browser, url="/") -> int:
    browser.get(url)  # warm: sessions, translations
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def add_members(community, number, start=0):
    people = Person.objects.bulk_create(
        Person(email=f"p{n}@example.org", password="!") for n in range(start, start + number)
    )
    Membership.objects.bulk_create(
        Membership(community=community, person=person, display_name=f"P{person.pk}") for person in people
    )
    return people


@pytest.mark.parametrize("url", ["/", "/c/riverside/", "/c/riverside/people/"])
def test_pages_cost_the_same_at_50_and_at_5000_members(cast, url):
    browser = cast.sign_in(cast.ada)
    add_members(cast.community, 50)
    few = queries(browser, url)
    add_members(cast.community, 4950, start=50)
    assert queries(browser, url) == few


def test_today_costs_the_same_with_one_community_and_with_twelve(cast):
    browser = cast.sign_in(cast.bo)
    one = queries(browser)
    for n in range(11):
        community = make_community(f"c{n}")
        Membership.objects.create(community=community, person=cast.bo.person, display_name="Bo")
        add_members(community, 5, start=100 * (n + 1))
    assert queries(browser) == one


def test_a_group_has_at_most_five_rows_the_most_pressing_first(cast, monkeypatch):
    now = clock.now()
    rows = [Row(f"row {n}", "", "/", "Do", group=NEW, due=now + timedelta(hours=9 - n)) for n in range(9)]
    monkeypatch.setattr(TODAY, "_items", {"x": lambda person, memberships: rows})
    (group,) = groups_of(cast.bo.person, [cast.bo])
    assert [row.title for row in group.rows] == ["row 8", "row 7", "row 6", "row 5", "row 4"]
    assert group.more


@pytest.mark.parametrize(("hour", "word"), [(8, "morning"), (14, "afternoon"), (20, "evening"), (2, "Still up")])
def test_the_greeting_follows_the_readers_own_clock(cast, hour, word):
    Person.objects.filter(pk=cast.bo.person_id).update(time_zone="Asia/Tokyo")
    moment = datetime(2030, 5, 6, hour, tzinfo=timezone.get_fixed_timezone(9 * 60))
    browser = cast.sign_in(cast.bo)
    with clock.at(moment):
        page = browser.get("/").content.decode()
    assert word in page
    assert "Bo" in page
    assert "6 May" in page


def test_today_ends(cast):
    assert "You’re caught up" in cast.sign_in(cast.bo).get("/").content.decode()


def test_a_newcomer_finds_first_steps_until_they_are_no_longer_new(cast):
    actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    browser = cast.sign_in(cast.chen)
    assert b"Your first steps" in browser.get("/").content
    with clock.at(clock.now() + timedelta(days=15)):
        assert b"Your first steps" not in browser.get("/").content


def test_a_newcomer_kept_apart_from_the_welcomer_does_not_read_their_name(cast):
    from commonweal.people.actions import block

    newcomer = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    welcomer = newcomer.welcome.welcomer
    block(blocker=cast.chen, blocked=welcomer.person, known_as=welcomer.display_name)
    assert welcomer.display_name.encode() + b"</strong>" not in cast.sign_in(cast.chen).get("/").content
    assert b"Chen is new" not in cast.sign_in(welcomer).get("/").content


def test_a_guest_reads_what_this_is_and_finds_the_listed_communities_only(cast):
    make_community("secret", access="hidden")
    page = Client().get("/").content
    assert b"/c/riverside/" in page
    assert b"secret" not in page


def test_somebody_without_a_community_is_shown_the_way_to_one(cast):
    page = cast.sign_in(cast.chen).get("/").content
    assert b"Find your people" in page
    assert b"/c/riverside/" in page
