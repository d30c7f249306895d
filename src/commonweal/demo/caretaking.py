"""What keeps a place good: the library, and reports with their decisions and appeals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from commonweal.communities.jobs import pass_on_greetings, remind_of_join_requests
from commonweal.conversations.actions import start_topic
from commonweal.conversations.models import Post
from commonweal.exchange.jobs import close_what_ran_out
from commonweal.kit import clock
from commonweal.library.actions import add_resource, check_resource
from commonweal.library.models import Resource
from commonweal.moderation.actions import appeal, decide, decide_appeal, report
from commonweal.moderation.models import Case, Decision

from . import talking
from .stage import Stage, story


def put_on(stage: Stage) -> None:
    for told in story("library")["resources"]:
        if stage.covers(told["ago"]) and stage.knows(told["by"]):
            stage.at(stage.some_time(told["ago"]), lambda told=told: _add(stage, told), told["by"])  # type: ignore[misc]
    for told in story("looking_after")["cases"]:
        _case(stage, told)
    for ago in range(int((stage.now - stage.start).days) - 2, 0, -2):
        for job in (pass_on_greetings, remind_of_join_requests, close_what_ran_out):
            stage.at(stage.day(ago, "06:30"), job)


def _add(stage: Stage, told: dict[str, Any]) -> None:
    facts = {key: told[key] for key in ("kind", "title", "text", "url", "hours", "place", "tags") if key in told}
    resource = add_resource(membership=stage.members[told["by"]], **facts)
    if told["ago"] > 60:
        stage.at(clock.now() + stage.hours(24 * 20, 24 * 50), lambda: _check(stage, resource))


def _check(stage: Stage, resource: Resource) -> None:
    for member in stage.some(1):
        check_resource(membership=member, resource=resource)


def _case(stage: Stage, told: dict[str, Any]) -> None:
    reporters = [name for name in told["reported_by"] if stage.knows(name)]
    if not stage.covers(told["ago"]) or not reporters or not stage.knows(told["by"]):
        return
    began = stage.some_time(told["ago"])
    replies = [(who, text) for who, text in told["replies"] if stage.knows(who)]
    stage.at(began, lambda: _begin(stage, told), told["by"])
    moments = stage.answers(began, len(replies), talking.GAPS)
    for (who, text), moment in zip(replies, moments, strict=True):
        stage.at(moment, lambda who=who, text=text: talking.answer_in(stage, told, who, text), who)  # type: ignore[misc]
    seen = max(moments) + (stage.now - max(moments)) * 0.02
    for number, who in enumerate(reporters):
        stage.at(seen + timedelta(minutes=7 * number), lambda who=who: _report(stage, told, who), who)  # type: ignore[misc]
    if "steward" in told:
        decided = stage.awake(seen + stage.hours(1, 12))
        stage.at(decided, lambda: _decide(stage, told))


def _begin(stage: Stage, told: dict[str, Any]) -> None:
    topic = start_topic(membership=stage.members[told["by"]], title=told["title"], text=told["text"])
    talking.begun(stage, told, topic)


def _post(stage: Stage, told: dict[str, Any]) -> Post:
    posts = stage.topics[told["title"]].posts.select_related("topic__community", "author")
    number = told.get("about_reply", 0) + 1
    return posts.get(number=number)


def _report(stage: Stage, told: dict[str, Any], who: str) -> None:
    report(
        membership=stage.members[who],
        kind="post",
        thing=_post(stage, told),
        reason=told["reason"],
        words=told["words"],
    )


def _decide(stage: Stage, told: dict[str, Any]) -> None:
    case = Case.objects.get(kind="post", thing_id=_post(stage, told).pk, decided_at=None)
    decision = decide(
        steward=stage.members[told["steward"]],
        case=case,
        measure=told["measure"],
        reason=told["reason"],
        explanation=told["explanation"],
    )
    if "appeal" in told:
        stage.at(clock.now() + stage.hours(3, 9), lambda: _appeal(stage, told, decision))


def _appeal(stage: Stage, told: dict[str, Any], decision: Decision) -> None:
    who, words = told["appeal"]
    person = stage.members[who].person
    assert person is not None
    made = appeal(person=person, decision=decision, words=words)
    stage.at(
        stage.awake(clock.now() + stage.hours(4, 20)),
        lambda: decide_appeal(
            steward=stage.members[told["appeal_steward"]],
            appeal=made,
            upheld=told["upheld"],
            explanation=told["appeal_words"],
        ),
    )
