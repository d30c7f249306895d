"""How long a circle's sessions are and how often it meets: chosen at the start, and used wherever time is reckoned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cast import make_member

from commonweal.circles.ending import choose_what_next
from commonweal.circles.facilitating import change_circle, move_series, say_who_was_there
from commonweal.circles.inviting import answer_invitation, invite_to_circle
from commonweal.circles.models import Circle, CircleInvitation, Seat, Wishes
from commonweal.circles.occasions import occasions
from commonweal.circles.repairing import circles_to_repair
from commonweal.circles.series import leave_circle, say_i_was_there, start_circle, take_seat
from commonweal.circles.tells import of_length
from commonweal.circles.times import best_start, is_free
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Consent
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db
THURSDAY_LATE = 1 << (6 * 3 + 5)


def url(name, *args):
    return reverse(f"circles:{name}", args=["riverside", *args])


@pytest.fixture
def running(cast):
    """A circle of Bo's with five others: an hour, every two weeks, the first in three days."""
    circle = start_circle(
        membership=cast.bo,
        name="Carers' table",
        purpose="Us",
        place="Library",
        first_at=clock.now() + timedelta(days=3),
        minutes=60,
        every_weeks=2,
    )
    circle.others = [make_member(cast.community, f"Guest{n}") for n in range(5)]
    for member in circle.others:
        take_seat(membership=member, circle=circle)
    return circle


def test_the_sessions_have_the_length_and_the_rhythm_that_were_chosen(cast, running):
    sessions = list(running.sessions.all())
    assert {one.ends_at - one.starts_at for one in sessions} == {timedelta(minutes=60)}
    assert [one.starts_at for one in sessions] == [running.first_at + timedelta(weeks=2 * n) for n in range(6)]
    page = cast.sign_in(cast.bo).get(url("circle", running.pk)).content.decode()
    assert "60 minutes" in page
    assert "Every two weeks" in page
    assert "60 minutes" in cast.sign_in(cast.bo).get(url("session", running.pk, 1)).content.decode()


@pytest.mark.parametrize(("field", "wrong"), [("minutes", 75), ("minutes", 0), ("every_weeks", 3)])
def test_what_is_not_offered_is_refused_beside_its_field(cast, field, wrong):
    frame = {"minutes": 60, "every_weeks": 1, field: wrong}
    with pytest.raises(Refused) as no:
        start_circle(
            membership=cast.bo, name="Us", purpose="Us", place="", first_at=clock.now() + timedelta(days=2), **frame
        )
    assert no.value.field == field
    assert not Circle.objects.exists()


def test_it_is_chosen_in_the_form_and_a_wrong_answer_keeps_what_was_typed(cast):
    said = {
        "name": "Carers", "purpose": "Us.", "first_at": (clock.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M"),
        "place": "Library", "seats_total": "6", "sessions": "4", "minutes": "120", "every_weeks": "2",
    }  # fmt: skip
    client = cast.sign_in(cast.bo)
    wrong = client.post(url("start"), said | {"minutes": "200"})
    assert wrong.status_code == 422
    assert 'value="Carers"' in wrong.content.decode()
    assert client.post(url("start"), said).status_code == 303
    circle = Circle.objects.get()
    assert (circle.minutes, circle.every_weeks, circle.sessions.count()) == (120, 2, 4)
    assert circle.sessions.get(number=2).ends_at == circle.first_at + timedelta(weeks=2, minutes=120)


def test_a_steward_chooses_it_for_those_they_ask_and_they_read_it_before_they_answer(cast):
    people = [make_member(cast.community, f"Person{n}") for n in range(5)]
    for member in people:
        Consent.objects.create(person=member.person, purpose="introductions", given=True)
        Wishes.objects.create(membership=member, buddy=False, circle=True)
    client = cast.sign_in(cast.dee)
    form = {"name": "Five", "purpose": "Us", "people": [str(m.pk) for m in people], "minutes": "45", "every_weeks": "2"}
    assert client.post(url("invite"), form | {"minutes": "50"}).status_code == 422
    assert client.post(url("invite"), form).status_code == 303
    circle = Circle.objects.get()
    assert (circle.minutes, circle.every_weeks) == (45, 2)
    assert circle.last_at - circle.first_at > timedelta(weeks=9)
    asked = CircleInvitation.objects.select_related("circle").get(membership=people[0])
    page = cast.sign_in(people[0]).get(url("invitation", asked.pk)).content.decode()
    assert "Every two weeks, 45 minutes" in page
    for one in CircleInvitation.objects.select_related("membership", "circle"):
        answer_invitation(membership=one.membership, invitation=one, yes=True)
    first, second = circle.sessions.all()[:2]
    assert second.starts_at - first.starts_at == timedelta(weeks=2)
    assert first.ends_at - first.starts_at == timedelta(minutes=45)
    with pytest.raises(Refused) as no:
        invite_to_circle(membership=cast.dee, name="Five", purpose="Us", people=people, minutes=50)
    assert no.value.field == "minutes"


def test_a_long_session_has_to_fit_into_the_hours_that_people_are_free():
    free_from_eight = (THURSDAY_LATE, "UTC")
    start = best_start([free_from_eight], "UTC", clock.now(), 120)
    assert (start.day, start.hour, start.suits) == (3, 20, 1)
    until_eight = (1 << (6 * 3 + 4), "UTC")  # four in the afternoon to eight
    ends_late = best_start([until_eight], "UTC", clock.now(), 60).next_after(clock.now(), "UTC").replace(hour=19)
    assert is_free(until_eight, ends_late, 60) is True
    assert is_free(until_eight, ends_late, 90) is False
    assert best_start([until_eight], "UTC", clock.now(), 120).hour == 18


def test_the_hours_together_are_as_long_as_the_session_was(cast, running):
    session = running.sessions.select_related("circle").get(number=1)
    guest = running.others[0]
    with clock.at(session.starts_at + timedelta(hours=2)):
        say_i_was_there(membership=guest, session=session)
        say_i_was_there(membership=cast.bo, session=session)
        say_who_was_there(membership=cast.bo, session=session, present=[guest.pk])
        change_circle(membership=cast.bo, circle=running, name="Us", purpose="Us", place="", minutes=120)
        (held,) = [one for one in occasions([cast.bo]) if one.met]
        assert held.minutes == 60  # it was held before the length changed
    with clock.at(session.starts_at + timedelta(days=10)):
        (coming,) = [one for one in occasions([cast.bo]) if not one.met]
        assert coming.minutes == 120


def test_another_length_holds_for_what_is_to_come_and_those_with_a_seat_are_told_once(cast, running):
    words = {"name": running.name, "purpose": running.purpose, "place": running.place}
    client = cast.sign_in(cast.bo)
    assert client.post(url("change", running.pk), {**words, "minutes": "90"}).status_code == 303
    assert client.post(url("change", running.pk), {**words, "minutes": "90"}).status_code == 303
    running.refresh_from_db()
    assert running.minutes == 90
    assert set(running.sessions.values_list("minutes", flat=True)) == {90}
    told = {one.person_id for one in of_length(Step.objects.get(verb="circles.session_length"))}
    assert told == {m.person_id for m in running.others}
    assert client.post(url("change", running.pk), {**words, "minutes": "1"}).status_code == 422
    with pytest.raises(Refused):
        change_circle(membership=running.others[0], circle=running, **words, minutes=45)


def test_a_series_moves_and_goes_on_in_its_rhythm_and_length(cast, running):
    first = clock.now() + timedelta(days=5)
    move_series(membership=cast.bo, circle=running, first_at=first)
    assert list(running.sessions.values_list("starts_at", flat=True)) == [
        first + timedelta(weeks=2 * n) for n in range(6)
    ]
    running.refresh_from_db()
    with clock.at(running.last_at + timedelta(hours=2)):
        for member in [cast.bo, *running.others[:4]]:
            choose_what_next(membership=member, circle=running, choice="on")
        after = Circle.objects.get(follows=running)
    assert after.first_at == running.last_at + timedelta(weeks=2)
    assert (after.minutes, after.every_weeks) == (60, 2)
    assert set(after.sessions.values_list("minutes", flat=True)) == {60}


def test_a_circle_is_repaired_while_two_sessions_are_to_come_however_far_apart_they_are(cast, running):
    for member in running.others[:3]:
        leave_circle(membership=member, circle=running)
    assert Seat.objects.filter(circle=running, left_at__isnull=True).count() == 3
    with clock.at(running.last_at - timedelta(days=15)):  # two are to come
        assert [one.pk for one in circles_to_repair()] == [running.pk]
    with clock.at(running.last_at - timedelta(days=13)):  # only one, though it is more than a week away
        assert list(circles_to_repair()) == []
