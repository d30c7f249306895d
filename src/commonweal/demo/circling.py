"""Circles: one that ended and goes on, one in the middle, and one for which people are being asked."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Any

from commonweal.circles.ending import choose_what_next
from commonweal.circles.facilitating import call_off_session, change_session, say_who_was_there
from commonweal.circles.inviting import answer_invitation, invite_to_circle
from commonweal.circles.models import Attendance, Circle, CircleInvitation, Seat, Session, Wishes
from commonweal.circles.series import say_i_was_there, start_circle, take_seat
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.actions import answer_consent
from commonweal.people.models import Consent

from .stage import Stage, story


def put_on(stage: Stage) -> None:
    for told in story("private")["circles"]:
        _circle(stage, told)
    for told in story("private")["asked"]:
        _asked(stage, told)


def _asked(stage: Stage, told: dict[str, Any]) -> None:
    names = [name for name in told["who"] if stage.knows(name)]
    if stage.knows(told["by"]) and len(names) >= 5:
        stage.at(stage.now - timedelta(days=told["ago"]), lambda: _ask(stage, told, names), told["by"], *names)


def _circle(stage: Stage, told: dict[str, Any]) -> None:
    who = [name for name in told["who"] if stage.knows(name)]
    if not stage.covers(told["ago"] + 5) or not stage.knows(told["by"]):
        return
    first = stage.day(told["ago"], told["at"])
    stage.at(first - stage.hours(60, 90), lambda: _start(stage, told, first, who), told["by"], *who)


def _start(stage: Stage, told: dict[str, Any], first: datetime, who: list[str]) -> None:
    circle = start_circle(
        membership=stage.members[told["by"]],
        name=told["name"],
        purpose=told["purpose"],
        place=told["place"],
        first_at=first,
    )
    for name in who:
        stage.at(
            clock.now() + stage.hours(1, 50),
            lambda name=name: take_seat(membership=stage.members[name], circle=circle),  # type: ignore[misc]
        )
    called_off = told.get("called_off")
    stage.at(first + timedelta(hours=20), lambda: _frame(stage, told, circle))
    for session in circle.sessions.select_related("circle"):
        if session.number == called_off:
            continue
        for name in (told["by"], *who):
            if stage.rng.random() < 0.85:
                stage.at(
                    session.ends_at + stage.hours(0.2, 20),
                    lambda name=name, session=session: _was_there(stage, name, session),  # type: ignore[misc]
                )
        stage.at(
            session.ends_at + timedelta(hours=22),
            lambda session=session: _say_who(stage, told, session),  # type: ignore[misc]
        )
    if told.get("on"):
        for name in (told["by"], *who):
            stage.at(
                circle.last_at + stage.hours(3, 60),
                lambda name=name: _go_on(stage, name, circle),  # type: ignore[misc]
            )


def _frame(stage: Stage, told: dict[str, Any], circle: Circle) -> None:
    """Whoever looks after it writes a question of their own, and calls one session off."""
    host = stage.members[told["by"]]
    for session in circle.sessions.select_related("circle"):
        if session.number == told.get("opening", [0])[0]:
            change_session(membership=host, session=session, starts_at=session.starts_at, opening=told["opening"][1])
        if session.number == told.get("called_off"):
            call_off_session(membership=host, session=session)


def _was_there(stage: Stage, name: str, session: Session) -> None:
    with contextlib.suppress(Refused):  # somebody who never took their seat
        say_i_was_there(membership=stage.members[name], session=session)


def _say_who(stage: Stage, told: dict[str, Any], session: Session) -> None:
    """The facilitator saw those who say they were there, and writes a few words."""
    there = Attendance.objects.filter(session=session).values_list("membership", flat=True)
    recap = dict(told.get("recaps", ())).get(session.number, "")
    say_who_was_there(membership=stage.members[told["by"]], session=session, present=list(there), recap=recap)


def _go_on(stage: Stage, name: str, circle: Circle) -> None:
    member = stage.members[name]
    if Seat.objects.filter(circle=circle, membership=member, left_at__isnull=True).exists():
        choose_what_next(membership=member, circle=Circle.objects.get(pk=circle.pk), choice="on")


def _ask(stage: Stage, told: dict[str, Any], names: list[str]) -> None:
    """A steward asks people who said that they may be asked; some have answered, a visitor's own answer is still open."""
    for name in names:
        member = stage.members[name]
        if member.person is not None:
            answer_consent(person=member.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
        Wishes.objects.update_or_create(membership=member, defaults={"circle": True})
    people = stage.those(names)
    with contextlib.suppress(Refused):  # a name that has asked for support this night is left in peace
        circle = invite_to_circle(
            membership=stage.members[told["by"]], name=told["name"], purpose=told["purpose"], people=people
        )
        for name in told["yes"]:
            member_asked = CircleInvitation.objects.filter(circle=circle, membership=stage.members.get(name))
            for asked in member_asked.select_related("membership"):
                answer_invitation(membership=asked.membership, invitation=asked, yes=True)
