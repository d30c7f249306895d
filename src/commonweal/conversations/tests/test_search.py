"""Search finds what the reader may read, the same on both databases, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from commonweal.conversations.actions import change_post, reply, start_topic, take_back_post, withhold_post
from commonweal.conversations.models import Post
from commonweal.conversations.search import index_waiting, search_posts
from commonweal.people.models import Block


def numbers(cast: Cast, who: object, words: str) -> list[str]:
    return [found.title for found in search_posts(cast.community, who, words, 20)]  # type: ignore[arg-type]


@pytest.fixture
def said(cast: Cast) -> Cast:
    start_topic(membership=cast.bo, title="Café on the corner", text="They serve señor Muñoz his crème brûlée daily.")
    start_topic(membership=cast.sol, title="Ladders", text="An ÜBUNG in climbing, with σίγμα and Москва on it.")
    index_waiting()
    return cast


@pytest.mark.parametrize(
    "words",
    ["cafe", "CAFÉ", "café corner", "munoz", "Muñoz senor", "creme", "brulee crème", "daily"],
)
def test_accents_and_capitals_make_no_difference(said: Cast, words: str) -> None:
    assert numbers(said, None, words) == ["Café on the corner"]


@pytest.mark.parametrize("words", ["ubung", "Übung climbing", "Σίγμα", "москва"])
def test_other_scripts_are_found(said: Cast, words: str) -> None:
    assert numbers(said, None, words) == ["Ladders"]


def test_all_words_must_stand_in_one_message(said: Cast) -> None:
    assert numbers(said, None, "cafe climbing") == []


@pytest.mark.parametrize(
    "words", ["'", '"', "a AND", "* OR", "NEAR(", "%", "_", "\\", "-", ":*", "!!", "() | &", "''; --"]
)
def test_punctuation_is_no_command(said: Cast, words: str) -> None:
    assert isinstance(numbers(said, None, words), list)


def test_a_changed_message_is_found_by_its_new_words_only(said: Cast) -> None:
    change_post(membership=said.sol, post=Post.objects.get(topic__title="Ladders"), text="About bicycles.")
    index_waiting()
    assert numbers(said, None, "bicycles") == ["Ladders"]
    assert numbers(said, None, "climbing") == []


def test_what_was_taken_back_or_put_aside_is_not_found_even_before_the_index_knows(said: Cast) -> None:
    cafe, ladders = Post.objects.order_by("pk")
    take_back_post(membership=said.bo, post=cafe)
    withhold_post(steward=said.dee, post=ladders)
    assert numbers(said, said.ines, "cafe") == []
    assert numbers(said, said.ines, "climbing") == []
    assert numbers(said, said.dee, "climbing") == ["Ladders"]


def test_what_supporters_alone_may_read_is_found_by_them_alone(cast: Cast) -> None:
    start_topic(membership=cast.ines, title="Hard nights", text="zzsecret", kind="support", audience="supporters")
    index_waiting()
    assert numbers(cast, cast.bo, "zzsecret") == []
    assert numbers(cast, None, "zzsecret") == []
    assert numbers(cast, cast.sol, "zzsecret") == ["Hard nights"]
    assert numbers(cast, cast.ines, "zzsecret") == ["Hard nights"]


def test_an_anonymous_author_is_never_named(cast: Cast) -> None:
    topic = start_topic(membership=cast.ines, title="Hard nights", text="zzsecret", kind="support", anonymous=True)
    reply(membership=cast.ines, topic=topic, text="zzsecret again")
    index_waiting()
    for who in (cast.sol, cast.bo, cast.dee):
        found = search_posts(cast.community, who, "zzsecret", 20)
        assert len(found) == 2
        assert not any("Ines" in one.excerpt for one in found)
    assert search_posts(cast.community, cast.bo, "ines", 20) == []


def test_people_kept_apart_do_not_find_each_other(said: Cast) -> None:
    Block.objects.create(blocker=said.bo.person, blocked=said.ines.person)
    assert numbers(said, said.ines, "cafe") == []


def test_words_behind_a_warning_stay_behind_it(cast: Cast) -> None:
    start_topic(membership=cast.bo, title="A loss", text="zzdetail of the funeral", warning="grief")
    index_waiting()
    (found,) = search_posts(cast.community, None, "zzdetail", 5)
    assert "zzdetail" not in found.excerpt
    assert "grief" in found.excerpt


def test_the_page_says_when_nothing_is_found(said: Cast) -> None:
    url = reverse("conversations:search", args=["riverside"])
    assert "Nothing found" in Client().get(url, {"q": "unfindable"}).content.decode()
    assert "Café on the corner" in Client().get(url, {"q": "cafe"}).content.decode()


def test_indexing_twice_is_indexing_once(said: Cast) -> None:
    Post.objects.update(to_index=True)
    assert index_waiting() == 2
    assert index_waiting() == 0
    assert numbers(said, None, "cafe") == ["Café on the corner"]
