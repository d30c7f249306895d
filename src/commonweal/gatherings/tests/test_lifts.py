"""Lifts to a gathering, hosts of support gatherings, and what a word about safety after a first meeting of two does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_member
from tests.world import run_outbox

from commonweal.circles.models import Pause
from commonweal.communities.models import Membership
from commonweal.communities.queries import met_before
from commonweal.conversations.models import Participant
from commonweal.gatherings import personal
from commonweal.gatherings.access import may_see_address
from commonweal.gatherings.actions import answer_hosting
from commonweal.gatherings.afterwards import say_how_it_was, say_it_took_place
from commonweal.gatherings.lifts import answer_seat, ask_for_seat, give_up_seat, offer_lift, take_back_lift
from commonweal.gatherings.models import Gathering, Host, Lift, LiftSeat, Rsvp
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.notices.models import Notice
from commonweal.people.models import Block

from .test_gatherings import ADDRESS, come, page_of, planned


def have_met(*members: Membership) -> None:
    """They all were at a gathering a month ago, as both sides of it say."""
    month_ago = clock.now() - timedelta(days=30)
    with clock.at(month_ago - timedelta(days=5)):
        host, *guests = members
        start = month_ago - timedelta(days=1)
        past = planned(host, title="Long ago", starts_at=start, ends_at=start + timedelta(hours=1))
        for guest in guests:
            come(guest, past)
    with clock.at(month_ago):
        say_it_took_place(membership=host, gathering=past, took_place=True, present=[g.pk for g in guests])
        for member in members:
            say_how_it_was(membership=member, gathering=past, was_there=True)


def coming(cast: Cast, *members: Membership) -> Gathering:
    made = planned(cast.ada)
    for member in members:
        come(member, made)
    return made


def told(who: Membership) -> list[str]:
    run_outbox()
    return list(Notice.objects.filter(person=who.person).order_by("pk").values_list("text", flat=True))


def test_a_lift_is_for_people_who_have_met_and_the_reason_is_said(cast: Cast) -> None:
    have_met(cast.ada, cast.bo, cast.sol)
    made = coming(cast, cast.bo, cast.sol, cast.ines)
    lift = offer_lift(membership=cast.bo, gathering=made, seats=2, area="Weir Street")
    with pytest.raises(Refused, match="have not met"):
        ask_for_seat(membership=cast.ines, lift=lift)
    html = page_of(cast, cast.ines, made)
    assert "Weir Street" in html
    assert "You two have not met yet" in html
    assert "Ask for a seat" not in html
    assert "Ask for a seat" in page_of(cast, cast.sol, made)
    url = reverse("gatherings:lift", args=["riverside", lift.pk])
    cast.sign_in(cast.sol).post(url, {"step": "ask"})
    seat = LiftSeat.objects.get()
    assert any("asks for a seat" in text for text in told(cast.bo))
    assert cast.sign_in(cast.ines).post(url, {"step": "yes", "seat": str(seat.pk)}).status_code == 404
    cast.sign_in(cast.bo).post(url, {"step": "yes", "seat": str(seat.pk)})
    seat.refresh_from_db()
    pair = set(Participant.objects.filter(conversation=seat.conversation).values_list("membership", flat=True))
    assert pair == {cast.bo.pk, cast.sol.pk}
    assert any("You have a seat" in text for text in told(cast.sol))


def test_lifts_are_among_those_who_come(cast: Cast) -> None:
    made = coming(cast, cast.bo)
    offer_lift(membership=cast.bo, gathering=made, seats=1, area="Weir Street")
    for who in (cast.sol, cast.ines, None):
        assert "Weir Street" not in page_of(cast, who, made)
    with pytest.raises(Refused):
        offer_lift(membership=cast.sol, gathering=made, seats=1, area="Ropewalk")
    come(cast.bo, made, "no")
    assert "Weir Street" not in page_of(cast, cast.ada, made)
    assert "Weir Street" not in Client().get(reverse("gatherings:list", args=["riverside"])).content.decode()


def test_people_kept_apart_do_not_see_each_others_lifts(cast: Cast) -> None:
    have_met(cast.ada, cast.bo, cast.sol)
    made = coming(cast, cast.bo, cast.sol)
    lift = offer_lift(membership=cast.bo, gathering=made, seats=1, area="Weir Street")
    ask_for_seat(membership=cast.sol, lift=lift)
    Block.objects.create(blocker=cast.sol.person, blocked=cast.bo.person)
    assert "Weir Street" not in page_of(cast, cast.sol, made)
    assert ">Sol<" not in page_of(cast, cast.bo, made).split("Getting there together")[1].split("Who comes")[0]
    url = reverse("gatherings:lift", args=["riverside", lift.pk])
    assert cast.sign_in(cast.sol).post(url, {"step": "ask"}).status_code == 404
    with pytest.raises(Refused, match="not there any more"):
        ask_for_seat(membership=cast.sol, lift=lift)


def test_a_car_never_takes_more_than_its_seats(cast: Cast) -> None:
    have_met(cast.ada, cast.bo, cast.sol, cast.ines)
    made = coming(cast, cast.bo, cast.sol, cast.ines)
    lift = offer_lift(membership=cast.bo, gathering=made, seats=1, area="Weir Street")
    one, other = (ask_for_seat(membership=member, lift=lift) for member in (cast.sol, cast.ines))
    answer_seat(membership=cast.bo, seat=one, agree=True)
    with pytest.raises(Refused, match="taken"):
        answer_seat(membership=cast.bo, seat=other, agree=True)
    give_up_seat(membership=cast.sol, seat=one)
    assert any("free again" in text for text in told(cast.bo))
    answer_seat(membership=cast.bo, seat=other, agree=True)
    take_back_lift(membership=cast.bo, lift=lift)
    assert any("taken back" in text for text in told(cast.ines))
    assert not any("taken back" in text for text in told(cast.sol))


def test_a_lift_goes_with_the_account_and_is_in_ones_own_data(cast: Cast) -> None:
    made = coming(cast, cast.bo)
    offer_lift(membership=cast.bo, gathering=made, seats=1, area="Weir Street")
    assert personal.export(cast.bo.person)["lifts"][0]["area"] == "Weir Street"
    personal.erase(cast.bo.person)
    assert Lift.objects.get().area == ""
    assert Lift.objects.get().taken_back_at is not None


def test_who_was_only_online_together_has_not_met(cast: Cast) -> None:
    start = clock.now() - timedelta(days=2)
    with clock.at(start - timedelta(days=3)):
        past = planned(cast.ada, starts_at=start, ends_at=start + timedelta(hours=1), area="", address="",
                       link="https://meet.example.org/x")  # fmt: skip
        come(cast.bo, past)
    with clock.at(start + timedelta(hours=2)):
        say_it_took_place(membership=cast.ada, gathering=past, took_place=True)
        for member in (cast.ada, cast.bo):
            say_how_it_was(membership=member, gathering=past, was_there=True)
    assert met_before(cast.bo, [cast.ada.pk]) == set()


# Two hosts


def test_a_second_host_who_cannot_is_replaced_and_without_two_the_address_stays_hidden(cast: Cast) -> None:
    made = planned(cast.ada, for_support=True, second_host=cast.bo)
    answer_hosting(membership=cast.bo, gathering=made, agree=False)
    url = reverse("gatherings:ask_host", args=["riverside", made.pk])
    assert url in page_of(cast, cast.ada, made)
    assert cast.sign_in(cast.sol).get(url).status_code == 404
    cast.sign_in(cast.ada).post(url, {"second_host": "Dee"})
    answer_hosting(membership=cast.dee, gathering=made, agree=True)
    come(cast.ines, made)
    rsvp = Rsvp.objects.get(gathering=made, membership=cast.ines)
    with clock.at(made.starts_at - timedelta(hours=2)):
        assert ADDRESS in page_of(cast, cast.ines, made)
        personal.erase(cast.dee.person)
        assert Host.objects.filter(gathering=made).count() == 1
        assert ADDRESS not in page_of(cast, cast.ines, made)
        assert not may_see_address(Gathering.objects.get(pk=made.pk), is_host=False, rsvp=rsvp)
    assert any("needs a second host" in text for text in told(cast.ada))


# One word about safety


def test_an_unsafe_first_meeting_of_two_keeps_new_introductions_of_the_other_off(cast: Cast) -> None:
    made = planned(cast.bo, title="Tea for two", only_for=(cast.bo.pk, cast.ines.pk))
    come(cast.ines, made)
    with clock.at(made.ends_at):
        say_how_it_was(membership=cast.ines, gathering=made, was_there=True, felt="unsafe", words="He was angry")
    assert [(pause.membership, pause.told_by) for pause in Pause.objects.all()] == [(cast.bo, cast.ines)]


def test_a_word_about_a_gathering_of_many_is_about_nobody_in_particular(cast: Cast) -> None:
    made = coming(cast, cast.ines, make_member(cast.community, "Zed"))
    with clock.at(made.ends_at):
        say_how_it_was(membership=cast.ines, gathering=made, was_there=True, felt="unsafe")
    assert not Pause.objects.exists()
