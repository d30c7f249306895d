"""Pledges and shifts: thresholds, races, and two words before anything counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import make_member

from commonweal.campaigns import jobs, pledges, shifts, tells
from commonweal.campaigns.hooks import erase, pledges_you_made, shifts_you_took
from commonweal.campaigns.models import Pledge, Pledging, Taking
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.models import Confirmation, Step

from .test_campaigns import launched, url

pytestmark = pytest.mark.django_db


def opened(cast, threshold: int = 3) -> Pledge:
    return pledges.open_pledge(
        membership=cast.ada,
        campaign=launched(cast),
        promise="walk to school",
        threshold=threshold,
        deadline=clock.now() + timedelta(days=7),
    )


def told_of(pledge: Pledge) -> list[int]:
    steps = Step.objects.filter(verb="campaigns.told_pledge", subject_id=pledge.pk).order_by("at", "pk")
    return [telling.person_id for step in steps for telling in tells.of_pledge(step)]


def test_it_starts_when_the_number_is_reached_and_everyone_is_told(cast):
    pledge = opened(cast)
    for who in (cast.bo, cast.sol):
        pledges.pledge(membership=who, pledge=pledge)
    pledge.refresh_from_db()
    assert (pledge.started_at, pledge.pledges_count, told_of(pledge)) == (None, 2, [])
    pledges.pledge(membership=cast.ines, pledge=pledge)
    pledge.refresh_from_db()
    assert pledge.started_at is not None
    assert sorted(told_of(pledge)) == sorted(who.person_id for who in (cast.bo, cast.sol, cast.ines))
    pledges.pledge(membership=cast.dee, pledge=pledge)
    assert told_of(pledge)[-1] == cast.dee.person_id
    assert len(told_of(pledge)) == 4


def test_pledging_twice_is_pledging_once(cast):
    pledge = opened(cast)
    pledges.pledge(membership=cast.bo, pledge=pledge)
    pledges.pledge(membership=cast.bo, pledge=pledge)
    pledge.refresh_from_db()
    assert pledge.pledges_count == Pledging.objects.count() == 1


def test_twelve_people_at_once_start_it_exactly_once(in_threads, cast):
    pledge = opened(cast, threshold=10)
    people = [make_member(cast.community, f"M{n}") for n in range(12)]
    results = in_threads(*[lambda who=who: pledges.pledge(membership=who, pledge=pledge) for who in people])
    assert all(isinstance(result, Pledging) for result in results)
    pledge.refresh_from_db()
    assert pledge.pledges_count == Pledging.objects.count() == 12
    assert Step.objects.filter(verb="campaigns.pledge_started").count() == 1
    assert sorted(told_of(pledge)) == sorted(who.person_id for who in people)


def test_names_are_private_unless_chosen(cast):
    pledge = opened(cast, threshold=9)
    pledges.pledge(membership=cast.ines, pledge=pledge)
    pledges.pledge(membership=cast.sol, pledge=pledge, show_name=True)
    page = cast.sign_in(cast.dee).get(url(pledge.campaign)).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "2 of 9 have pledged" in main
    assert "Sol" in main
    assert "Ines" not in main


def test_unmet_at_the_deadline_it_ends_kindly_once(cast):
    pledge = opened(cast)
    pledges.pledge(membership=cast.bo, pledge=pledge)
    with clock.at(pledge.deadline + timedelta(minutes=1)):
        jobs.end_unmet_pledges()
        jobs.end_unmet_pledges()
        with pytest.raises(Refused, match="over"):
            pledges.pledge(membership=cast.sol, pledge=pledge)
    pledge.refresh_from_db()
    assert pledge.unmet_at is not None
    assert told_of(pledge) == [cast.bo.person_id]
    assert Step.objects.filter(verb="campaigns.pledge_unmet").count() == 1


def test_a_pledge_can_be_taken_back_until_it_starts(cast):
    pledge = opened(cast, threshold=2)
    pledges.pledge(membership=cast.bo, pledge=pledge)
    pledges.take_back(membership=cast.bo, pledge=pledge)
    pledges.take_back(membership=cast.bo, pledge=pledge)
    pledge.refresh_from_db()
    assert pledge.pledges_count == 0
    for who in (cast.bo, cast.sol):
        pledges.pledge(membership=who, pledge=pledge)
    with pytest.raises(Refused, match="rely on it"):
        pledges.take_back(membership=cast.bo, pledge=pledge)


def test_it_counts_as_done_once_both_sides_said_so_and_the_rate_shows(cast):
    pledge = opened(cast)
    for who in (cast.bo, cast.sol, cast.ines):
        pledges.pledge(membership=who, pledge=pledge)
    assert len(list(pledges_you_made(cast.sol.person, [cast.sol]))) == 1
    pledges.check_in(membership=cast.sol, pledge=pledge, did=True)
    pledges.check_in(membership=cast.ines, pledge=pledge, did=False)
    assert list(pledges_you_made(cast.sol.person, [cast.sol])) == []
    assert not Step.objects.filter(verb="campaigns.kept_pledge").exists()
    pledges.confirm_event(membership=cast.ada, pledge=pledge)
    pledges.confirm_event(membership=cast.ada, pledge=pledge)
    assert [step.actor for step in Step.objects.filter(verb="campaigns.kept_pledge")] == [cast.sol.pk]
    pledges.check_in(membership=cast.bo, pledge=pledge, did=True)
    pledges.check_in(membership=cast.bo, pledge=pledge, did=True)
    assert Step.objects.filter(verb="campaigns.kept_pledge").count() == 2
    assert Confirmation.objects.filter(subject_type="campaigns.pledging").count() == 3
    page = cast.sign_in(cast.dee).get(url(pledge.campaign)).content.decode()
    assert "2 of 3 say they did it" in page
    assert "(67%)" in page


def shift(cast, places: int = 1):
    return shifts.offer_work(membership=cast.ada, campaign=launched(cast), title="Count cars", places=places)


def test_a_shift_is_taken_given_back_and_taken_by_another(cast):
    action = shift(cast)
    shifts.take(membership=cast.sol, action=action)
    shifts.take(membership=cast.sol, action=action)
    with pytest.raises(Refused, match="last place"):
        shifts.take(membership=cast.ines, action=action)
    shifts.give_back(membership=cast.sol, action=action)
    shifts.take(membership=cast.ines, action=action)
    action.refresh_from_db()
    assert action.taken_count == 1
    assert Taking.objects.count() == 2


def test_eight_people_at_once_fill_three_places_and_no_more(in_threads, cast):
    action = shift(cast, places=3)
    people = [make_member(cast.community, f"M{n}") for n in range(8)]
    results = in_threads(*[lambda who=who: shifts.take(membership=who, action=action) for who in people])
    assert sum(isinstance(result, Taking) for result in results) == 3
    assert sum(isinstance(result, Refused) for result in results) == 5
    action.refresh_from_db()
    assert action.taken_count == 3


def test_a_shift_counts_when_member_and_organiser_said_yes(cast):
    action = shift(cast)
    taking = shifts.take(membership=cast.sol, action=action)
    assert len(list(shifts_you_took(cast.sol.person, [cast.sol]))) == 1
    shifts.say_done(membership=cast.sol, action=action)
    assert not Step.objects.filter(verb="campaigns.work_done").exists()
    client = cast.sign_in(cast.bo)
    client.post(url(action.campaign, "confirm_work", taking.pk), {"happened": "yes"})
    client.post(url(action.campaign, "confirm_work", taking.pk), {"happened": "yes"})
    assert [step.actor for step in Step.objects.filter(verb="campaigns.work_done")] == [cast.sol.pk]
    assert Confirmation.objects.filter(subject_type="campaigns.taking", happened=True).count() == 2


def test_nobody_confirms_their_own_work(cast):
    action = shift(cast)
    taking = shifts.take(membership=cast.ada, action=action)
    shifts.say_done(membership=cast.ada, action=action)
    with pytest.raises(Refused, match="Somebody else"):
        shifts.answer_done(membership=cast.ada, taking=taking, happened=True)
    with pytest.raises(Refused, match="organisers"):
        shifts.answer_done(membership=cast.sol, taking=taking, happened=True)


def test_the_buttons_on_the_page_do_all_this(cast):
    action = shift(cast)
    pledge = pledges.open_pledge(
        membership=cast.ada,
        campaign=action.campaign,
        promise="come",
        threshold=2,
        deadline=clock.now() + timedelta(days=2),
    )
    client = cast.sign_in(cast.sol)
    for step in ("take", "give-back", "take", "done"):
        assert client.post(url(action.campaign, "work_step", action.pk, step)).status_code == 303
    for step in ("pledge", "take-back", "pledge"):
        assert client.post(url(action.campaign, "pledge_step", pledge.pk, step)).status_code == 303
    assert client.post(url(action.campaign, "pledge_step", pledge.pk, "steal")).status_code == 404
    assert Taking.objects.get(given_back_at=None).done_at is not None
    assert Pledging.objects.get().membership == cast.sol
    assert client.get(url(action.campaign)).status_code == 200


def test_somebody_who_goes_gives_back_what_others_can_use(cast):
    action = shift(cast)
    shifts.take(membership=cast.sol, action=action)
    pledge = pledges.open_pledge(
        membership=cast.ada,
        campaign=action.campaign,
        promise="x",
        threshold=2,
        deadline=clock.now() + timedelta(days=2),
    )
    pledges.pledge(membership=cast.sol, pledge=pledge, show_name=True)
    erase(cast.sol.person)
    action.refresh_from_db()
    pledge.refresh_from_db()
    assert (action.taken_count, pledge.pledges_count) == (0, 0)
