"""No path tells somebody outside who asked without a name, how pressing or grave it is, or what stands in a case.

And what is hidden answers like what is absent: the same words, with as many queries, so that time tells nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import Cast, make_community, make_member
from tests.world import run_outbox

from commonweal.communities.models import Membership, Role
from commonweal.conversations.actions import start_topic
from commonweal.conversations.models import Audience
from commonweal.notices.mail import deliver
from commonweal.notices.models import Notice
from commonweal.people.models import Block
from commonweal.people.registries import EXPORT_SECTIONS
from commonweal.support.actions import ask_for_support, go_on_duty, looking_after
from commonweal.support.actions.applying import apply_to_support
from commonweal.support.actions.concerns import raise_concern
from commonweal.support.models import Hold, PhraseMatch, SupportRequest
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db

#: What somebody may write: plain, in danger, and held.
WRITTEN = ("The nights are long.", "I want to die.", "How many pills would kill me?")
ASKER = "Zqaskerqz"
URGENCY, NOTE, WORRY, LETTER, TITLE = "zqurgentqz", "zqnoteqz", "zqworryqz", "zqletterqz", "zqtitleqz"
#: What the product says of gravity. Stewards read it on their pages, nobody else anywhere.
GRAVE = ("Immediate danger", "immediate danger?", "may be in danger", "asks for or describes a method", "en-want-to-die",
         "Held until", "Decide whether to show it")  # fmt: skip


def _pages(slug: str, request: SupportRequest, concern: Any, asker: Membership) -> list[str]:
    """Every path on which something of a request could show, page and fragment alike."""
    post = request.topic.posts.get()

    def at(name: str, *ids: Any) -> str:
        return reverse(name, args=[slug, *ids])

    talk = at("conversations:topic", request.topic_id)
    return [
        "/", "/notices/", talk, f"{talk}?from=1", f"{talk}?after=0", at("conversations:topics"),
        at("conversations:search") + f"?q={TITLE}", at("conversations:search") + f"?q={ASKER}",
        at("conversations:search") + f"?q={URGENCY}", at("conversations:search") + f"?q={NOTE}",
        at("conversations:feed"), at("support:requests"), at("support:requests") + "?show=answered", at("support:queue"),
        at("support:measured"), at("support:held"), at("support:name", request.pk), at("support:worry", post.pk),
        at("support:concerns"), at("support:concern", concern.pk), at("moderation:log"), at("moderation:desk"),
        at("communities:member", asker.pk), at("communities:people"), at("insight:pulse"), at("circles:introductions"),
    ]  # fmt: skip


def _read(client: Client, url: str) -> Iterator[str]:
    """A page, and what scripts would get there."""
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get(url, headers=headers)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        asked = re.search(r"[?&]q=(\w+)", url)
        yield body.decode(errors="replace").replace(asked.group(1), "") if asked else body.decode(errors="replace")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.sampled_from(WRITTEN),
    audience=st.sampled_from([Audience.COMMUNITY, Audience.SUPPORTERS]),
    urgent=st.booleans(),
    language=st.sampled_from(["en", "es"]),
    viewer=st.sampled_from(["bo", "sol", "dee", "chen", "guest", "apart"]),
)
def test_no_path_tells_who_asked_how_grave_it_is_or_what_stands_in_a_case(
    cast: Cast, written: str, audience: str, urgent: bool, language: str, viewer: str
) -> None:
    slug = f"place{Membership.objects.count()}"
    place = make_community(slug)
    asker, bo, sol, dee, ada, apart = (
        make_member(place, f"{name}{slug}", role)
        for name, role in [(ASKER, Role.MEMBER), ("Bo", Role.MEMBER), ("Sol", Role.SUPPORTER), ("Dee", Role.STEWARD),
                           ("Ada", Role.FOUNDER), ("Apart", Role.SUPPORTER)]
    )  # fmt: skip
    Block.objects.create(blocker=asker.person, blocked=apart.person)
    for helper in (sol, dee, apart):
        go_on_duty(membership=helper, hours=2)
    request = ask_for_support(
        membership=asker, text=f"{written} {TITLE}", title=f"{TITLE}", kinds=["emotional"], anonymous=True,
        audience=audience, urgency=URGENCY if urgent else "", language=language,
    )  # fmt: skip
    concern = raise_concern(post=request.topic.posts.get(), membership=bo if audience == Audience.COMMUNITY else sol,
                            words=WORRY) if not request.topic.posts.get().withheld_at else raise_concern(
                            post=request.topic.posts.get())  # fmt: skip
    looking_after.join_case(steward=ada, concern=concern)
    looking_after.assess(steward=ada, concern=concern, danger="yes", others_safe="no")
    looking_after.write_note(steward=ada, concern=concern, text=NOTE)
    looking_after.write_privately(steward=ada, concern=concern, text=LETTER)
    run_outbox()
    while deliver():
        pass
    people = {"bo": bo, "sol": sol, "dee": dee, "apart": apart}
    member = people.get(viewer)
    client = Client()
    if viewer != "guest":
        client.force_login(member.person if member else cast.chen)
    request.topic.refresh_from_db()
    reads = member is not None and viewer != "apart" and (
        member.is_steward or (request.topic.withheld_at is None and (audience == Audience.COMMUNITY or member.is_supporter))
    )  # fmt: skip
    held = request.topic.withheld_at is not None
    for url in _pages(slug, request, concern, asker):
        for text in _read(client, url):
            where = f"{viewer} at {url}"
            own_page = url.endswith((f"/people/{asker.pk}/", "/people/", "/"))
            if TITLE in text or (f"topics/{request.topic_id}" in text and not own_page):
                assert ASKER not in text, where
            for secret in (NOTE, WORRY, LETTER):
                assert secret not in text, where
            if not reads:
                assert TITLE not in text and URGENCY not in text, where  # noqa: PT018
            if viewer != "dee":
                assert not [word for word in GRAVE if word in text], where
    words = [str(notice.__dict__) for notice in Notice.objects.filter(community=place).exclude(person=asker.person)]
    words += [f"{one.subject}\n{one.body}" for one in mail.outbox if asker.person.email not in one.to]
    words += [str(step.data) for step in Step.objects.filter(community=place.pk)]
    for text in words:
        assert not [secret for secret in (ASKER, TITLE, URGENCY, NOTE, WORRY, LETTER, *GRAVE) if secret in text]
    if member is not None:
        data = "".join(str(section(member.person)) for section in EXPORT_SECTIONS)
        own = {WORRY} if concern.raisings.filter(by=member).exists() else set()
        assert not {s for s in (TITLE, URGENCY, NOTE, WORRY, LETTER, ASKER) if s in data} - own
    assert held == (written == WRITTEN[2])


#: Addresses with the number of something hidden, and what sends there. `{}` is the number.
BEHIND = {
    "talk": ("get", "/c/riverside/talk/{}/", "topic"),
    "acknowledge": ("post", "/c/riverside/support/{}/acknowledge/", "request"),
    "not yet": ("post", "/c/riverside/support/{}/not-yet/", "request"),
    "how it is": ("post", "/c/riverside/support/{}/how-it-is/", "request"),
    "helped": ("post", "/c/riverside/support/{}/helped/", "request"),
    "name": ("get", "/c/riverside/support/{}/name/", "request"),
    "worry": ("get", "/c/riverside/worry/{}/", "post"),
    "case": ("get", "/c/riverside/desk/concerns/{}/", "concern"),
    "step": ("post", "/c/riverside/desk/concerns/{}/join/", "concern"),
    "letter": ("get", "/me/letters/{}/", "letter"),
    "hold": ("post", "/c/riverside/support/held/{}/", "hold"),
    "application": ("post", "/c/riverside/support/supporters/{}/answer/", "application"),
}


@pytest.mark.parametrize("what", BEHIND)
@pytest.mark.parametrize("viewer", ["bo", "sol", "ada", "chen"])
def test_hidden_answers_like_absent_with_as_many_queries(cast: Cast, what: str, viewer: str) -> None:
    """Bo may not read it, Sol and Ada are kept apart from its author by a block, Chen belongs nowhere."""
    for apart in (cast.sol, cast.ada):
        Block.objects.create(blocker=cast.ines.person, blocked=apart.person)
    request = ask_for_support(
        membership=cast.ines, text="How many pills would kill me?", kinds=["emotional"], audience=Audience.SUPPORTERS
    )
    post = request.topic.posts.get()
    concern = raise_concern(post=post)
    looking_after.join_case(steward=cast.dee, concern=concern)
    letter = looking_after.write_privately(steward=cast.dee, concern=concern, text="I read it")
    hidden = {
        "topic": request.topic_id, "request": request.pk, "post": post.pk, "concern": concern.pk, "letter": letter.pk,
        "hold": Hold.objects.get().pk, "application": apply_to_support(membership=cast.ines, why="An ear").pk,
    }  # fmt: skip
    how, address, of = BEHIND[what]
    if viewer == "ada" and of in ("topic", "request", "post", "hold"):
        pytest.skip("a steward reads what was asked and is held, also of somebody kept apart")
    client = cast.sign_in(getattr(cast, viewer))
    client.get("/help-now/")
    seen = []
    for number in (hidden[of], 10**9):
        with CaptureQueriesContext(connection) as captured:
            response = getattr(client, how)(address.format(number))
        here = address.format(number)
        body = response.content.decode().replace(here, "HERE")
        body = re.sub(r'(csrf[a-z]*" value="|nonce=")[^"]*', "", body)
        seen.append((response.status_code, len(captured), body, response.get("Location", "").replace(here, "HERE")))
    assert seen[0] == seen[1]
    assert seen[0][0] in (302, 404)


def test_a_topic_put_aside_of_somebody_apart_costs_what_an_absent_one_costs(cast: Cast) -> None:
    Block.objects.create(blocker=cast.ines.person, blocked=cast.bo.person)
    topic = start_topic(membership=cast.ines, title="Hello", text="Hello all")
    client = cast.sign_in(cast.bo)
    counts = set()
    for number in (topic.pk, 10**9):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("conversations:topic", args=["riverside", number])).status_code == 404
        counts.add(len(captured))
    assert len(counts) == 1


def test_matches_are_in_nobodys_download(cast: Cast) -> None:
    ask_for_support(membership=cast.ines, text="I want to die.", kinds=["emotional"])
    assert PhraseMatch.objects.exists()
    for who in (cast.ines, cast.dee, cast.sol):
        data = "".join(str(section(who.person)) for section in EXPORT_SECTIONS)
        assert not [word for word in (*GRAVE, "phrase", "danger") if word in data]
