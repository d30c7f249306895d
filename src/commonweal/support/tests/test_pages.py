"""The support pages as people see them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.communities.registries import DESK, TODAY
from commonweal.conversations.actions import draft_for, reply
from commonweal.conversations.models import Audience, Topic
from commonweal.kit import clock
from commonweal.support.actions import acknowledge, ask_for_support, go_on_duty, look_at_name
from commonweal.support.escalation import escalate_due
from commonweal.support.models import NameLook, SupportRequest
from commonweal.support.panels import topic_panel
from commonweal.support.personal import erase, export

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"support:{name}", args=["riverside", *args])


def _ask(cast, **fields):
    return ask_for_support(
        **{"membership": cast.ines, "text": "My mother came home.", "kinds": ["emotional"], **fields}
    )


FORM = {"kinds": ["emotional", "network"], "text": "I cannot sleep.", "audience": "supporters", "anonymous": "on"}


def test_the_ask_page_offers_five_kinds_and_says_who_is_on_duty(cast):
    go_on_duty(membership=cast.sol, hours=2)
    page = cast.sign_in(cast.ines).get(url("ask")).content.decode()
    for kind in ("Someone to listen", "Company", "Practical help", "Knowing what to do", "Encouragement"):
        assert kind in page
    assert "Sol is on duty now" in page
    assert "/help-now/" in page


def test_the_ask_page_is_honest_when_nobody_is_on_duty(cast):
    assert "Nobody is on duty just now" in cast.sign_in(cast.ines).get(url("ask")).content.decode()


def test_asking_leads_to_the_topic_with_name_hidden_for_supporters_only(cast):
    response = cast.sign_in(cast.ines).post(url("ask"), FORM)
    assert response.status_code == 303
    topic = Topic.objects.get()
    assert (topic.anonymous, topic.audience, topic.kind) == (True, Audience.SUPPORTERS, "support")
    assert response.url == reverse("conversations:topic", args=["riverside", topic.pk])


def test_a_mistake_keeps_what_was_typed_and_stands_beside_the_field(cast):
    response = cast.sign_in(cast.ines).post(url("ask"), {**FORM, "kinds": []})
    page = response.content.decode()
    assert response.status_code == 422
    assert "I cannot sleep." in page
    assert "Choose at least one thing that would help." in page
    assert not Topic.objects.exists()


def test_a_draft_is_kept_on_the_server_and_goes_when_it_is_sent(cast):
    client = cast.sign_in(cast.ines)
    assert client.post(url("draft"), {"text": "Half a sent"}).status_code == 204
    assert "Half a sent" in client.get(url("ask")).content.decode()
    client.post(url("ask"), {**FORM, "text": "Half a sentence", "keep": "1"})
    page = client.get(url("ask")).content.decode()
    assert "Half a sentence" in page
    assert 'value="network"' in page
    assert draft_for(person_id=cast.ines.person_id, key="new:riverside:support")["kinds"] == "emotional,network"
    client.post(url("ask"), FORM)
    assert draft_for(person_id=cast.ines.person_id, key="new:riverside:support") == {}


def test_strangers_and_guests_cannot_ask(cast):
    assert Client().get(url("ask")).status_code == 302
    assert cast.sign_in(cast.chen).get(url("ask")).status_code == 302


def test_a_closed_door_leaves_no_trace(cast):
    cast.community.closed_doors = ["support"]
    cast.community.save()
    client = cast.sign_in(cast.sol)
    for name in ("requests", "ask", "queue"):
        assert client.get(url(name)).status_code == 404
    assert client.get("/help-now/").status_code == 200


def test_the_list_shows_members_what_they_may_read_and_guests_nothing(cast):
    _ask(cast, title="For everyone")
    _ask(cast, title="For the trained", audience=Audience.SUPPORTERS)
    bo = cast.sign_in(cast.bo).get(url("requests")).content.decode()
    assert "For everyone" in bo
    assert "For the trained" not in bo
    assert "For the trained" in cast.sign_in(cast.sol).get(url("requests")).content.decode()
    guest = Client().get(url("requests")).content.decode()
    assert "For everyone" not in guest
    assert "noindex" in guest


def test_an_anonymous_author_is_named_nowhere_but_to_themselves(cast):
    _ask(cast, title="Hidden", anonymous=True)
    for who in (cast.bo, cast.sol, cast.dee):
        client = cast.sign_in(who)
        assert "Ines" not in client.get(url("requests")).content.decode()
        if who.is_supporter:
            assert "Ines" not in client.get(url("queue")).content.decode()


def test_an_empty_list_teaches(cast):
    page = cast.sign_in(cast.bo).get(url("requests")).content.decode()
    assert "Nobody is waiting" in page
    page = cast.sign_in(cast.bo).get(url("requests") + "?show=answered").content.decode()
    assert "Nothing has been answered yet" in page


def test_the_queue_is_for_supporters_and_shows_who_waits_and_for_what(cast):
    _ask(cast, title="A night without sleep", kinds=["tangible"])
    assert cast.sign_in(cast.bo).get(url("queue")).status_code == 404
    page = cast.sign_in(cast.sol).get(url("queue")).content.decode()
    assert "A night without sleep" in page
    assert "Practical help" in page
    assert "left" in page
    assert "I am on it" in page


def test_i_am_on_it_is_one_button_and_shows_in_the_queue(cast):
    request = _ask(cast)
    client = cast.sign_in(cast.sol)
    response = client.post(url("acknowledge", request.pk), {"back": url("queue")})
    assert response.url == url("queue")
    assert "Sol is writing" in client.get(url("queue")).content.decode()
    assert client.post(url("acknowledge", request.pk), {"back": "//evil.example/"}).url.startswith("/c/riverside/")


def test_answered_requests_leave_the_queue(cast):
    request = _ask(cast, title="Soon answered")
    for who in (cast.bo, cast.dee):
        reply(membership=who, topic=request.topic, text="Hello.")
    client = cast.sign_in(cast.sol)
    assert "Soon answered" not in client.get(url("queue")).content.decode()
    assert "Soon answered" in client.get(url("requests") + "?show=answered").content.decode()


def test_going_on_and_off_duty(cast):
    client = cast.sign_in(cast.sol)
    client.post(url("duty"), {"hours": "2"})
    assert "You are on duty until" in client.get(url("queue")).content.decode()
    client.post(url("duty"), {"end": "1"})
    assert "Go on duty" in client.get(url("queue")).content.decode()
    assert client.post(url("duty"), {"hours": "99"}).status_code == 303
    assert "You are on duty until" not in client.get(url("queue")).content.decode()


def test_a_steward_off_duty_cannot_look_and_one_on_duty_must_say_why(cast):
    request = _ask(cast, anonymous=True)
    client = cast.sign_in(cast.dee)
    assert "Only a steward on duty" in client.get(url("name", request.pk)).content.decode()
    response = client.post(url("name", request.pk), {"reason": "I worry."})
    assert "Ines" not in response.content.decode()
    go_on_duty(membership=cast.dee, hours=1)
    assert "Ines" not in client.post(url("name", request.pk), {"reason": " "}).content.decode()
    assert not NameLook.objects.exists()
    page = client.post(url("name", request.pk), {"reason": "She wrote of danger."}).content.decode()
    assert "Ines" in page
    assert NameLook.objects.get().reason == "She wrote of danger."
    assert "Ines" not in client.get(url("name", request.pk)).content.decode()


def test_supporters_cannot_look_at_names_at_all(cast):
    request = _ask(cast, anonymous=True)
    go_on_duty(membership=cast.sol, hours=1)
    assert cast.sign_in(cast.sol).get(url("name", request.pk)).status_code == 404


def test_the_author_sees_that_their_name_was_looked_at_and_why(cast):
    request = _ask(cast, anonymous=True)
    go_on_duty(membership=cast.dee, hours=1)
    look_at_name(membership=cast.dee, topic=request.topic, reason="She wrote of danger.")
    _template, context = topic_panel(request.topic, cast.ines)
    assert context["request_here"].looks == 1
    assert context["request_here"].look_reason == "She wrote of danger."
    assert context["request_here"].looked_by == "Dee"


def test_the_panel_asks_the_author_whether_it_helped_after_the_second_reply(cast):
    request = _ask(cast)
    assert topic_panel(request.topic, cast.ines)[1]["asks_whether"] is False
    for who in (cast.bo, cast.dee):
        reply(membership=who, topic=request.topic, text="Hello.")
    assert topic_panel(request.topic, cast.ines)[1]["asks_whether"] is True
    assert topic_panel(request.topic, cast.bo)[1]["asks_whether"] is False
    cast.sign_in(cast.ines).post(url("helped", request.pk), {"helped": "yes"})
    context = topic_panel(request.topic, cast.ines)[1]
    assert context["asks_whether"] is False
    assert str(context["said"]) == "Yes, it helped"


def test_the_panel_costs_two_queries_and_ordinary_topics_none(cast, django_assert_num_queries):
    from commonweal.conversations.actions import start_topic

    request = _ask(cast)
    acknowledge(membership=cast.sol, request=request)
    with django_assert_num_queries(2):
        topic_panel(request.topic, cast.ines)
    ordinary = start_topic(membership=cast.dee, title="News", text="Hello.")
    with django_assert_num_queries(0):
        assert topic_panel(ordinary, cast.bo) is None


def test_today_shows_what_waits_for_me_and_not_my_own(cast, django_assert_max_num_queries):
    _ask(cast, title="For everyone")
    _ask(cast, title="For the trained", audience=Audience.SUPPORTERS, anonymous=True)
    with django_assert_max_num_queries(2):
        rows = list(TODAY["support"](cast.sol.person, [cast.sol]))
    assert [row.title for row in rows] == ["For everyone", "For the trained"]
    assert rows[1].face is None
    assert [row.title for row in TODAY["support"](cast.bo.person, [cast.bo])] == ["For everyone"]
    assert list(TODAY["support"](cast.ines.person, [cast.ines])) == []


def test_today_asks_the_author_whether_it_helped_until_they_say_so(cast, django_assert_num_queries):
    request = _ask(cast)
    for who in (cast.bo, cast.dee):
        reply(membership=who, topic=request.topic, text="Hello.")
    with django_assert_num_queries(1):
        rows = list(TODAY["support answered"](cast.ines.person, [cast.ines]))
    assert rows[0].title == "Two people answered you. Did it help?"
    cast.sign_in(cast.ines).post(url("helped", request.pk), {"helped": "no"})
    assert list(TODAY["support answered"](cast.ines.person, [cast.ines])) == []


def test_the_desk_shows_broken_promises_first(cast, django_assert_max_num_queries):
    request = _ask(cast, title="Too late")
    with clock.at(request.promise_due_at):
        escalate_due()
    with django_assert_max_num_queries(2):
        rows = list(DESK["support"](cast.dee))
    assert rows[0].title == "Too late"
    assert rows[0].tone == "harm"
    assert "unverified" in rows[1].title


@pytest.mark.parametrize("page", ["requests", "queue"])
def test_lists_cost_the_same_however_many_wait(cast, page, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.sign_in(cast.sol)
    acknowledge(membership=cast.sol, request=_ask(cast))
    client.get(url(page))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url(page))
    for number in range(8):
        made = _ask(cast, text=f"Request {number}", kinds=["emotional", "esteem"])
        acknowledge(membership=cast.dee, request=made)
    with django_assert_num_queries(len(few)):
        client.get(url(page))


def test_one_can_download_ones_requests_and_leaving_closes_them(cast):
    _ask(cast)
    assert export(cast.ines.person)["requests"][0]["kinds"] == ["emotional"]
    erase(cast.ines.person)
    assert SupportRequest.objects.get().closed_at is not None


def test_a_guest_of_an_open_community_reads_no_request(cast):
    request = _ask(cast, title="For members")
    where = reverse("conversations:topic", args=["riverside", request.topic_id])
    assert Client().get(where).status_code == 404
    assert cast.sign_in(cast.bo).get(where).status_code == 200
