"""First messages of newcomers that wait for a steward; notes among stewards; and pauses that name nobody."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.world import run_outbox

from commonweal.circles.reading import willing
from commonweal.communities.models import Membership
from commonweal.conversations.actions import reply, start_topic, take_back_post
from commonweal.conversations.models import Post
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.moderation import queries
from commonweal.moderation.actions import appeal, decide, decide_appeal, report, write_note
from commonweal.moderation.first_messages import set_first_messages
from commonweal.moderation.hooks import SPEAKS_OF_SAFETY, desk
from commonweal.moderation.jobs import forget_old_words, remind_of_first_messages
from commonweal.moderation.models import Case, FirstMessages, Held, Note
from commonweal.notices.models import Notice
from commonweal.people.actions import answer_consent
from commonweal.people.models import Consent
from commonweal.people.registries import EXPORT_SECTIONS
from commonweal.support.actions import ask_for_support
from commonweal.trail.models import Step

WORDS = "zebra-words-of-ines"


def topic_of(cast):
    return start_topic(membership=cast.sol, title="The night bus", text="Who takes it?")


def held(cast, messages=1):
    set_first_messages(steward=cast.dee, messages=messages)
    topic = topic_of(cast)
    return reply(membership=cast.ines, topic=topic, text=f"I do. {WORDS}")


def page(cast, who, topic):
    client = cast.sign_in(who) if who else Client()
    return client.get(reverse("conversations:topic", args=["riverside", topic.pk])).content.decode()


def told(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("text", flat=True))


def test_nothing_is_held_until_a_steward_wants_it(cast):
    post = reply(membership=cast.ines, topic=topic_of(cast), text=WORDS)
    assert post.withheld_at is None
    assert not Case.objects.exists()


def test_a_held_message_is_seen_by_its_author_who_is_told_plainly_and_by_nobody_else(cast):
    post = held(cast)
    run_outbox()
    mine = page(cast, cast.ines, post.topic)
    assert WORDS in mine
    assert "Your message waits for a steward" in mine
    for who in (cast.bo, cast.sol, None):
        theirs = page(cast, who, post.topic)
        assert WORDS not in theirs
        assert "waits for a steward" not in theirs
    assert WORDS in page(cast, cast.dee, post.topic)
    assert told(cast.sol.person) == []
    (row,) = desk(cast.dee)
    assert row.due == Case.objects.get().opened_at + timedelta(days=1)
    assert any("first message" in text for text in told(cast.dee.person))
    assert Post.objects.filter(pk=post.pk).values_list("text", flat=True).get().endswith(WORDS)


def test_let_through_it_stands_and_those_who_follow_hear_of_it_then(cast):
    post = held(cast)
    client = cast.sign_in(cast.dee)
    url = reverse("moderation:case", args=["riverside", Case.objects.get().pk])
    assert WORDS in client.get(url).content.decode()
    assert client.post(url, {"measure": "keep", "reason": "rules", "explanation": ""}).status_code == 303
    run_outbox()
    assert WORDS in page(cast, cast.bo, post.topic)
    assert "Your message waits" not in page(cast, cast.ines, post.topic)
    assert any("answered in" in text for text in told(cast.sol.person))
    assert any("It stands now" in text for text in told(cast.ines.person))
    assert list(desk(cast.dee)) == []
    assert list(queries.decisions_in(cast.community)) == []
    assert reply(membership=cast.ines, topic=post.topic, text="And you?").withheld_at is None


def test_refused_it_has_a_reason_and_an_appeal_to_another_steward(cast):
    post = held(cast)
    case = Case.objects.get()
    with pytest.raises(Refused):
        decide(steward=cast.dee, case=case, measure="withhold", reason="spam", explanation="")
    decision = decide(steward=cast.dee, case=case, measure="withhold", reason="spam", explanation="It sells things.")
    assert (
        "It sells things."
        in cast.sign_in(cast.ines).get(reverse("moderation:about_me", args=[case.pk])).content.decode()
    )
    assert list(queries.decisions_in(cast.community)) == [decision]
    asked = appeal(person=cast.ines.person, decision=decision, words="I only ask.")
    with pytest.raises(Refused):
        decide_appeal(steward=cast.dee, appeal=asked, upheld=False, explanation="x")
    decide_appeal(steward=cast.ada, appeal=asked, upheld=False, explanation="You are right.")
    assert WORDS in page(cast, cast.bo, post.topic)


def test_a_held_first_topic_is_nowhere_for_others(cast):
    set_first_messages(steward=cast.dee, messages=1)
    topic = start_topic(membership=cast.ines, title="Zebra title", text=WORDS)
    for who in (cast.bo, None):
        client = cast.sign_in(who) if who else Client()
        assert client.get(reverse("conversations:topic", args=["riverside", topic.pk])).status_code == 404
        assert "Zebra" not in client.get(reverse("conversations:topics", args=["riverside"])).content.decode()
    mine = page(cast, cast.ines, topic)
    assert "waits for a steward" in mine
    assert "Take it offline" not in mine, "nothing grows out of it while nobody else sees it"
    decide(steward=cast.dee, case=Case.objects.get(), measure="keep", reason="rules", explanation="")
    assert "Take it offline" in page(cast, cast.ines, topic)


def test_a_request_for_support_is_never_held_nor_what_its_author_adds(cast):
    set_first_messages(steward=cast.dee, messages=3)
    asked = ask_for_support(membership=cast.ines, text="It is hard.", kinds=["emotional"])
    more = reply(membership=cast.ines, topic=asked.topic, text="And it goes on.")
    assert (asked.topic.withheld_at, more.withheld_at) == (None, None)
    other = reply(membership=cast.ines, topic=topic_of(cast), text="Hello")
    assert other.withheld_at is not None, "asking for support does not use up what is read first"


def test_three_are_held_and_never_those_of_supporters_or_people_who_have_been_here_long(cast):
    set_first_messages(steward=cast.dee, messages=3)
    topic = topic_of(cast)
    Membership.objects.filter(pk=cast.bo.pk).update(joined_at=clock.now() - timedelta(days=61))
    cast.bo.refresh_from_db()
    for member in (cast.bo, cast.sol, cast.dee, cast.ada):
        assert reply(membership=member, topic=topic, text="Hello").withheld_at is None
    for _n in range(3):
        post = reply(membership=cast.ines, topic=topic, text="Hello again")
        assert post.withheld_at is not None
        decide(
            steward=cast.dee, case=Case.objects.get(thing_id=post.pk), measure="keep", reason="rules", explanation=""
        )
    assert reply(membership=cast.ines, topic=topic, text="A fourth").withheld_at is None


def test_past_the_deadline_stewards_and_author_are_told_once_that_it_is_not_lost(cast):
    held(cast)
    run_outbox()
    with clock.at(clock.now() + timedelta(hours=23)):
        remind_of_first_messages()
        assert Held.objects.get().late_told_at is None
    with clock.at(clock.now() + timedelta(hours=25)):
        remind_of_first_messages()
        remind_of_first_messages()
        run_outbox()
        assert sum("not lost" in text for text in told(cast.ines.person)) == 1
        assert sum("over a day" in text for text in told(cast.dee.person)) == 1


def test_what_its_author_took_back_is_closed_without_harm(cast):
    post = held(cast)
    take_back_post(membership=cast.ines, post=post)
    case = Case.objects.get()
    decide(steward=cast.dee, case=case, measure="keep", reason="rules", explanation="")
    assert WORDS not in page(cast, cast.bo, post.topic)


def test_only_stewards_set_it_and_what_waits_goes_on_waiting_when_it_is_turned_off(cast):
    post = held(cast)
    with pytest.raises(Refused):
        set_first_messages(steward=cast.bo, messages=0)
    url = reverse("moderation:first_messages", args=["riverside"])
    assert cast.sign_in(cast.bo).get(url).status_code == 404
    assert cast.sign_in(cast.dee).post(url, {"messages": "0"}).status_code == 303
    assert not FirstMessages.objects.exists()
    assert cast.sign_in(cast.dee).post(url, {"messages": "7"}).status_code == 422
    assert len(list(desk(cast.dee))) == 1
    post.refresh_from_db()
    assert post.withheld_at is not None


# Notes among stewards


def test_stewards_leave_each_other_notes_that_no_party_reads(cast):
    post = reply(membership=cast.bo, topic=topic_of(cast), text="Rude")
    case = report(membership=cast.ines, kind="post", thing=post, reason="rules").case
    url = reverse("moderation:note", args=["riverside", case.pk])
    cast.sign_in(cast.dee).post(url, {"text": "zebra: I know him, I will write to him first."})
    shown = reverse("moderation:case", args=["riverside", case.pk])
    assert "zebra" in cast.sign_in(cast.ada).get(shown).content.decode()
    assert cast.sign_in(cast.ines).post(url, {"text": "x"}).status_code == 404
    assert "zebra" not in str([section(cast.bo.person) for section in EXPORT_SECTIONS])
    assert "zebra" in str(EXPORT_SECTIONS["moderation"](cast.dee.person))
    assert "zebra" not in str([step.data for step in Step.objects.all()])


def test_a_steward_who_reported_or_who_it_is_about_reads_and_writes_no_notes(cast):
    post = reply(membership=cast.bo, topic=topic_of(cast), text="Rude")
    case = report(membership=cast.ada, kind="post", thing=post, reason="rules").case
    write_note(steward=cast.dee, case=case, text="zebra")
    shown = reverse("moderation:case", args=["riverside", case.pk])
    assert "zebra" not in cast.sign_in(cast.ada).get(shown).content.decode()
    with pytest.raises(Refused):
        write_note(steward=cast.ada, case=case, text="me too")


def test_notes_go_with_the_reported_words(cast):
    post = reply(membership=cast.bo, topic=topic_of(cast), text="Rude")
    case = report(membership=cast.ines, kind="post", thing=post, reason="rules").case
    write_note(steward=cast.dee, case=case, text="zebra")
    decide(steward=cast.dee, case=case, measure="warn", reason="rules", explanation="Kinder, please.")
    with clock.at(clock.now() + timedelta(days=89)):
        forget_old_words()
        assert Note.objects.exists()
    with clock.at(clock.now() + timedelta(days=91)):
        forget_old_words()
        assert not Note.objects.exists()


# A report about somebody without a name


def test_a_report_about_an_anonymous_author_keeps_new_introductions_off_and_names_nobody(cast):
    answer_consent(person=cast.bo.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
    with clock.at(clock.now() - timedelta(days=3)):  # who has just asked is left in peace anyway
        asked = ask_for_support(membership=cast.bo, text="Hard words", kinds=["emotional"], anonymous=True)
    post = asked.topic.posts.get()
    assert cast.bo in willing(cast.community)
    case = report(membership=cast.ines, kind="post", thing=post, reason="harassment").case
    assert cast.bo not in willing(cast.community)
    client = cast.sign_in(cast.dee)
    for url in (
        reverse("moderation:case", args=["riverside", case.pk]),
        reverse("moderation:desk", args=["riverside"]),
        reverse("circles:pauses", args=["riverside"]),
    ):
        html = client.get(url).content.decode()
        assert ">Bo<" not in html
        assert f"people/{cast.bo.pk}/" not in html
    decide(steward=cast.dee, case=case, measure="keep", reason="rules", explanation="It is pain, not harm.")
    assert cast.bo in willing(cast.community)


def test_a_report_that_does_not_speak_of_safety_keeps_nobody_off(cast):
    answer_consent(person=cast.bo.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
    with clock.at(clock.now() - timedelta(days=3)):
        asked = ask_for_support(membership=cast.bo, text="Buy this", kinds=["emotional"], anonymous=True)
    report(membership=cast.ines, kind="post", thing=asked.topic.posts.get(), reason="spam")
    assert cast.bo in willing(cast.community)


def test_both_kinds_of_pause_follow_the_same_reasons():
    from commonweal.circles.hooks import REASONS_TO_PAUSE

    assert set(SPEAKS_OF_SAFETY) == set(REASONS_TO_PAUSE)
