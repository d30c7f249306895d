"""Circles: the same few people, six times."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cast import make_member

from commonweal.circles.facilitating import say_who_was_there
from commonweal.circles.models import Circle, Seat, Seen
from commonweal.circles.series import leave_circle, say_i_was_there, start_circle, take_seat
from commonweal.communities.registries import TODAY
from commonweal.conversations.actions import start_topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Block
from commonweal.trail.models import Link, Step

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"circles:{name}", args=["riverside", *args])


def start(cast, **fields):
    return start_circle(
        **{
            "membership": cast.bo,
            "name": "Carers' table",
            "purpose": "People who look after somebody.",
            "place": "The library café",
            "first_at": clock.now() + timedelta(days=3),
            "seats_total": 5,
            **fields,
        }
    )


def test_a_circle_is_six_sessions_a_week_apart_and_its_starter_has_a_seat(cast):
    circle = start(cast)
    sessions = list(circle.sessions.all())
    assert [session.number for session in sessions] == [1, 2, 3, 4, 5, 6]
    assert sessions[5].starts_at - sessions[0].starts_at == timedelta(weeks=5)
    assert sessions[0].ends_at - sessions[0].starts_at == timedelta(minutes=90)
    assert Seat.objects.get().membership == cast.bo


def test_a_first_session_in_the_past_and_a_wrong_number_of_seats_are_refused(cast):
    with pytest.raises(Refused) as past:
        start(cast, first_at=clock.now() - timedelta(hours=1))
    assert past.value.field == "first_at"
    with pytest.raises(Refused) as many:
        start(cast, seats_total=9)
    assert many.value.field == "seats_total"


def test_sending_twice_starts_once(cast):
    submission = uuid.uuid4()
    assert start(cast, submission=submission) == start(cast, submission=submission)


def test_a_seat_can_be_taken_given_back_and_taken_again_but_there_are_only_so_many(cast):
    circle = start(cast)
    take_seat(membership=cast.ines, circle=circle)
    take_seat(membership=cast.ines, circle=circle)
    leave_circle(membership=cast.ines, circle=circle)
    leave_circle(membership=cast.ines, circle=circle)
    for number in range(4):
        take_seat(membership=make_member(cast.community, f"P{number}"), circle=circle)
    with pytest.raises(Refused):
        take_seat(membership=cast.ines, circle=circle)
    assert Seat.objects.filter(circle=circle, left_at__isnull=True).count() == 5


def test_i_was_there_counts_once_and_only_when_another_bears_it_out(cast):
    circle = start(cast)
    take_seat(membership=cast.ines, circle=circle)
    session = circle.sessions.get(number=1)
    with pytest.raises(Refused):
        say_i_was_there(membership=cast.bo, session=session)
    with clock.at(session.starts_at + timedelta(hours=2)):
        say_i_was_there(membership=cast.bo, session=session)
        say_i_was_there(membership=cast.bo, session=session)
        with pytest.raises(Refused):
            say_i_was_there(membership=cast.sol, session=session)
        attended = Step.objects.filter(verb="circles.attended").order_by("actor").values_list("actor", flat=True)
        assert list(attended.all()) == []
        say_i_was_there(membership=cast.ines, session=session)
        assert list(attended.all()) == [cast.bo.pk, cast.ines.pk]
        say_who_was_there(membership=cast.bo, session=session, present=[cast.bo.pk, cast.ines.pk])
        assert list(attended.all()) == [cast.bo.pk, cast.ines.pk]


def test_whoever_takes_a_seat_later_was_not_at_the_sessions_before(cast):
    circle = start(cast)
    first, second = circle.sessions.filter(number__in=(1, 2))
    with clock.at(first.ends_at + timedelta(hours=1)):
        take_seat(membership=cast.ines, circle=circle)
        assert "I was there" not in cast.sign_in(cast.ines).get(url("circle", circle.pk)).content.decode()
        assert "Were you there?" not in [row.action for row in TODAY["circles"](cast.ines.person, [cast.ines])]
        with pytest.raises(Refused):
            say_i_was_there(membership=cast.ines, session=first)
        say_who_was_there(membership=cast.bo, session=first, present=[cast.ines.pk])
        assert not Seen.objects.exists()
    with clock.at(second.starts_at + timedelta(hours=1)):
        say_i_was_there(membership=cast.ines, session=second)
        leave_circle(membership=cast.ines, circle=circle)
        say_who_was_there(membership=cast.bo, session=second, present=[cast.ines.pk])
        assert Seen.objects.get().membership == cast.ines


def test_a_circle_starts_from_a_topic_and_is_linked_to_it(cast):
    topic = start_topic(membership=cast.ines, title="Looking after my mother", text="Who else?")
    client = cast.sign_in(cast.bo)
    where = url("start") + f"?topic={topic.pk}"
    assert "Looking after my mother" in client.get(where).content.decode()
    first = (clock.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    response = client.post(
        where,
        {
            "name": "Carers",
            "purpose": "Us.",
            "first_at": first,
            "place": "Library",
            "seats_total": "6",
            "sessions": "6",
            "minutes": "90",
            "every_weeks": "1",
        },
    )
    circle = Circle.objects.get()
    assert response.url == url("circle", circle.pk)
    assert Link.objects.filter(source_type="conversations.topic", target_id=circle.pk).exists()


def test_a_mistake_in_the_form_keeps_what_was_typed(cast):
    response = cast.sign_in(cast.bo).post(
        url("start"), {"name": "Carers", "purpose": "Us.", "first_at": "soon", "place": "Library", "seats_total": "3"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Carers"' in page
    assert not Circle.objects.exists()


def test_the_place_is_for_people_with_a_seat(cast):
    circle = start(cast)
    client = cast.sign_in(cast.ines)
    assert "The library café" not in client.get(url("circle", circle.pk)).content.decode()
    client.post(url("seat", circle.pk))
    assert "The library café" in client.get(url("circle", circle.pk)).content.decode()
    client.post(url("seat", circle.pk), {"leave": "1"})
    assert "The library café" not in client.get(url("circle", circle.pk)).content.decode()


def test_somebody_kept_apart_from_the_starter_sees_nothing_of_it(cast):
    circle = start(cast)
    Block.objects.create(blocker=cast.bo.person, blocked=cast.ines.person)
    client = cast.sign_in(cast.ines)
    assert client.get(url("circle", circle.pk)).status_code == 404
    assert "No circle yet" in client.get(url("circles")).content.decode()


def test_the_page_lets_me_say_that_i_was_there(cast):
    circle = start(cast)
    session = circle.sessions.get(number=1)
    client = cast.sign_in(cast.bo)
    assert "I was there" not in client.get(url("circle", circle.pk)).content.decode()
    with clock.at(session.starts_at + timedelta(hours=2)):
        assert "I was there" in client.get(url("circle", circle.pk)).content.decode()
        client.post(url("there", circle.pk, 1))
        assert "You were there" in client.get(url("circle", circle.pk)).content.decode()


def test_today_shows_my_next_session_and_asks_about_the_last(cast, django_assert_num_queries):
    circle = start(cast)
    with django_assert_num_queries(2):
        rows = list(TODAY["circles"](cast.bo.person, [cast.bo]))
    assert [row.group for row in rows] == ["you-said"]
    assert list(TODAY["circles"](cast.ines.person, [cast.ines])) == []
    with clock.at(circle.first_at + timedelta(hours=3)):
        rows = list(TODAY["circles"](cast.bo.person, [cast.bo]))
    assert rows[0].action == "Were you there?"


def test_lists_teach_when_empty_and_cost_the_same_when_full(cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.sign_in(cast.ines)
    assert "No circle yet" in client.get(url("circles")).content.decode()
    assert "No circle has ended yet" in client.get(url("circles") + "?show=past").content.decode()
    start(cast)
    with CaptureQueriesContext(connection) as few:
        client.get(url("circles"))
    for number in range(6):
        start(cast, name=f"Circle {number}")
    with django_assert_num_queries(len(few)):
        client.get(url("circles"))


def test_a_closed_door_leaves_no_trace(cast):
    cast.community.closed_doors = ["meet"]
    cast.community.save()
    client = cast.sign_in(cast.bo)
    for name in ("circles", "introductions", "start"):
        assert client.get(url(name)).status_code == 404
