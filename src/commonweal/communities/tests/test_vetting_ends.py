"""Whoever was vetted hears when it ends, in private and with what it changes. Nobody else hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cast import Cast
from tests.world import run_outbox

from commonweal.communities import vetting
from commonweal.communities.actions import agree_vetting, begin_vetting, leave, ran_out_untold, withdraw_vetting
from commonweal.communities.jobs import say_whose_vetting_ran_out
from commonweal.communities.models import Membership, Vetting
from commonweal.kit import clock
from commonweal.notices.models import Notice
from commonweal.people.actions import block, say_under_18
from commonweal.trail.models import Step

ENDED, OVER = "communities.vetting_withdrawn", "communities.vetting_ran_out"


def vet(cast: Cast, member: Membership) -> Vetting:
    begin_vetting(membership=cast.dee, member=member)
    return agree_vetting(membership=cast.ada, member=member)


def told(verb: str) -> list[Notice]:
    run_outbox()
    return list(Notice.objects.filter(verb=verb))


def test_a_withdrawal_is_told_to_the_member_alone_once_and_without_a_name(cast: Cast) -> None:
    block(
        blocker=cast.dee.person, blocked=cast.sol.person, known_as="Sol"
    )  # it is about the place, not about the steward
    vet(cast, cast.sol)
    withdraw_vetting(membership=cast.dee, member=cast.sol)
    withdraw_vetting(membership=cast.dee, member=cast.sol)
    (notice,) = told(ENDED)
    assert notice.person_id == cast.sol.person_id
    inbox = cast.sign_in(cast.sol).get(reverse("notices:inbox")).content.decode()
    assert "Your vetting for contact with people under 18 in Riverside has ended. Only you are told." in inbox
    assert "private messages, introductions and handovers with people under 18 are closed for you" in inbox
    assert "Dee" not in str(notice.params) + notice.text
    for other in (cast.ada, cast.bo, cast.dee):
        assert "has ended" not in cast.sign_in(other).get(reverse("notices:inbox")).content.decode()


def test_what_one_steward_began_and_took_back_is_told_to_nobody(cast: Cast) -> None:
    begin_vetting(membership=cast.dee, member=cast.sol)
    page = reverse("communities:vet", args=["riverside", cast.sol.pk])
    answer = cast.sign_in(cast.ada).post(page, {"do": "withdraw"}, follow=True).content.decode()
    assert "nobody is told" in answer
    assert Step.objects.filter(verb=ENDED).exists()
    assert told(ENDED) == []


def test_two_years_that_overlap_end_as_one(cast: Cast) -> None:
    first = vet(cast, cast.sol)
    with clock.at(first.until - timedelta(days=10)):
        vet(cast, cast.sol)
        begin_vetting(membership=cast.dee, member=cast.sol)
        assert withdraw_vetting(membership=cast.ada, member=cast.sol) == 3
        assert len(told(ENDED)) == 1


def test_a_year_that_ran_out_is_told_once_however_often_the_job_runs(cast: Cast) -> None:
    first = vet(cast, cast.sol)
    with clock.at(first.until - timedelta(minutes=1)):
        say_whose_vetting_ran_out()
        assert told(OVER) == []
    with clock.at(first.until + timedelta(days=3)):  # the worker was down for three days
        assert ran_out_untold().count() == 1
        say_whose_vetting_ran_out()
        assert not ran_out_untold().exists()
        say_whose_vetting_ran_out()
        (notice,) = told(OVER)
        assert notice.person_id == cast.sol.person_id
        inbox = cast.sign_in(cast.sol).get(reverse("notices:inbox")).content.decode()
        assert "If you would like to go on, ask a steward." in inbox
    with clock.at(first.until + timedelta(days=5)):
        withdraw_vetting(membership=cast.dee, member=cast.sol)  # what is over cannot end again
        assert told(ENDED) == []


@pytest.mark.parametrize("why", ["renewed", "left", "said that they are under 18", "withdrawn"])
def test_it_does_not_run_out_for_somebody_who(cast: Cast, why: str) -> None:
    first = vet(cast, cast.sol)
    with clock.at(first.until - timedelta(days=10)):
        if why == "renewed":
            vet(cast, cast.sol)
        elif why == "left":
            leave(membership=Membership.objects.select_related("person", "community").get(pk=cast.sol.pk))
        elif why == "withdrawn":
            withdraw_vetting(membership=cast.dee, member=cast.sol)
        else:
            say_under_18(person=cast.sol.person, under_18=True)
    with clock.at(first.until + timedelta(days=1)):
        say_whose_vetting_ran_out()
        assert told(OVER) == []
        assert vetting.is_vetted(cast.sol) == (why == "renewed")


def test_the_words_fit_into_a_notice(cast: Cast) -> None:
    """Translations of a sentence are kept as its original, so the longest of them is what must fit."""
    from commonweal.communities import tells

    first = vet(cast, cast.sol)
    withdraw_vetting(membership=cast.dee, member=cast.sol)
    (one,) = tells.member_of_withdrawal(Step.objects.get(verb=ENDED))
    second = vet(cast, cast.sol)
    assert second.pk != first.pk
    with clock.at(second.until + timedelta(days=1)):
        say_whose_vetting_ran_out()
        (other,) = tells.member_of_running_out(Step.objects.get(verb=OVER))
    most = Notice._meta.get_field("text").max_length
    assert max(len(str(one.text)), len(str(other.text))) < most
