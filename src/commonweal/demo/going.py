"""Going out safely: somebody at home who would notice, seats in a car, and whom two stewards trust on their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from commonweal.communities.actions.vetting import agree_vetting, begin_vetting
from commonweal.communities.queries import met_before
from commonweal.gatherings.checkin.actions import start_check_in
from commonweal.gatherings.checkin.contacts import NewContact, answer_as_contact
from commonweal.gatherings.lifts import answer_seat, ask_for_seat, offer_lift
from commonweal.gatherings.models import Answer, Gathering, Rsvp
from commonweal.gatherings.seats import answer_gathering

from .roles import ROLES
from .stage import Stage, story


def put_on(stage: Stage) -> None:
    for told in story("looking_after")["vettings"]:
        _vetting(stage, told)
    for told in story("gatherings_lately")["gatherings"]:
        if "lift" in told and stage.knows(told["by"], told["lift"]["by"]):
            stage.at(stage.now - timedelta(hours=3), lambda told=told: _share_a_car(stage, told))  # type: ignore[misc]
    stage.at(stage.now - timedelta(minutes=7), lambda: _check_ins(stage))


def _vetting(stage: Stage, told: dict[str, Any]) -> None:
    """One steward looks, and another two days later; without a `second` that look is still to come."""
    who, first, second = told["member"], told["first"], told.get("second", "")
    if not stage.covers(told["ago"]) or not stage.knows(who, first, *filter(None, [second])):
        return
    stage.at(
        stage.day(told["ago"], "17:20"),
        lambda: begin_vetting(membership=stage.members[first], member=stage.members[who]),
        who,
    )
    if second:
        stage.at(
            stage.day(told["ago"] - 2, "12:05"),
            lambda: agree_vetting(membership=stage.members[second], member=stage.members[who]),
        )


def _share_a_car(stage: Stage, told: dict[str, Any]) -> None:
    """Somebody who comes offers seats; the first of the others who has met them asks, and gets one."""
    gathering = Gathering.objects.get(community=stage.community, title=told["title"], starts_at__gt=stage.now)
    lift = offer_lift(
        membership=stage.members[told["lift"]["by"]],
        gathering=gathering,
        **{key: told["lift"][key] for key in ("seats", "area", "note")},
    )
    visited = {role.name for role in ROLES}  # they find a seat to ask for
    asks = [stage.members[name] for name in told["came"] if name in stage.members and name not in visited]
    met = met_before(lift.driver, [member.pk for member in asks])
    passenger = next((member for member in asks if member.pk in met), None)
    if passenger is not None:
        seat = ask_for_seat(membership=passenger, lift=lift)
        stage.at(stage.now - timedelta(hours=2), lambda: answer_seat(membership=lift.driver, seat=seat, agree=True))


def _check_ins(stage: Stage) -> None:
    """The four whom one can be go to one coming gathering, each with somebody at home who would notice."""
    coming = Gathering.objects.filter(community=stage.community, starts_at__gt=stage.now, private=False)
    coming = coming.filter(for_support=False, cancellation__isnull=True).exclude(area="").order_by("starts_at")
    gathering = next((one for one in coming if not one.capacity or one.capacity - one.coming_count > len(ROLES)), None)
    if gathering is None:
        return
    for name in (role.name for role in ROLES if stage.knows(role.name)):
        member = stage.members[name]
        assert member.person is not None
        if not Rsvp.objects.filter(gathering=gathering, membership=member, answer=Answer.YES).exists():
            answer_gathering(membership=member, gathering=gathering, answer=Answer.YES)
        mira = NewContact(name="Mira", email=f"mira.{name}@elsewhere.example", known_as=member.display_name)
        start_check_in(
            person=member.person,
            contact=mira,
            words=f"I went to “{gathering.title}”, {gathering.area}. Please call me, and if I do not answer, call my sister.",
            ends_at=gathering.ends_at + timedelta(hours=1),
            grace=30,
            plan=gathering.title,
            gathering=gathering,
        )
        answer_as_contact(contact=member.person.trusted_contacts.get(), agrees=True)
