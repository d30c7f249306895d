"""The people who give support: becoming one, what is asked, rest, notes for oneself, and who is told first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import make_member

from commonweal.communities.models import Membership, Role
from commonweal.conversations.actions import reply, start_topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Block
from commonweal.support import agreement
from commonweal.support.actions import acknowledge, ask_for_support, go_on_duty
from commonweal.support.actions.applying import (
    answer_application,
    apply_to_support,
    renew,
    say_what_i_give,
    take_back_application,
)
from commonweal.support.actions.concerns import raise_concern
from commonweal.support.actions.looking_after import rest_after
from commonweal.support.actions.preparing import accept_agreement, set_standard, tick_item
from commonweal.support.actions.resting import come_back, cool_off, erase_note, keep_note, take_break
from commonweal.support.caring import look_after
from commonweal.support.escalation import escalate_due
from commonweal.support.models import (
    AgreementText,
    Application,
    DebriefNote,
    Duty,
    Escalation,
    Rest,
    Standard,
    Supporter,
    TrainingItem,
)
from commonweal.support.models.desk import OnCase
from commonweal.support.standing import standing_of
from commonweal.support.tells import of_telling
from commonweal.support.tells_supporters import stewards_of_application
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db
Level = Escalation.Level


def _apply(cast, who=None, **fields):
    return apply_to_support(membership=who or cast.bo, **{"why": "I have been there.", "languages": ["en"], **fields})


def _standard(cast, **fields):
    asked = {"cap": 2, "renewal_days": 365, "items": ["Read the policy"], "agreement_text": agreement.shipped_text()}
    return set_standard(membership=cast.dee, **{**asked, **fields})


def _prepare(member):
    for item in TrainingItem.objects.filter(community=member.community, retired_at__isnull=True):
        tick_item(membership=member, item_id=item.pk, done=True)
    accept_agreement(membership=member, version=agreement.current(member.community)[0])


def _ask(cast, **fields):
    return ask_for_support(**{"membership": cast.ines, "text": "It is hard.", "kinds": ["emotional"], **fields})


def _told(request, level=Level.ON_DUTY):
    steps = Step.objects.filter(verb="support.told", subject_id=request.pk)
    step = next((s for s in steps if s.data["level"] == level), None)
    return {telling.person_id for telling in of_telling(step)} if step else set()


def test_a_yes_and_everything_done_gives_the_role_and_a_year(cast):
    _standard(cast)
    made = _apply(cast)
    answer_application(membership=cast.dee, application=made, accepted=True)
    assert Membership.objects.get(pk=cast.bo.pk).role == Role.MEMBER
    _prepare(cast.bo)
    assert Membership.objects.get(pk=cast.bo.pk).role == Role.SUPPORTER
    left = Supporter.objects.get(membership=cast.bo).renew_by - clock.now()
    assert timedelta(days=364) < left <= timedelta(days=365)
    assert Application.objects.get(pk=made.pk).closed_at is not None


def test_preparing_needs_a_yes_first(cast):
    _standard(cast)
    _apply(cast)
    with pytest.raises(Refused):
        _prepare(cast.bo)


def test_applying_twice_is_applying_once_and_taking_back_lets_one_apply_anew(cast):
    assert _apply(cast).pk == _apply(cast, why="Once more").pk
    take_back_application(membership=cast.bo)
    assert _apply(cast).why == "I have been there."
    assert Application.objects.filter(membership=cast.bo).count() == 2


def test_supporters_and_people_without_a_reason_cannot_apply(cast):
    with pytest.raises(Refused):
        _apply(cast, cast.sol)
    with pytest.raises(Refused):
        _apply(cast, why="  ")


def test_only_a_steward_answers_and_only_once(cast):
    made = _apply(cast)
    with pytest.raises(Refused):
        answer_application(membership=cast.sol, application=made, accepted=True)
    answer_application(membership=cast.dee, application=made, accepted=False, words="Not yet")
    with pytest.raises(Refused):
        answer_application(membership=cast.ada, application=made, accepted=True)
    assert _apply(cast).pk != made.pk


def test_a_blocked_steward_hears_nothing_of_an_application(cast):
    Block.objects.create(blocker=cast.bo.person, blocked=cast.dee.person)
    _apply(cast)
    step = Step.objects.get(verb="support.applied")
    assert {telling.person_id for telling in stewards_of_application(step)} == {cast.ada.person_id}
    assert cast.sign_in(cast.dee).get("/c/riverside/support/supporters/").content.count(b"I have been there.") == 0


def test_a_role_that_was_taken_away_does_not_come_back_by_a_tick(cast):
    made = _apply(cast)
    answer_application(membership=cast.dee, application=made, accepted=True)
    _prepare(cast.bo)
    Membership.objects.filter(pk=cast.bo.pk).update(role=Role.MEMBER)
    cast.bo.refresh_from_db()
    with pytest.raises(Refused):
        _prepare(cast.bo)


def test_a_changed_agreement_is_a_new_version_to_accept_and_the_old_one_is_kept(cast):
    _standard(cast)
    _prepare(cast.sol)
    assert standing_of(cast.sol).is_prepared
    _standard(cast, agreement_text="We are kind.")
    _standard(cast, agreement_text="We are kinder.")
    assert not standing_of(cast.sol).is_prepared
    assert list(AgreementText.objects.values_list("version", flat=True)) == [2, 1]
    with pytest.raises(Refused):
        accept_agreement(membership=cast.sol, version=1)


def test_saving_the_same_agreement_makes_no_new_version(cast):
    _standard(cast)
    assert not AgreementText.objects.exists()
    assert standing_of(cast.sol).agreement_version == 0


def test_a_retired_item_is_asked_no_more_and_keeps_its_ticks(cast):
    _standard(cast, items=["One", "Two"])
    _prepare(cast.sol)
    _standard(cast, items=["Two"])
    assert [item.text for item, _done in standing_of(cast.sol).items] == ["Two"]
    _standard(cast, items=["Two", "One"])
    assert standing_of(cast.sol).is_prepared


def test_only_stewards_say_what_is_asked_and_within_bounds(cast):
    for fields in ({"cap": 0}, {"renewal_days": 5}, {"agreement_text": " "}, {"items": ["x" * 201]}):
        with pytest.raises(Refused):
            _standard(cast, **fields)
    with pytest.raises(Refused):
        set_standard(membership=cast.sol, cap=3, renewal_days=365, items=[], agreement_text="x")
    assert not Standard.objects.exists()


def test_supporters_who_were_here_before_do_not_lapse_at_once(cast):
    _standard(cast)
    assert Supporter.objects.get(membership=cast.sol).renew_by > clock.now() + timedelta(days=364)


def test_a_supporter_is_told_two_weeks_before_and_once_when_it_ran_out(cast):
    _standard(cast)
    renew_by = Supporter.objects.get(membership=cast.sol).renew_by
    with clock.at(renew_by - timedelta(days=15)):
        assert look_after() == 0
    for moment in (renew_by - timedelta(days=13), renew_by + timedelta(hours=1)):
        with clock.at(moment):
            assert (look_after(), look_after()) == (1, 0)


def test_who_ran_out_is_not_routed_to_until_they_renew(cast):
    _standard(cast)
    _prepare(cast.sol)
    Supporter.objects.filter(membership=cast.sol).update(renew_by=clock.now())
    with pytest.raises(Refused):
        go_on_duty(membership=cast.sol, hours=2)
    assert cast.sol.person_id not in _told(_ask(cast), Level.SUPPORTERS)
    renew(membership=cast.sol)
    go_on_duty(membership=cast.sol, hours=2)
    assert _told(_ask(cast)) == {cast.sol.person_id}


def test_renewing_waits_for_the_list_and_the_agreement(cast):
    _standard(cast)
    with pytest.raises(Refused):
        renew(membership=cast.sol)


def test_a_break_ends_duty_and_silences_alarms_and_ends_when_one_likes(cast):
    go_on_duty(membership=cast.sol, hours=4)
    take_break(membership=cast.sol, days=7)
    assert not Duty.objects.filter(membership=cast.sol, ends_at__gt=clock.now()).exists()
    assert cast.sol.person_id not in _told(_ask(cast), Level.SUPPORTERS)
    come_back(membership=cast.sol)
    assert cast.sol.person_id in _told(_ask(cast), Level.SUPPORTERS)


def test_going_on_duty_ends_a_break(cast):
    take_break(membership=cast.sol, days=7)
    go_on_duty(membership=cast.sol, hours=1)
    assert not Rest.objects.exists()


def test_when_everybody_rests_they_are_told_rather_than_nobody(cast):
    for member in (cast.sol, cast.dee, cast.ada):
        take_break(membership=member, days=7)
    request = _ask(cast)
    assert _told(request, Level.SUPPORTERS) == {cast.sol.person_id, cast.dee.person_id, cast.ada.person_id}
    with clock.at(request.asked_at + timedelta(minutes=16)):
        escalate_due()
    assert _told(request, Level.STEWARDS) == {cast.dee.person_id, cast.ada.person_id}


def test_a_break_that_is_over_is_forgotten_and_alarms_come_again(cast):
    take_break(membership=cast.sol, days=1)
    with clock.at(clock.now() + timedelta(days=2)):
        assert cast.sol.person_id in _told(_ask(cast), Level.SUPPORTERS)
        look_after()
    assert not Rest.objects.exists()


def test_a_cool_off_never_shortens_a_break(cast):
    long = take_break(membership=cast.sol, days=7)
    assert cool_off(membership=cast.sol).ends_at == long.ends_at
    come_back(membership=cast.sol)
    assert cool_off(membership=cast.sol).ends_at - clock.now() <= timedelta(hours=24)


def test_a_note_is_for_its_writer_alone_and_is_erased_by_the_clock(cast):
    note = keep_note(membership=cast.sol, text="zebra", days=7)
    for member, seen in ((cast.sol, True), (cast.dee, False), (cast.ada, False)):
        page = cast.sign_in(member).get("/c/riverside/support/giving/notes/").content.decode()
        assert ("zebra" in page) is seen
    assert erase_note(membership=cast.dee, note_id=note.pk) == 0
    with clock.at(note.erase_at):
        look_after()
    assert not DebriefNote.objects.exists()


def _three_on_duty(cast):
    """Sol, Kim and Lou are on duty and have done everything."""
    others = [make_member(cast.community, name, Role.SUPPORTER) for name in ("Kim", "Lou")]
    _standard(cast)
    for member in (cast.sol, *others):
        _prepare(member)
        go_on_duty(membership=member, hours=4)
    return others


def test_without_a_standard_everybody_on_duty_is_told_as_ever(cast):
    kim = make_member(cast.community, "Kim", Role.SUPPORTER)
    say_what_i_give(membership=kim, languages=["en"], kinds=["tangible"])
    for member in (cast.sol, kim):
        go_on_duty(membership=member, hours=2)
    assert _told(_ask(cast)) == {cast.sol.person_id, kim.person_id}


def test_those_of_the_language_and_kind_are_told_first(cast):
    kim, lou = _three_on_duty(cast)
    say_what_i_give(membership=kim, languages=["es"], kinds=[])
    say_what_i_give(membership=lou, languages=["en"], kinds=["tangible"])
    assert _told(_ask(cast)) == {cast.sol.person_id}
    assert _told(_ask(cast, kinds=["tangible"], text="And a lift")) == {cast.sol.person_id, lou.person_id}


def test_whoever_carries_enough_is_passed_over_unless_everybody_does(cast):
    kim, lou = _three_on_duty(cast)
    for number in range(2):
        acknowledge(membership=cast.sol, request=_ask(cast, text=f"Number {number}"))
    assert _told(_ask(cast, text="Now")) == {kim.person_id, lou.person_id}
    for member in (kim, lou):
        for number in range(2):
            acknowledge(membership=member, request=_ask(cast, text=f"{member} {number}"))
    assert _told(_ask(cast, text="Everybody is full")) == {cast.sol.person_id, kim.person_id, lou.person_id}


def test_the_unprepared_are_told_when_nobody_else_is_there(cast):
    _kim, _lou = _three_on_duty(cast)
    _standard(cast, agreement_text="A new one.")
    assert len(_told(_ask(cast))) == 3


def test_the_whole_way_by_the_pages(cast):
    bo, dee, where = cast.sign_in(cast.bo), cast.sign_in(cast.dee), "/c/riverside/support/"
    assert bo.post(f"{where}giving/", {"why": ""}).status_code == 422
    assert bo.post(f"{where}giving/", {"why": "I know it", "kinds": ["esteem"]}).status_code == 303
    assert "I know it" in dee.get(f"{where}supporters/").content.decode()
    made = Application.objects.get()
    assert dee.post(f"{where}supporters/{made.pk}/answer/", {"yes": "1", "words": "Welcome"}).status_code == 303
    page = bo.get(f"{where}giving/").content.decode()
    assert "Welcome" in page
    assert "I accept this" in page
    bo.post(f"{where}giving/agree/", {"version": "0"})
    page = bo.get(f"{where}giving/").content.decode()
    assert "I need a break" in page
    assert bo.post(f"{where}giving/break/", {"days": "3"}).status_code == 303
    assert "You are on a break" in bo.get(f"{where}giving/").content.decode()
    assert bo.post(f"{where}giving/break/", {"end": "1"}).status_code == 303
    assert not Rest.objects.exists()


def test_a_steward_says_what_is_asked_and_sees_the_load(cast):
    dee, where = cast.sign_in(cast.dee), "/c/riverside/support/supporters/"
    asked = {"items": "One\nTwo", "agreement_text": "Be kind", "cap": "4", "renewal_days": "200"}
    assert dee.post(f"{where}standard/", {**asked, "cap": "99"}).status_code == 422
    assert dee.post(f"{where}standard/", asked).status_code == 303
    assert "Be kind" in dee.get(f"{where}standard/").content.decode()
    page = dee.get(where).content.decode()
    assert "Still preparing" in page


def test_a_supporter_takes_on_no_more_than_the_cap_and_may_still_answer(cast):
    _standard(cast)
    for number in range(2):
        acknowledge(membership=cast.sol, request=_ask(cast, text=f"Number {number}"))
    third = _ask(cast, text="The third")
    with pytest.raises(Refused):
        acknowledge(membership=cast.sol, request=third)
    reply(membership=cast.sol, topic=third.topic, text="I read you.")
    third.refresh_from_db()
    assert third.replies == 1
    acknowledge(membership=cast.dee, request=third)


def test_without_a_standard_there_is_no_cap(cast):
    for number in range(5):
        acknowledge(membership=cast.sol, request=_ask(cast, text=f"Number {number}"))


def test_those_who_carried_a_crisis_case_rest_for_a_day_after_it(cast):
    topic = start_topic(membership=cast.ines, title="A bad night", text="I cannot go on.")
    concern = raise_concern(post=topic.posts.get(), membership=cast.bo, words="I am worried.")
    OnCase.objects.create(concern=concern, steward=cast.dee)
    rest_after(concern)
    assert list(Rest.objects.values_list("membership", flat=True)) == [cast.dee.pk]
