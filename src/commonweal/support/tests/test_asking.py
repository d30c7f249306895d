"""Asking: drafts that survive, the lines that come while somebody writes, the language, and an honest word on who is there."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.cast import make_member

from commonweal.communities.models import Membership, Role
from commonweal.people.models import Block, Trait
from commonweal.support.actions import ask_for_support, go_on_duty
from commonweal.support.actions.applying import say_what_i_give
from commonweal.support.escalation import tier
from commonweal.support.models import Escalation, Standard, SupportRequest

pytestmark = pytest.mark.django_db

ASK = reverse("support:ask", args=["riverside"])
DRAFT = reverse("support:draft", args=["riverside"])
HTMX = {"HX-Request": "true", "X-Requested-With": "fetch"}


def _write(client, **fields):
    """What the page sends a moment after typing stops."""
    sent = {"whole": "1", "audience": "supporters", "anonymous": "on", "language": "en", **fields}
    return client.post(DRAFT, sent, headers=HTMX)


def _ask(who, **fields):
    return ask_for_support(**{"membership": who, "text": "Estoy cansada.", "kinds": ["emotional"], **fields})


def test_the_page_saves_by_itself_and_names_where(cast):
    page = cast.sign_in(cast.ines).get(ASK).content.decode()
    assert f'hx-post="{DRAFT}"' in page
    assert 'autocapitalize="sentences"' in page
    assert "microphone" in page


def test_the_whole_form_survives_on_another_device(cast):
    _write(cast.sign_in(cast.ines), text="Half a sent", kinds=["network"], urgency="Tonight", audience="community")
    page = cast.sign_in(cast.ines).get(ASK).content.decode()
    for kept in ("Half a sent", "Tonight", "This is your saved draft"):
        assert kept in page
    assert 'value="network" id="id_kinds_1" checked' in page.replace("\n", " ")


def test_the_lines_come_while_writing_once_and_again_for_another_country(cast):
    client = cast.sign_in(cast.ines)
    quiet = _write(client, text="The nights are long.")
    assert quiet["HX-Reswap"] == "none"
    assert "talk to a person" not in quiet.content.decode()
    hard = _write(client, text="The nights are long. I want to die.")
    assert "HX-Reswap" not in hard
    assert "talk to a person" in hard.content.decode()
    assert 'name="lines_here" value="GB"' in hard.content.decode()
    again = _write(client, text="I want to die. I do not know.", lines_here="GB")
    assert again["HX-Reswap"] == "none"
    abroad = _write(client, text="I want to die.", lines_here="GB", country="ES")
    assert 'name="lines_here" value="ES"' in abroad.content.decode()


def test_words_of_urgency_bring_the_lines_too_and_nothing_stops_the_asking(cast):
    client = cast.sign_in(cast.ines)
    assert "talk to a person" in _write(client, text="Hello.", urgency="Before tonight").content.decode()
    sent = {"kinds": ["emotional"], "text": "I want to die.", "audience": "community", "language": "en"}
    assert client.post(ASK, sent).status_code == 303
    assert SupportRequest.objects.count() == 1


def test_a_save_that_comes_after_sending_brings_no_draft_back(cast):
    client, once = cast.sign_in(cast.ines), str(uuid.uuid4())
    client.post(ASK, {"kinds": ["emotional"], "text": "Sent words", "audience": "community", "submission": once})
    _write(client, text="Sent words", submission=once)
    assert "Sent words" not in client.get(ASK).content.decode()


def test_emptying_the_form_leaves_no_draft(cast):
    client = cast.sign_in(cast.ines)
    _write(client, text="Half a sent")
    _write(client, text=" ")
    assert "This is your saved draft" not in client.get(ASK).content.decode()


def test_an_expired_session_says_so_instead_of_leading_the_writer_away(cast):
    assert _write(Client(), text="Half a sent").status_code == 401


def test_it_is_said_plainly_when_there_is_nobody_who_could_be_told(cast):
    Membership.objects.filter(community=cast.community).exclude(pk=cast.ines.pk).update(role=Role.MEMBER)
    assert "nobody here yet who could be told" in cast.sign_in(cast.ines).get(ASK).content.decode()


@pytest.mark.parametrize("page", ["ask", "requests"])
def test_somebody_kept_apart_is_not_named_as_being_on_duty(cast, page):
    go_on_duty(membership=cast.sol, hours=2)
    url = reverse(f"support:{page}", args=["riverside"])
    assert "Sol is on duty" in cast.sign_in(cast.ines).get(url).content.decode()
    Block.objects.create(blocker=cast.sol.person, blocked=cast.ines.person)
    assert "Sol is on duty" not in cast.sign_in(cast.ines).get(url).content.decode()


def test_a_request_is_in_the_language_in_use_unless_the_asker_says_another(cast):
    with translation.override("es"):
        assert _ask(cast.ines).language == "es"
    assert _ask(cast.bo).language == "en"
    assert _ask(cast.bo, language="pl", text="Other").language == "pl"
    assert _ask(cast.bo, language="klingon", text="Another").language == "en"


@pytest.mark.parametrize("asks_something", [False, True])
def test_those_on_duty_who_speak_the_language_are_told_first(cast, asks_something):
    if asks_something:
        Standard.objects.create(community=cast.community)
    kim = make_member(cast.community, "Kim", Role.SUPPORTER)
    for member in (cast.sol, kim):
        go_on_duty(membership=member, hours=2)
    request = _ask(cast.ines, language="es")
    assert set(tier(request, Escalation.Level.ON_DUTY)) == {cast.sol.pk, kim.pk}  # nobody speaks it: all are told
    Trait.objects.create(person=kim.person, kind="language", tag="spanish")
    assert tier(request, Escalation.Level.ON_DUTY) == [kim.pk]
    say_what_i_give(membership=kim, languages=["en"], kinds=[])
    say_what_i_give(membership=cast.sol, languages=["es", "en"], kinds=[])
    assert tier(request, Escalation.Level.ON_DUTY) == [cast.sol.pk]
    assert set(tier(request, Escalation.Level.SUPPORTERS)) >= {cast.sol.pk, kim.pk, cast.dee.pk}


def test_the_queue_shows_the_language_to_those_who_speak_it_and_to_those_who_do_not(cast):
    _ask(cast.ines, language="es", title="Noches largas")
    _ask(cast.bo, title="Long nights", text="Hello.")
    say_what_i_give(membership=cast.dee, languages=["es"], kinds=[])
    queue = reverse("support:queue", args=["riverside"])
    sol, dee = (cast.sign_in(who).get(queue).content.decode() for who in (cast.sol, cast.dee))
    for page in (sol, dee):
        assert "Noches largas" in page
        assert page.count("Spanish") == 1
    assert "Spanish, which you speak" in dee
    assert "which you speak" not in sol
