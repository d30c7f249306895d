"""What of a person's words is theirs to take along, and what happens to them when the account goes.

Posts stand in conversations with others, so the post stays as a place that says it was taken back; its words, pictures,
history and search entry are erased, as are private messages, drafts, and the titles of topics the person started.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from commonweal.kit import clock
from commonweal.people.models import Person

from .actions.pictures import forget_pictures
from .models import (
    Attachment,
    Conversation,
    Draft,
    Edit,
    Mention,
    Message,
    Participant,
    Post,
    ReadMark,
    Shown,
    Topic,
    Watch,
)
from .search import forget


def own_posts(person: Person) -> list[dict[str, Any]]:
    posts = Post.objects.filter(author__person=person).select_related("topic__community").order_by("pk")
    return [
        {
            "community": post.topic.community.name,
            "topic": post.topic.title,
            "text": post.text,
            "warning": post.warning,
            "at": post.posted_at.isoformat(),
            "before": list(post.edits.order_by("pk").values_list("text", flat=True)),
        }
        for post in posts.prefetch_related("edits").iterator(chunk_size=500)
    ]


def own_messages(person: Person) -> list[dict[str, Any]]:
    messages = Message.objects.filter(author__person=person).select_related("conversation__community").order_by("pk")
    return [
        {
            "community": m.conversation.community.name,
            "conversation": m.conversation_id,
            "text": m.text,
            "at": m.sent_at.isoformat(),
        }
        for m in messages.iterator(chunk_size=500)
    ]


def own_drafts(person: Person) -> list[dict[str, Any]]:
    return [
        {"place": draft.key, "fields": draft.fields, "at": draft.saved_at.isoformat()}
        for draft in Draft.objects.filter(person=person).order_by("pk")
    ]


def own_pictures(person: Person) -> list[dict[str, Any]]:
    pictures = Attachment.objects.filter(uploaded_by__person=person).order_by("pk")
    return [{"file": p.file.name, "shows": p.description, "bytes": p.size, "at": p.at.isoformat()} for p in pictures]


def erase_words(person: Person) -> None:
    """Run inside the deletion of an account, while the memberships still point to the person."""
    mine = {"author__person": person}
    gone = _("[taken back]")
    posts = list(Post.objects.filter(**mine).values_list("pk", flat=True))
    Topic.objects.filter(posts__author__person=person).update(version=F("version") + 1)
    forget_pictures(Attachment.objects.filter(uploaded_by__person=person))
    Edit.objects.filter(post__author__person=person).delete()
    Mention.objects.filter(membership__person=person).delete()
    Mention.objects.filter(post__author__person=person).delete()
    Post.objects.filter(**mine, deleted_at__isnull=True).update(deleted_at=clock.now())
    Post.objects.filter(**mine).update(text="", html="", warning="", to_index=False)
    for start in range(0, len(posts), 500):
        forget(posts[start : start + 500])
    Topic.objects.filter(**mine).update(title=gone, warning="", version=F("version") + 1)
    Message.objects.filter(**mine).update(text=gone, html=f"<p>{gone}</p>")
    Shown.objects.filter(Q(shown_by__person=person) | Q(about__person=person)).update(text="")
    Conversation.objects.filter(started_by__person=person).update(subject="")
    Conversation.objects.filter(participants__membership__person=person, ended_at__isnull=True).update(
        ended_at=clock.now()
    )
    Participant.objects.filter(membership__person=person, left_at__isnull=True).update(left_at=clock.now())
    Draft.objects.filter(person=person).delete()
    ReadMark.objects.filter(membership__person=person).delete()
    Watch.objects.filter(membership__person=person).delete()
