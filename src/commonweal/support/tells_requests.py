"""Who is told of what was found in a post, of holds, of "not yet" and of the later questions. No text says what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.conversations.models import Post
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .desk.access import stewards_beside
from .models import AfterCheck, Hold


def _post(pk: int) -> Post | None:
    return Post.objects.select_related("topic__community", "author").filter(pk=pk).first()


def _topic_url(post: Post) -> str:
    return reverse("conversations:topic", args=[post.topic.community.slug, post.topic_id])


def of_watching(step: Step) -> Iterable[Telling]:
    post = _post(step.subject_id)
    if post is None or post.deleted_at:
        return
    community = post.topic.community
    people = Membership.objects.filter(pk__in=step.data.get("to", []), person__isnull=False)
    for person_id in people.values_list("person_id", flat=True):
        yield Telling(
            person_id or 0,
            _("Somebody in %(community)s may need a person soon. Please read and answer."),
            _topic_url(post),
            {"community": community.name},
            community.pk,
        )


def of_help_shown(step: Step) -> Iterable[Telling]:
    post = _post(step.subject_id)
    if post is None or not post.author.person_id:
        return
    yield Telling(
        post.author.person_id,
        _("In case it is a hard time: there are people to talk to, day and night."),
        reverse("support:help_now"),
        {},
        post.topic.community_id,
    )


def _to_author(step: Step, text: Any) -> Iterator[Telling]:
    hold = Hold.objects.select_related("post__topic__community", "post__author").filter(pk=step.subject_id).first()
    if hold is None or not hold.post.author.person_id:
        return
    community = hold.post.topic.community
    yield Telling(hold.post.author.person_id, text, _topic_url(hold.post), {"community": community.name}, community.pk)


def of_holding(step: Step) -> Iterable[Telling]:
    hold = Hold.objects.select_related("post__author").filter(pk=step.subject_id).first()
    if hold is None or stewards_beside(hold.post.author).exists():
        text = _("What you wrote in %(community)s waits until a steward has read it. They were told. It is not lost.")
    else:
        text = _("What you wrote in %(community)s is held, and no other steward is here to read it. It is not lost.")
    return _to_author(step, text)


def of_release(step: Step) -> Iterable[Telling]:
    return _to_author(step, _("A steward has read what you wrote in %(community)s. Others can see it now."))


def of_keeping_aside(step: Step) -> Iterable[Telling]:
    return _to_author(
        step, _("A steward has read what you wrote in %(community)s and left you a word. You can answer there.")
    )


def of_check(step: Step) -> Iterable[Telling]:
    check = (
        AfterCheck.objects.select_related("request__topic__author", "request__community")
        .filter(pk=step.subject_id)
        .first()
    )
    if check is None or not check.request.topic.author.person_id:
        return
    community = check.request.community
    yield Telling(
        check.request.topic.author.person_id,
        _("You asked for support in %(community)s. How is it now? Only you see your answer."),
        reverse("conversations:topic", args=[community.slug, check.request.topic_id]),
        {"community": community.name},
        community.pk,
    )
