"""Two smaller communities, in which some of the same people go by another name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from commonweal.communities.actions import (
    accept_invitation,
    answer_join_request,
    ask_to_join,
    change_role,
    found_community,
    greet,
    invite,
)
from commonweal.communities.models import Access, Community, Membership, Welcome
from commonweal.conversations.actions import reply, start_topic
from commonweal.conversations.models import Topic
from commonweal.kit import clock

from .stage import ZONE, Stage, story


def put_on(stage: Stage) -> None:
    for told in story("elsewhere")["communities"]:
        if stage.covers(told["ago"]) and all(stage.knows(name) for name, *_rest in told["people"]):
            stage.at(stage.some_time(told["ago"]), lambda told=told: _Elsewhere(stage, told), *_names(told))  # type: ignore[misc]


def _names(told: dict[str, Any]) -> list[str]:
    return [name for name, *_rest in told["people"]]


class _Elsewhere:
    """One further community while its story is played: its members by how the stories call them."""

    def __init__(self, stage: Stage, told: dict[str, Any]) -> None:
        self.stage = stage
        self.founder = self._found(told)
        self.members: dict[str, Membership] = {}
        for number, (name, persona, role, brought) in enumerate(told["people"]):
            moment = stage.awake(clock.now() + timedelta(hours=5 + 20 * number))
            stage.at(moment, lambda name=name, rest=(persona, brought, role): self._let_in(name, *rest))  # type: ignore[misc]
        for by, ago, title, text, replies in told["topics"]:
            began = max(stage.some_time(ago), clock.now() + timedelta(hours=5 + 20 * len(told["people"])))
            stage.at(began, lambda args=(by, title, text, replies, began): self._talk(*args))  # type: ignore[misc]
        if "asker" in told and stage.knows(told["asker"][0]):
            name, persona, brought = told["asker"]
            stage.at(stage.now - timedelta(hours=26), lambda: self._ask(name, persona, brought), name)

    def _found(self, told: dict[str, Any]) -> Membership:
        person = self.stage.members[story("people")["founder"]].person
        assert person is not None
        community = found_community(
            person=person,
            display_name=told["founder"],
            name=told["name"],
            slug=told["slug"],
            purpose=told["purpose"],
            kind=told["kind"],
            access=told["access"],
            matters_most=told["matters"],
            place_name="Gloucestershire",
            country="GB",
            language="en",
            time_zone=ZONE.key,
        )
        founder = Membership.objects.select_related("community", "person").get(community=community, person=person)
        self.community: Community = founder.community
        return founder

    def _ask(self, name: str, persona: str, brought: str) -> Membership:
        person = self.stage.members[name].person
        assert person is not None
        return ask_to_join(person=person, community=self.community, display_name=persona, brought=brought)

    def _let_in(self, name: str, persona: str, brought: str, role: str) -> None:
        person = self.stage.members[name].person
        assert person is not None
        if self.community.access == Access.REQUEST:
            member = self._ask(name, persona, brought)
            answer_join_request(membership=self.founder, asker=member, accepted=True)
        else:
            invitation = invite(membership=self.founder, people=1, days=7)
            member = accept_invitation(person=person, invitation=invitation, display_name=persona, brought=brought)
        member = Membership.objects.select_related("community", "person").get(pk=member.pk)
        self.members[name] = member
        if role != "member":
            change_role(membership=self.founder, member=member, role=role)
        if Welcome.objects.filter(newcomer=member, greeted_at__isnull=True).exists():
            greet(membership=self.founder, newcomer=member, message="Come in. You are among people who know.")

    def _talk(self, by: str, title: str, text: str, replies: list[list[str]], began: datetime) -> None:
        topic: Topic = start_topic(membership=self.members[by], title=title, text=text)
        moments = self.stage.answers(began, len(replies), [(0.4, 3.0), (0.5, 4.0), (1.0, 10.0)])
        for (who, words), moment in zip(replies, moments, strict=True):
            self.stage.at(
                moment,
                lambda who=who, words=words: reply(membership=self.members[who], topic=topic, text=words),  # type: ignore[misc]
            )
