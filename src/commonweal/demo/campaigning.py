"""Campaigns from the draft to the outcome: organisers, signatures, milestones, pledges, shifts, news."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Any

from commonweal.campaigns import actions, pledges, shifts
from commonweal.campaigns.jobs import end_unmet_pledges
from commonweal.campaigns.models import Action, Campaign, Pledge, Taking
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .stage import ZONE, Stage, story

#: They have not pledged, signed or taken a shift, so that there is something to do for whoever signs in as them.
LEFT_FREE = ("jun", "leila", "tomasz", "rosa")


def put_on(stage: Stage) -> None:
    for told in story("campaigns")["campaigns"]:
        helpers = [name for name in told["with"] if stage.knows(name)]
        if stage.covers(told["ago"]) and stage.knows(told["by"]) and helpers:
            workers = [name for shift in told.get("shifts", ()) for name in shift[3] if stage.knows(name)]
            began = stage.some_time(told["ago"])
            stage.at(began, lambda told=told, helpers=helpers: _draft(stage, told, helpers), told["by"], *helpers)  # type: ignore[misc]
            stage.at(stage.some_time(told["launched"]), _nothing, *workers)


def _nothing() -> None:
    """Nothing happens; the people named with it are here from then on."""


def _draft(stage: Stage, told: dict[str, Any], helpers: list[str]) -> None:
    ends = stage.now - timedelta(days=told["due"]) if "due" in told else stage.now + timedelta(days=told["ahead"])
    starter = stage.members[told["by"]]
    campaign = actions.draft(
        membership=starter,
        title=told["title"],
        goal=told["goal"],
        decider=told["decider"],
        why_now=told["why_now"],
        due_on=ends.astimezone(ZONE).date(),
        first_day_plan=told["plan"],
        organisers=stage.those(helpers),
        topic=stage.topics.get(told["topic"]),
    )
    for name in helpers:
        stage.at(
            clock.now() + stage.hours(2, 16),
            lambda name=name: actions.answer_asking(membership=stage.members[name], campaign=campaign, yes=True),  # type: ignore[misc]
        )
    stage.at(
        max(stage.some_time(told["launched"]), clock.now() + timedelta(hours=17)),
        lambda: _launch(stage, told, campaign),
    )


def _launch(stage: Stage, told: dict[str, Any], campaign: Campaign) -> None:
    starter = stage.members[told["by"]]
    campaign = actions.launch(membership=starter, campaign=campaign)
    closes = stage.some_time(told["outcome"][0]) if "outcome" in told else stage.now
    for _one in range(told["signers"]):
        # Most sign in the first days (Yasseri 2017), the rest until the end.
        moment = clock.now() + (closes - clock.now()) * stage.rng.random() ** 2 * 0.98
        stage.at(moment, lambda: _sign(stage, campaign))
    for title, reached in told["milestones"]:
        milestone = actions.set_milestone(membership=starter, campaign=campaign, title=title)
        if reached:
            stage.at(
                max(stage.some_time(reached), clock.now()),
                lambda milestone=milestone: actions.reach_milestone(membership=starter, milestone=milestone),  # type: ignore[misc]
            )
    for ago, text in told["news"]:
        stage.at(
            stage.some_time(ago),
            lambda text=text: actions.post_update(membership=starter, campaign=campaign, text=text),  # type: ignore[misc]
        )
    _pledge(stage, told, campaign)
    for title, places, ago, who in told.get("shifts", ()):
        _shift(stage, campaign, starter, title, places, stage.day(ago, "08:15" if ago > 0 else "17:30"), who)
    if "outcome" in told:
        _ago, reached, text, evidence = told["outcome"]
        stage.at(
            closes,
            lambda: actions.close(membership=starter, campaign=campaign, reached=reached, text=text, evidence=evidence),
        )


def _sign(stage: Stage, campaign: Campaign) -> None:
    for member in stage.some(1, besides=stage.those(LEFT_FREE)):
        actions.sign(membership=member, campaign=campaign, show_name=stage.rng.random() < 0.3)


def _pledge(stage: Stage, told: dict[str, Any], campaign: Campaign) -> None:
    promise, threshold, opened, deadline, count = told["pledge"]
    starter = stage.members[told["by"]]
    ends = stage.day(deadline, "20:00")

    def open_it() -> None:
        pledge = pledges.open_pledge(
            membership=starter, campaign=campaign, promise=promise, threshold=threshold, deadline=ends
        )
        latest = min(ends, stage.now) - timedelta(hours=1)
        for _one in range(count):
            moment = clock.now() + (latest - clock.now()) * stage.rng.uniform(0.01, 0.97)
            stage.at(moment, lambda: _make_pledge(stage, told, pledge, ends))
        stage.at(ends + timedelta(minutes=2), end_unmet_pledges)
        stage.at(ends + timedelta(days=1), lambda: _confirm(starter, pledge))

    stage.at(max(stage.some_time(opened), clock.now() + timedelta(hours=1)), open_it)


def _make_pledge(stage: Stage, told: dict[str, Any], pledge: Pledge, ends: datetime) -> None:
    pledged = Membership.objects.filter(pledgings__pledge=pledge)
    for member in stage.some(1, besides=[*pledged, *stage.those((*LEFT_FREE, told["by"]))]):
        pledges.pledge(membership=member, pledge=pledge, show_name=stage.rng.random() < 0.4)
        _check_in_later(stage, member, pledge, ends)


def _check_in_later(stage: Stage, member: Membership, pledge: Pledge, ends: datetime) -> None:
    """Nine in ten say afterwards how it went, and most of them did it."""
    if stage.rng.random() < 0.9:
        did = stage.rng.random() < 0.92
        stage.at(ends + stage.hours(2, 22), lambda: _check_in(member, pledge, did))


def _check_in(member: Membership, pledge: Pledge, did: bool) -> None:
    with contextlib.suppress(Refused):  # it never started
        pledges.check_in(membership=member, pledge=pledge, did=did)


def _confirm(starter: Membership, pledge: Pledge) -> None:
    with contextlib.suppress(Refused):
        pledges.confirm_event(membership=starter, pledge=pledge)


def _shift(
    stage: Stage, campaign: Campaign, starter: Membership, title: str, places: int, starts: datetime, who: list[str]
) -> None:
    action: Action = shifts.offer_work(
        membership=starter,
        campaign=campaign,
        title=title,
        places=places,
        starts_at=max(starts, clock.now() + timedelta(hours=30)),
        ends_at=max(starts, clock.now() + timedelta(hours=30)) + timedelta(hours=3),
    )
    assert action.starts_at is not None
    until = min(action.starts_at, stage.now) - timedelta(hours=1)
    for name in who:
        if stage.knows(name) and stage.members.get(name) != starter:
            moment = clock.now() + (until - clock.now()) * stage.rng.uniform(0.05, 0.9)
            stage.at(moment, lambda name=name: shifts.take(membership=stage.members[name], action=action))  # type: ignore[misc]
            stage.at(
                action.starts_at + stage.hours(4, 30),
                lambda name=name: shifts.say_done(membership=stage.members[name], action=action),  # type: ignore[misc]
            )
    stage.at(action.starts_at + timedelta(hours=33), lambda: _confirm_work(starter, action))


def _confirm_work(starter: Membership, action: Action) -> None:
    for taking in Taking.objects.filter(action=action, done_at__isnull=False, given_back_at__isnull=True):
        shifts.answer_done(membership=starter, taking=taking, happened=True)
