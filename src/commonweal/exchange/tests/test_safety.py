"""Lifts after a first meeting, and nobody alone in somebody's home."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.cast import Cast
from tests.world import run_outbox

from commonweal.communities.actions.vetting import agree_vetting, begin_vetting
from commonweal.communities.models import Membership
from commonweal.communities.queries import met_before
from commonweal.conversations.models import Participant
from commonweal.exchange import hooks, safety
from commonweal.exchange.actions import agree_handover, make_entry, propose_handover, today_in
from commonweal.exchange.handovers import say_it_happened
from commonweal.exchange.models import Companion, Entry, Handover
from commonweal.kit.errors import Refused
from commonweal.notices.models import Notice
from commonweal.people.models import Block


def made(who: Membership, what: str = "time", kind: str = "ask", **more: Any) -> Entry:
    until = today_in(who.community) + timedelta(days=9)
    return make_entry(membership=who, kind=kind, what=what, title="A form to fill in", until=until, **more)


def hand_over(one: Membership, other: Membership) -> None:
    """The two have met: a ladder changed hands, as both say."""
    ladder = propose_handover(membership=other, entry=made(one, "thing"), words="I have one.")
    agree_handover(membership=one, handover=ladder)
    for member in (one, other):
        say_it_happened(membership=member, handover=ladder, happened=True)


def page(cast: Cast, who: Membership, entry: Entry) -> str:
    return cast.sign_in(who).get(reverse("exchange:entry", args=["riverside", entry.pk])).content.decode()


# Lifts


def test_a_lift_is_not_for_two_who_have_not_met_and_says_why(cast: Cast) -> None:
    lift = made(cast.ines, "lift")
    with pytest.raises(Refused, match="have not met"):
        propose_handover(membership=cast.bo, entry=lift, words="I can drive.")
    html = page(cast, cast.bo, lift)
    assert "have not met yet" in html
    assert 'name="words"' not in html
    answer = cast.sign_in(cast.bo).post(reverse("exchange:answer", args=["riverside", lift.pk]), {"words": "I can"})
    assert answer.status_code == 422
    assert not Handover.objects.filter(entry=lift).exists()


def test_a_lift_is_for_two_who_met_as_both_say(cast: Cast) -> None:
    ladder = propose_handover(membership=cast.bo, entry=made(cast.ines, "thing"), words="I have one.")
    agree_handover(membership=cast.ines, handover=ladder)
    say_it_happened(membership=cast.bo, handover=ladder, happened=True)
    assert met_before(cast.ines, [cast.bo.pk]) == set(), "one word is not two"
    say_it_happened(membership=cast.ines, handover=ladder, happened=True)
    assert met_before(cast.ines, [cast.bo.pk, cast.sol.pk]) == {cast.bo.pk}
    assert propose_handover(membership=cast.bo, entry=made(cast.ines, "lift"), words="I can drive.").pk
    assert propose_handover(membership=cast.ines, entry=made(cast.bo, "lift", "offer"), words="Please.").pk


# Home visits


def test_a_home_visit_needs_a_second_person_who_agrees_before_anybody_can(cast: Cast) -> None:
    entry = made(cast.ines, at_home=True)
    with pytest.raises(Refused) as refused:
        propose_handover(membership=cast.bo, entry=entry, words="I can.")
    assert refused.value.field == "companion"
    visit = propose_handover(membership=cast.bo, entry=entry, words="I can.", companion=cast.sol)
    run_outbox()
    assert Notice.objects.filter(person=cast.sol.person, text__contains="home visit").exists()
    assert [row.face for row in hooks.asked_along(cast.sol.person, [cast.sol])] == [cast.bo]
    with pytest.raises(Refused, match="second person"):
        agree_handover(membership=cast.ines, handover=visit)
    url = reverse("exchange:come_along", args=["riverside", visit.pk])
    assert "Do you come along?" in page(cast, cast.sol, entry)
    assert cast.sign_in(cast.dee).post(url, {"agree": "yes"}).status_code == 404
    assert cast.sign_in(cast.sol).post(url, {"agree": "yes"}).status_code == 303
    agree_handover(membership=cast.ines, handover=visit)
    visit.refresh_from_db()
    talking = set(Participant.objects.filter(conversation=visit.conversation).values_list("membership", flat=True))
    assert talking == {cast.ines.pk, cast.bo.pk, cast.sol.pk}
    assert "Sol comes along" in page(cast, cast.ines, entry)
    with pytest.raises(Refused):
        safety.answer_along(membership=cast.sol, companion=Companion.objects.get(), agrees=False)


def test_a_companion_who_cannot_come_is_replaced_by_another(cast: Cast) -> None:
    entry = made(cast.ines, at_home=True)
    visit = propose_handover(membership=cast.bo, entry=entry, words="I can.", companion=cast.sol)
    safety.answer_along(membership=cast.sol, companion=visit.companion, agrees=False)
    run_outbox()
    assert Notice.objects.filter(person=cast.bo.person, text__contains="can't come along").exists()
    again = propose_handover(membership=cast.bo, entry=entry, words="I can.", companion=cast.dee)
    assert Companion.objects.get().membership == cast.dee
    assert Companion.objects.get().agreed_at is None
    assert again == visit


def test_a_vetted_helper_may_come_alone_and_a_vetted_host_may_be_visited(cast: Cast) -> None:
    begin_vetting(membership=cast.ada, member=cast.bo)
    agree_vetting(membership=cast.dee, member=cast.bo)
    helps = propose_handover(membership=cast.bo, entry=made(cast.ines, at_home=True), words="I can.")
    assert agree_handover(membership=cast.ines, handover=helps).pk
    assert propose_handover(membership=cast.ines, entry=made(cast.bo, "skill", "offer", at_home=True), words="Please.")
    with pytest.raises(Refused):  # it is the one who helps who counts, not the one who is helped
        propose_handover(membership=cast.ines, entry=made(cast.bo, at_home=True), words="I can.")


@pytest.mark.parametrize("who", ["bo", "ines", "sol", "nobody"])
def test_who_cannot_come_along_is_refused_in_the_same_words(cast: Cast, who: str) -> None:
    Block.objects.create(blocker=cast.sol.person, blocked=cast.ines.person)
    entry = made(cast.ines, at_home=True)
    url = reverse("exchange:answer", args=["riverside", entry.pk])
    html = cast.sign_in(cast.bo).post(url, {"words": "I can.", "companion": who.capitalize()}).content.decode()
    assert "We don&#x27;t know a member of that name. Check the spelling." in html
    assert "I can." in html
    assert not Companion.objects.exists()


def test_the_form_says_what_a_home_visit_asks_for(cast: Cast) -> None:
    client = cast.sign_in(cast.ines)
    assert "home" in client.get(reverse("exchange:new", args=["riverside"])).content.decode()
    entry = made(cast.ines, at_home=True)
    assert 'name="companion"' in page(cast, cast.bo, entry)
    assert 'name="companion"' not in page(cast, cast.bo, made(cast.ines))
