"""Gatherings and introductions: planned, answered, held, and confirmed by both sides."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Any

from commonweal.circles.actions import answer as answer_introduction
from commonweal.circles.actions import introduce, say_whether_we_met
from commonweal.circles.models import Introduction
from commonweal.circles.proposing import run_round
from commonweal.circles.wishes import add_place, set_wishes
from commonweal.communities.models import Membership
from commonweal.gatherings.actions import answer_hosting, plan_gathering
from commonweal.gatherings.afterwards import say_how_it_was, say_it_took_place, write_recap
from commonweal.gatherings.jobs import ask_how_it_was, open_the_last_day
from commonweal.gatherings.models import Answer, Gathering, Rsvp
from commonweal.gatherings.seats import answer_gathering
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from . import circling, going
from .stage import Stage, story

#: How often the stories let the daily round of introductions run, and when for the last time.
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ROUND_EVERY, LAST_ROUND = timedelta(days=21), timedelta(days=9)


def put_on(stage: Stage) -> None:
    for told in story("gatherings", "gatherings_lately")["gatherings"]:
        _gathering(stage, told, told.get("ago"))
        for ago, recap in told.get("again", ()):
            _gathering(stage, {**told, "ago": ago, "recap": recap, "topic": ""}, ago)
    circling.put_on(stage)
    for told in story("private")["introductions"]:
        _introduction(stage, told)
    going.put_on(stage)
    moment = stage.start + timedelta(days=20)
    while moment < stage.now - LAST_ROUND:
        stage.at(moment, lambda: _round(stage))
        moment += ROUND_EVERY
    stage.at(stage.now - timedelta(hours=15), lambda: _peers(stage))
    stage.at(
        stage.now - timedelta(hours=14),
        lambda: run_round(stage.community, "mentor", clock.now().strftime("%Y-%m-%dT%H")),
    )


# Gatherings


def _starts(stage: Stage, told: dict[str, Any], ago: float | None) -> datetime:
    if ago is not None:
        return _on_its_weekday(stage.day(ago, told["at"]), told, range(-3, 4))
    if "ahead" in told:
        return _on_its_weekday(stage.day(-told["ahead"], told["at"]), told, range(7))
    times = [stage.day(days, at) for days in (0, -1) for at in ("10:30", "15:00", "18:30")]
    return next(time for time in times if time > stage.now + timedelta(hours=3))


def _on_its_weekday(day: datetime, told: dict[str, Any], shifts: range) -> datetime:
    """The day itself, or the nearest one that is the `weekday` of its title ("Sunday football")."""
    wanted = WEEKDAYS.index(told["weekday"]) if "weekday" in told else day.weekday()
    return min(
        (day + timedelta(days=n) for n in shifts if (day + timedelta(days=n)).weekday() == wanted),
        key=lambda one: abs(one - day),
    )


def _gathering(stage: Stage, told: dict[str, Any], ago: float | None) -> None:
    starts = _starts(stage, told, ago)
    if not stage.knows(told["by"]) or not stage.covers((stage.now - starts) / timedelta(days=1) + 9):
        return
    planned = stage.awake(min(starts - stage.hours(7 * 24, 9 * 24), stage.now - stage.hours(24, 110)))
    topic_key = told.get("topic")
    if topic_key == "first-week":
        planned = stage.now - timedelta(hours=3)
    elif topic_key == "heating":
        planned = stage.now - timedelta(days=6)
    elif topic_key and starts < stage.now:
        planned = starts - stage.hours(2 * 24, 3 * 24)
    coming = [name for name in told["came"] if stage.knows(name)]
    stage.at(planned, lambda: _plan(stage, told, starts, coming, topic_key), told["by"], *coming)


def _plan(stage: Stage, told: dict[str, Any], starts: datetime, coming: list[str], topic_key: str | None) -> None:
    host = stage.members[told["by"]]
    second = stage.members.get(told.get("second", ""))
    gathering = plan_gathering(
        membership=host,
        title=told["title"],
        text=told["text"],
        starts_at=starts,
        ends_at=starts + timedelta(hours=told["hours"]),
        area=told["area"],
        address=told["address"],
        access_notes=told.get("access", ""),
        capacity=told.get("capacity"),
        for_support=told.get("for_support", False) and second is not None,
        second_host=second,
        source=stage.topics.get(topic_key or ""),
    )
    after = clock.now()
    if second is not None:
        after += stage.hours(1, 3)
        stage.at(after, lambda: answer_hosting(membership=second, gathering=gathering, agree=True))
    until = min(starts - timedelta(hours=2), stage.now - timedelta(minutes=8))
    for name in coming:
        moment = after + (until - after) * stage.rng.uniform(0.02, 0.95)
        stage.at(moment, lambda name=name: _come(stage.members[name], gathering))  # type: ignore[misc]
    for answer in (Answer.MAYBE, Answer.NO, Answer.YES):
        moment = after + (until - after) * stage.rng.uniform(0.3, 0.95)
        stage.at(moment, lambda answer=answer: _perhaps(stage, gathering, answer))  # type: ignore[misc]
    stage.at(starts - timedelta(hours=23, minutes=50), open_the_last_day)
    stage.at(gathering.ends_at + timedelta(minutes=6), ask_how_it_was)
    if not told.get("unsaid"):
        stage.at(gathering.ends_at + stage.hours(1, 14), lambda: _afterwards(stage, told, gathering))


def _come(member: Membership, gathering: Gathering) -> None:
    """Say yes, in the first thirty days perhaps with a note for the hosts."""
    answer_gathering(membership=member, gathering=gathering, answer=Answer.YES)


def _perhaps(stage: Stage, gathering: Gathering, answer: str) -> None:
    """Somebody whom the story does not name answers too; a host is passed over."""
    answered = {rsvp.membership for rsvp in Rsvp.objects.filter(gathering=gathering).select_related("membership")}
    for member in stage.some(1, besides=[*answered, *stage.those(("jun", "rosa", "tomasz"))]):
        with contextlib.suppress(Refused):
            answer_gathering(membership=member, gathering=gathering, answer=answer)


def _afterwards(stage: Stage, told: dict[str, Any], gathering: Gathering) -> None:
    coming = (
        Rsvp.objects.filter(gathering=gathering, answer=Answer.YES).order_by("pk").values_list("membership", flat=True)
    )
    people = [member for member in stage.here() if member.pk in set(coming)]
    host = stage.members[told["by"]]
    there = [member for member in people if member == host or stage.rng.random() < 0.93]
    say_it_took_place(membership=host, gathering=gathering, took_place=True, present=[member.pk for member in there])
    for member in there:
        if stage.rng.random() < 0.9:
            helped = stage.rng.choices(("yes", "somewhat", "no"), (68, 22, 10))[0]
            stage.at(
                clock.now() + stage.hours(0.2, 40),
                lambda member=member, helped=helped: say_how_it_was(  # type: ignore[misc]
                    membership=member, gathering=gathering, was_there=True, helped=helped
                ),
            )
    if told.get("recap"):
        stage.at(
            clock.now() + stage.hours(1, 8),
            lambda: write_recap(membership=host, gathering=gathering, text=told["recap"]),
        )


# Introductions that people asked for, and places


PLACES = [
    ("The mill library", "Mill Lane, ground floor", "Quiet, warm, never empty; tea by the window", True),
    ("Bridge café", "By the old bridge", "Open until six, and nobody minds one cup for two hours", True),
    (
        "The heron bench",
        "River path, below the weir",
        "Dog walkers pass all day; good for talking while walking",
        False,
    ),
]
WISHES: list[dict[str, Any]] = [
    {
        "who": "jun",
        "buddy": True,
        "seeks": True,
        "helps": False,
        "stage": 0,
        "needs": ["network", "informational"],
        "circle": True,
    },
    {
        "who": "leila",
        "buddy": False,
        "seeks": False,
        "helps": True,
        "stage": 2,
        "gives": ["network", "emotional"],
        "circle": True,
    },
    {
        "who": "rosa",
        "buddy": True,
        "seeks": False,
        "helps": True,
        "stage": 1,
        "gives": ["informational", "network"],
        "circle": True,
    },
]


def _peers(stage: Stage) -> None:
    """Stewards write down where one can meet; a few say more exactly whom they would like to meet."""
    for name, area, why, step_free in PLACES:
        add_place(membership=stage.members["tomasz"], name=name, area=area, why=why, step_free=step_free)
    for told in WISHES:
        if told["who"] in stage.members:
            set_wishes(membership=stage.members[told["who"]], **{key: told[key] for key in told if key != "who"})


# Introductions


def _introduction(stage: Stage, told: dict[str, Any]) -> None:
    one, other = told["one"], told["other"]
    if stage.knows(told["by"], one, other):
        moment = stage.now - timedelta(days=told["ago"])
        stage.at(moment, lambda: _introduce(stage, told), told["by"], one, other)


def _introduce(stage: Stage, told: dict[str, Any]) -> None:
    topic = stage.topics.get(told["topic"])
    if topic is not None:
        one, other = stage.members[told["one"]], stage.members[told["other"]]
        introduce(membership=stage.members[told["by"]], topic=topic, one=one, other=other)


def _round(stage: Stage) -> None:
    """One daily round; most people answer, and about half of those who were introduced meet."""
    before = clock.now()
    run_round(stage.community, "buddy", before.strftime("%Y-%m-%d"))
    people = {member.pk: member for member in stage.here()}
    for made in Introduction.objects.filter(proposed_at__gte=before).select_related("first", "second"):
        met = stage.rng.random() < 0.62
        for pk in (made.first_id, made.second_id):
            if pk in people and stage.rng.random() < 0.94:
                yes = stage.rng.random() < 0.84
                stage.at(
                    stage.awake(before + stage.hours(1, 60)),
                    lambda pk=pk, yes=yes, made=made, met=met: _answer(stage, people[pk], made, yes, met),  # type: ignore[misc]
                )


def _answer(stage: Stage, member: Membership, made: Introduction, yes: bool, met: bool) -> None:
    with contextlib.suppress(Refused):  # it ran out while they slept
        made = answer_introduction(membership=member, introduction=made, yes=yes)
    if made.opened_at != clock.now():
        return
    people = {one.pk: one for one in stage.here()}
    for pk in (made.first_id, made.second_id):
        moment = clock.now() + timedelta(days=7) + stage.hours(1, 70)
        if pk in people and (met or stage.rng.random() < 0.5):
            stage.at(
                moment,
                lambda pk=pk: say_whether_we_met(  # type: ignore[misc]
                    membership=people[pk],
                    introduction=made,
                    met=met,
                    helped=stage.rng.choices(("yes", "somewhat", "no"), (66, 24, 10))[0] if met else "",
                ),
            )
