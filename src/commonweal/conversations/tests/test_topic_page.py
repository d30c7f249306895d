"""The topic page: what everybody sees, and the thin layer laid over it for one reader."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, make_member

from commonweal.communities.models import Membership
from commonweal.conversations.actions import change_post, close_topic, react, reply, start_topic, take_back_post
from commonweal.conversations.models import Post, ReadMark, Topic, Watch
from commonweal.people.models import Block


def url(topic: Topic, name: str = "topic", *args: int) -> str:
    return reverse(f"conversations:{name}", args=[topic.community.slug, topic.pk, *args])


@pytest.fixture
def topic(cast: Cast) -> Topic:
    topic = start_topic(membership=cast.bo, title="Who has a ladder?", text="A *long* one, for Saturday.")
    for number in range(2, 31):
        reply(membership=cast.sol if number % 2 else cast.bo, topic=topic, text=f"answer number {number}.")
    return topic


def test_a_guest_of_an_open_community_reads_from_the_start_and_holds_no_token(topic: Topic) -> None:
    answer = Client().get(url(topic))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["X-Guest-Cache"] == "1"
    assert "<em>long</em>" in text
    assert "answer number 20." in text
    assert "answer number 21." not in text
    assert "csrfmiddlewaretoken" not in text


def test_a_member_opens_at_the_first_unread_with_a_line_above_it(cast: Cast, topic: Topic) -> None:
    ReadMark.objects.create(membership=cast.ines, topic=topic, number=9)
    text = cast.sign_in(cast.ines).get(url(topic)).content.decode()
    assert "answer number 7." not in text
    assert text.index("answer number 9.") < text.index('id="new"') < text.index("answer number 10.")


def test_reading_moves_the_watermark_once_and_never_back(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    client.get(url(topic))
    assert ReadMark.objects.get(membership=cast.ines).number == 20
    client.get(url(topic) + "?from=3")
    assert ReadMark.objects.get(membership=cast.ines).number == 22
    client.get(url(topic) + "?from=1")
    assert ReadMark.objects.get(membership=cast.ines).number == 22


def test_reading_again_writes_nothing(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.sol)
    client.get(url(topic))
    with CaptureQueriesContext(connection) as queries:
        client.get(url(topic))
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_member_answers_without_scripts_and_lands_at_the_answer(cast: Cast, topic: Topic) -> None:
    answer = cast.sign_in(cast.ines).post(url(topic), {"text": "I have one @Bo"})
    post = Post.objects.latest("pk")
    assert answer.status_code == 303
    assert answer.url.endswith(f"#post-{post.number}")
    assert '<span class="mention">@Bo</span>' in post.html
    assert list(post.mentions.values_list("membership", flat=True)) == [cast.bo.pk]


def test_an_answer_sent_with_htmx_comes_back_with_a_fresh_box(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    answer = client.post(url(topic), {"text": "hello there", "since": 29}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "hello there" in text
    assert "answer number 30." in text
    assert "answer number 29." not in text
    assert 'hx-swap-oob="true"' in text


def test_an_empty_answer_is_refused_beside_the_field(cast: Cast, topic: Topic) -> None:
    answer = cast.sign_in(cast.ines).post(url(topic), {"text": "  "})
    assert answer.status_code == 422
    assert "Write something first" in answer.content.decode()


def test_an_over_long_answer_keeps_what_was_typed(cast: Cast, topic: Topic) -> None:
    answer = cast.sign_in(cast.ines).post(url(topic), {"text": "far too long " * 2000})
    assert answer.status_code == 422
    assert "far too long far too long" in answer.content.decode()


def test_the_same_form_sent_twice_is_one_post(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    sent = {"text": "once", "submission": "0b0c7f62-17ba-4b6b-9a0b-9b1f2a4f7f11"}
    client.post(url(topic), sent)
    client.post(url(topic), sent)
    assert Post.objects.filter(text="once").count() == 1


def test_answering_a_topic_that_was_just_closed_keeps_the_words(cast: Cast, topic: Topic) -> None:
    close_topic(membership=cast.bo, topic=topic)
    answer = cast.sign_in(cast.ines).post(url(topic), {"text": "too late"})
    assert answer.status_code == 422
    assert not Post.objects.filter(text="too late").exists()


def test_only_what_is_newer_arrives_live(cast: Cast, topic: Topic) -> None:
    text = cast.sign_in(cast.ines).get(url(topic, "since", 28)).content.decode()
    assert re.findall(r"answer number (\d+)", text) == ["29", "30"]


def test_the_fragment_follows_a_change_at_once(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    client.get(url(topic) + "?from=1")
    post = topic.posts.get(number=2)
    change_post(membership=cast.bo, post=post, text="another answer altogether")
    text = client.get(url(topic) + "?from=1").content.decode()
    assert "another answer altogether" in text
    assert "answer number 2." not in text


def test_ones_own_reactions_are_pressed_and_nobody_elses(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get(number=1)
    react(membership=cast.ines, post=post, kind="thanks")
    mine = cast.sign_in(cast.ines).get(url(topic) + "?from=1").content.decode()
    other = cast.sign_in(cast.dee).get(url(topic) + "?from=1").content.decode()
    assert f'value="{post.pk}:thanks" aria-pressed="true"' in mine
    assert f'value="{post.pk}:thanks" aria-pressed="false"' in other
    assert "Thanks 1" in mine
    assert "Thanks 1" in other


def test_only_ones_own_posts_can_be_changed_and_only_others_reported(cast: Cast, topic: Topic) -> None:
    text = cast.sign_in(cast.bo).get(url(topic) + "?from=1").content.decode()
    own, others = topic.posts.get(number=1), topic.posts.get(number=3)
    assert reverse("conversations:edit", args=["riverside", own.pk]) in text
    assert reverse("conversations:edit", args=["riverside", others.pk]) not in text


def test_a_block_hides_the_posts_from_both(cast: Cast, topic: Topic) -> None:
    reply(membership=cast.ines, topic=topic, text="a word from ines")
    Block.objects.create(blocker=cast.ines.person, blocked=cast.sol.person)
    mine = cast.sign_in(cast.ines).get(url(topic) + "?from=20").content.decode()
    theirs = cast.sign_in(cast.sol).get(url(topic) + "?from=20").content.decode()
    assert "answer number 21." not in mine
    assert "answer number 22." in mine
    assert "a word from ines" not in theirs


def test_a_quote_of_somebody_kept_apart_is_left_out(cast: Cast, topic: Topic) -> None:
    first = reply(membership=cast.sol, topic=topic, text="original words")
    reply(membership=cast.bo, topic=topic, text="indeed", quoted=first)
    Block.objects.create(blocker=cast.ines.person, blocked=cast.sol.person)
    text = cast.sign_in(cast.ines).get(url(topic) + "?from=20").content.decode()
    assert "indeed" in text
    assert "original words" not in text


def test_the_reply_box_holds_the_quote_asked_for(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get(number=1)
    text = cast.sign_in(cast.ines).get(f"{url(topic)}?quote={post.pk}").content.decode()
    assert f'name="quoted" value="{post.pk}"' in text


def test_a_post_taken_back_is_hidden_from_others_and_can_be_brought_back(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get(number=2)
    take_back_post(membership=cast.bo, post=post)
    assert "answer number 2." not in Client().get(url(topic)).content.decode()
    client = cast.sign_in(cast.bo)
    assert "Bring it back" in client.get(url(topic) + "?from=1").content.decode()
    client.post(url(topic, "react"), {"restore": post.pk})
    assert "answer number 2." in Client().get(url(topic)).content.decode()


def test_a_content_warning_folds_the_words_away(cast: Cast, topic: Topic) -> None:
    reply(membership=cast.bo, topic=topic, text="about the funeral", warning="grief")
    text = Client().get(url(topic) + "?from=30").content.decode()
    fold = text[text.index("<summary>Warning: grief</summary>") :]
    assert "about the funeral" in fold[: fold.index("</details>")]


def test_following_and_muting_are_one_button(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    client.post(url(topic, "watch"), {"do": "follow"})
    assert not Watch.objects.get(membership=cast.ines).muted
    client.post(url(topic, "watch"), {"do": "mute"})
    assert Watch.objects.get(membership=cast.ines).muted


def test_only_the_author_and_stewards_close_a_topic(cast: Cast, topic: Topic) -> None:
    assert cast.sign_in(cast.ines).post(url(topic, "watch"), {"do": "close"}).status_code == 404
    cast.sign_in(cast.dee).post(url(topic, "watch"), {"do": "close"})
    topic.refresh_from_db()
    assert topic.closed_at is not None


@pytest.mark.parametrize("who", ["bo", "ines", "sol"])
def test_a_signed_in_page_needs_no_more_than_ten_queries(cast: Cast, topic: Topic, who: str) -> None:
    member: Membership = getattr(cast, who)
    client = cast.sign_in(member)
    for _visit in range(3):
        client.get(url(topic))
    with CaptureQueriesContext(connection) as queries:
        client.get(url(topic))
    assert len(queries) <= 10, [q["sql"][:90] for q in queries]


def test_the_number_of_queries_does_not_grow_with_the_community(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    for _visit in range(3):
        client.get(url(topic))
    with CaptureQueriesContext(connection) as few:
        client.get(url(topic))
        client.get(reverse("conversations:topics", args=["riverside"]))
    for number in range(40):
        member = make_member(cast.community, f"n{number}")
        reply(membership=member, topic=topic, text="hello")
    for _visit in range(5):
        client.get(url(topic))
    with CaptureQueriesContext(connection) as many:
        client.get(url(topic))
        client.get(reverse("conversations:topics", args=["riverside"]))
    assert len(few) == len(many)
