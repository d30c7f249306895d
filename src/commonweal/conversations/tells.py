"""Who is told of what happens in conversations. Called by the worker with a step, never in a request.

Nobody hears of what they may not read, of somebody they are kept apart from, of themselves, or of a topic they muted.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Asking, Membership, State
from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling


def _name(topic: object, author: Membership) -> str:
    from .fragment import name_of

    return name_of(topic, author)  # type: ignore[arg-type]


def _about_post(step: Step, post_id: int | None, *, first: bool) -> Iterable[Telling]:
    from .access import door_of, may_read
    from .models import Mention, Post, Watch

    posts = Post.objects.select_related("topic__community", "topic__author", "author", "quoted__author")
    post = (posts.filter(pk=post_id) if post_id else posts.filter(topic=step.subject_id, number=1)).first()
    if post is None or post.deleted_at or post.withheld_at or door_of(post.topic) in post.topic.community.closed_doors:
        return
    topic = post.topic
    named = set(Mention.objects.filter(post=post).values_list("membership_id", flat=True))
    quoted = {post.quoted.author_id} if post.quoted else set()
    watches = {} if first else dict(Watch.objects.filter(topic=topic).values_list("membership_id", "muted"))
    muted = {pk for pk, is_muted in watches.items() if is_muted}
    wanted = (named | quoted | watches.keys()) - muted - {post.author_id}
    apart = kept_apart(post.author.person_id) if post.author.person_id else set()
    params = {"name": str(_name(topic, post.author)), "title": topic.title}
    place = reverse("conversations:topic", args=[topic.community.slug, topic.pk])
    url = f"{place}?from={max(1, post.number - 2)}#post-{post.number}"
    readers = Membership.objects.filter(pk__in=wanted, state=State.ACTIVE, person__isnull=False)
    for reader in readers.exclude(person__in=apart).order_by("pk"):
        if not may_read(topic, reader) or reader.person_id is None:
            continue
        if reader.pk in named:
            text = _("%(name)s named you in “%(title)s”")
        elif reader.pk in quoted:
            text = _("%(name)s answered your message in “%(title)s”")
        else:
            text = _("%(name)s answered in “%(title)s”")
        yield Telling(reader.person_id, text=text, url=url, params=params, community_id=topic.community_id)


def of_topic(step: Step) -> Iterable[Telling]:
    """Those whom a first post names."""
    return _about_post(step, None, first=True)


def of_post(step: Step) -> Iterable[Telling]:
    """Those who follow the topic, are named, or are quoted."""
    return _about_post(step, step.data.get("post"), first=False)


def _about_conversation(step: Step, text: object, *, only_waiting: bool = False) -> Iterable[Telling]:
    from .models import Conversation, Participant

    conversation = Conversation.objects.select_related("community").filter(pk=step.subject_id).first()
    author = Membership.objects.filter(pk=step.actor or 0).first()
    if conversation is None or author is None or author.person_id is None:
        return
    apart = kept_apart(author.person_id)
    others = Participant.objects.filter(conversation=conversation, left_at__isnull=True).exclude(membership=author)
    others = others.filter(answered_at__isnull=True) if only_waiting else others.filter(accepted=True)
    for other in others.select_related("membership").order_by("pk"):
        reader = other.membership
        if only_waiting and reader.asking != Asking.TOLD:
            continue
        if not reader.is_active or reader.person_id is None or reader.person_id in apart:
            continue
        yield Telling(
            reader.person_id,
            text=text,
            url=reverse("conversations:conversation", args=[conversation.pk]),
            params={"name": author.display_name},
            community_id=conversation.community_id,
        )


def of_asking(step: Step) -> Iterable[Telling]:
    """Whoever is asked, unless they chose to be asked quietly."""
    return _about_conversation(step, _("%(name)s asks to talk with you"), only_waiting=True)


def of_agreeing(step: Step) -> Iterable[Telling]:
    return _about_conversation(step, _("%(name)s would like to talk with you too"))


def of_message(step: Step) -> Iterable[Telling]:
    """The other side. What was written stays out of the notice, and so out of mail."""
    return _about_conversation(step, _("%(name)s wrote to you"))
