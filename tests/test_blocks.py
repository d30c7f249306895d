"""Blocks protect, not just blind: what the one who was blocked is sent is, byte for byte, what they would be sent if the
other had never come.

Two worlds with the same clock and the same things in them. In the one Bo was never here. In the other he came, did
everything that people do where Ines can be, and then blocked her. Ines asks both for the same pages.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.circles.models import Introduction
from commonweal.circles.proposing import propose, run_round
from commonweal.circles.reading import willing
from commonweal.circles.series import start_circle
from commonweal.communities.actions import persona
from commonweal.communities.models import Community, Membership
from commonweal.conversations.actions import reply, start_topic
from commonweal.conversations.jobs import index_posts
from commonweal.exchange.actions import make_entry, propose_handover, today_in
from commonweal.gatherings.actions import plan_gathering
from commonweal.gatherings.lifts import offer_lift
from commonweal.gatherings.models import Gathering
from commonweal.gatherings.seats import answer_gathering
from commonweal.kit import clock
from commonweal.people.actions import answer_consent, block, set_place
from commonweal.people.models import Block, Consent
from commonweal.people.queries import ask_again

from .cast import Cast, make_member
from .world import run_outbox, undone

CELL = "861f1d48fffffff"
#: What differs between any two requests, and says nothing about anybody.
_TOKENS = re.compile(
    rb'(data-live="|name="csrfmiddlewaretoken" value="|name="submission" value="|X-CSRFToken": "|nonce=")[^"]*"|'
    rb"csrf[^\s\"']{20,}"
)


class World:
    """What stands in both worlds: Sol's topic, Ada's gathering, an ask of Sol's, a circle of Dee's."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.community = cast, cast.community
        now = clock.now()
        cast.bo.delete()  # the Bo of this test comes later, or never
        Community.objects.filter(pk=cast.community.pk).update(members_count=4)
        set_place(person=cast.ines.person, cell=CELL)
        answer_consent(person=cast.ines.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
        self.topic = start_topic(membership=cast.sol, title="The night bus", text="Who takes it?")
        reply(membership=cast.ines, topic=self.topic, text="I do, on Fridays.")
        self.gathering: Gathering = plan_gathering(
            membership=cast.ada, title="Soup by the river", starts_at=now + timedelta(hours=20),
            ends_at=now + timedelta(hours=22), area="near the mill", address="12 Quince Lane",
        )  # fmt: skip
        answer_gathering(membership=cast.ines, gathering=self.gathering, answer="yes")
        until = today_in(self.community) + timedelta(days=9)
        self.entry = make_entry(membership=cast.ines, kind="ask", what="thing", title="A ladder", until=until)
        self.until = until

    def bo_comes_and_blocks(self) -> None:
        """Everything that somebody does where Ines can be; then the block."""
        ines = self.cast.ines
        bo = make_member(self.community, "Boris")
        persona.change_persona(membership=bo, display_name="Boris", about="Zebra about", brought="Zebra brought")
        set_place(person=bo.person, cell=CELL)
        answer_consent(person=bo.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
        bo = Membership.objects.select_related("person", "community").get(pk=bo.pk)
        start_topic(membership=bo, title="Zebra topic", text="Zebra opening, @Ines")
        answer_gathering(membership=bo, gathering=self.gathering, answer="yes")
        offer_lift(membership=bo, gathering=self.gathering, seats=2, area="Zebra Street")
        own = plan_gathering(
            membership=bo, title="Zebra gathering", starts_at=clock.now() + timedelta(days=2),
            ends_at=clock.now() + timedelta(days=2, hours=1), area="Zebra Street",
        )  # fmt: skip
        answer_gathering(membership=ines, gathering=own, answer="yes")
        make_entry(membership=bo, kind="offer", what="thing", title="Zebra offer", until=self.until)
        propose_handover(membership=bo, entry=self.entry, words="Zebra words")
        propose(community=self.community, pair=(ines.pk, bo.pk), reasons=[])
        start_circle(
            membership=bo, name="Zebra circle", purpose="Zebra", first_at=clock.now() + timedelta(days=5), place="Zebra"
        )
        block(blocker=bo.person, blocked=ines.person, known_as="Ines")
        # How many people a community has is a figure of the community, the same for everybody who looks.
        Community.objects.filter(pk=self.community.pk).update(members_count=4)


SLUG = ["riverside"]


def pages(world: World) -> dict[str, str]:
    """name -> address of everything on which one could come upon somebody."""
    search = reverse("conversations:search", args=SLUG)
    return {
        "people": reverse("communities:people", args=SLUG),
        "people found by name": reverse("communities:people", args=SLUG) + "?q=boris",
        "people found by word": reverse("communities:people", args=SLUG) + "?q=zebra",
        "talk": reverse("conversations:topics", args=SLUG),
        "topic": reverse("conversations:topic", args=[*SLUG, world.topic.pk]),
        "search by word": f"{search}?q=zebra",
        "search by name": f"{search}?q=boris",
        "meet": reverse("gatherings:list", args=SLUG),
        "gathering": reverse("gatherings:gathering", args=[*SLUG, world.gathering.pk]),
        "calendar": reverse("gatherings:calendar", args=[*SLUG, world.gathering.pk]),
        "introductions": reverse("circles:introductions", args=SLUG),
        "circles": reverse("circles:circles", args=SLUG),
        "exchange": reverse("exchange:list", args=SLUG),
        "own ask": reverse("exchange:entry", args=[*SLUG, world.entry.pk]),
        "front page": reverse("communities:front", args=SLUG),
        "about": reverse("communities:about", args=SLUG),
        "messages": reverse("conversations:private"),
        "notices": reverse("notices:inbox"),
        "own blocks": reverse("people:blocks"),
        "own page": reverse("people:me"),
        "today": "/",
    }


def what_ines_is_sent(world: World, happens: Callable[[], None] | None) -> dict[str, bytes]:
    """The bytes of each page, with what differs between any two requests taken out. All of it is undone afterwards."""
    with undone():
        if happens is not None:
            happens()
        index_posts()
        run_outbox()
        client = Client()
        client.force_login(world.cast.ines.person)
        sent = {}
        for name, url in pages(world).items():
            response = client.get(url)
            sent[name] = b"%d " % response.status_code + _TOKENS.sub(b"", response.content)
        archive = zipfile.ZipFile(io.BytesIO(client.post(reverse("people:download")).content))
        for name in ("circles.json", "posts.json", "exchange.json", "choices.json"):
            if name in archive.namelist():
                sent[f"own data: {name}"] = archive.read(name)
        return sent


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def test_the_one_who_was_blocked_is_sent_what_they_would_be_sent_had_the_other_never_come(world: World) -> None:
    with clock.at(clock.now().replace(microsecond=0)):
        absent = what_ines_is_sent(world, None)
        blocked = what_ines_is_sent(world, world.bo_comes_and_blocks)
    differ = {}
    for name, before in absent.items():
        if blocked[name] != before:
            old, new = before.decode().splitlines(), blocked[name].decode().splitlines()
            more = [line.strip()[:300] for line in new if line not in old][:6]
            differ[name] = [*more, "instead of", *[line.strip()[:300] for line in old if line not in new][:6]]
    assert not differ, "\n".join(f"{name}: {lines}" for name, lines in differ.items())


def test_without_the_block_she_would_see_him_on_these_pages(world: World) -> None:
    """Or the comparison would prove nothing."""

    def comes() -> None:
        world.bo_comes_and_blocks()
        Block.objects.all().delete()
        ask_again()

    with clock.at(clock.now().replace(microsecond=0)):
        absent = what_ines_is_sent(world, None)
        seen = what_ines_is_sent(world, comes)
    differ = {name for name, before in absent.items() if seen[name] != before}
    expected = {"people", "people found by name", "people found by word", "talk", "search by word", "meet", "gathering",
                "introductions", "circles", "exchange", "own ask", "notices"}  # fmt: skip
    assert expected <= differ, expected - differ


def test_no_round_proposes_two_people_kept_apart(world: World) -> None:
    ines = world.cast.ines
    with undone():
        world.bo_comes_and_blocks()
        Introduction.objects.all().delete()
        assert {member.display_name for member in willing(world.community)} >= {"Ines", "Boris"}
        run_round(world.community, "buddy", "2030-01-01")
        assert not Introduction.objects.filter(first=ines).exists()
        assert not Introduction.objects.filter(second=ines).exists()
