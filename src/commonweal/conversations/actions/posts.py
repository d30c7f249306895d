"""Changing, taking back, withholding and reacting to posts. Each moves the topic's version, in the same transaction."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active, require_steward
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import mentions, verbs
from ..models import Edit, Post, Reaction, Topic
from ..registries import ON_CHANGE, ON_POST_STANDING
from .checks import check_links, checked_text, checked_warning

#: How long a post that was taken back can be restored. After that its text and pictures are erased.
UNDO = timedelta(hours=24)


def _changed(topic_id: int) -> None:
    Topic.objects.filter(pk=topic_id).update(version=F("version") + 1)


def _stands(post: Post, stands: bool) -> None:
    """A post went from the eyes of others, or came back. The topic's row is locked by its new version."""
    _changed(post.topic_id)
    for told in ON_POST_STANDING:
        told(post.topic_id, post, stands)


def _own(membership: Membership, post: Post) -> None:
    require_active(membership)
    if post.author_id != membership.pk:
        raise Refused(_("Only the person who wrote this can change it."))


def stamp(post: Post) -> str:
    """Which state of a post a member is looking at, for telling whether it changed under their hands."""
    return post.edited_at.isoformat() if post.edited_at else "first"


@transaction.atomic
def change_post(*, membership: Membership, post: Post, text: str, warning: str = "", seen: str | None = None) -> Post:
    """Give one's own post another text; the old one goes to its history. The same text again changes nothing.

    seen: `stamp` of the post the member started from; a change in between (a second window) is refused, not lost.
    Raises Refused for somebody else's post or a text that does not do.
    """
    _own(membership, post)
    text, warning = checked_text(text), checked_warning(warning)
    current = Post.objects.select_for_update().get(pk=post.pk)
    if current.deleted_at is not None:
        raise Refused(_("This message was taken back. Restore it first."))
    if seen and seen != stamp(current) and text != current.text:
        raise Refused(_("This message was changed in another window. Copy your words, then open it again."))
    if current.text == text and current.warning == warning:
        return current
    check_links(membership, text, leaving_out=post.pk)
    limits.spend("change_post", membership.pk, limit=60, window=timedelta(hours=1))
    if current.text != text:
        Edit.objects.create(post=current, text=current.text, edited_by=membership, at=clock.now())
        named = mentions.named_in(text, topic=post.topic, author=membership)
        current.html = markdown.render(text, named={member.display_name for member in named})
        mentions.write(current, named)
        current.edited_at = clock.now()
    current.text, current.warning, current.renderer, current.to_index = text, warning, markdown.VERSION, True
    current.save(update_fields=["text", "html", "warning", "renderer", "edited_at", "to_index"])
    _changed(current.topic_id)
    for told in ON_CHANGE:
        told(post.topic, current)
    record(verbs.EDITED, subject=current, actor=membership.pk, community=membership.community_id)
    return current


@transaction.atomic
def take_back_post(*, membership: Membership, post: Post) -> None:
    """Hide one's own post at once, and erase its text and pictures after a day. Until then it can be restored."""
    _own(membership, post)
    if Post.objects.filter(pk=post.pk, deleted_at__isnull=True).update(deleted_at=clock.now(), to_index=True):
        _stands(post, False)
        record(verbs.DELETED, subject=post, actor=membership.pk, community=membership.community_id)


@transaction.atomic
def restore_post(*, membership: Membership, post: Post) -> None:
    """Bring back what one took back. Raises Refused once a day has passed."""
    _own(membership, post)
    since = clock.now() - UNDO
    restorable = Post.objects.filter(pk=post.pk, deleted_at__gt=since).exclude(text="")
    if restorable.update(deleted_at=None, to_index=True):
        _stands(post, True)
        record(verbs.RESTORED, subject=post, actor=membership.pk, community=membership.community_id)
    elif Post.objects.filter(pk=post.pk, deleted_at__isnull=False).exists():
        raise Refused(_("It is too late to bring this back; it was erased after a day."))


@transaction.atomic
def withhold_post(*, steward: Membership, post: Post) -> None:
    """Put a post aside: only its author and stewards see it. The case that led to it lives in `moderation`.

    The first post takes its topic along: what is wrong with it may well stand in the title.
    """
    require_steward(steward)
    hold_post(post=post)


@transaction.atomic(savepoint=False)
def hold_post(*, post: Post) -> bool:
    """Put a post aside until a steward has read it; the reason lives with the caller. False when it was aside before."""
    now = clock.now()
    if not Post.objects.filter(pk=post.pk, withheld_at__isnull=True).update(withheld_at=now, to_index=True):
        return False
    post.withheld_at, post.to_index = now, True
    if post.number == 1:
        Topic.objects.filter(pk=post.topic_id).update(withheld_at=now)
        post.topic.withheld_at = now
    _stands(post, False)
    return True


@transaction.atomic
def unwithhold_post(*, steward: Membership, post: Post) -> None:
    """Show a post again that was put aside."""
    require_steward(steward)
    if Post.objects.filter(pk=post.pk, withheld_at__isnull=False).update(withheld_at=None, to_index=True):
        if post.number == 1:
            Topic.objects.filter(pk=post.topic_id).update(withheld_at=None)
        _stands(post, True)


@transaction.atomic
def react(*, membership: Membership, post: Post, kind: str, on: bool | None = None) -> bool:
    """Say thanks, me too or helpful, or take it back. `on` None toggles. Returns whether it stands now.

    Saying it twice is saying it once. Raises Refused for an unknown kind and for one's own post.
    """
    require_active(membership)
    if kind not in Reaction.Kind.values:
        raise Refused(_("That is not one of the three: thanks, me too, helpful."))
    if post.author_id == membership.pk:
        raise Refused(_("This is your own message; others can thank you for it."))
    limits.spend("react", membership.pk, limit=200, window=timedelta(hours=1))
    Topic.objects.filter(pk=post.topic_id).update(version=F("version") + 1)
    standing = Reaction.objects.filter(post=post, membership=membership, kind=kind)
    wanted = not standing.exists() if on is None else on
    if wanted:
        _made, changed = Reaction.objects.get_or_create(
            post=post, membership=membership, kind=kind, defaults={"at": clock.now()}
        )
    else:
        changed = bool(standing.delete()[0])
    if changed:
        Post.objects.filter(pk=post.pk).update(**{kind: F(kind) + (1 if wanted else -1)})
        if wanted:
            record(
                verbs.REACTED, subject=post, actor=membership.pk, community=membership.community_id, data={"kind": kind}
            )
    return wanted
