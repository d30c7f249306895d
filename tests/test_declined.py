"""A no looks like silence. Two worlds again: in the one Bo has not answered, in the other he said no; and what Ines is
sent is the same, byte for byte and query for query, while there is time and when it is over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonweal.circles.actions import answer
from commonweal.circles.inviting import answer_invitation, invite_to_circle
from commonweal.circles.models import CircleInvitation, Introduction, Wishes
from commonweal.circles.proposing import propose
from commonweal.communities.models import Membership
from commonweal.conversations.actions import answer_request, ask_to_talk
from commonweal.kit import clock
from commonweal.people.actions import answer_consent
from commonweal.people.models import Consent

from .cast import Cast, make_member
from .world import run_outbox
from .worlds import Ask, costs_more, differences, sent_to, told

SLUG = ["riverside"]
#: While there is time to answer, the day after it ran out, and two months later.
WHEN = (timedelta(hours=1), timedelta(hours=80), timedelta(days=60))


@pytest.fixture
def cast(cast: Cast) -> Any:
    with clock.at(clock.now().replace(hour=9, minute=30, second=0, microsecond=0)):
        for member in (cast.ines, cast.bo):
            answer_consent(person=member.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
            Wishes.objects.create(membership=member, buddy=True, circle=True)
        yield cast


def around() -> dict[str, Ask]:
    """The pages on which anything of it could stand."""
    pages = {
        "today": "/",
        "notices": reverse("notices:inbox"),
        "messages": reverse("conversations:private"),
        "people she met": reverse("communities:met"),
        "introductions": reverse("circles:introductions", args=SLUG),
        "circles": reverse("circles:circles", args=SLUG),
        "people": reverse("communities:people", args=SLUG),
    }
    return {name: Ask(url) for name, url in pages.items()}


def compare(viewer: Membership, asks: dict[str, Ask], says_no: Callable[[], Any]) -> None:
    for later in WHEN:
        silent = sent_to(viewer, asks, later=later)
        declined = sent_to(viewer, asks, says_no, later=later)
        differ = differences(silent, declined)
        assert not differ, f"after {later}: {told(differ)}"
        assert not (dearer := costs_more(silent, declined, asks)), dearer


def notices_something(viewer: Membership, asks: dict[str, Ask], says_yes: Callable[[], Any], *names: str) -> None:
    """A yes shows on these, or the comparison would prove nothing."""
    silent, accepted = sent_to(viewer, asks, later=WHEN[0]), sent_to(viewer, asks, says_yes, later=WHEN[0])
    assert set(names) <= set(differences(silent, accepted))


def test_an_asking_to_talk_that_was_declined_looks_like_one_that_waits(cast: Cast) -> None:
    talk = ask_to_talk(membership=cast.ines, other=cast.bo, text="Shall we talk?")
    run_outbox()
    theirs = talk.participants.select_related("membership", "conversation").get(membership=cast.bo)
    page = reverse("conversations:conversation", args=[talk.pk])
    asking = reverse("conversations:ask_to_talk", args=[*SLUG, cast.bo.pk])
    asks = around() | {
        "the conversation": Ask(page),
        "its fragment": Ask(reverse("conversations:conversation_since", args=[talk.pk, 0])),
        "his page": Ask(reverse("communities:member", args=[*SLUG, cast.bo.pk])),
        "to ask again": Ask(asking),
        "asking again": Ask(asking, {"text": "Please?"}),
        "writing": Ask(page, {"text": "Hello?"}),
        "writing, as a script does": Ask(page, {"text": "Hello?", "since": "0"}, hx=True),
        "leaving": Ask(reverse("conversations:answer", args=[talk.pk]), {"do": "leave"}),
        "keeping it for a week": Ask(reverse("conversations:answer", args=[talk.pk]), {"do": "keep-7"}),
    }
    compare(cast.ines, asks, lambda: answer_request(participant=theirs, accept=False))
    notices_something(
        cast.ines,
        asks,
        lambda: answer_request(participant=theirs, accept=True),
        "the conversation",
        "notices",
        "letters",
    )


@pytest.mark.parametrize("she_said", [None, True, False])
def test_an_introduction_that_was_declined_looks_like_one_nobody_answered(cast: Cast, she_said: bool | None) -> None:
    first, second = sorted((cast.ines.pk, cast.bo.pk))
    made = propose(community=cast.community, pair=(first, second), reasons=[{"kind": "experience", "value": "grief"}])
    assert made is not None
    found = Introduction.objects.select_related("first", "second", "community").get(pk=made.pk)
    if she_said is not None:
        answer(membership=cast.ines, introduction=found, yes=she_said)
    run_outbox()
    ids = [*SLUG, made.pk]
    asks = around() | {
        "the introduction": Ask(reverse("circles:introduction", args=ids)),
        "saying yes": Ask(reverse("circles:answer", args=ids), {"answer": "yes"}),
        "saying no": Ask(reverse("circles:answer", args=ids), {"answer": "no"}),
        "saying that they met": Ask(reverse("circles:met", args=ids), {"helped": "yes"}),
        "saying how it felt": Ask(reverse("circles:felt", args=ids), {"again": "yes", "safe": "yes"}),
        "thinking ahead": Ask(reverse("communities:reflect", args=["before", "circles.introduction", made.pk])),
        "planning to meet": Ask(reverse("gatherings:plan", args=SLUG) + f"?introduction={made.pk}"),
    }
    compare(cast.ines, asks, lambda: answer(membership=cast.bo, introduction=found, yes=False))
    if she_said:
        notices_something(
            cast.ines,
            asks,
            lambda: answer(membership=cast.bo, introduction=found, yes=True),
            "the introduction",
            "notices",
        )


@pytest.mark.parametrize("viewer", ["ines", "dee"])
def test_an_invitation_into_a_circle_that_was_declined_looks_like_one_nobody_answered(cast: Cast, viewer: str) -> None:
    """To the others who were asked, and to the steward who asked."""
    people = [cast.ines, cast.bo, *(make_member(cast.community, f"Person{n}") for n in range(4))]
    for member in people[2:]:
        answer_consent(person=member.person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
        Wishes.objects.create(membership=member, circle=True)
    circle = invite_to_circle(membership=cast.dee, name="Six", purpose="Us", people=people)

    def say(member: Membership, yes: bool) -> None:
        asked = CircleInvitation.objects.select_related("membership", "circle").get(circle=circle, membership=member)
        answer_invitation(membership=member, invitation=asked, yes=yes)

    for member in (cast.ines, *people[2:5]):
        say(member, True)
    run_outbox()
    mine = CircleInvitation.objects.get(circle=circle, membership=cast.ines)
    asks = around() | {
        "the invitation": Ask(reverse("circles:invitation", args=[*SLUG, mine.pk])),
        "saying no after all": Ask(reverse("circles:invitation", args=[*SLUG, mine.pk]), {"answer": "no"}),
        "the circle": Ask(reverse("circles:circle", args=[*SLUG, circle.pk])),
        "taking a seat": Ask(reverse("circles:seat", args=[*SLUG, circle.pk]), {}),
    }
    if viewer == "dee":
        asking = reverse("circles:invite", args=SLUG)
        again = {
            "name": "Six",
            "purpose": "Us",
            "people": [str(m.pk) for m in people],
            "minutes": "90",
            "every_weeks": "1",
        }
        asks |= {
            "to ask": Ask(asking),
            "asking the same again": Ask(asking, again),
            "the desk": Ask(reverse("moderation:desk", args=SLUG)),
        }
    compare(getattr(cast, viewer), asks, lambda: say(cast.bo, False))
    if viewer == "ines":
        notices_something(cast.ines, asks, lambda: say(cast.bo, True), "the invitation", "the circle", "notices")
