from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import make_member

from commonweal.communities.models import Role, State
from commonweal.kit import clock
from commonweal.kit.errors import Refused, TooMany
from commonweal.moderation.actions import appeal, decide, decide_appeal, report
from commonweal.moderation.jobs import forget_old_words
from commonweal.moderation.measures import offered
from commonweal.moderation.models import AppealDecision, Case, Decision
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS
from commonweal.trail.models import Step
from commonweal.trail.verbs import VERBS

WHY = "It puts somebody down."


def reported(who, post, **fields):
    return report(
        membership=who, kind="post", thing=post, **{"reason": "harassment", "words": "Please look.", **fields}
    )


def decided(cast, post, measure="withhold"):
    case = reported(cast.ines, post).case
    return decide(steward=cast.dee, case=case, measure=measure, reason="harassment", explanation=WHY)


def told(verb: str) -> dict[int, str]:
    step = Step.objects.filter(verb=verb).latest("at")
    return {telling.person_id: str(telling.text) for telling in VERBS[verb].tells(step)}


def test_a_report_opens_a_case_and_tells_the_stewards(cast, post):
    case = reported(cast.ines, post).case
    assert case.author == cast.bo
    assert post.text in case.excerpt
    assert set(told("moderation.case_opened")) == {cast.ada.person_id, cast.dee.person_id}


def test_reports_of_the_same_thing_join_one_case(cast, post):
    first = reported(cast.ines, post)
    second = reported(cast.sol, post)
    again = reported(cast.ines, post)
    assert first.case == second.case
    assert again == first
    assert Case.objects.count() == 1


def test_after_a_decision_a_new_report_opens_a_new_case(cast, post):
    first = decided(cast, post, "keep").case
    assert reported(cast.ines, post).case != first


def test_nobody_reports_their_own(cast, post):
    with pytest.raises(Refused, match="your own"):
        reported(cast.bo, post)


@pytest.mark.usefixtures("at_noon")
def test_reporting_without_end_is_stopped_with_an_explanation(cast, post):
    for n in range(10):
        someone = make_member(cast.community, f"Someone{n}")
        report(membership=cast.ines, kind="member", thing=someone, reason="spam")
    with pytest.raises(TooMany, match="wait"):
        reported(cast.ines, post)


def test_the_trail_does_not_know_who_reported(cast, post):
    reported(cast.ines, post)
    assert not Step.objects.filter(actor=cast.ines.pk, verb__startswith="moderation").exists()


def test_a_withheld_post_is_out_of_sight_and_both_sides_are_told(cast, post):
    decided(cast, post)
    post.refresh_from_db()
    assert post.withheld_at is not None
    tellings = told("moderation.decided")
    assert set(tellings) == {cast.bo.person_id, cast.ines.person_id}
    assert "Ines" not in tellings[cast.bo.person_id]


def test_an_author_whose_words_stay_is_not_troubled(cast, post):
    decided(cast, post, "keep")
    assert set(told("moderation.decided")) == {cast.ines.person_id}


def test_a_conversation_can_be_closed_and_a_member_removed(cast, post):
    decided(cast, post, "close_topic")
    post.topic.refresh_from_db()
    assert post.topic.closed_at is not None
    case = report(membership=cast.ines, kind="member", thing=cast.bo, reason="harassment").case
    decide(steward=cast.dee, case=case, measure="remove_member", reason="harassment", explanation=WHY)
    cast.bo.refresh_from_db()
    assert cast.bo.state == State.REMOVED


def test_a_decision_needs_its_reason(cast, post):
    case = reported(cast.ines, post).case
    with pytest.raises(Refused) as refusal:
        decide(steward=cast.dee, case=case, measure="withhold", reason="harassment", explanation="  ")
    assert refusal.value.field == "explanation"


def test_a_case_is_decided_once(cast, post):
    case = decided(cast, post).case
    with pytest.raises(Refused, match="meanwhile"):
        decide(steward=cast.ada, case=case, measure="keep", reason="rules", explanation=WHY)


def test_only_stewards_decide(cast, post):
    case = reported(cast.ines, post).case
    with pytest.raises(Refused):
        decide(steward=cast.sol, case=case, measure="keep", reason="rules", explanation=WHY)


def test_a_steward_who_reported_does_not_decide(cast, post):
    case = reported(cast.dee, post).case
    with pytest.raises(Refused, match="part of this case"):
        decide(steward=cast.dee, case=case, measure="withhold", reason="rules", explanation=WHY)


def test_the_database_refuses_a_steward_who_judges_themselves(cast):
    case = report(membership=cast.ines, kind="member", thing=cast.dee, reason="rules").case
    with pytest.raises(Refused):
        decide(steward=cast.dee, case=case, measure="keep", reason="rules", explanation=WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            case=case, community=cast.community, steward=cast.dee, about=cast.dee, measure="keep", reason="rules"
        )


def test_nobody_is_offered_the_removal_of_a_founder(cast):
    case = report(membership=cast.ines, kind="member", thing=cast.ada, reason="rules").case
    assert "remove_member" not in offered(case, cast.dee)


def test_an_appeal_goes_to_another_steward(cast, post):
    decision = decided(cast, post)
    made = appeal(person=cast.bo.person, decision=decision, words="I meant the bus, not a person.")
    assert set(told("moderation.appealed")) == {cast.ada.person_id}
    with pytest.raises(Refused, match="another steward"):
        decide_appeal(steward=cast.dee, appeal=made, upheld=True, explanation=WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        AppealDecision.objects.create(
            appeal=made, first_steward=cast.dee, steward=cast.dee, upheld=True, explanation=WHY
        )


def test_an_appeal_that_succeeds_brings_the_post_back(cast, post):
    made = appeal(person=cast.bo.person, decision=decided(cast, post), words="I meant the bus.")
    decide_appeal(steward=cast.ada, appeal=made, upheld=False, explanation="You are right.")
    post.refresh_from_db()
    assert post.withheld_at is None
    assert set(told("moderation.appeal_decided")) == {cast.bo.person_id}


def test_an_appeal_that_fails_changes_nothing(cast, post):
    made = appeal(person=cast.bo.person, decision=decided(cast, post), words="I meant the bus.")
    decide_appeal(steward=cast.ada, appeal=made, upheld=True, explanation="It still hurts.")
    post.refresh_from_db()
    assert post.withheld_at is not None


def test_a_removed_member_can_appeal_and_may_come_back(cast):
    case = report(membership=cast.ines, kind="member", thing=cast.bo, reason="rules").case
    decision = decide(steward=cast.dee, case=case, measure="remove_member", reason="rules", explanation=WHY)
    made = appeal(person=cast.bo.person, decision=decision, words="That was not me.")
    decide_appeal(steward=cast.ada, appeal=made, upheld=False, explanation="You are right.")
    cast.bo.refresh_from_db()
    assert cast.bo.state != State.REMOVED


def test_only_the_author_appeals_and_only_for_thirty_days(cast, post):
    decision = decided(cast, post)
    with pytest.raises(Refused):
        appeal(person=cast.ines.person, decision=decision, words="Me too.")
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(Refused, match="thirty days"):
        appeal(person=cast.bo.person, decision=decision, words="Late.")


def test_a_steward_of_another_community_has_no_say(cast, post):
    from tests.cast import make_community

    stranger = make_member(make_community("hilltop"), "Hilda", Role.STEWARD)
    case = reported(cast.ines, post).case
    with pytest.raises(Refused):
        decide(steward=stranger, case=case, measure="keep", reason="rules", explanation=WHY)


def test_words_are_forgotten_ninety_days_after_the_end(cast, post):
    case = decided(cast, post).case
    forget_old_words()
    case.refresh_from_db()
    assert case.excerpt
    with clock.at(clock.now() + timedelta(days=91)):
        forget_old_words()
    case.refresh_from_db()
    assert case.excerpt == ""
    assert case.reports.get().words == ""


def test_erasing_a_person_blanks_their_words_in_cases(cast, post):
    case = decided(cast, post).case
    ERASERS["moderation"](cast.ines.person)
    assert case.reports.get().words == ""
    ERASERS["moderation"](cast.bo.person)
    case.refresh_from_db()
    assert case.excerpt == ""


def test_reports_made_are_in_ones_download_and_nobody_elses(cast, post):
    reported(cast.ines, post)
    assert EXPORT_SECTIONS["moderation"](cast.ines.person)["reports"][0]["words"] == "Please look."
    assert EXPORT_SECTIONS["moderation"](cast.bo.person)["reports"] == []
