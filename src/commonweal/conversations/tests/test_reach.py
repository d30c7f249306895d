"""Who hears of what, what stands on Today, and that nobody learns what they should not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast

from commonweal.communities.models import Access, Community, Membership
from commonweal.communities.registries import REPORTABLES
from commonweal.conversations import erasing
from commonweal.conversations.access import get_participant_for
from commonweal.conversations.actions import (
    ask_to_talk,
    change_post,
    mute_topic,
    open_conversation,
    react,
    reply,
    save_draft,
    send_message,
    start_topic,
)
from commonweal.conversations.hooks import first_topics, messages_on_today, requests_on_today, topics_on_today
from commonweal.conversations.models import Message, Post, Topic
from commonweal.conversations.search import index_waiting, search_posts
from commonweal.demo.bulk import refresh_statistics
from commonweal.kit.live import subscribed, token, versions
from commonweal.people.models import Block, Person
from commonweal.trail.models import Step
from commonweal.trail.verbs import VERBS


def told(verb: str = "conversations.posted") -> dict[int, str]:
    step = Step.objects.filter(verb=verb).order_by("id").last()
    return {one.person_id: str(one.text % one.params) for one in VERBS[verb].tells(step)}  # type: ignore[misc, union-attr]


def place(topic: Topic, name: str = "topic", *args: int) -> str:
    return reverse(f"conversations:{name}", args=["riverside", topic.pk, *args])


@pytest.fixture
def topic(cast: Cast) -> Topic:
    return start_topic(membership=cast.bo, title="Ladder", text="Who has one?")


def test_followers_and_the_named_and_the_quoted_hear_of_an_answer(cast: Cast, topic: Topic) -> None:
    first = reply(membership=cast.sol, topic=topic, text="I do.")
    reply(membership=cast.ines, topic=topic, text="So does @Dee", quoted=first)
    assert told() == {
        cast.bo.person_id: "Ines answered in “Ladder”",
        cast.sol.person_id: "Ines answered your message in “Ladder”",
        cast.dee.person_id: "Ines named you in “Ladder”",
    }


def test_the_muted_and_the_kept_apart_hear_nothing(cast: Cast, topic: Topic) -> None:
    reply(membership=cast.sol, topic=topic, text="I do.")
    mute_topic(membership=cast.bo, topic=topic)
    Block.objects.create(blocker=cast.sol.person, blocked=cast.ines.person)
    reply(membership=cast.ines, topic=topic, text="Oh @Bo")
    assert told() == {}


def test_who_may_not_read_a_topic_hears_nothing_of_it(cast: Cast) -> None:
    topic = start_topic(membership=cast.ines, title="Nights", text="Hard", kind="support", audience="supporters")
    reply(membership=cast.sol, topic=topic, text="Ask @Bo about it")
    assert set(told()) == {cast.ines.person_id}


def test_somebody_named_in_a_first_message_hears_of_it(cast: Cast) -> None:
    start_topic(membership=cast.bo, title="Ladder", text="Has @Ines one?")
    assert told("conversations.topic_started") == {cast.ines.person_id: "Bo named you in “Ladder”"}


def test_today_shows_what_is_new_who_asks_and_who_wrote(cast: Cast, topic: Topic) -> None:
    reply(membership=cast.sol, topic=topic, text="I do.")
    ask_to_talk(membership=cast.ines, other=cast.bo, text="May I?")
    talk = open_conversation(community=cast.community, members=[cast.bo, cast.sol], subject="", started_by=cast.sol)
    send_message(participant=get_participant_for(cast.sol.person, talk.pk), text="Hello")
    person, memberships = cast.bo.person, [cast.bo]
    assert [row.title for row in topics_on_today(person, memberships)] == ["Ladder"]
    assert [row.title for row in requests_on_today(person, memberships)] == ["Ines asks to talk with you"]
    assert [row.title for row in messages_on_today(person, memberships)] == ["Sol wrote to you"]
    cast.sign_in(cast.bo).get(place(topic))
    assert list(topics_on_today(person, memberships)) == []


def test_a_new_community_starts_with_topics(cast: Cast) -> None:
    first_topics(cast.ada)
    assert Topic.objects.filter(author=cast.ada).count() >= 2


@pytest.fixture
def hidden(cast: Cast) -> Topic:
    topic = start_topic(membership=cast.ines, title="Nights", text="I do not sleep.", kind="support", anonymous=True)
    mine = reply(membership=cast.ines, topic=topic, text="Still awake.")
    reply(membership=cast.bo, topic=topic, text="With you.", quoted=mine)
    return topic


def test_an_anonymous_author_is_named_nowhere(cast: Cast, hidden: Topic) -> None:
    post = hidden.posts.get(number=1)
    react(membership=cast.bo, post=post, kind="me_too")
    for who in (cast.bo, cast.sol, cast.dee, cast.ada):
        client = cast.sign_in(who)
        pages = [place(hidden), place(hidden, "since", 0), f"{place(hidden)}?quote={post.pk}"]
        pages += [reverse("conversations:topics", args=["riverside"]) + "?kind=support"]
        for page in pages:
            text = client.get(page).content.decode()
            assert "Ines" not in text, (who, page)
            assert f"/people/{cast.ines.pk}/" not in text, (who, page)
    assert "Ines" not in Client().get(place(hidden)).content.decode()


def test_an_anonymous_author_is_named_in_no_notice_nor_on_today(cast: Cast, hidden: Topic) -> None:
    reply(membership=cast.ines, topic=hidden, text="Thank you @Sol")
    assert set(told().values()) == {"Someone answered in “Nights”", "Someone named you in “Nights”"}
    rows = topics_on_today(cast.bo.person, [cast.bo])
    assert all(row.face is None for row in rows)


def test_an_anonymous_authors_history_names_nobody(cast: Cast, hidden: Topic) -> None:
    post = hidden.posts.get(number=1)
    change_post(membership=cast.ines, post=post, text="I sleep badly.")
    text = cast.sign_in(cast.bo).get(reverse("conversations:history", args=["riverside", post.pk])).content.decode()
    assert "Ines" not in text


def test_the_anonymous_author_sees_that_it_is_them(cast: Cast, hidden: Topic) -> None:
    assert '<span class="tag">You</span>' in cast.sign_in(cast.ines).get(place(hidden)).content.decode()


def test_a_stranger_reads_nothing_of_a_closed_community(cast: Cast, topic: Topic) -> None:
    Community.objects.update(access=Access.HIDDEN)
    names = ["topics", "feed", "search", "new"]
    pages = [reverse(f"conversations:{name}", args=["riverside"]) for name in names] + [
        place(topic),
        place(topic, "since", 0),
    ]
    for page in pages:
        assert cast.sign_in(cast.chen).get(page).status_code == 404, page
        assert Client().get(page).status_code == 404, page


def test_a_closed_door_leaves_no_trace(cast: Cast, topic: Topic) -> None:
    index_waiting()
    Community.objects.update(closed_doors=["talk"])
    cast.community.refresh_from_db()
    assert cast.sign_in(cast.bo).get(place(topic)).status_code == 404
    assert search_posts(cast.community, cast.bo, "ladder", 5) == []


def test_the_feed_holds_what_everybody_may_read_and_no_more(cast: Cast, topic: Topic, hidden: Topic) -> None:
    start_topic(membership=cast.bo, title="For supporters", text="x", audience="supporters")
    text = Client().get(reverse("conversations:feed", args=["riverside"])).content.decode()
    assert "Ladder" in text
    assert "Nights" not in text
    assert "For supporters" not in text


def test_the_live_version_moves_with_every_change(cast: Cast, topic: Topic) -> None:
    assert subscribed([token("topic", topic.pk, topic.version)]) == {("topic", topic.pk): topic.version}
    channel = {("topic", topic.pk)}
    seen = [versions(channel)[("topic", topic.pk)]]
    post = reply(membership=cast.sol, topic=topic, text="I do.")
    seen.append(versions(channel)[("topic", topic.pk)])
    change_post(membership=cast.sol, post=post, text="I did.")
    seen.append(versions(channel)[("topic", topic.pk)])
    react(membership=cast.bo, post=post, kind="thanks")
    seen.append(versions(channel)[("topic", topic.pk)])
    assert seen == sorted(set(seen))


def test_a_post_can_be_reported_put_aside_and_shown_again(cast: Cast, topic: Topic) -> None:
    kind = REPORTABLES["post"]
    cast.bo.community = cast.community
    post = kind.get(cast.bo, topic.posts.get().pk)
    assert kind.author(post) == cast.bo
    kind.withhold(post, cast.dee)  # type: ignore[misc]
    assert "Who has one?" not in Client().get(place(topic)).content.decode()
    assert "Who has one?" in cast.sign_in(cast.bo).get(place(topic)).content.decode()
    kind.restore(post, cast.dee)  # type: ignore[misc]
    assert "Who has one?" in Client().get(place(topic)).content.decode()


def test_everything_a_person_wrote_is_theirs_to_take_along_and_goes_with_them(cast: Cast, topic: Topic) -> None:
    mine = start_topic(membership=cast.ines, title="zzcanary title", text="zzcanary text", warning="zzcanary warning")
    change_post(membership=cast.ines, post=mine.posts.get(), text="zzcanary changed")
    save_draft(person_id=cast.ines.person_id, key="topic:1", fields={"text": "zzcanary draft"})
    talk = ask_to_talk(membership=cast.ines, other=cast.bo, text="zzcanary asking", topic=mine)
    index_waiting()
    person: Person = cast.ines.person
    taken = str([erasing.own_posts(person), erasing.own_messages(person), erasing.own_drafts(person)])
    assert taken.count("zzcanary") >= 5
    erasing.erase_words(person)
    Membership.objects.filter(pk=cast.ines.pk).update(person=None)
    for model in (Topic, Post, Message):
        for row in model.objects.values():
            assert "zzcanary" not in str(row)
    assert search_posts(cast.community, cast.dee, "zzcanary", 5) == []
    assert "zzcanary" not in cast.sign_in(cast.bo).get(place(mine)).content.decode()
    assert (
        "zzcanary"
        not in cast.sign_in(cast.bo).get(reverse("conversations:conversation", args=[talk.pk])).content.decode()
    )


@pytest.mark.scale
def test_lists_and_pages_cost_the_same_at_fifty_and_fifty_thousand_members(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    pages = [
        place(topic) + "?from=1",
        reverse("conversations:topics", args=["riverside"]),
        reverse("conversations:private"),
    ]

    def cost() -> list[int]:
        for page in pages * 3:
            client.get(page)
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        return found

    _fill(cast.community, topic, 50)
    few = cost()
    _fill(cast.community, topic, 50_000)
    assert cost() == few
    assert max(few) <= 10


def _fill(community: Community, topic: Topic, members: int) -> None:
    start = Membership.objects.count()
    made = Membership.objects.bulk_create(
        [Membership(community=community, display_name=f"Member {start + n}") for n in range(members)], batch_size=5000
    )
    number = topic.posts.count()
    Post.objects.bulk_create(
        [
            Post(topic=topic, author=who, number=number + n, text="hi", html="<p>hi</p>")
            for n, who in enumerate(made, 1)
        ],
        batch_size=5000,
    )
    Topic.objects.bulk_create(
        [Topic(community=community, author=who, title="Another") for who in made[:20_000]], batch_size=5000
    )
    last = number + members
    Topic.objects.filter(pk=topic.pk).update(last_number=last, posts_count=last, version=last)
    refresh_statistics()
