"""What runs by the clock: the search index, erasing what was taken back, and files that nothing points to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from commonweal.kit import clock
from commonweal.kit.jobs import job

from .actions.keeping import delete_what_ran_out
from .actions.pictures import forget_pictures
from .actions.posts import UNDO
from .models import Attachment, Draft, Mention, Post, Topic
from .search import forget, index_waiting

DRAFTS_KEPT = timedelta(days=90)


@job(lane="bulk", schedule="* * * * *")
def index_posts() -> None:
    """Every minute: tell the search index of new and changed posts, at most ten batches a run."""
    for _round in range(10):
        if not index_waiting():
            return


@job(lane="bulk", schedule="13 * * * *")
def erase_taken_back() -> None:
    """Hourly: erase text, pictures and history of posts whose day to be restored has passed."""
    overdue = Post.objects.filter(deleted_at__lte=clock.now() - UNDO).exclude(text="")
    for post in overdue.order_by("pk")[:500]:
        with transaction.atomic():
            erase_post(post)


@job(lane="bulk", schedule="43 * * * *")
def forget_private_messages() -> None:
    """Hourly: delete private messages that their authors wanted kept for a while only."""
    for _round in range(20):
        if not delete_what_ran_out():
            return


def erase_post(post: Post) -> None:
    """Really erase what a post said: words, warning, pictures, mentions, history and its place in the index."""
    forget_pictures(Attachment.objects.filter(post=post))
    post.edits.all().delete()
    Mention.objects.filter(post=post).delete()
    Post.objects.filter(pk=post.pk).update(text="", html="", warning="", to_index=False)
    Topic.objects.filter(pk=post.topic_id).update(version=F("version") + 1)
    forget([post.pk])


@job(lane="bulk", schedule="37 3 * * *")
def sweep_pictures() -> None:
    """Nightly: remove pictures that never got a post, files that no row names, and drafts nobody came back to."""
    day_ago = clock.now() - timedelta(days=1)
    with transaction.atomic():
        forget_pictures(Attachment.objects.filter(post__isnull=True, at__lt=day_ago)[:1000])
    Draft.objects.filter(saved_at__lt=clock.now() - DRAFTS_KEPT).delete()
    for folder in _folders("attachments", depth=2):
        _sweep(folder, day_ago)


def _folders(root: str, depth: int) -> list[str]:
    if not default_storage.exists(root):
        return []
    if depth == 0:
        return [root]
    folders, _files = default_storage.listdir(root)
    return [found for folder in folders for found in _folders(str(PurePosixPath(root) / folder), depth - 1)]


def _sweep(folder: str, before: datetime) -> None:
    _folders_in_it, files = default_storage.listdir(folder)
    names = [str(PurePosixPath(folder) / file) for file in files]
    for start in range(0, len(names), 500):
        chunk = names[start : start + 500]
        known = set(Attachment.objects.filter(file__in=chunk).values_list("file", flat=True))
        for name in chunk:
            if name not in known and default_storage.get_modified_time(name).astimezone(UTC) < before:
                default_storage.delete(name)
