"""Changing, taking back, reacting, pictures and drafts."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.cast import Cast

from commonweal.communities.models import Access, Community
from commonweal.conversations.actions import (
    change_post,
    draft_for,
    react,
    reply,
    restore_post,
    save_draft,
    start_topic,
    take_back_post,
    withhold_post,
)
from commonweal.conversations.actions.posts import stamp
from commonweal.conversations.jobs import erase_taken_back, sweep_pictures
from commonweal.conversations.models import Attachment, Draft, Post, Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused


@pytest.fixture(autouse=True)
def _uploads(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def topic(cast: Cast) -> Topic:
    return start_topic(membership=cast.bo, title="Who has a ladder?", text="For Saturday.")


def upload(kind: str = "PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, kind)
    return SimpleUploadedFile("secret-name.png", out.getvalue(), content_type="image/png")


def place(topic: Topic) -> str:
    return reverse("conversations:topic", args=["riverside", topic.pk])


def with_picture(cast: Cast, topic: Topic) -> Attachment:
    cast.sign_in(cast.ines).post(place(topic), {"text": "Look", "picture_1": upload(), "shows_1": "A ladder"})
    return Attachment.objects.get()


def test_changing_keeps_what_it_said_before_for_all_to_see(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get()
    client = cast.sign_in(cast.bo)
    client.post(
        reverse("conversations:edit", args=["riverside", post.pk]), {"text": "For Sunday.", "seen": stamp(post)}
    )
    text = Client().get(reverse("conversations:history", args=["riverside", post.pk])).content.decode()
    assert "For Sunday." in text
    assert "For Saturday." in text


def test_somebody_elses_post_cannot_be_changed(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get()
    for who in (cast.ines, cast.dee):
        answer = cast.sign_in(who).post(reverse("conversations:edit", args=["riverside", post.pk]), {"text": "x"})
        assert answer.status_code == 404


def test_a_change_in_another_window_is_not_lost(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get()
    seen = stamp(post)
    change_post(membership=cast.bo, post=post, text="From the first window", seen=seen)
    with pytest.raises(Refused, match="another window"):
        change_post(membership=cast.bo, post=post, text="From the second window", seen=seen)


def test_within_a_day_a_post_comes_back_and_then_it_is_erased(cast: Cast, topic: Topic) -> None:
    post = reply(membership=cast.ines, topic=topic, text="a private matter")
    change_post(membership=cast.ines, post=post, text="another private matter")
    take_back_post(membership=cast.ines, post=post)
    with clock.at(clock.now() + timedelta(hours=23)):
        erase_taken_back()
        restore_post(membership=cast.ines, post=post)
        take_back_post(membership=cast.ines, post=post)
    with clock.at(clock.now() + timedelta(hours=48)):
        with pytest.raises(Refused, match="too late"):
            restore_post(membership=cast.ines, post=post)
        erase_taken_back()
        erase_taken_back()
    post.refresh_from_db()
    assert (post.text, post.html) == ("", "")
    assert not post.edits.exists()


def test_reactions_are_counted_once_and_can_be_taken_back(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get()
    for _twice in range(2):
        react(membership=cast.ines, post=post, kind="helpful", on=True)
    post.refresh_from_db()
    assert post.helpful == 1
    client = cast.sign_in(cast.ines)
    client.post(reverse("conversations:react", args=["riverside", topic.pk]), {"on": f"{post.pk}:helpful"})
    post.refresh_from_db()
    assert post.helpful == 0


def test_a_reaction_sent_with_htmx_comes_back_as_its_button(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get()
    answer = cast.sign_in(cast.ines).post(
        reverse("conversations:react", args=["riverside", topic.pk]),
        {"on": f"{post.pk}:me_too"},
        headers={"HX-Request": "true"},
    )
    assert 'aria-pressed="true"' in answer.content.decode()
    assert "Me too 1" in answer.content.decode()


def test_nobody_thanks_themselves_and_there_is_no_fourth_reaction(cast: Cast, topic: Topic) -> None:
    post = topic.posts.get()
    with pytest.raises(Refused):
        react(membership=cast.bo, post=post, kind="thanks")
    with pytest.raises(Refused):
        react(membership=cast.ines, post=post, kind="down")


def test_a_newcomer_may_post_two_links_and_is_told_why_not_more(cast: Cast, topic: Topic) -> None:
    three = "https://a.example https://b.example [c](https://c.example)"
    answer = cast.sign_in(cast.ines).post(place(topic), {"text": three})
    assert answer.status_code == 422
    assert "first three messages" in answer.content.decode()
    for number in range(3):
        reply(membership=cast.ines, topic=topic, text=f"hello {number}")
    assert reply(membership=cast.ines, topic=topic, text=three)


def test_a_picture_is_shown_with_its_words_to_those_who_may_read(cast: Cast, topic: Topic) -> None:
    picture = with_picture(cast, topic)
    url = reverse("conversations:picture", args=["riverside", picture.pk])
    assert 'alt="A ladder"' in Client().get(place(topic)).content.decode()
    answer = Client().get(url)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    assert "secret-name" not in picture.file.name
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
    Community.objects.update(access=Access.INVITATION)
    assert Client().get(url).status_code == 404


def test_the_picture_of_a_post_put_aside_is_not_served(cast: Cast, topic: Topic) -> None:
    picture = with_picture(cast, topic)
    withhold_post(steward=cast.dee, post=picture.post)
    assert Client().get(reverse("conversations:picture", args=["riverside", picture.pk])).status_code == 404


def test_a_bad_picture_is_refused_beside_its_field_and_the_text_stays(cast: Cast, topic: Topic) -> None:
    bad = SimpleUploadedFile("x.png", b"<svg/>", content_type="image/png")
    answer = cast.sign_in(cast.ines).post(place(topic), {"text": "My long words", "picture_2": bad})
    assert answer.status_code == 422
    assert "not a picture we can read" in answer.content.decode()
    assert "My long words" in answer.content.decode()
    assert Post.objects.count() == 1


def test_the_file_of_an_erased_post_is_really_gone(
    cast: Cast, topic: Topic, django_capture_on_commit_callbacks: object
) -> None:
    picture = with_picture(cast, topic)
    assert picture.file.storage.exists(picture.file.name)
    take_back_post(membership=cast.ines, post=picture.post)
    with clock.at(clock.now() + timedelta(hours=25)), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        erase_taken_back()
    assert not picture.file.storage.exists(picture.file.name)


def test_one_picture_can_be_taken_away_from_ones_own_message_alone(
    cast: Cast, topic: Topic, django_capture_on_commit_callbacks: object
) -> None:
    picture = with_picture(cast, topic)
    edit = reverse("conversations:edit", args=["riverside", picture.post_id])
    assert cast.sign_in(cast.bo).post(edit, {"remove": picture.pk}).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        cast.sign_in(cast.ines).post(edit, {"remove": picture.pk})
    assert not Attachment.objects.exists()
    assert not picture.file.storage.exists(picture.file.name)


def test_files_that_nothing_names_are_swept_away(cast: Cast, topic: Topic) -> None:
    picture = with_picture(cast, topic)
    storage = picture.file.storage
    stray = storage.save("attachments/2026/01/stray.webp", upload())
    with clock.at(clock.now() + timedelta(days=2)):
        sweep_pictures()
    assert not storage.exists(stray)
    assert storage.exists(picture.file.name)


def test_a_draft_is_saved_restored_and_forgotten_when_sent(cast: Cast, topic: Topic) -> None:
    client = cast.sign_in(cast.ines)
    url = f"{reverse('conversations:draft')}?key=topic:{topic.pk}"
    assert client.post(url, {"text": "half a thou<ght"}).status_code == 204
    assert "half a thou&lt;ght</textarea>" in client.get(place(topic)).content.decode()
    assert "half a thou" not in cast.sign_in(cast.bo).get(place(topic)).content.decode()
    client.post(place(topic), {"text": "a whole thought"})
    assert not Draft.objects.exists()


def test_an_emptied_draft_is_no_draft(cast: Cast) -> None:
    save_draft(person_id=cast.bo.person_id, key="new:riverside:support", fields={"title": "Help", "text": "I"})
    save_draft(person_id=cast.bo.person_id, key="new:riverside:support", fields={"text": ""})
    assert draft_for(person_id=cast.bo.person_id, key="new:riverside:support") == {"title": "Help", "text": ""}
    save_draft(person_id=cast.bo.person_id, key="new:riverside:support", fields={"title": " "})
    assert draft_for(person_id=cast.bo.person_id, key="new:riverside:support") == {}


def test_guests_have_no_drafts(cast: Cast) -> None:
    assert Client().post(reverse("conversations:draft") + "?key=topic:1", {"text": "x"}).status_code == 302
