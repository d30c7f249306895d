"""Wishes, what happens around a first meeting, and what stewards see of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cast import make_member

from commonweal.circles import actions, wishes
from commonweal.circles.jobs import forget_words
from commonweal.circles.models import Afterwards, Introduction, IntroductionAnswer, MeetingPlace, Pause, Round, Wishes
from commonweal.circles.personal import erase, export
from commonweal.circles.proposing import propose
from commonweal.circles.reading import read, willing
from commonweal.communities.registries import DESK
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.moderation.actions import report
from commonweal.notices.models import Notice
from commonweal.people.models import Consent
from commonweal.people.queries import consents_to
from commonweal.trail.models import Step
from commonweal.trail.outbox import drain

pytestmark = pytest.mark.django_db

FORM = {"kinds": ["buddy", "seeks"], "ways": ["2", "4"], "room": "2", "needs": ["emotional"], "shares": ["experience"]}


def url(name, *args):
    return reverse(f"circles:{name}", args=["riverside", *args])


@pytest.fixture
def opened(cast):
    """Bo and Ines were introduced and both said yes."""
    for who in (cast.bo, cast.ines):
        Consent.objects.create(person=who.person, purpose="introductions", given=True)
    made = propose(community=cast.community, pair=(cast.bo.pk, cast.ines.pk), reasons=[])
    for who in (cast.bo, cast.ines):
        actions.answer(membership=who, introduction=made, yes=True)
    cast.introduction = Introduction.objects.get(pk=made.pk)
    return cast


def main_of(client, address):
    return client.get(address).content.decode().split("<main")[1]


def test_saying_what_one_wants_is_agreeing_and_the_page_shows_it_again(cast):
    client = cast.sign_in(cast.bo)
    assert client.post(url("wishes"), FORM).status_code == 303
    assert consents_to(cast.bo.person_id, "introductions")
    kept = Wishes.objects.get(membership=cast.bo)
    assert (kept.buddy, kept.seeks, kept.helps, kept.ways, kept.needs) == (True, True, False, 6, ["emotional"])
    page = main_of(client, url("wishes"))
    assert re.search(r'value="seeks"[^>]*checked', page)


def test_wanting_nothing_here_takes_no_part_and_agrees_to_nothing(cast):
    cast.sign_in(cast.bo).post(url("wishes"), {**FORM, "kinds": []})
    assert not consents_to(cast.bo.person_id, "introductions")
    Consent.objects.create(person=cast.bo.person, purpose="introductions", given=True)
    assert not willing(cast.community, "buddy").filter(pk=cast.bo.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"kinds": ["seeks", "helps"]}, {"ways": []}, {"ways": ["1"], "reach": "20"}, {"ways": ["2"], "reach": "20"}],
)
def test_what_cannot_be_meant_gets_a_clear_answer_and_loses_nothing(cast, wrong):
    response = cast.sign_in(cast.bo).post(url("wishes"), {**FORM, **wrong})
    assert response.status_code == 422
    assert re.search(r'value="emotional"[^>]*checked', response.content.decode())
    assert not Wishes.objects.exists()


def test_a_decline_and_running_out_leave_the_same_pages_and_notices(cast):
    moment = clock.now()

    def what_ines_has(said_no):
        Introduction.objects.all().delete()
        Notice.objects.all().delete()
        with clock.at(moment):
            made = propose(community=cast.community, pair=(cast.bo.pk, cast.ines.pk), reasons=[])
            while drain():
                pass
        with clock.at(moment + timedelta(hours=1)):
            actions.answer(membership=cast.ines, introduction=made, yes=True)
            if said_no:
                actions.answer(membership=cast.bo, introduction=made, yes=False)
            while drain():
                pass
        seen = []
        for hours in (2, 71, 73, 24 * 10):
            with clock.at(moment + timedelta(hours=hours)):
                client = cast.sign_in(cast.ines)
                for address in (url("introduction", made.pk), url("introductions"), "/notices/", "/"):
                    text = main_of(client, address)
                    seen.append(re.sub(r'(csrfmiddlewaretoken" value="|datetime=")[^"]*', "", text))
        notices = list(Notice.objects.filter(person=cast.ines.person).values_list("text", flat=True))
        return [re.sub(r"\d+", "N", text) for text in seen], notices

    assert IntroductionAnswer.objects.count() == 0
    assert what_ines_has(True) == what_ines_has(False)


def test_an_opened_introduction_shows_how_to_begin_and_where_to_meet(opened):
    wishes.add_place(
        membership=opened.dee, name="River library", area="Mill Lane", why="Quiet, never empty", step_free=True
    )
    page = main_of(opened.sign_in(opened.bo), url("introduction", opened.introduction.pk))
    for words in ("A first conversation", "River library", "Step-free", "Two seats at a coming gathering"):
        assert words in page


def test_nobody_reads_that_a_first_meeting_is_late_and_after_it_nobody_reads_how_to_begin(opened):
    where, client = url("introduction", opened.introduction.pk), opened.sign_in(opened.bo)
    assert "that would be before" in main_of(client, where)
    with clock.at(clock.now() + timedelta(days=40)):
        late = main_of(client, where)
        assert "that would be before" not in late
        assert "It is not too late." in late
        client.post(url("met", opened.introduction.pk), {"helped": "yes"})
        assert "A first meeting" not in main_of(client, where)


def test_only_stewards_keep_the_list_of_places(cast):
    form = {"name": "River library", "area": "Mill Lane", "why": "Quiet"}
    cast.sign_in(cast.bo).post(url("places"), form)
    assert not MeetingPlace.objects.exists()
    for _time in range(2):
        cast.sign_in(cast.dee).post(url("places"), form)
    place = MeetingPlace.objects.get()
    assert "River library" in main_of(cast.sign_in(cast.bo), url("places"))
    cast.sign_in(cast.dee).post(url("withdraw", place.pk))
    assert "River library" not in main_of(cast.sign_in(cast.bo), url("places"))


def test_not_again_is_silent_and_the_pair_never_comes_again(opened):
    before = main_of(opened.sign_in(opened.ines), url("introduction", opened.introduction.pk))
    for who in (opened.bo, opened.ines):
        actions.say_whether_we_met(membership=who, introduction=opened.introduction, met=True, helped="no")
    opened.sign_in(opened.bo).post(url("felt", opened.introduction.pk), {"again": "no", "safe": "yes"})
    assert Afterwards.objects.get().again == "no"
    assert not Pause.objects.exists()
    while drain():
        pass
    assert not Notice.objects.filter(person=opened.ines.person, text__contains="again").exists()
    assert "not again" not in before
    reading = read(opened.community, "buddy", willing(opened.community, "buddy"))
    assert frozenset((opened.bo.pk, opened.ines.pk)) in reading.apart


def test_one_word_about_safety_pauses_new_introductions_until_a_steward_has_looked(opened):
    while drain():
        pass
    notices = Notice.objects.count()
    opened.sign_in(opened.bo).post(
        url("felt", opened.introduction.pk), {"again": "no", "safe": "no", "words": "He followed me."}
    )
    told = Pause.objects.get()
    assert told.membership_id == opened.ines.pk
    assert not willing(opened.community).filter(pk=opened.ines.pk).exists()
    assert [row.title for row in DESK["circles"](opened.dee)] == ["Somebody did not feel safe with somebody they met"]
    page = main_of(opened.sign_in(opened.dee), url("pauses"))
    assert "He followed me." in page
    while drain():
        pass
    assert Notice.objects.count() == notices
    opened.sign_in(opened.dee).post(url("look", told.pk), {"goes_on": "yes"})
    assert willing(opened.community).filter(pk=opened.ines.pk).exists()
    assert list(DESK["circles"](opened.dee)) == []
    assert set(Step.objects.filter(subject_type="circles.pause").values_list("verb", flat=True)) == {
        "circles.paused",
        "circles.looked_at_pause",
    }


def test_a_paused_person_sees_nothing_different(opened):
    pages = [url("introductions"), url("wishes"), url("introduction", opened.introduction.pk)]
    client = opened.sign_in(opened.ines)

    def look():
        return [re.sub(r'csrfmiddlewaretoken" value="[^"]*', "", main_of(client, address)) for address in pages]

    moment = clock.now() + timedelta(minutes=1)
    with clock.at(moment):
        before = look()
    wishes.say_how_it_felt(
        membership=opened.bo, introduction=opened.introduction, again="no", felt_safe=False, words="Afraid."
    )
    with clock.at(moment):
        assert look() == before
    assert "We are looking." in client.post(url("suggest"), follow=True).content.decode()


@pytest.mark.parametrize(("reason", "paused"), [("harassment", True), ("spam", False)])
def test_a_report_about_safety_pauses_and_one_about_advertising_does_not(cast, reason, paused):
    report(membership=cast.bo, kind="member", thing=cast.ines, reason=reason)
    assert Pause.objects.filter(membership=cast.ines, told_by=cast.bo).exists() is paused


def test_a_steward_never_sees_a_word_about_themselves(opened):
    told = wishes.pause(about=opened.dee, told_by=opened.bo, words="About Dee")
    assert "About Dee" not in main_of(opened.sign_in(opened.dee), url("pauses"))
    assert opened.sign_in(opened.dee).post(url("look", told.pk), {"goes_on": "yes"}).status_code == 404
    with pytest.raises(Refused):
        wishes.look_at_pause(membership=opened.dee, pause=told, goes_on=True)
    assert "About Dee" in main_of(opened.sign_in(opened.ada), url("pauses"))


def test_words_about_safety_go_ninety_days_after_a_steward_has_looked(opened):
    told = wishes.pause(about=opened.ines, told_by=opened.bo, words="Afraid.")
    with clock.at(clock.now() + timedelta(days=400)):
        forget_words()
    told.refresh_from_db()
    assert told.words == "Afraid."
    wishes.look_at_pause(membership=opened.dee, pause=told, goes_on=False)
    with clock.at(clock.now() + timedelta(days=91)):
        forget_words()
    told.refresh_from_db()
    assert (told.words, told.goes_on) == ("", False)


def test_what_is_ones_own_can_be_taken_along_and_goes_with_the_account(opened):
    wishes.set_wishes(membership=opened.bo, buddy=True, seeks=True, helps=False, needs=["emotional"])
    wishes.say_how_it_felt(membership=opened.bo, introduction=opened.introduction, again="yes", felt_safe=True)
    mine = export(opened.bo.person)
    assert mine["introductions_i_want"][0]["needs"] == ["emotional"]
    assert mine["after_meeting"][0]["again"] == "yes"
    assert export(opened.ines.person)["after_meeting"] == []
    erase(opened.bo.person)
    assert not Wishes.objects.exists()


def result(n, **more):
    found = {"n": n, "got": n // 2, "proposals": n // 4, "for_a_human": 0, "waiting": n // 2, "median": 3, "p90": 9}
    return {**found, "groups": [], **more}


def test_stewards_see_coverage_and_waiting_with_n_and_nothing_about_fewer_than_ten(cast):
    small = {"name": "language:polish", "n": 9, "coverage": 0.1, "ratio": 0.2}
    behind = {"name": "language:turkish", "n": 12, "coverage": 0.25, "ratio": 0.5}
    for kind, n in (("buddy", 40), ("mentor", 9)):
        Round.objects.create(
            community=cast.community, kind=kind, period="2026-11-22", planned_at=clock.now(),
            result=result(n, groups=[small, behind]),
        )  # fmt: skip
    page = main_of(cast.sign_in(cast.dee), url("rounds"))
    assert "50%" in page
    assert "of 40" in page
    assert "Speak Turkish" in page
    assert "Left behind" in page
    assert "Polish" not in page
    assert "Fewer than ten people looked" in page
    assert cast.sign_in(cast.bo).get(url("rounds")).status_code == 404


def test_the_pages_cost_the_same_however_many_rounds_and_people(cast, django_assert_max_num_queries):
    for number in range(40):
        make_member(cast.community, f"P{number}")
        Round.objects.create(
            community=cast.community, kind="buddy", period=f"2026-{number}", planned_at=clock.now(), result=result(20)
        )
    client = cast.sign_in(cast.dee)
    for name in ("rounds", "wishes", "places", "pauses"):
        with django_assert_max_num_queries(12):
            assert client.get(url(name)).status_code == 200
