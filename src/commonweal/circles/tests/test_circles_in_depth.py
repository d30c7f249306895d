"""Circles that are proposed, looked after, moved, recapped, repaired, and brought to an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cast import make_member

from commonweal.circles.circling import circles_of, conflicts_in, invitations_of, state_of
from commonweal.circles.ending import choose_what_next
from commonweal.circles.facilitating import (
    call_off_session,
    change_session,
    look_after,
    move_series,
    offer_circle,
    say_who_was_there,
)
from commonweal.circles.inviting import answer_invitation, invite_to_circle, propose_circle
from commonweal.circles.models import Circle, CircleInvitation, Introduction, Seat, StayInTouch, WhatNext, Wishes
from commonweal.circles.questions import QUESTIONS, closing_of, opening_of
from commonweal.circles.repairing import circles_to_repair, repair
from commonweal.circles.series import leave_circle, start_circle, take_seat
from commonweal.circles.tells import of_circle_opening, of_inviting, of_moving, of_proposing
from commonweal.circles.times import best_start, is_free
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Block, Consent, Trait
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db
THURSDAY_EVENING = 1 << (6 * 3 + 4) | 1 << (6 * 3 + 5)


def url(name, *args):
    return reverse(f"circles:{name}", args=["riverside", *args])


@pytest.fixture
def six(cast):
    """Six people who agreed to be asked into a circle and have lived with grief."""
    people = [make_member(cast.community, f"Person{n}") for n in range(6)]
    for member in people:
        Consent.objects.create(person=member.person, purpose="introductions", given=True)
        Trait.objects.create(person=member.person, kind="experience", tag="grief")
        Wishes.objects.create(membership=member, buddy=False, circle=True)
        member.person.availability = THURSDAY_EVENING
        member.person.save()
    return people


@pytest.fixture
def running(cast):
    """A circle of Bo's with five others, whose first session is in three days."""
    circle = start_circle(
        membership=cast.bo,
        name="Carers' table",
        purpose="Us",
        place="Library",
        first_at=clock.now() + timedelta(days=3),
    )
    others = [make_member(cast.community, f"Guest{n}") for n in range(5)]
    for member in others:
        take_seat(membership=member, circle=circle)
    circle.others = others
    return circle


def proposed(cast, people):
    return propose_circle(community=cast.community, members=people, name="A circle", purpose="Us")


def asked_of(circle, member):
    return CircleInvitation.objects.select_related("circle", "moves_from").get(circle=circle, membership=member)


def say(circle, member, yes=True, **more):
    return answer_invitation(membership=member, invitation=asked_of(circle, member), yes=yes, **more)


# Proposed by a round or a steward


def test_a_circle_opens_with_five_yeses_at_the_time_they_share_and_not_before(cast, six):
    circle = proposed(cast, six)
    for member in six[:4]:
        say(circle, member)
    circle.refresh_from_db()
    assert circle.opened_at is None
    assert not Seat.objects.exists()
    say(circle, six[4], would_look_after=True)
    circle.refresh_from_db()
    assert circle.opened_at is not None
    assert circle.facilitator == six[4]
    assert set(Seat.objects.values_list("membership", flat=True)) == {m.pk for m in six[:5]}
    assert circle.sessions.count() == 6
    assert circle.first_at.weekday() == 3
    assert circle.first_at.hour in (18, 19)
    assert circle.first_at > clock.now() + timedelta(days=3)
    say(circle, six[5])
    assert Seat.objects.filter(circle=circle).count() == 6


def test_a_proposed_circle_is_seen_by_nobody_and_names_nobody(cast, six):
    circle = proposed(cast, six)
    client = cast.sign_in(six[0])
    assert client.get(url("circle", circle.pk)).status_code == 404
    assert cast.sign_in(cast.bo).get(url("invitation", asked_of(circle, six[0]).pk)).status_code == 404
    page = client.get(url("invitation", asked_of(circle, six[0]).pk)).content.decode()
    assert not any(member.display_name in page for member in six[1:])
    assert list(circles_of(six[0], past=False)) == []
    tellings = [one for step in Step.objects.filter(verb="circles.invited") for one in of_inviting(step)]
    assert {one.person_id for one in tellings} == {m.person_id for m in six}


def test_a_no_and_running_out_look_the_same_to_the_others_and_a_lapse_is_quiet(cast, six):
    circle = proposed(cast, six)
    other = asked_of(circle, six[0])
    client = cast.sign_in(six[0])
    moment = clock.now() + timedelta(hours=1)
    with clock.at(moment):
        before = client.get(url("circles")).content.decode().count("A circle")
    say(circle, six[1], yes=False)
    with clock.at(moment):
        assert client.get(url("circles")).content.decode().count("A circle") == before
        assert state_of(other) == "asked"
    with clock.at(clock.now() + timedelta(hours=73)):
        assert state_of(other) == "over"
        assert invitations_of(six[0]) == []
        with pytest.raises(Refused):
            say(circle, six[0])
    assert not Seat.objects.exists()


def test_two_who_are_kept_apart_since_are_not_seated_together(cast, six):
    circle = proposed(cast, six)
    Block.objects.create(blocker=six[0].person, blocked=six[1].person)
    for member in six[:5]:
        say(circle, member)
    assert not Seat.objects.exists()
    say(circle, six[5])
    seated = set(Seat.objects.values_list("membership", flat=True))
    assert seated == {six[n].pk for n in (0, 2, 3, 4, 5)}
    with clock.at(clock.now() + timedelta(hours=73)):
        assert state_of(asked_of(circle, six[1])) == "over"


def test_a_steward_asks_only_who_agreed_and_every_refusal_reads_the_same(cast, six):
    circle = invite_to_circle(membership=cast.dee, name="Walkers", purpose="Slowly", people=six)
    assert circle.opened_at is None
    assert circle.started_by == cast.dee
    refusals = set()
    with pytest.raises(Refused) as busy:  # they have an invitation to answer already
        invite_to_circle(membership=cast.dee, name="Walkers", purpose="Slowly", people=six)
    refusals.add(str(busy.value.message))
    CircleInvitation.objects.all().delete()
    Block.objects.create(blocker=six[0].person, blocked=six[1].person)
    with pytest.raises(Refused) as blocked:
        invite_to_circle(membership=cast.dee, name="Walkers", purpose="Slowly", people=six)
    refusals.add(str(blocked.value.message))
    with pytest.raises(Refused) as stranger:
        invite_to_circle(membership=cast.dee, name="Walkers", purpose="Slowly", people=[*six[:4], cast.bo])
    refusals.add(str(stranger.value.message))
    assert len(refusals) == 1


def test_a_steward_chooses_on_a_page(cast, six):
    client = cast.sign_in(cast.dee)
    assert "Person3" in client.get(url("invite")).content.decode()
    words = {"name": "Walkers", "purpose": "Slowly", "people": [str(m.pk) for m in six[:3]]}
    assert client.post(url("invite"), words).status_code == 422
    words |= {"people": [str(m.pk) for m in six], "minutes": "90", "every_weeks": "1"}
    assert client.post(url("invite"), words).status_code == 303
    assert CircleInvitation.objects.count() == 6


# Times


def test_the_time_that_suits_most_is_found_and_the_rest_is_a_number():
    monday_night, thursday = 1 << 5, THURSDAY_EVENING
    start = best_start(
        [(thursday, "Europe/London")] * 3 + [(monday_night, "Europe/London"), (0, "UTC")], "Europe/London", clock.now()
    )
    assert (start.day, start.suits, start.not_for, start.silent) == (3, 3, 1, 1)
    moment = start.next_after(clock.now(), "Europe/London")
    assert is_free((thursday, "Europe/London"), moment)
    assert is_free((thursday, "Asia/Tokyo"), moment) is False
    assert is_free((0, "UTC"), moment) is None


# Looking after


def test_a_session_moves_or_is_called_off_and_everybody_with_a_seat_is_told(cast, running):
    second = running.sessions.get(number=2)
    with pytest.raises(Refused) as order:
        change_session(membership=cast.bo, session=second, starts_at=second.starts_at + timedelta(days=8))
    assert order.value.field == "starts_at"
    change_session(membership=cast.bo, session=second, starts_at=second.starts_at + timedelta(days=1))
    told = {one.person_id for one in of_moving(Step.objects.get(verb="circles.session_moved"))}
    assert told == {m.person_id for m in running.others}
    last = running.sessions.get(number=6)
    call_off_session(membership=cast.bo, session=last)
    call_off_session(membership=cast.bo, session=last)
    running.refresh_from_db()
    assert running.last_at == running.sessions.get(number=5).starts_at
    with pytest.raises(Refused):
        call_off_session(membership=running.others[0], session=second)


def test_the_list_says_when_a_circle_next_meets_and_passes_over_what_was_called_off(cast, running):
    first, second = running.sessions.all()[:2]
    assert circles_of(cast.bo, past=False).get().next_at == first.starts_at
    call_off_session(membership=cast.bo, session=first)
    assert circles_of(cast.bo, past=False).get().next_at == second.starts_at
    page = cast.sign_in(cast.bo).get(reverse("circles:circles", args=["riverside"])).content.decode()
    assert "Next session" in page


def test_the_whole_series_moves_and_stays_a_week_apart(cast, running):
    first = clock.now() + timedelta(days=5)
    move_series(membership=cast.bo, circle=running, first_at=first)
    starts = list(running.sessions.values_list("starts_at", flat=True))
    assert starts == [first + timedelta(weeks=n) for n in range(6)]


def test_questions_are_ours_until_somebody_writes_their_own(cast, running):
    session = running.sessions.get(number=1)
    assert (opening_of(session), closing_of(session)) == tuple(map(str, QUESTIONS[0]))
    client = cast.sign_in(cast.bo)
    page = client.get(url("session", running.pk, 1)).content.decode()
    assert str(QUESTIONS[0][0]) in page
    said = {"starts_at": session.starts_at.strftime("%Y-%m-%dT%H:%M"), "opening": "What did you eat?"}
    assert (
        client.post(url("change_session", running.pk, 1), {**said, "closing": closing_of(session)}).status_code == 303
    )
    session.refresh_from_db()
    assert (session.opening, session.closing) == ("What did you eat?", "")
    assert not Step.objects.filter(verb="circles.session_moved").exists()


def test_attendance_from_both_sides_counts_and_the_recap_is_for_those_who_sat_there(cast, running):
    session = running.sessions.get(number=1)
    session.circle = running
    with clock.at(session.starts_at + timedelta(hours=2)):
        guest = running.others[0]
        cast.sign_in(guest).post(url("there", running.pk, 1))
        assert not Step.objects.filter(verb="circles.attended").exists()
        client = cast.sign_in(cast.bo)
        client.post(url("held", running.pk, 1), {"present": [str(guest.pk)], "recap": "Soup and silence."})
        assert list(Step.objects.filter(verb="circles.attended").values_list("actor", flat=True)) == [guest.pk]
        assert "Soup and silence." in cast.sign_in(guest).get(url("session", running.pk, 1)).content.decode()
        assert "Soup and silence." not in cast.sign_in(cast.ines).get(url("session", running.pk, 1)).content.decode()
        with pytest.raises(Refused):
            say_who_was_there(membership=guest, session=session, present=[guest.pk])


def test_a_circle_is_handed_on_only_with_a_yes_and_taken_on_when_nobody_has_it(cast, running):
    other = running.others[0]
    offer_circle(membership=cast.bo, circle=running, other=other)
    running.refresh_from_db()
    assert running.facilitator == cast.bo
    look_after(membership=other, circle=running)
    running.refresh_from_db()
    assert (running.facilitator, running.offered_to) == (other, None)
    with pytest.raises(Refused):
        look_after(membership=cast.bo, circle=running)
    leave_circle(membership=other, circle=running)
    running.refresh_from_db()
    assert running.facilitator is None
    assert "Nobody looks after this circle yet" in cast.sign_in(cast.bo).get(url("circle", running.pk)).content.decode()
    cast.sign_in(cast.bo).post(url("look_after", running.pk), {"answer": "yes"})
    running.refresh_from_db()
    assert running.facilitator == cast.bo
    with pytest.raises(Refused):
        look_after(membership=cast.ines, circle=running)


def test_leaving_tells_nobody(cast, running):
    steps = Step.objects.count()
    cast.sign_in(running.others[0]).post(url("seat", running.pk), {"leave": "1"})
    left = Step.objects.order_by("at")[steps:]
    assert [step.verb for step in left] == ["circles.seat_left"]
    page = cast.sign_in(cast.bo).get(url("circle", running.pk)).content.decode()
    assert "Guest0" not in page
    assert "3 of 8 free" in page


# People kept apart


def test_a_circle_is_not_there_for_somebody_kept_apart_from_one_who_sits_in_it(cast, running):
    Block.objects.create(blocker=running.others[0].person, blocked=cast.ines.person)
    assert cast.sign_in(cast.ines).get(url("circle", running.pk)).status_code == 404
    assert list(circles_of(cast.ines, past=False)) == []
    with pytest.raises(Refused) as full:
        take_seat(membership=cast.ines, circle=running)
    assert "Every seat is taken" in str(full.value.message)


def test_an_adult_nobody_vetted_finds_every_seat_taken_beside_somebody_under_18(cast, running):
    guest = running.others[0]
    guest.person.under_18_said_at = clock.now()
    guest.person.save()
    with pytest.raises(Refused) as full:
        take_seat(membership=cast.ines, circle=running)
    assert "Every seat is taken" in str(full.value.message)
    page = cast.sign_in(cast.ines).get(url("circle", running.pk)).content.decode()
    assert "Full" in page
    assert "under 18" not in page


def test_whoever_looks_after_it_is_told_discreetly_of_two_kept_apart_and_nobody_else_is(cast, running):
    one, other = running.others[:2]
    Block.objects.create(blocker=other.person, blocked=one.person)
    assert conflicts_in(running, cast.bo) == [("Guest0", "Guest1")]
    assert "better kept apart" in cast.sign_in(cast.bo).get(url("circle", running.pk)).content.decode()
    page = cast.sign_in(one).get(url("circle", running.pk)).content.decode()
    assert "kept apart" not in page
    assert "Guest1" not in page


# Repair


def test_a_circle_that_fell_below_five_asks_one_who_waits_and_running_again_asks_nobody_twice(cast, six):
    circle = proposed(cast, six[:5])
    for member in six[:5]:
        say(circle, member)
    leave_circle(membership=six[4], circle=circle)
    Wishes.objects.filter(membership=six[4]).update(circle=False)
    assert [one.pk for one in circles_to_repair()] == [circle.pk]
    assert repair(circles_to_repair().get(pk=circle.pk)) == 1
    assert asked_of(circle, six[5]).yes is None
    assert repair(circles_to_repair().get(pk=circle.pk)) == 0
    say(circle, six[5])
    assert Seat.objects.filter(circle=circle, left_at__isnull=True).count() == 5


def test_a_circle_with_some_to_spare_saves_another_by_a_swap(cast, six):
    more = [make_member(cast.community, f"More{n}") for n in range(5)]
    for member in more:
        Consent.objects.create(person=member.person, purpose="introductions", given=True)
        Trait.objects.create(person=member.person, kind="experience", tag="grief")
        Wishes.objects.create(membership=member, buddy=False, circle=True)
    large, small = proposed(cast, six), proposed(cast, more)
    for circle, people in ((large, six), (small, more)):
        for member in people:
            say(circle, member)
    leave_circle(membership=more[0], circle=small)
    Wishes.objects.filter(membership=more[0]).update(circle=False)
    assert repair(circles_to_repair().get(pk=small.pk)) == 1
    asked = CircleInvitation.objects.select_related("membership", "circle").get(circle=small, moves_from=large)
    answer_invitation(membership=asked.membership, invitation=asked, yes=True)
    assert Seat.objects.filter(circle=small, left_at__isnull=True).count() == 5
    assert Seat.objects.filter(circle=large, left_at__isnull=True).count() == 5
    assert not Seat.objects.filter(circle=large, left_at__isnull=True, membership=asked.membership).exists()


# What comes next


def test_another_series_begins_with_five_and_before_that_nothing_shows(cast, running):
    everybody = [cast.bo, *running.others]
    with pytest.raises(Refused):
        choose_what_next(membership=cast.bo, circle=running, choice="on")
    with clock.at(running.last_at + timedelta(hours=2)):
        before = cast.sign_in(running.others[4]).get(url("circle", running.pk)).content.decode()
        for member in everybody[:4]:
            choose_what_next(membership=member, circle=running, choice="on")
        assert Circle.objects.count() == 1
        after = cast.sign_in(running.others[4]).get(url("circle", running.pk)).content.decode()
        assert before.count("series") == after.count("series")
        choose_what_next(membership=everybody[4], circle=running, choice="on")
        on = Circle.objects.get(follows=running)
        assert on.seats.count() == 5
        assert on.facilitator == cast.bo
        assert on.first_at == running.last_at + timedelta(weeks=1)
        choose_what_next(membership=everybody[5], circle=running, choice="on")
        assert on.seats.count() == 6
        assert Circle.objects.filter(follows=running).count() == 1


def test_two_who_choose_each_other_are_introduced_and_one_alone_learns_nothing(cast, running):
    one, other, third = running.others[:3]
    with clock.at(running.last_at + timedelta(hours=2)):
        choose_what_next(membership=one, circle=running, choice="touch", in_touch=[other])
        choose_what_next(membership=third, circle=running, choice="touch", in_touch=[other])
        assert not Introduction.objects.exists()
        choose_what_next(membership=other, circle=running, choice="touch", in_touch=[one])
        made = Introduction.objects.get()
        assert {made.first_id, made.second_id} == {one.pk, other.pk}
        assert made.opened_at is not None
        assert list(of_proposing(Step.objects.get(verb="circles.proposed"))) == []
        with pytest.raises(Refused):
            choose_what_next(membership=one, circle=running, choice="touch", in_touch=[])
        choose_what_next(membership=third, circle=running, choice="end")
        assert not StayInTouch.objects.filter(chooser=third).exists()
        assert WhatNext.objects.get(membership=third).choice == "end"


def test_what_next_is_answered_on_a_page(cast, running):
    with clock.at(running.last_at + timedelta(hours=2)):
        client = cast.sign_in(running.others[0])
        assert "What comes next?" in client.get(url("circle", running.pk)).content.decode()
        sent = client.post(url("what_next", running.pk), {"choice": "touch", "in_touch": [str(cast.bo.pk)]})
        assert sent.status_code == 303
        assert "checked" in client.get(url("what_next", running.pk)).content.decode()
        assert client.post(url("what_next", running.pk), {"choice": ""}).status_code == 422


def test_opening_tells_those_who_sit_in_it(cast, six):
    circle = proposed(cast, six[:5])
    for member in six[:5]:
        say(circle, member)
    told = {one.person_id for one in of_circle_opening(Step.objects.get(verb="circles.circle_opened"))}
    assert told == {m.person_id for m in six[:5]}
