"""The week that is planned: signing up, gaps, standing in for one another, and shifts that become duties once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import make_member
from tests.world import run_outbox

from commonweal.communities.models import Community, Membership, Role
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.notices.models import Notice
from commonweal.people.models import Block
from commonweal.support.actions import end_duty
from commonweal.support.actions.applying import say_what_i_give
from commonweal.support.actions.covering import tell_of_gaps
from commonweal.support.actions.planning import (
    begin_planned_duties,
    close_slot,
    keep_shift,
    leave_slot,
    offer_shift,
    open_slot,
    sign_up,
    take_shift,
)
from commonweal.support.actions.resting import take_break
from commonweal.support.hooks_supporters import gaps_of_desk, gaps_of_today
from commonweal.support.models import Duty, GapTold, SlotCover, SlotOffer, SlotSignUp, Supporter, WeeklySlot
from commonweal.support.queries import is_on_duty
from commonweal.support.rota import coming, gaps, shift_on, slots_of
from commonweal.support.tells_supporters import owner_of_taking, supporters_of_offer
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db

#: A Monday at noon; the slot of most tests is Tuesday at eight in the evening.
MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
TUESDAY = (MONDAY + timedelta(days=1)).date()


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY):
        yield


@pytest.fixture
def slot(cast):
    return open_slot(membership=cast.dee, weekday=1, hour=20, hours=4)


def _kim(cast):
    return make_member(cast.community, "Kim", Role.SUPPORTER)


def _expected(cast, on=TUESDAY):
    slots = slots_of([cast.community.pk])
    return {member.display_name for member in shift_on(slots[0], on).people}


def test_a_gap_is_seen_a_week_ahead_until_somebody_signs_up(cast, slot):
    assert [shift.on for shift in gaps(slots_of([cast.community.pk]))] == [TUESDAY]
    assert [row.action for row in gaps_of_desk(cast.dee)] == ["See the week"]
    assert len(list(gaps_of_today(cast.sol.person, [cast.sol]))) == 1
    assert list(gaps_of_today(cast.bo.person, [cast.bo])) == []
    sign_up(membership=cast.sol, slot=slot)
    assert gaps(slots_of([cast.community.pk])) == []
    assert list(gaps_of_desk(cast.dee)) == []


def _told_of_gaps():
    run_outbox()
    return sorted(
        Notice.objects.filter(verb="support.gap_seen").values_list("person__memberships__display_name", flat=True)
    )


def test_stewards_and_those_who_may_step_in_hear_of_a_gap_once_a_week_ahead(cast, slot):
    kim = _kim(cast)
    say_what_i_give(membership=kim, languages=[], kinds=[], steps_in=True)
    assert [tell_of_gaps(), tell_of_gaps()] == [1, 0]
    assert _told_of_gaps() == ["Ada", "Dee", "Kim"]  # Sol did not ask to hear of gaps
    open_slot(membership=cast.dee, weekday=3, hour=20, hours=4)
    assert tell_of_gaps() == 0  # gathered: the next day is soon enough
    with clock.at(MONDAY + timedelta(hours=21)):
        assert [tell_of_gaps(), tell_of_gaps()] == [1, 0]
    sign_up(membership=cast.sol, slot=slot)
    with clock.at(MONDAY + timedelta(days=7)):
        assert tell_of_gaps() == 1  # Thursday again; nobody is missing on Tuesday
    assert GapTold.objects.filter(slot=slot).count() == 1


def test_a_gap_that_opens_for_tonight_does_not_wait_for_tomorrow(cast, slot):
    assert tell_of_gaps() == 1
    open_slot(membership=cast.dee, weekday=0, hour=20, hours=4)
    assert [tell_of_gaps(), tell_of_gaps()] == [1, 0]


def test_nobody_on_a_break_or_behind_a_closed_door_hears_of_gaps(cast, slot):
    take_break(membership=cast.dee, days=3)
    tell_of_gaps()
    assert _told_of_gaps() == ["Ada"]
    GapTold.objects.all().delete()
    Community.objects.update(closed_doors=["support"])
    assert tell_of_gaps() == 0


def test_who_rests_or_ran_out_or_lost_the_role_leaves_a_gap(cast, slot):
    kim = _kim(cast)
    lou = make_member(cast.community, "Lou", Role.SUPPORTER)
    for member in (cast.sol, kim, lou):
        sign_up(membership=member, slot=slot)
    take_break(membership=cast.sol, days=3)
    Supporter.objects.create(membership=kim, renew_by=MONDAY)
    Membership.objects.filter(pk=lou.pk).update(role=Role.MEMBER)
    assert _expected(cast) == set()
    assert _expected(cast, TUESDAY + timedelta(days=7)) == {"Sol"}


def test_only_stewards_open_and_close_slots_and_only_supporters_sign_up(cast, slot):
    with pytest.raises(Refused):
        open_slot(membership=cast.sol, weekday=2, hour=8, hours=2)
    with pytest.raises(Refused):
        close_slot(membership=cast.sol, slot=slot)
    with pytest.raises(Refused):
        sign_up(membership=cast.bo, slot=slot)


@pytest.mark.parametrize("wrong", [{"weekday": 7}, {"hour": 24}, {"hours": 13}, {"needed": 0}])
def test_a_slot_outside_the_week_is_refused(cast, wrong):
    with pytest.raises(Refused):
        open_slot(**{"membership": cast.dee, "weekday": 1, "hour": 20, "hours": 4, **wrong})


def test_opening_the_same_time_again_changes_it_and_signing_up_twice_is_once(cast, slot):
    assert open_slot(membership=cast.dee, weekday=1, hour=20, hours=2, needed=2).pk == slot.pk
    sign_up(membership=cast.sol, slot=slot)
    sign_up(membership=cast.sol, slot=slot)
    assert SlotSignUp.objects.count() == 1
    assert [shift.missing for shift in coming(slots_of([cast.community.pk]))] == [1]


def test_a_closed_slot_can_be_joined_no_more(cast, slot):
    close_slot(membership=cast.dee, slot=slot)
    slot.refresh_from_db()
    with pytest.raises(Refused):
        sign_up(membership=cast.sol, slot=slot)
    assert slots_of([cast.community.pk]) == []


def test_one_is_expected_until_somebody_takes_the_shift(cast, slot):
    kim = _kim(cast)
    sign_up(membership=cast.sol, slot=slot)
    offer_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    assert _expected(cast) == {"Sol"}
    take_shift(membership=kim, slot=slot, on=TUESDAY)
    assert _expected(cast) == {"Kim"}
    assert _expected(cast, TUESDAY + timedelta(days=7)) == {"Sol"}
    keep_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    assert _expected(cast) == {"Kim"}


def test_a_shift_is_taken_by_one_person_only(cast, slot):
    sign_up(membership=cast.sol, slot=slot)
    offer_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    take_shift(membership=cast.dee, slot=slot, on=TUESDAY)
    with pytest.raises(Refused):
        take_shift(membership=cast.ada, slot=slot, on=TUESDAY)
    assert SlotCover.objects.count() == 1


def test_who_gave_a_day_away_cannot_take_it_and_who_took_it_can_pass_it_on(cast, slot):
    kim = _kim(cast)
    sign_up(membership=cast.sol, slot=slot)
    offer_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    take_shift(membership=kim, slot=slot, on=TUESDAY)
    with pytest.raises(Refused):
        take_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    offer_shift(membership=kim, slot=slot, on=TUESDAY)
    take_shift(membership=cast.dee, slot=slot, on=TUESDAY)
    assert _expected(cast) == {"Dee"}


def test_coming_after_all_takes_the_question_back(cast, slot):
    sign_up(membership=cast.sol, slot=slot)
    offer_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    keep_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    assert not SlotOffer.objects.exists()


@pytest.mark.parametrize("days", [0, -6, 2, 36])
def test_another_day_the_past_and_the_far_future_are_refused(cast, slot, days):
    sign_up(membership=cast.sol, slot=slot)
    with pytest.raises(Refused):
        offer_shift(membership=cast.sol, slot=slot, on=(MONDAY + timedelta(days=days)).date())


def test_those_who_could_stand_in_are_told_and_then_the_one_who_asked(cast, slot):
    kim = _kim(cast)
    Block.objects.create(blocker=cast.sol.person, blocked=cast.ada.person)
    take_break(membership=cast.dee, days=3)
    sign_up(membership=cast.sol, slot=slot)
    offer_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    asked = Step.objects.get(verb="support.shift_offered")
    assert {telling.person_id for telling in supporters_of_offer(asked)} == {kim.person_id}
    take_shift(membership=kim, slot=slot, on=TUESDAY)
    taken = Step.objects.get(verb="support.shift_taken")
    assert {telling.person_id for telling in owner_of_taking(taken)} == {cast.sol.person_id}


def test_a_shift_becomes_one_duty_however_often_the_job_runs(cast, slot):
    sign_up(membership=cast.sol, slot=slot)
    Community.objects.update(time_zone="Europe/London")  # an hour ahead of UTC in June
    with clock.at(MONDAY + timedelta(days=1, hours=6, minutes=50)):
        assert begin_planned_duties() == 0
    with clock.at(MONDAY + timedelta(days=1, hours=7)):
        assert (begin_planned_duties(), begin_planned_duties()) == (1, 0)
        assert is_on_duty(cast.sol)
        end_duty(membership=cast.sol)
        assert begin_planned_duties() == 0
        assert not is_on_duty(cast.sol)
    duty = Duty.objects.get()
    assert duty.starts_at == MONDAY + timedelta(days=1, hours=7)


def test_a_shift_begins_late_when_the_worker_was_down_and_not_when_it_is_over(cast, slot):
    sign_up(membership=cast.sol, slot=slot)
    with clock.at(MONDAY + timedelta(days=1, hours=12, minutes=30)):
        assert begin_planned_duties() == 0
    with clock.at(MONDAY + timedelta(days=1, hours=11)):
        assert begin_planned_duties() == 1


def test_a_shift_over_midnight_still_counts_the_morning_after(cast):
    night = open_slot(membership=cast.dee, weekday=1, hour=22, hours=8)
    sign_up(membership=cast.sol, slot=night)
    with clock.at(MONDAY + timedelta(days=1, hours=16)):  # Wednesday, four in the morning
        assert begin_planned_duties() == 1
        assert is_on_duty(cast.sol)


def test_leaving_a_slot_takes_open_questions_with_it(cast, slot):
    sign_up(membership=cast.sol, slot=slot)
    offer_shift(membership=cast.sol, slot=slot, on=TUESDAY)
    leave_slot(membership=cast.sol, slot=slot)
    assert (SlotSignUp.objects.count(), SlotOffer.objects.count()) == (0, 0)


def test_the_week_by_the_pages(cast):
    dee, sol, where = cast.sign_in(cast.dee), cast.sign_in(cast.sol), "/c/riverside/support/rota/"
    assert "Nothing is planned yet" in sol.get(where).content.decode()
    opened = {"weekday": "1", "hour": "20", "hours": "4", "needed": "1"}
    assert sol.post(where, opened).status_code == 422
    assert dee.post(where, {**opened, "hours": "40"}).status_code == 422
    assert dee.post(where, opened).status_code == 303
    one = f"{where}{WeeklySlot.objects.get().pk}/"
    assert "1 person missing" in sol.get(where).content.decode()
    assert sol.post(one, {"do": "join"}).status_code == 303
    assert "1 person missing" not in sol.get(where).content.decode()
    assert sol.post(one, {"do": "offer", "on": TUESDAY.isoformat()}).status_code == 303
    assert "asks for a stand-in" in dee.get(where).content.decode()
    assert dee.post(one, {"do": "take", "on": TUESDAY.isoformat()}).status_code == 303
    assert SlotCover.objects.get().membership_id == cast.dee.pk
    for wrong in ({"do": "take", "on": "soon"}, {"do": "dance", "on": TUESDAY.isoformat()}, {}):
        assert sol.post(one, wrong).status_code == 303
