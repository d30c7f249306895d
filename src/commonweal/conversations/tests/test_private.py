"""Private conversations: nobody is written to before they said yes, and nobody else gets in."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, make_member

from commonweal.communities.actions import agree_vetting, begin_vetting
from commonweal.communities.models import Membership
from commonweal.conversations.access import get_participant_for
from commonweal.conversations.actions import (
    answer_request,
    ask_to_talk,
    leave_conversation,
    open_conversation,
    send_message,
    start_topic,
)
from commonweal.conversations.hooks import requests_on_today
from commonweal.conversations.jobs import forget_private_messages
from commonweal.conversations.models import Conversation, Message, Participant, Shown, Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused, TooMany
from commonweal.moderation.models import Case
from commonweal.people.actions import say_under_18
from commonweal.people.models import Block
from commonweal.trail.models import Step
from commonweal.trail.verbs import VERBS


def part(conversation: Conversation, membership: Membership) -> Participant:
    return get_participant_for(membership.person, conversation.pk)


def page(conversation: Conversation) -> str:
    return reverse("conversations:conversation", args=[conversation.pk])


@pytest.fixture
def asked(cast: Cast) -> Conversation:
    return ask_to_talk(membership=cast.bo, other=cast.ines, text="You wrote about night shifts. May I ask you?")


def test_asking_shows_the_words_and_opens_on_yes(cast: Cast, asked: Conversation) -> None:
    client = cast.sign_in(cast.ines)
    assert "night shifts" in client.get(page(asked)).content.decode()
    client.post(reverse("conversations:answer", args=[asked.pk]), {"do": "yes"})
    client.post(page(asked), {"text": "Yes, gladly."})
    assert "Yes, gladly." in cast.sign_in(cast.bo).get(page(asked)).content.decode()


def test_nothing_can_be_written_before_the_yes(cast: Cast, asked: Conversation) -> None:
    with pytest.raises(Refused):
        send_message(participant=part(asked, cast.bo), text="Hello? Are you there?")
    with pytest.raises(Refused):
        send_message(participant=part(asked, cast.ines), text="Hm")


def test_not_now_is_silent_and_asking_again_changes_nothing(cast: Cast, asked: Conversation) -> None:
    answer_request(participant=part(asked, cast.ines), accept=False)
    assert "not answered yet" in cast.sign_in(cast.bo).get(reverse("conversations:private")).content.decode()
    again = ask_to_talk(membership=cast.bo, other=cast.ines, text="Please?")
    assert again == asked
    assert Message.objects.count() == 1
    assert ">Bo<" not in cast.sign_in(cast.ines).get(reverse("conversations:private")).content.decode()


def test_nobody_else_gets_in_stewards_neither(cast: Cast, asked: Conversation) -> None:
    for somebody in (cast.dee, cast.ada, cast.sol, cast.chen):
        assert cast.sign_in(somebody).get(page(asked)).status_code == 404
    assert Client().get(page(asked)).status_code == 302


def test_people_kept_apart_find_nothing(cast: Cast, asked: Conversation) -> None:
    Block.objects.create(blocker=cast.ines.person, blocked=cast.bo.person)
    assert cast.sign_in(cast.bo).get(page(asked)).status_code == 404
    assert (
        cast.sign_in(cast.bo).get(reverse("conversations:ask_to_talk", args=["riverside", cast.ines.pk])).status_code
        == 404
    )
    assert "Ines" not in cast.sign_in(cast.bo).get(reverse("conversations:private")).content.decode()


def test_who_asks_for_support_is_not_written_to_unasked(cast: Cast) -> None:
    start_topic(membership=cast.ines, title="Hard nights", text="I do not sleep.", kind=Topic.Kind.SUPPORT)
    answer = cast.sign_in(cast.bo).post(
        reverse("conversations:ask_to_talk", args=["riverside", cast.ines.pk]), {"text": "Hey you"}
    )
    assert answer.status_code == 422
    assert "Hey you" in answer.content.decode()
    assert not Conversation.objects.exists()


def test_asking_never_reveals_an_anonymous_author(cast: Cast) -> None:
    hidden = start_topic(
        membership=cast.ines, title="Hard nights", text="I do not sleep.", kind="support", anonymous=True
    )
    client = cast.sign_in(cast.bo)
    place = reverse("conversations:ask_to_talk", args=["riverside", cast.ines.pk])
    assert client.get(f"{place}?topic={hidden.pk}").status_code == 404
    assert client.get(place).status_code == 200
    assert client.post(place, {"text": "Tea some day?"}).status_code == 303


def test_both_writing_counts_as_having_talked_once_each(cast: Cast, asked: Conversation) -> None:
    answer_request(participant=part(asked, cast.ines), accept=True)
    for text in ("Yes", "And you?"):
        send_message(participant=part(asked, cast.ines), text=text)
        send_message(participant=part(asked, cast.bo), text=text)
    talked = Step.objects.filter(verb="conversations.talked")
    assert sorted(talked.values_list("actor", flat=True)) == sorted([cast.bo.pk, cast.ines.pk])
    opened = Step.objects.filter(verb="conversations.opened")
    assert sorted(opened.values_list("actor", flat=True)) == sorted([cast.bo.pk, cast.ines.pk])


def test_an_introduction_opens_at_once(cast: Cast) -> None:
    conversation = open_conversation(
        community=cast.community, members=[cast.bo, cast.ines], subject="You two", started_by=cast.sol
    )
    send_message(participant=part(conversation, cast.bo), text="Hello")
    assert not Step.objects.filter(verb="conversations.talked").exists()
    send_message(participant=part(conversation, cast.ines), text="Hello you")
    assert Step.objects.filter(verb="conversations.talked").count() == 2


def test_the_same_message_sent_twice_is_one(cast: Cast) -> None:
    conversation = open_conversation(
        community=cast.community, members=[cast.bo, cast.ines], subject="", started_by=cast.bo
    )
    submission = uuid.uuid4()
    for _twice in range(2):
        send_message(participant=part(conversation, cast.bo), text="Once", submission=submission)
    assert Message.objects.count() == 1


def test_leaving_ends_it_for_good(cast: Cast) -> None:
    conversation = open_conversation(
        community=cast.community, members=[cast.bo, cast.ines], subject="", started_by=cast.bo
    )
    leave_conversation(participant=part(conversation, cast.ines))
    with pytest.raises(Refused):
        send_message(participant=part(conversation, cast.bo), text="Wait")
    assert cast.sign_in(cast.ines).get(page(conversation)).status_code == 404
    assert "has ended" in cast.sign_in(cast.bo).get(page(conversation)).content.decode()


@pytest.mark.usefixtures("at_noon")
def test_five_askings_a_day_are_enough(cast: Cast) -> None:
    for number in range(5):
        ask_to_talk(membership=cast.bo, other=make_member(cast.community, f"N{number}"), text="Hello")
    with pytest.raises(TooMany):
        ask_to_talk(membership=cast.bo, other=cast.ines, text="Hello")


def test_a_notice_never_holds_the_words(cast: Cast, asked: Conversation) -> None:
    step = Step.objects.get(verb="conversations.asked_to_talk")
    (telling,) = VERBS["conversations.asked_to_talk"].tells(step)
    assert telling.person_id == cast.ines.person_id
    assert str(telling.text % telling.params) == "Bo asks to talk with you"


def test_a_message_arrives_and_moves_the_watermark(cast: Cast) -> None:
    conversation = open_conversation(
        community=cast.community, members=[cast.bo, cast.ines], subject="", started_by=cast.bo
    )
    send_message(participant=part(conversation, cast.bo), text="First")
    send_message(participant=part(conversation, cast.bo), text="Second")
    text = (
        cast.sign_in(cast.ines)
        .get(reverse("conversations:conversation_since", args=[conversation.pk, 1]))
        .content.decode()
    )
    assert "Second" in text
    assert "First" not in text
    assert part(conversation, cast.ines).read_number == 2


def test_the_refusal_is_the_same_for_a_block_an_age_and_a_wish(cast: Cast) -> None:
    said = []
    say_under_18(person=cast.ines.person, under_18=True)
    Membership.objects.filter(pk=cast.sol.pk).update(asking="closed")
    block_later = cast.dee
    Block.objects.create(blocker=block_later.person, blocked=cast.bo.person)
    for other in (cast.ines, cast.sol, block_later):
        with pytest.raises(Refused) as refused:
            ask_to_talk(membership=cast.bo, other=Membership.objects.get(pk=other.pk), text="Tea?")
        said.append(str(refused.value.message))
    assert len(set(said)) == 1
    pages = []
    for other in (cast.ines, cast.sol):
        page = cast.sign_in(cast.bo).get(reverse("conversations:ask_to_talk", args=["riverside", other.pk]))
        assert said[0] in page.content.decode()
        pages.append(re.sub(r'"\w{64}"|Ines|Sol|/\d+/', "", page.content.decode()))
    assert pages[0] == pages[1]
    offered = reverse("conversations:ask_to_talk", args=["riverside", cast.ines.pk])
    member = reverse("communities:member", args=["riverside", cast.ines.pk])
    assert offered in cast.sign_in(cast.bo).get(member).content.decode()


def test_somebody_under_18_is_offered_only_whom_stewards_vetted(cast: Cast) -> None:
    say_under_18(person=cast.ines.person, under_18=True)
    begin_vetting(membership=cast.dee, member=cast.sol)
    agree_vetting(membership=cast.ada, member=cast.sol)
    client = cast.sign_in(cast.ines)
    for other, offered in ((cast.bo, False), (cast.sol, True)):
        page = client.get(reverse("communities:member", args=["riverside", other.pk])).content.decode()
        assert (reverse("conversations:ask_to_talk", args=["riverside", other.pk]) in page) is offered
    me = Membership.objects.get(pk=cast.ines.pk)
    assert ask_to_talk(membership=me, other=cast.sol, text="May I ask you something?")


def test_open_messages_end_for_both_while_the_rule_forbids_them(cast: Cast) -> None:
    talk = open_conversation(community=cast.community, members=[cast.bo, cast.ines], subject="", started_by=cast.bo)
    send_message(participant=part(talk, cast.bo), text="Hello")
    ended = open_conversation(community=cast.community, members=[cast.bo, cast.sol], subject="", started_by=cast.bo)
    send_message(participant=part(ended, cast.bo), text="Hello")
    leave_conversation(participant=part(ended, cast.sol))
    say_under_18(person=cast.ines.person, under_18=True)
    for somebody in (cast.bo, cast.ines):
        with pytest.raises(Refused):
            send_message(participant=part(talk, somebody), text="And now?")
    seen = [
        re.sub(r'"\w{64}"|Ines|Sol|/\d+/|datetime="[^"]+"', "", cast.sign_in(cast.bo).get(page(one)).content.decode())
        for one in (talk, ended)
    ]
    assert "has ended" in seen[0]
    assert seen[0] == seen[1]
    listed = cast.sign_in(cast.bo).get(reverse("conversations:private")).content.decode()
    assert listed.count(">ended<") == 2
    say_under_18(person=cast.ines.person, under_18=False)
    send_message(participant=part(talk, cast.ines), text="Back")


def test_a_yes_to_an_asking_that_stood_before_opens_nothing(cast: Cast, asked: Conversation) -> None:
    say_under_18(person=cast.ines.person, under_18=True)
    with pytest.raises(Refused):
        answer_request(participant=part(asked, cast.ines), accept=True)
    assert Conversation.objects.get(pk=asked.pk).opened_at is None


def test_asked_quietly_means_no_notice_and_no_row_on_today(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.ines.pk).update(asking="quiet")
    ask_to_talk(membership=cast.bo, other=Membership.objects.get(pk=cast.ines.pk), text="In your own time")
    step = Step.objects.get(verb="conversations.asked_to_talk")
    assert list(VERBS["conversations.asked_to_talk"].tells(step)) == []
    assert list(requests_on_today(cast.ines.person, [])) == []
    assert ">Bo<" in cast.sign_in(cast.ines).get(reverse("conversations:private")).content.decode()


@pytest.fixture
def talked(cast: Cast) -> Conversation:
    talk = open_conversation(community=cast.community, members=[cast.bo, cast.ines], subject="", started_by=cast.bo)
    send_message(participant=part(talk, cast.bo), text="zqsecretqz of mine")
    send_message(participant=part(talk, cast.ines), text="Something rude")
    send_message(participant=part(talk, cast.ines), text="zqothersecretqz")
    return talk


def test_stewards_see_the_messages_a_reporter_chose_and_no_others(cast: Cast, talked: Conversation) -> None:
    bo, dee = cast.sign_in(cast.bo), cast.sign_in(cast.dee)
    steps = Step.objects.count()
    choosing = reverse("conversations:show_to_stewards", args=[talked.pk])
    assert "zqsecretqz" not in bo.get(choosing).content.decode()  # one's own are not reported
    to_report = bo.post(choosing, {"messages": ["2"]})["Location"]
    assert Step.objects.count() == steps
    assert bo.post(to_report, {"reason": "harassment", "words": "It hurt"}).status_code == 303
    case = Case.objects.get()
    page = dee.get(reverse("moderation:case", args=["riverside", case.pk])).content.decode()
    assert "Something rude" in page
    assert "zqothersecretqz" not in page
    assert "zqsecretqz" not in page
    assert dee.get(reverse("conversations:conversation", args=[talked.pk])).status_code == 404
    assert cast.sign_in(cast.ada).get(to_report).status_code == 404


def test_the_other_side_does_not_learn_of_a_report(cast: Cast, talked: Conversation) -> None:
    ines = cast.sign_in(cast.ines)
    pages = [page(talked), reverse("conversations:private"), reverse("moderation:mine"), "/"]
    before = [unstamped(ines.get(url).content) for url in pages]
    to_report = cast.sign_in(cast.bo).post(
        reverse("conversations:show_to_stewards", args=[talked.pk]), {"messages": ["2", "3"]}
    )["Location"]
    cast.sign_in(cast.bo).post(to_report, {"reason": "harassment"})
    assert Case.objects.exists()
    assert [unstamped(ines.get(url).content) for url in pages] == before
    told = [t.person_id for step in Step.objects.all() if (v := VERBS[step.verb]).tells for t in v.tells(step)]
    assert cast.ines.person_id not in told[-1:]


def unstamped(content: bytes) -> str:
    return re.sub(r'"\w{64}"|[\w-]+:[\w-]+:[\w-]{20,}|datetime="[^"]+"|[0-9a-f-]{36}', "", content.decode())


def test_only_messages_of_the_other_in_this_conversation_can_be_shown(cast: Cast, talked: Conversation) -> None:
    choosing = reverse("conversations:show_to_stewards", args=[talked.pk])
    for wrong in ({}, {"messages": ["1"]}, {"messages": ["99"]}, {"messages": ["x"]}):
        assert cast.sign_in(cast.bo).post(choosing, wrong).status_code == 422
    assert not Shown.objects.exists()
    assert cast.sign_in(cast.sol).get(choosing).status_code == 404


def test_keeping_away_from_inside_takes_the_conversation_from_both(cast: Cast, talked: Conversation) -> None:
    away = reverse("communities:block", args=["riverside", cast.ines.pk])
    client = cast.sign_in(cast.bo)
    assert away in client.get(page(talked)).content.decode()
    client.post(away)
    for somebody in (cast.bo, cast.ines):
        assert cast.sign_in(somebody).get(page(talked)).status_code == 404
        assert page(talked) not in cast.sign_in(somebody).get(reverse("conversations:private")).content.decode()
    gone = cast.sign_in(cast.ines).get(page(talked))
    absent = cast.sign_in(cast.ines).get(reverse("conversations:conversation", args=[999_999]))
    assert unstamped(gone.content).replace(page(talked), "") == unstamped(absent.content).replace(
        "/me/messages/999999/", ""
    )


def test_a_blocked_person_and_nobody_are_looked_for_in_the_same_way(cast: Cast, talked: Conversation) -> None:
    """The same bytes and the same number of queries, so that neither page nor time tells."""
    Block.objects.create(blocker=cast.bo.person, blocked=cast.ines.person)
    ines = cast.sign_in(cast.ines)
    for name, args, absent in (
        ("conversations:conversation", [talked.pk], [999_999]),
        ("conversations:show_to_stewards", [talked.pk], [999_999]),
        ("conversations:conversation_since", [talked.pk, 0], [999_999, 0]),
    ):
        ines.get(reverse(name, args=absent))
        seen = []
        for one in (args, absent):
            with CaptureQueriesContext(connection) as asked:
                answer = ines.get(reverse(name, args=one))
            plain = unstamped(answer.content).replace(f"/messages/{one[0]}/", "/messages/N/")
            seen.append((answer.status_code, len(asked), plain))
        assert seen[0] == seen[1], name


def test_one_s_own_messages_go_for_both_after_the_time_one_chose(cast: Cast, talked: Conversation) -> None:
    forget_private_messages()
    assert Message.objects.count() == 3
    cast.sign_in(cast.ines).post(reverse("conversations:answer", args=[talked.pk]), {"do": "keep-7"})
    with clock.at(clock.now() + timedelta(days=6)):
        forget_private_messages()
        assert Message.objects.count() == 3
        send_message(participant=part(talked, cast.ines), text="Newer")
    with clock.at(clock.now() + timedelta(days=8)):
        forget_private_messages()
        forget_private_messages()
        left = list(Message.objects.order_by("number").values_list("text", flat=True))
        assert left == ["zqsecretqz of mine", "Newer"]
        for somebody in (cast.bo, cast.ines):
            shown = cast.sign_in(somebody).get(page(talked)).content.decode()
            assert "Something rude" not in shown
            assert "Newer" in shown
            assert part(talked, somebody).read_number == 4
        cast.sign_in(cast.ines).post(reverse("conversations:answer", args=[talked.pk]), {"do": "keep"})
    with clock.at(clock.now() + timedelta(days=90)):
        forget_private_messages()
        assert Message.objects.count() == 2


def test_a_draft_of_a_private_message_is_there_again(cast: Cast, talked: Conversation) -> None:
    client = cast.sign_in(cast.bo)
    client.post(reverse("conversations:draft") + f"?key=conversation:{talked.pk}", {"text": "Half a thou"})
    assert "Half a thou" in cast.sign_in(cast.bo).get(page(talked)).content.decode()
    client.post(page(talked), {"text": "A whole thought"})
    assert "Half a thou" not in client.get(page(talked)).content.decode()
