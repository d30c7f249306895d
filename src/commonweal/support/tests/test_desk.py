"""The crisis desk: two stewards, words that stay inside, steps that are reminded of once, and forgetting."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tests.cast import Cast, make_member
from tests.world import run_outbox

from commonweal.conversations.actions import reply, start_topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.notices.models import Notice
from commonweal.people.actions import block
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS
from commonweal.support.actions import emergencies, looking_after
from commonweal.support.actions.concerns import raise_concern
from commonweal.support.desk import flow
from commonweal.support.desk.clockwork import forget_due, remind_due
from commonweal.support.models.desk import (
    RETENTION,
    Assessment,
    CaseNote,
    Concern,
    EmergencyCall,
    PrivateReply,
    StepKind,
)
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db

SECRET = "zqcasenoteqz"


@pytest.fixture
def post(cast: Cast) -> Any:
    topic = start_topic(membership=cast.ines, title="These nights", text="I cannot any more")
    return topic.posts.get()


@pytest.fixture
def concern(cast: Cast, post: Any) -> Concern:
    made = raise_concern(post=post, membership=cast.bo, words="zqworryqz")
    looking_after.join_case(steward=cast.dee, concern=made)
    return made


def take_every_step(cast: Cast, concern: Concern) -> None:
    looking_after.assess(steward=cast.dee, concern=concern, danger="yes", others_safe="unsure")
    looking_after.write_privately(steward=cast.dee, concern=concern, text="zqletterqz")
    reply(membership=cast.sol, topic=concern.topic, text="You are not alone")
    looking_after.say_answered(steward=cast.dee, concern=concern)
    looking_after.join_case(steward=cast.ada, concern=concern)
    looking_after.agree_as_second(steward=cast.ada, concern=concern)
    with clock.at(concern.opened_at + timedelta(hours=24)):
        looking_after.look_again(steward=cast.dee, concern=concern, kind="day")
    with clock.at(concern.opened_at + timedelta(days=7)):
        looking_after.look_again(steward=cast.dee, concern=concern, kind="week")
        looking_after.debrief(steward=cast.ada, concern=concern)
        looking_after.close_case(steward=cast.dee, concern=concern)
    concern.refresh_from_db()


def test_a_case_goes_through_every_step_and_each_has_who_and_when(cast: Cast, concern: Concern) -> None:
    take_every_step(cast, concern)
    steps = {step.kind: step.by for step in concern.steps.all()}
    assert set(steps) == set(StepKind.values)
    assert steps["second"] == cast.ada
    assert steps["assessed"] == cast.dee
    assert concern.closed_at is not None


def test_raising_twice_is_raising_once_and_another_joins_the_same_case(cast: Cast, post: Any) -> None:
    first = raise_concern(post=post, membership=cast.bo)
    assert raise_concern(post=post, membership=cast.bo) == first
    assert raise_concern(post=post, membership=cast.sol) == first
    assert raise_concern(post=post) == raise_concern(post=post) == first
    assert raise_concern(post=post, membership=cast.ines) == first
    assert sorted(first.raisings.values_list("source", flat=True)) == ["author", "member", "member", "words"]


def test_a_concern_is_raised_by_members_of_the_place_only(cast: Cast, post: Any) -> None:
    from tests.cast import make_community

    outside = make_member(make_community("elsewhere"), "Out")
    with pytest.raises(Refused):
        raise_concern(post=post, membership=outside)


def test_the_one_who_assessed_cannot_be_the_second(cast: Cast, concern: Concern) -> None:
    with pytest.raises(Refused):
        looking_after.agree_as_second(steward=cast.dee, concern=concern)
    looking_after.assess(steward=cast.dee, concern=concern, danger="no", others_safe="yes")
    with pytest.raises(Refused):
        looking_after.agree_as_second(steward=cast.dee, concern=concern)
    with pytest.raises(Refused):  # not on the case, so she has not read it
        looking_after.agree_as_second(steward=cast.ada, concern=concern)
    looking_after.join_case(steward=cast.ada, concern=concern)
    looking_after.agree_as_second(steward=cast.ada, concern=concern)
    with pytest.raises(Refused):
        looking_after.assess(steward=cast.dee, concern=concern, danger="yes", others_safe="yes")


def test_whoever_changes_the_judgement_needs_another_to_agree(cast: Cast, concern: Concern) -> None:
    looking_after.assess(steward=cast.dee, concern=concern, danger="no", others_safe="yes")
    looking_after.join_case(steward=cast.ada, concern=concern)
    looking_after.assess(steward=cast.ada, concern=concern, danger="yes", others_safe="yes")
    with pytest.raises(Refused):
        looking_after.agree_as_second(steward=cast.ada, concern=concern)
    looking_after.agree_as_second(steward=cast.dee, concern=concern)


def test_what_is_ahead_in_a_case_is_said_as_something_to_do(cast: Cast, concern: Concern) -> None:
    assert all(kind.to_do != kind.label for kind in StepKind)
    looking_after.assess(steward=cast.dee, concern=concern, danger="no", others_safe="yes")
    page = cast.sign_in(cast.dee).get(reverse("support:concern", args=["riverside", concern.pk])).content.decode()
    assert "Write to the person in private" in page
    assert "Wrote to the person in private" not in page


def test_a_case_does_not_close_while_a_step_is_missing(cast: Cast, concern: Concern) -> None:
    looking_after.assess(steward=cast.dee, concern=concern, danger="unsure", others_safe="yes")
    with pytest.raises(Refused, match="Still to do"):
        looking_after.close_case(steward=cast.dee, concern=concern)
    with pytest.raises(Refused):
        looking_after.look_again(steward=cast.dee, concern=concern, kind="day")
    with pytest.raises(Refused):
        looking_after.say_answered(steward=cast.dee, concern=concern)


def test_two_stewards_close_a_mistake_without_checks(cast: Cast, concern: Concern) -> None:
    with pytest.raises(Refused):
        looking_after.assess(steward=cast.dee, concern=concern, danger="yes", others_safe="yes", mistaken=True)
    looking_after.assess(steward=cast.dee, concern=concern, danger="no", others_safe="yes", mistaken=True)
    with pytest.raises(Refused):
        looking_after.close_case(steward=cast.dee, concern=concern)
    looking_after.join_case(steward=cast.ada, concern=concern)
    looking_after.agree_as_second(steward=cast.ada, concern=concern)
    looking_after.close_case(steward=cast.ada, concern=concern)
    concern.refresh_from_db()
    assert concern.closed_at is not None


def test_a_call_is_decided_by_one_and_agreed_by_another(cast: Cast, concern: Concern) -> None:
    looking_after.join_case(steward=cast.ada, concern=concern)
    with pytest.raises(Refused):
        emergencies.agree_to_call(steward=cast.ada, concern=concern)
    call = emergencies.decide_to_call(steward=cast.dee, concern=concern, volunteered="The town she named")
    for refused in (emergencies.agree_to_call, emergencies.say_called):
        with pytest.raises(Refused):
            refused(steward=cast.dee, concern=concern)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyCall.objects.filter(pk=call.pk).update(agreed_by=cast.dee)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyCall.objects.filter(pk=call.pk).update(called_at=clock.now())
    emergencies.agree_to_call(steward=cast.ada, concern=concern)
    call = emergencies.say_called(steward=cast.dee, concern=concern)
    assert (call.decided_by, call.agreed_by) == (cast.dee, cast.ada)


def test_calling_alone_needs_a_written_reason(cast: Cast, concern: Concern) -> None:
    with pytest.raises(Refused):
        emergencies.decide_to_call(steward=cast.dee, concern=concern, volunteered="Her town", alone=True)
    emergencies.decide_to_call(
        steward=cast.dee, concern=concern, volunteered="Her town", alone=True, alone_because="It happens now"
    )
    assert emergencies.say_called(steward=cast.dee, concern=concern).called_at is not None


def test_nothing_happens_to_the_person(cast: Cast, concern: Concern) -> None:
    take_every_step(cast, concern)
    cast.ines.refresh_from_db()
    post = concern.post
    post.refresh_from_db()
    assert cast.ines.is_active
    assert (post.withheld_at, post.deleted_at, post.topic.closed_at) == (None, None, None)


def test_the_trail_knows_each_step_and_not_a_word(cast: Cast, concern: Concern) -> None:
    looking_after.write_note(steward=cast.dee, concern=concern, text=SECRET)
    take_every_step(cast, concern)
    steps = Step.objects.filter(subject_type="support.concern", subject_id=concern.pk)
    assert {step.data["step"] for step in steps.filter(verb="support.concern_stepped")} == set(StepKind.values) - {
        "closed"
    }
    raised = steps.get(verb="support.concern_raised")
    assert raised.actor is None
    for step in steps:
        assert set(step.data) <= {"step"}
        assert cast.bo.pk != step.actor
        assert step.actor != cast.ines.pk


def test_reminders_go_out_once_however_often_the_job_runs(cast: Cast, post: Any) -> None:
    made = raise_concern(post=post, membership=cast.bo)
    assert remind_due() == 0
    with clock.at(made.opened_at + timedelta(minutes=16)):
        assert [remind_due(), remind_due()] == [1, 0]
        looking_after.join_case(steward=cast.dee, concern=made)
        assert remind_due() == 0
    with clock.at(made.opened_at + timedelta(hours=2)):
        assert [remind_due(), remind_due()] == [1, 0]
    assert list(made.reminders.values_list("kind", flat=True)) == ["acknowledged", "assessed"]


def test_checks_after_a_day_and_a_week_have_their_own_reminder(cast: Cast, concern: Concern) -> None:
    taken = {"acknowledged", "assessed", "private", "public", "second"}
    assert flow.next_step(taken) == "day"
    assert flow.due(concern.opened_at, "day") - concern.opened_at == timedelta(hours=24)
    assert flow.next_step(taken | {"day"}) == "week"
    assert flow.due(concern.opened_at, "week") - concern.opened_at == timedelta(days=7)
    assert flow.next_step(taken | {"day", "week"}) == "debrief"
    assert flow.next_step(taken | {"day", "week", "debrief"}) == "closed"


def test_what_was_written_is_deleted_ninety_days_after_closing(cast: Cast, concern: Concern) -> None:
    looking_after.write_note(steward=cast.dee, concern=concern, text=SECRET)
    emergencies.decide_to_call(steward=cast.dee, concern=concern, volunteered="Her town")
    take_every_step(cast, concern)
    assert concern.closed_at is not None
    with clock.at(concern.closed_at + RETENTION - timedelta(minutes=1)):
        assert forget_due() == 0
    with clock.at(concern.closed_at + RETENTION + timedelta(minutes=1)):
        assert [forget_due(), forget_due()] == [1, 0]
    for gone in (CaseNote, PrivateReply, Assessment):
        assert not gone.objects.exists()  # type: ignore[attr-defined]
    assert not EmergencyCall.objects.get().volunteered
    assert set(concern.raisings.values_list("words", flat=True)) == {""}
    assert concern.steps.count() == len(StepKind)
    page = cast.sign_in(cast.dee).get(reverse("support:concern", args=["riverside", concern.pk]))
    assert "has been deleted" in page.content.decode()


def test_a_case_that_was_never_closed_is_forgotten_after_a_year(cast: Cast, concern: Concern) -> None:
    looking_after.write_note(steward=cast.dee, concern=concern, text=SECRET)
    with clock.at(concern.opened_at + timedelta(days=366)):
        assert forget_due() == 1
    assert not CaseNote.objects.exists()


def test_only_stewards_who_are_no_part_of_it_get_at_a_case(cast: Cast, concern: Concern) -> None:
    url = reverse("support:concern", args=["riverside", concern.pk])
    for outside in (cast.bo, cast.sol, cast.ines):
        assert cast.sign_in(outside).get(url).status_code == 404
    assert cast.sign_in(cast.dee).get(url).status_code == 200
    block(blocker=cast.ines.person, blocked=cast.ada.person, known_as="Ada")
    assert cast.sign_in(cast.ada).get(url).status_code == 404
    with pytest.raises(Refused):
        looking_after.join_case(steward=cast.ada, concern=concern)


def test_a_steward_in_need_is_looked_after_by_others(cast: Cast) -> None:
    topic = start_topic(membership=cast.dee, title="Tired", text="I cannot any more")
    made = raise_concern(post=topic.posts.get(), membership=cast.bo)
    client = cast.sign_in(cast.dee)
    assert client.get(reverse("support:concern", args=["riverside", made.pk])).status_code == 404
    for url in (reverse("support:concerns", args=["riverside"]), reverse("moderation:desk", args=["riverside"]), "/"):
        assert f"/desk/concerns/{made.pk}/" not in client.get(url).content.decode()
    run_outbox()
    assert not Notice.objects.filter(person=cast.dee.person, url__contains="/desk/concerns/").exists()


def test_notes_and_judgement_are_read_by_those_on_the_case_only(cast: Cast, concern: Concern) -> None:
    looking_after.write_note(steward=cast.dee, concern=concern, text=SECRET)
    looking_after.assess(steward=cast.dee, concern=concern, danger="yes", others_safe="no")
    url = reverse("support:concern", args=["riverside", concern.pk])
    not_on_it = cast.sign_in(cast.ada).get(url).content.decode()
    for inside in (SECRET, "zqworryqz", "Immediate danger"):
        assert inside not in not_on_it
        assert inside in cast.sign_in(cast.dee).get(url).content.decode()
    assert not re.search(r"\bBo\b", cast.sign_in(cast.dee).get(url).content.decode()), "who raised it stays hidden"


def test_no_word_of_a_case_is_seen_outside(cast: Cast, concern: Concern) -> None:
    """Every page, search, notice and export of everybody who is not on the case."""
    looking_after.write_note(steward=cast.dee, concern=concern, text=SECRET)
    emergencies.decide_to_call(steward=cast.dee, concern=concern, volunteered="zqtownqz")
    take_every_step(cast, concern)
    with clock.at(concern.opened_at + timedelta(days=8)):
        run_outbox()
    secrets = (SECRET, "zqworryqz", "zqtownqz", "zqletterqz")
    slug = ["riverside"]
    pages = [
        "/", reverse("support:requests", args=slug), reverse("support:queue", args=slug), "/notices/",
        reverse("conversations:topic", args=["riverside", concern.topic_id]), reverse("insight:pulse", args=slug),
        reverse("moderation:log", args=slug), reverse("moderation:desk", args=slug),
        reverse("communities:member", args=["riverside", cast.ines.pk]),
        reverse("support:concerns", args=slug), reverse("support:concern", args=["riverside", concern.pk]),
    ]  # fmt: skip
    pages += [reverse("conversations:search", args=slug) + f"?q={secret[2:8]}" for secret in secrets]
    for who in (cast.bo, cast.sol, cast.ines, cast.chen):
        client = cast.sign_in(who)
        for url in pages:
            text = client.get(url).content.decode()
            assert not [secret for secret in secrets if secret in text], (who, url)
            assert "?q=" in url or "/desk/" in url or not re.search(r"\b[Cc]ase\b", text), (who, url)
    for notice in Notice.objects.all():
        shown = f"{notice.__dict__}"
        assert not [secret for secret in (*secrets, "Ines", "Bo ") if secret in shown]
    for who in (cast.bo, cast.sol, cast.ada, cast.dee):
        data = "".join(str(section(who.person)) for section in EXPORT_SECTIONS)
        assert not [s for s in secrets if s in data and not (who is cast.bo and s == "zqworryqz")], who


def test_ones_own_data_tells_of_a_case_once_a_person_has_told_it(cast: Cast, concern: Concern) -> None:
    def told() -> str:
        return str(EXPORT_SECTIONS["looked after"](cast.ines.person))

    looking_after.write_note(steward=cast.dee, concern=concern, text=SECRET)
    assert f"'topic': {concern.topic_id}" not in told()
    take_every_step(cast, concern)
    assert f"'topic': {concern.topic_id}" in told()
    assert "zqletterqz" in told()
    for hidden in (SECRET, "zqworryqz", "danger", "Bo"):
        assert hidden not in told()


def test_closing_an_account_deletes_what_was_written_about_it(cast: Cast, concern: Concern) -> None:
    looking_after.write_note(steward=cast.dee, concern=concern, text=SECRET)
    ERASERS["looked after"](cast.ines.person)
    concern.refresh_from_db()
    assert concern.closed_at is not None
    assert not CaseNote.objects.exists()


def test_the_letter_is_read_by_its_person_only(cast: Cast, concern: Concern) -> None:
    letter = looking_after.write_privately(steward=cast.dee, concern=concern, text="I read what you wrote")
    run_outbox()
    url = reverse("support:letter", args=[letter.pk])
    assert Notice.objects.filter(person=cast.ines.person, url=url).exists()
    assert "I read what you wrote" in cast.sign_in(cast.ines).get(url).content.decode()
    for other in (cast.bo, cast.sol, cast.chen):
        assert cast.sign_in(other).get(url).status_code == 404


def test_the_one_who_was_worried_hears_the_end_of_it(cast: Cast, concern: Concern) -> None:
    take_every_step(cast, concern)
    with clock.at(concern.opened_at + timedelta(days=8)):
        run_outbox()
    told = [str(notice.__dict__) for notice in Notice.objects.filter(person=cast.bo.person)]
    assert any("what worried you" in text for text in told)
    assert not Notice.objects.filter(person=cast.bo.person, url__contains="/desk/").exists()


def test_a_member_says_that_they_are_worried_and_what_they_typed_is_kept(cast: Cast, post: Any) -> None:
    client = cast.sign_in(cast.bo)
    url = reverse("support:worry", args=["riverside", post.pk])
    assert url in client.get(reverse("conversations:topic", args=["riverside", post.topic_id])).content.decode()
    assert "Nobody is shown that it was you" in client.get(url).content.decode()
    long = "x" * 2100
    refused = client.post(url, {"words": long})
    assert refused.status_code == 422
    assert long in refused.content.decode()
    assert client.post(url, {"words": "She sounds so tired"}).status_code == 303
    assert Concern.objects.get().about == cast.ines
    assert "I need somebody soon" in cast.sign_in(cast.ines).get(url).content.decode()


def test_the_steps_are_taken_on_the_page(cast: Cast, concern: Concern) -> None:
    client, slug = cast.sign_in(cast.dee), "riverside"

    def take(step: str, **said: Any) -> int:
        url = reverse("support:concern_step", args=[slug, concern.pk, step])
        return client.post(url, said).status_code

    assert take("assess", danger="yes") == 422
    assert take("assess", danger="yes", others_safe="unsure") == 303
    assert take("private", text="") == 422
    assert take("private", text="I read what you wrote") == 303
    assert take("note", text="Rang back at six", submission=str(uuid.uuid4())) == 303
    assert take("emergency", volunteered="Her town", alone="on") == 422
    assert take("emergency", volunteered="Her town") == 303
    assert take("second") == 303
    assert take("nothing") == 404
    assert StepKind.SECOND not in set(concern.steps.values_list("kind", flat=True))
    page = client.get(reverse("support:concern", args=[slug, concern.pk])).content.decode()
    assert "Rang back at six" in page
    assert (
        cast.sign_in(cast.bo).post(reverse("support:concern_step", args=[slug, concern.pk, "join"])).status_code == 404
    )


def test_the_desk_and_today_show_the_next_step(cast: Cast, concern: Concern) -> None:
    url = reverse("support:concern", args=["riverside", concern.pk])
    client = cast.sign_in(cast.dee)
    assert url in client.get(reverse("moderation:desk", args=["riverside"])).content.decode()
    assert url in client.get("/").content.decode()
    assert url in client.get(reverse("support:concerns", args=["riverside"])).content.decode()
    assert url not in cast.sign_in(cast.bo).get("/").content.decode()


def test_the_policy_is_public_and_linked_from_help_now_and_the_rules(cast: Cast, client: Any) -> None:
    url = reverse("support:policy")
    assert "two stewards where possible" in client.get(url).content.decode()
    assert url in client.get("/help-now/").content.decode()
    assert url in client.get(reverse("communities:rules", args=["riverside"])).content.decode()
