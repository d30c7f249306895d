"""Votes and opinion maps: put, answered in secret, counted on their day, and kept as promises."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from commonweal.decisions.actions import decide, finish, propose, vote
from commonweal.decisions.jobs import count_opinion_maps, open_and_count_ballots
from commonweal.decisions.models import Choice, OpinionMap, Proposal, Statement
from commonweal.decisions.opinion_actions import answer, open_map, state
from commonweal.decisions.opinions import Opinion
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .stage import Stage, story

#: They have not voted in what is still open, so that there is something to decide for whoever signs in as them.
UNDECIDED = ("rosa", "leila", "tomasz", "jun")
VOTERS_OF_A_MAP = 46


def put_on(stage: Stage) -> None:
    for told in story("decisions")["proposals"]:
        if stage.covers(told["ago"]) and stage.knows(told["by"]):
            stage.at(stage.some_time(told["ago"]), lambda told=told: _propose(stage, told), told["by"])  # type: ignore[misc]
    for told in story("decisions")["maps"]:
        if stage.covers(told["ago"]) and stage.knows(told["by"]):
            names = [statement[0] for statement in told["statements"] if stage.knows(statement[0])]
            stage.at(stage.some_time(told["ago"]), lambda told=told: _open_map(stage, told), told["by"], *names)  # type: ignore[misc]


def _propose(stage: Stage, told: dict[str, Any]) -> None:
    author = stage.members[told["by"]]
    closes = clock.now() + timedelta(days=told["days"])
    proposal = propose(membership=author, question=told["question"], details=told["details"], closes_at=closes)
    people = stage.here(besides=stage.those(UNDECIDED) if closes > stage.now else ())
    voters = stage.rng.sample(people, len(people) * told["turnout"] // 100)
    until = min(closes, stage.now) - timedelta(minutes=20)
    for member in voters:
        choice = stage.rng.choices((Choice.YES, Choice.NO, Choice.ABSTAIN), told["shares"])[0]
        stage.at(
            clock.now() + (until - clock.now()) * stage.rng.uniform(0.01, 0.99),
            lambda member=member, choice=choice: vote(membership=member, proposal=proposal, choice=choice),  # type: ignore[misc]
        )
    stage.at(closes + timedelta(minutes=1), open_and_count_ballots)
    if "promise" in told:
        stage.at(closes + timedelta(days=1), lambda: _decide(stage, told, proposal))


def _decide(stage: Stage, told: dict[str, Any], proposal: Proposal) -> None:
    promise, owner, days = told["promise"]
    proposal.refresh_from_db()
    if not proposal.passed or owner not in stage.members:
        return
    decision = decide(
        membership=stage.members[told["by"]],
        proposal=proposal,
        promise=promise,
        owner=stage.members[owner],
        due_on=(clock.now() + timedelta(days=days)).date(),
    )
    if "done" in told:
        reached, text = told["done"]
        stage.at(
            clock.now() + timedelta(days=days - 2),
            lambda: finish(membership=stage.members[owner], decision=decision, reached=reached, text=text),
        )


def _open_map(stage: Stage, told: dict[str, Any]) -> None:
    closes = clock.now() + timedelta(days=told["days"])
    opinion_map = open_map(
        membership=stage.members[told["by"]],
        question=told["question"],
        details=told["details"],
        closes_at=closes,
        first_statements=told["first"],
    )
    until = min(closes, stage.now) - timedelta(minutes=20)
    shares = dict(zip(told["first"], told["shares"], strict=True))
    for who, text, agree, disagree in told["statements"]:
        shares[text] = (agree, disagree)
        if who in stage.members:
            stage.at(
                clock.now() + (until - clock.now()) * stage.rng.uniform(0.01, 0.25),
                lambda who=who, text=text: state(membership=stage.members[who], opinion_map=opinion_map, text=text),  # type: ignore[misc]
            )
    for member in stage.some(VOTERS_OF_A_MAP, besides=stage.those(UNDECIDED) if closes > stage.now else ()):
        moment = clock.now() + (until - clock.now()) * stage.rng.uniform(0.27, 0.99)
        stage.at(moment, lambda member=member: _answer_all(stage, member, opinion_map, shares))  # type: ignore[misc]
    stage.at(closes + timedelta(minutes=1), count_opinion_maps)


def _answer_all(stage: Stage, member: Any, opinion_map: OpinionMap, shares: dict[str, Any]) -> None:
    """One member goes through the statements, and stops now and then before the last."""
    for statement in Statement.objects.filter(opinion_map=opinion_map).exclude(author=member).order_by("pk"):
        agree, disagree = shares[statement.text]
        weights = (agree, disagree, 100 - agree - disagree)
        choice = stage.rng.choices((Opinion.AGREE, Opinion.DISAGREE, Opinion.PASS), weights)[0]
        with contextlib.suppress(Refused):
            answer(membership=member, statement=statement, choice=choice)
        if stage.rng.random() < 0.06:
            return
