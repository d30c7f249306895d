"""Blocks protect, not just blind: what the one who was blocked is sent is, byte for byte, what they would be sent if the
other had never come.

Two worlds with the same clock and the same things in them. In the one Bo was never here. In the other he came, did
everything that people do where Ines can be, and then blocked her. Ines asks both for the same pages, fragments, feeds,
searches, files and letters, and tries the same things on whatever is or would be his.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.campaigns import actions as campaigning
from commonweal.circles.models import Introduction, Wishes
from commonweal.circles.proposing import propose, run_round
from commonweal.circles.reading import willing
from commonweal.circles.series import start_circle
from commonweal.communities.actions import persona
from commonweal.communities.models import Community, Membership
from commonweal.conversations.actions import ask_to_talk, reply, start_topic
from commonweal.exchange.actions import make_entry, propose_handover, today_in
from commonweal.gatherings.actions import plan_gathering
from commonweal.gatherings.lifts import offer_lift
from commonweal.gatherings.models import Feed, Gathering
from commonweal.gatherings.seats import answer_gathering
from commonweal.kit import clock
from commonweal.notices.models import Notice
from commonweal.people.actions import answer_consent, block, describe_oneself, set_place
from commonweal.people.models import Block, Consent
from commonweal.people.queries import ask_again

from .cast import Cast, make_member
from .world import run_outbox, undone
from .worlds import Ask, costs_more, differences, sent_to, told

CELL = "861f1d48fffffff"
SLUG = ["riverside"]
TRAITS: dict[str, list[str]] = {"experience": ["grief"], "interest": ["bread"], "language": [], "give": [], "need": []}


class World:
    """What stands in both worlds: Sol's topic, Ada's gathering, asks of Ines's, an introduction of hers to Sol."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.community = cast, cast.community
        now = clock.now()
        cast.bo.delete()  # the Bo of this test comes later, or never
        Community.objects.filter(pk=cast.community.pk).update(members_count=4)
        for member in (cast.ines, cast.sol):
            self._settles(member)
        self.topic = start_topic(membership=cast.sol, title="The night bus", text="Who takes it?")
        reply(membership=cast.ines, topic=self.topic, text="I do, on Fridays.")
        self.gathering: Gathering = plan_gathering(
            membership=cast.ada, title="Soup by the river", starts_at=now + timedelta(hours=20),
            ends_at=now + timedelta(hours=22), area="near the mill", address="12 Quince Lane",
        )  # fmt: skip
        answer_gathering(membership=cast.ines, gathering=self.gathering, answer="yes")
        self.own: Gathering = plan_gathering(
            membership=cast.ines, title="Tea", starts_at=now + timedelta(days=3),
            ends_at=now + timedelta(days=3, hours=1), area="near the mill", address="13 Quince Lane",
        )  # fmt: skip
        self.until = today_in(self.community) + timedelta(days=9)
        self.entry = make_entry(membership=cast.ines, kind="ask", what="thing", title="A ladder", until=self.until)
        self.home = make_entry(
            membership=cast.sol, kind="ask", what="time", title="A form", until=self.until, at_home=True
        )
        run_round(self.community, "buddy", "2030-01-01")
        self.introduction = Introduction.objects.get()
        self.feed = Feed.objects.create(person=cast.ines.person).token
        run_outbox()
        self.theirs: dict[str, int] = {}

    def _settles(self, member: Membership) -> None:
        set_place(person=member.person, cell=CELL)
        describe_oneself(person=member.person, said=TRAITS)
        answer_consent(person=member.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
        Wishes.objects.create(membership=member, buddy=True, circle=True)

    def bo_comes_and_blocks(self, *, she_has_joined_in: bool = False) -> None:
        """Everything that somebody does where Ines can be; then the block.

        `she_has_joined_in`: before it she was told of all that, said that she comes, and was asked to organise with him.
        """
        ines = self.cast.ines
        bo = make_member(self.community, "Boris")
        persona.change_persona(membership=bo, display_name="Boris", about="Zebra about", brought="Zebra brought")
        self._settles(bo)
        bo = Membership.objects.select_related("person", "community").get(pk=bo.pk)
        topic = start_topic(membership=bo, title="Zebra topic", text="Zebra opening, @Ines")
        answer_gathering(membership=bo, gathering=self.gathering, answer="yes")
        lift = offer_lift(membership=bo, gathering=self.gathering, seats=2, area="Zebra Street")
        own = plan_gathering(
            membership=bo, title="Zebra gathering", starts_at=clock.now() + timedelta(days=2),
            ends_at=clock.now() + timedelta(days=2, hours=1), area="Zebra Street",
        )  # fmt: skip
        if she_has_joined_in:
            answer_gathering(membership=ines, gathering=own, answer="yes")
        offer = make_entry(membership=bo, kind="offer", what="thing", title="Zebra offer", until=self.until)
        handover = propose_handover(membership=bo, entry=self.entry, words="Zebra words")
        pair = propose(community=self.community, pair=(ines.pk, bo.pk), reasons=[])
        circle = start_circle(
            membership=bo, name="Zebra circle", purpose="Zebra", first_at=clock.now() + timedelta(days=5), place="Zebra"
        )
        talk = ask_to_talk(membership=bo, other=ines, text="Zebra asks to talk")
        campaign = campaigning.draft(
            membership=bo, title="Zebra crossing", goal="Zebra", decider="The council", why_now="School starts",
            due_on=(clock.now() + timedelta(days=60)).date(), first_day_plan="Ask ten people.",
            organisers=[ines] if she_has_joined_in else [],
        )  # fmt: skip
        assert pair is not None
        self.theirs = {
            "member": bo.pk, "topic": topic.pk, "post": topic.posts.get().pk, "lift": lift.pk, "gathering": own.pk,
            "offer": offer.pk, "handover": handover.pk, "introduction": pair.pk, "circle": circle.pk, "talk": talk.pk,
            "campaign": campaign.pk,
        }  # fmt: skip
        if she_has_joined_in:
            run_outbox()
        block(blocker=bo.person, blocked=ines.person, known_as="Ines")
        # How many people a community has is a figure of the community, the same for everybody who looks.
        Community.objects.filter(pk=self.community.pk).update(members_count=4)


def looked_at(world: World) -> Iterator[tuple[str, Ask]]:
    """name -> everything on which one could come upon somebody, whole and as fragments."""
    search = reverse("conversations:search", args=SLUG)
    pages = {
        "people": reverse("communities:people", args=SLUG),
        "people found by name": reverse("communities:people", args=SLUG) + "?q=boris",
        "people found by word": reverse("communities:people", args=SLUG) + "?q=zebra",
        "talk": reverse("conversations:topics", args=SLUG),
        "topic": reverse("conversations:topic", args=[*SLUG, world.topic.pk]),
        "fragment of a topic": reverse("conversations:since", args=[*SLUG, world.topic.pk, 1]),
        "search by word": f"{search}?q=zebra",
        "search by name": f"{search}?q=boris",
        "support": reverse("support:requests", args=SLUG),
        "meet": reverse("gatherings:list", args=SLUG),
        "gathering": reverse("gatherings:gathering", args=[*SLUG, world.gathering.pk]),
        "own gathering": reverse("gatherings:gathering", args=[*SLUG, world.own.pk]),
        "calendar": reverse("gatherings:calendar", args=[*SLUG, world.gathering.pk]),
        "feed of what she comes to": reverse("gatherings:feed", args=[world.feed]),
        "introductions": reverse("circles:introductions", args=SLUG),
        "introduction and its reasons": reverse("circles:introduction", args=[*SLUG, world.introduction.pk]),
        "introducing": reverse("circles:introduce", args=SLUG) + f"?topic={world.topic.pk}",
        "circles": reverse("circles:circles", args=SLUG),
        "exchange": reverse("exchange:list", args=SLUG),
        "own ask": reverse("exchange:entry", args=[*SLUG, world.entry.pk]),
        "act": reverse("campaigns:list", args=SLUG),
        "library": reverse("library:list", args=SLUG),
        "front page": reverse("communities:front", args=SLUG),
        "about": reverse("communities:about", args=SLUG),
        "messages": reverse("conversations:private"),
        "notices": reverse("notices:inbox"),
        "people she met": reverse("communities:met"),
        "own blocks": reverse("people:blocks"),
        "own page": reverse("people:me"),
        "today": "/",
    }
    for name, url in pages.items():
        yield name, Ask(url)
        yield f"{name}, as a fragment", Ask(url, hx=True)


def tried(world: World) -> Iterator[tuple[str, Ask]]:
    """name -> what she tries on him and on what is his: his pages, and every way of reaching him."""
    his = world.theirs
    until = world.until.isoformat()

    def to(name: str, *args: Any) -> str:
        return reverse(name, args=[*SLUG, *args])

    for name, url in {
        "his page": to("communities:member", his["member"]),
        "his topic": to("conversations:topic", his["topic"]),
        "his topic's fragment": to("conversations:since", his["topic"], 0),
        "his gathering": to("gatherings:gathering", his["gathering"]),
        "his gathering's calendar": to("gatherings:calendar", his["gathering"]),
        "his offer": to("exchange:entry", his["offer"]),
        "his circle": to("circles:circle", his["circle"]),
        "his introduction": to("circles:introduction", his["introduction"]),
        "his campaign": to("campaigns:campaign", his["campaign"]),
        "his conversation": reverse("conversations:conversation", args=[his["talk"]]),
        "to report him": to("moderation:report", "member", his["member"]),
        "to ask him to talk": to("conversations:ask_to_talk", his["member"]),
        "to greet him": to("communities:greet", his["member"]),
        "to look back on his gathering": reverse(
            "communities:reflect", args=["before", "gatherings.gathering", his["gathering"]]
        ),
    }.items():
        yield name, Ask(url)
    happened = {"happened": "yes", "helped": "yes"}
    for name, url, data in (
        ("asking him to talk", to("conversations:ask_to_talk", his["member"]), {"text": "Hello there"}),
        ("answering his asking", reverse("conversations:answer", args=[his["talk"]]), {"do": "yes"}),
        ("writing to him", reverse("conversations:conversation", args=[his["talk"]]), {"text": "Hello"}),
        ("blocking him", to("communities:block", his["member"]), {"block": "1"}),
        ("reporting him", to("moderation:report", "member", his["member"]), {"reason": "harassment", "words": "He"}),
        ("naming him", to("conversations:topic", world.topic.pk), {"text": "Is @Boris here?"}),
        ("naming nobody", to("conversations:topic", world.topic.pk), {"text": "Is @Nobody here?"}),
        ("answering in his topic", to("conversations:topic", his["topic"]), {"text": "Hello there"}),
        ("thanking for his post", to("conversations:react", his["topic"]), {"on": f"{his['post']}:thanks"}),
        ("following his topic", to("conversations:watch", his["topic"]), {"do": "follow"}),
        ("introducing herself", to("circles:introduce") + f"?topic={world.topic.pk}",
         {"one": "me", "other": str(his["member"])}),
        ("answering the introduction", to("circles:answer", his["introduction"]), {"answer": "yes"}),
        ("saying that they met", to("circles:met", his["introduction"]), {"helped": "yes"}),
        ("saying how it felt", to("circles:felt", his["introduction"]), {"again": "no", "safe": "no"}),
        ("taking a seat in his circle", to("circles:seat", his["circle"]), {}),
        ("coming to his gathering", to("gatherings:answer", his["gathering"]), {"answer": "yes"}),
        ("asking for a seat in his car", to("gatherings:lift", his["lift"]), {"step": "ask"}),
        ("asking him to host", to("gatherings:ask_host", world.own.pk), {"second_host": "Boris"}),
        ("asking nobody to host", to("gatherings:ask_host", world.own.pk), {"second_host": "Boriss"}),
        ("wanting what he offers", to("exchange:answer", his["offer"]), {"words": "I would like it"}),
        ("agreeing to his answer", to("exchange:agree", his["handover"]), {}),
        ("saying that it happened", to("exchange:happened", his["handover"]), happened),
        ("thanking him", to("exchange:thanks", his["handover"]), {"text": "Thank you"}),
        ("saying how the handover felt", to("exchange:felt", his["handover"]), {"again": "no", "safe": "no"}),
        ("bringing him along", to("exchange:answer", world.home.pk), {"words": "We come", "companion": "Boris"}),
        ("bringing nobody along", to("exchange:answer", world.home.pk), {"words": "We come", "companion": "Boriss"}),
        ("signing his campaign", to("campaigns:sign", his["campaign"]), {}),
        ("asking for something", to("exchange:new"),
         {"kind": "ask", "what": "thing", "title": "A saw", "until": until}),
    ):  # fmt: skip
        yield name, Ask(url, data)


#: Whether two people are kept apart is one or two look-ups by key. What is his, asked for by its number or by his name,
#: may take so many more than what never was; no page, fragment, search or feed of hers takes one more.
LOOKING_UP = 2


def everything(world: World) -> dict[str, Ask]:
    if not world.theirs:  # where he would be: the same numbers in the world in which nothing has them
        sent_to(world.cast.ines, {}, world.bo_comes_and_blocks)
    return {**dict(looked_at(world)), **dict(tried(world))}


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with clock.at(clock.now().replace(hour=9, minute=30, second=0, microsecond=0)):
        yield World(cast)


def test_the_one_who_was_blocked_is_sent_what_they_would_be_sent_had_the_other_never_come(world: World) -> None:
    asks = everything(world)
    absent = sent_to(world.cast.ines, asks)
    blocked = sent_to(world.cast.ines, asks, world.bo_comes_and_blocks)
    differ = differences(absent, blocked)
    assert not differ, told(differ)
    assert not (dearer := costs_more(absent, blocked, dict(looked_at(world)))), dearer
    assert not (dearer := costs_more(absent, blocked, dict(tried(world)), most=LOOKING_UP)), dearer


def test_what_she_was_told_of_him_and_did_with_him_before_is_out_of_her_pages_too(world: World) -> None:
    """What she did herself stays in her own download. One notice names nobody and stays: that somebody could be met."""

    before = list(Notice.objects.values_list("pk", flat=True))

    def comes() -> None:
        world.bo_comes_and_blocks(she_has_joined_in=True)
        Notice.objects.filter(person=world.cast.ines.person, verb="circles.proposed").exclude(pk__in=before).delete()

    asks = everything(world)
    absent = sent_to(world.cast.ines, asks)
    blocked = sent_to(world.cast.ines, asks, comes)
    differ = differences(absent, blocked)
    data = differ.pop("own data")
    assert not differ, told(differ)
    assert "Boris" not in str(data)
    assert not (dearer := costs_more(absent, blocked, dict(looked_at(world)))), dearer
    assert not (dearer := costs_more(absent, blocked, dict(tried(world)), most=LOOKING_UP)), dearer


def test_the_feed_for_all_the_world_is_the_same_for_her_and_for_a_stranger(world: World) -> None:
    """It is read by programs that are signed in as nobody, so a block can take nothing out of it."""
    world.bo_comes_and_blocks()
    feed = reverse("conversations:feed", args=SLUG)
    assert world.cast.sign_in(world.cast.ines).get(feed).content == Client().get(feed).content


def test_without_the_block_she_would_see_him_on_these_pages(world: World) -> None:
    """Or the comparison would prove nothing."""

    def comes() -> None:
        world.bo_comes_and_blocks(she_has_joined_in=True)
        Block.objects.all().delete()
        ask_again()

    asks = everything(world)
    absent = sent_to(world.cast.ines, asks)
    seen = sent_to(world.cast.ines, asks, comes)
    differ = set(differences(absent, seen))
    expected = {"people", "people found by name", "people found by word", "talk", "search by word", "meet", "gathering",
                "introductions", "circles", "exchange", "own ask", "notices", "messages", "own data", "letters",
                "feed of what she comes to"}  # fmt: skip
    expected |= {name for name, _ask in tried(world)} - {"naming nobody", "asking nobody to host", "bringing nobody along",
                                                         "asking for something"}  # fmt: skip
    assert expected <= differ, expected - differ


def test_no_round_proposes_two_people_kept_apart(world: World) -> None:
    ines = world.cast.ines
    with undone():
        world.bo_comes_and_blocks()
        Introduction.objects.all().delete()
        assert {member.display_name for member in willing(world.community)} >= {"Ines", "Boris"}
        run_round(world.community, "buddy", "2030-01-02")
        boris = Membership.objects.get(display_name="Boris")
        found = {frozenset(pair) for pair in Introduction.objects.values_list("first", "second")}
        assert found
        assert frozenset((ines.pk, boris.pk)) not in found
