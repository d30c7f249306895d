"""Pictures in posts: kept only as redrawn, and really gone when they go."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.kit.images import Redrawn

from ..models import Attachment, Post, Topic

MOST_PICTURES = 4


@dataclass(frozen=True)
class Picture:
    """A redrawn picture and what it shows, in the member's words, for those who cannot see it."""

    image: Redrawn
    description: str = ""


def attach(*, post: Post, membership: Membership, pictures: Sequence[Picture]) -> list[Attachment]:
    """Keep pictures with a post, inside the transaction that writes it. Raises Refused past four.

    Should that transaction fail, the files have no row and the nightly sweep takes them.
    """
    if len(pictures) > MOST_PICTURES:
        raise Refused(_("A message can hold four pictures. Please take some away."), field="pictures")
    made = []
    for picture in pictures:
        file = ContentFile(picture.image.data, name=f"{uuid.uuid4().hex}.webp")
        made.append(
            Attachment.objects.create(
                post=post,
                uploaded_by=membership,
                file=file,
                description=picture.description.strip()[:200],
                width=picture.image.width,
                height=picture.image.height,
                size=len(picture.image.data),
                at=clock.now(),
            )
        )
    return made


@transaction.atomic
def remove_picture(*, membership: Membership, picture: Attachment) -> None:
    """Take one's own picture away, for good. Raises Refused for somebody else's."""
    if picture.uploaded_by_id != membership.pk:
        raise Refused(_("Only the person who wrote this can change it."))
    forget_pictures([picture])
    if picture.post_id:
        Topic.objects.filter(posts=picture.post_id).update(version=F("version") + 1)


def forget_pictures(pictures: Iterable[Attachment]) -> None:
    """Delete rows now and their files once the transaction stands, so that a rollback never leaves a hole."""
    for picture in list(pictures):
        name = picture.file.name
        picture.delete()
        transaction.on_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]
