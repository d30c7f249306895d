"""The private page: whom one met, in one's own eyes only, from what both sides confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal.circles import actions as introducing
from commonweal.circles.models import Introduction
from commonweal.communities.companions import let_be, private_page
from commonweal.communities.hooks import monthly_question
from commonweal.communities.models import LetBe, Membership
from commonweal.communities.queries import memberships_of
from commonweal.kit import clock
from commonweal.people import actions as people
from commonweal.people import reflecting
from commonweal.people.models import ContactAnswer, Person, Reflection
from commonweal.trail.models import Step

from .cast import Cast, make_member
from .world import Place, make_place, sign_in

PAGE = "communities:met"


@pytest.fixture
def place(settings: Any, tmp_path: Any, db: None) -> Place:
    settings.MEDIA_ROOT = tmp_path
    return make_place("river")


def page_of(member: Membership) -> Any:
    person = Person.objects.get(pk=member.person_id)
    return private_page(person, memberships_of(person))


def test_who_met_stands_there_with_an_estimate_of_the_time_together(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    before = page_of(author).companions
    assert [c.member.pk for c in before] == [partner.pk]  # they confirmed a handover, half an hour
    opened = Introduction.objects.get(pk=place.ids["opened"])
    introducing.say_whether_we_met(membership=author, introduction=opened, met=True)
    assert page_of(author).companions[0].minutes == before[0].minutes  # one side's word is not enough
    introducing.say_whether_we_met(membership=partner, introduction=opened, met=True)
    assert page_of(author).companions[0].minutes == before[0].minutes + 60
    assert [c.member.pk for c in page_of(partner).companions] == [author.pk]
    shown = sign_in(author.person).get(reverse(PAGE)).content.decode()
    assert place.words["namepartner"] in shown
    assert "about" in shown
    assert page_of(place.who["member"]).companions == []


def test_a_block_takes_them_off_and_what_is_to_come_is_no_meeting_yet(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    coming = {occasion.key for occasion in page_of(partner).coming}
    assert f"gatherings.gathering:{place.ids['gathering']}" in coming
    assert f"circles.introduction:{place.ids['opened']}" in coming
    people.block(blocker=partner.person, blocked=author.person, known_as="Somebody")
    assert page_of(partner).companions == []
    assert page_of(author).companions == []
    assert f"circles.introduction:{place.ids['opened']}" not in {o.key for o in page_of(author).coming}


def test_after_some_quiet_weeks_a_line_is_suggested_once_and_can_be_let_be(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    assert page_of(author).might_write == []
    with clock.at(clock.now() + timedelta(weeks=6)):
        (one,) = page_of(author).might_write
        assert one.member.pk == partner.pk
        assert one.write_url.endswith("#write")  # they have an open conversation
        client = sign_in(author.person)
        assert "Write to" in client.get(reverse(PAGE)).content.decode()
        client.post(reverse("communities:met_step"), {"do": "let-be", "id": partner.pk})
        assert page_of(author).might_write == []
        assert page_of(partner).might_write != []
    with clock.at(clock.now() + timedelta(weeks=20)):
        assert page_of(author).might_write != []


def test_at_most_three_are_suggested_and_nobody_who_may_not_be_alone_with_one(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    people.say_under_18(person=partner.person, under_18=True)
    with clock.at(clock.now() + timedelta(weeks=6)):
        assert page_of(author).might_write == []


def test_only_those_one_met_can_be_let_be(place: Place) -> None:
    client = sign_in(place.who["member"].person)
    answer = client.post(reverse("communities:met_step"), {"do": "let-be", "id": place.who["author"].pk})
    assert answer.status_code == 404
    assert not LetBe.objects.exists()


def test_words_around_a_meeting_are_kept_changed_and_deleted_by_their_author_alone(place: Place) -> None:
    partner = place.who["partner"]
    url = reverse("communities:reflect", args=["before", "gatherings.gathering", place.ids["gathering"]])
    client = sign_in(partner.person)
    before = Step.objects.count()
    client.post(url, {"hope": "A warm hello", "worry": "", "ask": "Who made the soup?"})
    assert "A warm hello" in client.get(reverse(PAGE)).content.decode()
    assert "A warm hello" in client.get(url).content.decode()
    too_long = client.post(url, {"hope": "x" * 2_001})
    assert too_long.status_code == 422
    assert "x" * 2_001 in too_long.content.decode()
    for other in ("author", "member", "steward"):
        assert "A warm hello" not in sign_in(place.who[other].person).get(reverse(PAGE)).content.decode()
    words = Reflection.objects.get(person=partner.person, moment="before")
    sign_in(place.who["author"].person).post(reverse("communities:met_step"), {"do": "delete", "id": words.pk})
    assert Reflection.objects.filter(pk=words.pk).exists()
    client.post(reverse("communities:met_step"), {"do": "delete", "id": words.pk})
    assert not Reflection.objects.filter(pk=words.pk).exists()
    assert Step.objects.count() == before
    member = sign_in(place.who["member"].person)
    assert member.get(url).status_code == 404  # not their gathering


def test_an_opened_introduction_leads_quietly_to_ones_own_words_and_back(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    page = reverse("circles:introduction", args=[place.community.slug, place.ids["opened"]])
    ahead, back = (
        reverse("communities:reflect", args=[moment, "circles.introduction", place.ids["opened"]]) + "?back=there"
        for moment in ("before", "after")
    )
    client = sign_in(partner.person)
    shown = client.get(page).content.decode()
    assert ahead in shown
    assert back not in shown
    assert page in client.get(ahead).content.decode()  # the way back
    answer = client.post(ahead, {"hope": "An easy hour", "worry": "", "ask": ""})
    assert answer["Location"] == page
    introducing.say_whether_we_met(
        membership=partner, introduction=Introduction.objects.get(pk=place.ids["opened"]), met=True
    )
    assert back in client.get(page).content.decode()
    assert client.get(back).status_code == 200
    assert "An easy hour" not in sign_in(author.person).get(page).content.decode()
    with clock.at(clock.now() + timedelta(days=31)):  # nothing became of it: no link, and nothing behind it
        assert back not in client.get(page).content.decode()
        assert sign_in(author.person).get(back).status_code == 404
    pending = reverse("circles:introduction", args=[place.community.slug, place.ids["pending"]])
    assert "back=there" not in sign_in(author.person).get(pending).content.decode()


def test_a_gathering_leads_to_ones_own_words_before_and_after_also_while_its_hosts_have_said_nothing(
    place: Place,
) -> None:
    partner, number = place.who["partner"], place.ids["gathering"]
    page = reverse("gatherings:gathering", args=[place.community.slug, number])
    after_page = reverse("gatherings:afterwards", args=[place.community.slug, number])
    ahead, back = (
        reverse("communities:reflect", args=[moment, "gatherings.gathering", number]) + "?back=there"
        for moment in ("before", "after")
    )
    client = sign_in(partner.person)
    assert ahead in client.get(page).content.decode()
    assert "back=there" not in sign_in(place.who["member"].person).get(page).content.decode()  # does not come
    from commonweal.gatherings.models import Gathering

    with clock.at(Gathering.objects.get(pk=number).ends_at + timedelta(hours=3)):
        for address in (page, after_page):
            shown = client.get(address).content.decode()
            assert back in shown
            assert ahead not in shown
        assert client.post(back, {"good": "The soup", "hard": "", "next": ""})["Location"] == page
        lately = client.get(reverse(PAGE)).content.decode()
        assert "The soup" in lately
        assert back.partition("?")[0] in lately
        assert page_of(partner).companions  # those of before: saying nothing yet is no meeting
    with clock.at(Gathering.objects.get(pk=number).ends_at + timedelta(days=30)):
        assert back not in client.get(page).content.decode()


def test_where_to_go_back_is_the_meetings_page_or_ones_own_and_nothing_else(place: Place) -> None:
    url = reverse("communities:reflect", args=["before", "gatherings.gathering", place.ids["gathering"]])
    client = sign_in(place.who["partner"].person)
    for tried in ("", "?back=//elsewhere.example", "?back=https://elsewhere.example"):
        answer = client.post(url + tried, {"hope": "Hello", "worry": "", "ask": ""})
        assert answer["Location"] == reverse(PAGE)


def test_it_is_in_the_download_and_goes_with_the_account(place: Place) -> None:
    from commonweal.people.own_data import own_data

    person = Person.objects.get(pk=place.who["partner"].person_id)
    reflecting.answer_contact_check(person=person, contact=True)
    import io
    import zipfile

    packed = zipfile.ZipFile(io.BytesIO(own_data(person))).read("for-myself.json").decode()
    assert place.words["reflection"] in packed
    assert '"contact": true' in packed
    people.close_account(person=person)
    assert not Reflection.objects.exists()
    assert not ContactAnswer.objects.exists()


def test_the_monthly_question_needs_consent_comes_once_a_month_and_a_skip_leaves_no_trace(cast: Cast) -> None:
    person = Person.objects.get(pk=cast.bo.person_id)
    client = cast.sign_in(cast.bo)
    with clock.at(clock.now() + timedelta(days=40)):
        assert list(monthly_question(person, [])) == []
        people.answer_consent(person=person, purpose="contact_check", given=True)
        assert len(list(monthly_question(person, []))) == 1
        assert "lead to contact offline" in client.get(reverse(PAGE)).content.decode()
        before = Step.objects.count()
        client.post(reverse("communities:met_step"), {"do": "contact-skip"})
        person.refresh_from_db()
        assert list(monthly_question(person, [])) == []
        assert not ContactAnswer.objects.exists()
    with clock.at(clock.now() + timedelta(days=75)):
        assert len(list(monthly_question(person, []))) == 1
        for answer in ("contact-no", "contact-yes"):  # twice is once, and the later word counts
            client.post(reverse("communities:met_step"), {"do": answer})
        assert ContactAnswer.objects.get().contact is True
        assert Step.objects.count() == before


def test_the_page_asks_as_often_for_many_as_for_one(place: Place) -> None:
    author = place.who["author"]
    with CaptureQueriesContext(connection) as few:
        page_of(author)
    from commonweal.circles.proposing import propose

    for number in range(4):
        other = make_member(place.community, f"N{number}")
        with clock.at(clock.now() - timedelta(days=9 + number)):
            made = propose(community=place.community, pair=(author.pk, other.pk), reasons=[])
            assert made is not None
            for one in (author, other):
                introducing.answer(membership=one, introduction=made, yes=True)
            made.refresh_from_db()
            for one in (author, other):
                introducing.say_whether_we_met(membership=one, introduction=made, met=True)
    with CaptureQueriesContext(connection) as many:
        page = page_of(author)
    assert len(page.companions) == 5
    assert len(many) == len(few)
    with clock.at(clock.now() + timedelta(weeks=6)):
        assert len(page_of(author).might_write) == 3


def test_letting_somebody_be_twice_is_once(cast: Cast) -> None:
    assert let_be(person=cast.bo.person, other=cast.ines).pk == let_be(person=cast.bo.person, other=cast.ines).pk
