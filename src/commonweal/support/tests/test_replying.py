"""Beside the reply box: help for the one who answers, and never a word put into their mouth."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commonweal.communities.models import Community
from commonweal.conversations.actions import start_topic
from commonweal.support.actions import ask_for_support

pytestmark = pytest.mark.django_db
HELP = "acknowledge first"


@pytest.fixture
def request_here(cast):
    return ask_for_support(membership=cast.ines, text="My mother came home.", kinds=["tangible"])


def _page(cast, who, topic):
    return cast.sign_in(who).get(reverse("conversations:topic", args=["riverside", topic.pk])).content.decode()


def test_whoever_answers_sees_how_to_begin_and_what_was_asked_for(cast, request_here):
    for who in (cast.bo, cast.sol):
        page = _page(cast, who, request_here.topic)
        assert HELP in page
        assert "Practical help" in page.split(HELP)[1].split("</details>")[0]


def test_the_author_does_not_see_it(cast, request_here):
    assert HELP not in _page(cast, cast.ines, request_here.topic)


def test_other_conversations_have_none_of_it(cast):
    topic = start_topic(membership=cast.bo, title="Garden", text="The beans are up.")
    assert HELP not in _page(cast, cast.sol, topic)


def test_nothing_is_written_into_the_box(cast, request_here):
    page = _page(cast, cast.bo, request_here.topic)
    box = page.split('id="id_text"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert box.strip() == ""


def test_a_next_step_behind_a_closed_door_is_not_offered(cast, request_here):
    assert "Introduce two people" in _page(cast, cast.bo, request_here.topic).split(HELP)[1].split("</details>")[0]
    Community.objects.update(closed_doors=["meet", "library"])
    help_here = _page(cast, cast.bo, request_here.topic).split(HELP)[1].split("</details>")[0]
    assert "Introduce two people" not in help_here
    assert "library" not in help_here
