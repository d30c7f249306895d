"""Topics, requests for support, private conversations, and thanks for what was said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from commonweal.communities.models import Membership, State
from commonweal.conversations.actions import (
    answer_request,
    ask_to_talk,
    mark_read,
    react,
    reply,
    send_message,
    start_topic,
)
from commonweal.conversations.models import Participant, Post, Reaction, Topic
from commonweal.kit import clock
from commonweal.support.actions import acknowledge, ask_for_support, go_on_duty, looking_after, say_whether_it_helped
from commonweal.support.actions.concerns import raise_concern
from commonweal.support.escalation import escalate_due
from commonweal.support.models import SupportRequest

from . import supporting
from .stage import Stage, story

#: Hours between the answers in a topic; the first two come early, as they do where newcomers are looked after.
GAPS = [(0.3, 2.5), (0.3, 3.0), (0.5, 9.0), (1.0, 14.0)]
SUPPORT_GAPS = [(0.15, 1.1), (0.2, 1.6), (0.5, 6.0)]
#: Minutes after a request at which the clock looks whether it must be taken further: 4 hours, or a day.
LOOKS = {SupportRequest.Sort.SUPPORT: (16, 32, 182, 241), SupportRequest.Sort.FIRST: (18 * 60 + 5, 24 * 60 + 1)}


def put_on(stage: Stage) -> None:
    for told in story("talk_getting_by", "talk_doing", "talk_lately")["topics"]:
        _topic(stage, told)
    for told in story("support", "support_lately")["requests"]:
        _request(stage, told)
    for told in story("private")["talks"]:
        _talk(stage, told)
    _duties(stage)
    supporting.put_on(stage)


def _topic(stage: Stage, told: dict[str, Any]) -> None:
    if not stage.covers(told["ago"]) or not stage.knows(told["by"]):
        return
    began = stage.some_time(told["ago"])
    stage.at(began, lambda: _start(stage, told), told["by"])
    _replies(stage, told, stage.answers(began, len(told["replies"]), GAPS))


def _start(stage: Stage, told: dict[str, Any]) -> None:
    topic = start_topic(
        membership=stage.members[told["by"]],
        title=told["title"],
        text=told["text"],
        kind=told.get("kind", Topic.Kind.DISCUSSION),
    )
    begun(stage, told, topic)


def begun(stage: Stage, told: dict[str, Any], topic: Topic) -> None:
    """Remember a topic under its key, thank for its first post, and look at its promise when it is due."""
    stage.topics[told.get("key", told["title"])] = topic
    first = topic.posts.get(number=1)
    _reactions(stage, first, most=4, kinds=(Reaction.Kind.ME_TOO, Reaction.Kind.THANKS))
    request = SupportRequest.objects.filter(topic=topic).first()
    if request is not None:
        for minutes in LOOKS[SupportRequest.Sort(request.sort)]:
            stage.at(clock.now() + timedelta(minutes=minutes), escalate_due)


def _replies(stage: Stage, told: dict[str, Any], moments: list[datetime]) -> None:
    for (who, text), moment in zip(told["replies"], moments, strict=False):
        if stage.knows(who):
            stage.at(moment, lambda who=who, text=text: answer_in(stage, told, who, text), who)  # type: ignore[misc]


def answer_in(stage: Stage, told: dict[str, Any], who: str, text: str) -> None:
    topic = stage.topics.get(told.get("key", told["title"]))
    if topic is None:
        return
    post = reply(membership=stage.members[who], topic=topic, text=text)
    _reactions(stage, post, most=3, kinds=(Reaction.Kind.THANKS, Reaction.Kind.HELPFUL))


def _reactions(stage: Stage, post: Post, *, most: int, kinds: tuple[str, ...]) -> None:
    for _one in range(stage.rng.choice(range(most + 1))):
        stage.at(clock.now() + stage.hours(0.1, 30), lambda: _react(stage, post, stage.rng.choice(kinds)))


def _react(stage: Stage, post: Post, kind: str) -> None:
    post.refresh_from_db()
    if post.withheld_at is None:
        for member in stage.some(1, besides=[post.author]):
            react(membership=member, post=post, kind=kind, on=True)


def _request(stage: Stage, told: dict[str, Any]) -> None:
    minutes = told.get("minutes_ago")
    ago = told.get("ago", 0.0)
    if not stage.knows(told["by"]) or not stage.covers(ago):
        return
    began = stage.now - timedelta(minutes=minutes) if minutes else stage.day(ago, told["at"])
    stage.at(began, lambda: _ask(stage, told), told["by"])
    after = told.get("after", [])
    moments = [began + timedelta(minutes=one) for one in after]
    rest = len(told["replies"]) - len(moments)
    moments += stage.answers(moments[-1] if moments else began, rest, SUPPORT_GAPS[len(moments) :] or SUPPORT_GAPS[-1:])
    if not after:  # the first two keep the promise, whatever the hour
        moments[:2] = [began + stage.hours(0.15, 1.2), began + stage.hours(1.3, 3.2)][: len(moments)]
        moments.sort()
    _replies(stage, told, moments)
    if told.get("helped"):
        said = stage.awake(max(moments) + stage.hours(6, 40))
        stage.at(said, lambda: _say(stage, told))


def _ask(stage: Stage, told: dict[str, Any]) -> None:
    request = ask_for_support(
        membership=stage.members[told["by"]],
        title=told["title"],
        text=told["text"],
        kinds=told["kinds"],
        anonymous=told.get("anonymous", False),
        audience=told.get("audience", "community"),
        warning=told.get("warning", ""),
    )
    begun(stage, told, request.topic)
    helpers = [who for who, _text in told["replies"] if who in story("people")["supporters"] and who in stage.members]
    if helpers and not told.get("late"):
        stage.at(clock.now() + timedelta(minutes=7), lambda: _take_on(stage, request, helpers[0]))
    worried = told.get("worried", [])
    if worried and stage.knows(*worried[:2]):
        stage.at(clock.now() + timedelta(minutes=40), lambda: _look_after(stage, request, *worried))


def _look_after(stage: Stage, request: SupportRequest, who: str, steward: str, words: str) -> None:
    """Somebody is worried about the person who asked, and a steward takes the case on."""
    post = request.topic.posts.select_related("topic").get(number=1)
    concern = raise_concern(post=post, membership=stage.members[who], words=words)
    looking_after.join_case(steward=stage.members[steward], concern=concern)
    looking_after.assess(steward=stage.members[steward], concern=concern, danger="no", others_safe="unsure")


def _take_on(stage: Stage, request: SupportRequest, who: str) -> None:
    request.refresh_from_db()
    if request.is_waiting:
        acknowledge(membership=stage.members[who], request=request)


def _say(stage: Stage, told: dict[str, Any]) -> None:
    topic = stage.topics.get(told["title"])
    request = SupportRequest.objects.filter(topic=topic).first() if topic else None
    if request is not None and request.replies:
        say_whether_it_helped(membership=stage.members[told["by"]], request=request, helped=told["helped"])


def _duties(stage: Stage) -> None:
    """A supporter is on duty most evenings, and two are now."""
    supporters = [name for name in story("people")["supporters"] if stage.knows(name)]
    for ago in range(int((stage.now - stage.start).days) - 6, 0, -2):
        who = supporters[ago // 2 % len(supporters)]
        stage.at(stage.day(ago, "17:00"), lambda who=who: go_on_duty(membership=stage.members[who], hours=6), who)  # type: ignore[misc]
    for who in ("ruth", "desmond"):
        if stage.knows(who):
            stage.at(
                stage.now - timedelta(hours=2),
                lambda who=who: go_on_duty(membership=stage.members[who], hours=10),  # type: ignore[misc]
                who,
            )


def _talk(stage: Stage, told: dict[str, Any]) -> None:
    one, other = told["one"], told["other"]
    if not stage.covers(told["ago"]) or not stage.knows(one, other):
        return
    began = stage.some_time(told["ago"])

    def ask() -> None:
        conversation = ask_to_talk(membership=stage.members[one], other=stage.members[other], text=told["text"])
        if told.get("waiting"):
            return
        agreed = stage.awake(clock.now() + stage.hours(0.5, 6))
        stage.at(agreed, lambda: answer_request(participant=part(other, conversation.pk), accept=True))
        moments = stage.answers(agreed, len(told["messages"]), [(0.1, 1.0), (0.5, 10.0)])
        for (who, text), moment in zip(told["messages"], moments, strict=True):
            stage.at(
                moment,
                lambda who=who, text=text: send_message(participant=part(who, conversation.pk), text=text),  # type: ignore[misc]
            )

    def part(who: str, conversation: int) -> Participant:
        mine = Participant.objects.select_related("membership__community").get(
            conversation=conversation, membership=stage.members[who]
        )
        mine.membership.person = stage.members[who].person
        return mine

    stage.at(began, ask, one, other)


def catch_up_on_reading(stage: Stage, names: tuple[str, ...]) -> None:
    """Those who are signed in as have read what is older than three days, so that "new" means new."""
    people = [member.person for member in stage.those(names)]
    for member in Membership.objects.filter(person__in=people, state=State.ACTIVE).order_by("pk"):
        for topic in Topic.objects.filter(watches__membership=member, last_post_at__lt=stage.now - timedelta(days=3)):
            mark_read(membership=member, topic=topic, number=topic.last_number, before=0)
