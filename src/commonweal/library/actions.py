"""Adding to the library, keeping it right, and removing from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.kit.words import folded
from commonweal.trail.actions import record

from . import verbs
from .access import may_change
from .models import Removal, Resource, Tag

LONGEST_TEXT = 20_000
MOST_TAGS = 8


@transaction.atomic
def add_resource(
    *,
    membership: Membership,
    kind: str,
    title: str,
    text: str = "",
    url: str = "",
    phone: str = "",
    hours: str = "",
    place: str = "",
    tags: Iterable[str] = (),
    submission: uuid.UUID | None = None,
) -> Resource:
    """Add a link, a page or a local service. Sending the same `submission` twice returns the first.

    Raises Refused when what its kind needs is missing, TooMany past thirty a day.
    """
    require_active(membership)
    limits.spend("add_resource", membership.pk, limit=30, window=timedelta(days=1))
    if submission and (sent := Resource.objects.filter(added_by=membership, submission=submission).first()):
        return sent
    facts = _checked(kind=kind, title=title, text=text, url=url, phone=phone, hours=hours, place=place)
    words = _words(tags)
    now = clock.now()
    resource = Resource.objects.create(
        community=membership.community,
        added_by=membership,
        checked_by=membership,
        submission=submission,
        added_at=now,
        changed_at=now,
        checked_at=now,
        search_key=_search_key(facts, words),
        **facts,
    )
    Tag.objects.bulk_create([Tag(resource=resource, word=word) for word in words])
    record(verbs.ADDED, subject=resource, actor=membership.pk, community=membership.community_id)
    return resource


@transaction.atomic
def change_resource(*, membership: Membership, resource: Resource, tags: Iterable[str] = (), **facts: Any) -> Resource:
    """Change one's own, or any as a steward. Who changes it has looked at it: it counts as checked."""
    resource = _locked(resource)
    _require_may_change(membership, resource)
    facts = _checked(**facts)
    words = _words(tags)
    for name, value in facts.items():
        setattr(resource, name, value)
    resource.search_key = _search_key(facts, words)
    resource.changed_at = resource.checked_at = clock.now()
    resource.checked_by = membership
    resource.save()
    resource.tags.exclude(word__in=words).delete()
    Tag.objects.bulk_create([Tag(resource=resource, word=word) for word in words], ignore_conflicts=True)
    record(verbs.CHANGED, subject=resource, actor=membership.pk, community=resource.community_id)
    return resource


@transaction.atomic
def check_resource(*, membership: Membership, resource: Resource) -> Resource:
    """Say that one has looked and it is still right. Any member may."""
    require_active(membership)
    resource = _locked(resource)
    if membership.community_id != resource.community_id or resource.removed_at is not None:
        raise Refused(_("This is not in the library any more."))
    resource.checked_at, resource.checked_by = clock.now(), membership
    resource.save(update_fields=["checked_at", "checked_by"])
    record(verbs.CHECKED, subject=resource, actor=membership.pk, community=resource.community_id)
    return resource


@transaction.atomic
def remove_resource(*, membership: Membership, resource: Resource, reason: str = "") -> Removal:
    """Take something out: one's own, or any as a steward with a reason, which its author is told. Twice is once."""
    resource = _locked(resource)
    _require_may_change(membership, resource)
    reason = reason.strip()
    if resource.added_by_id != membership.pk and not reason:
        raise Refused(_("Say why in a few words. Whoever added it will read it."), field="reason")
    removal, created = Removal.objects.get_or_create(
        resource=resource, defaults={"removed_by": membership, "reason": reason}
    )
    if created:
        resource.removed_at = removal.at
        resource.save(update_fields=["removed_at"])
        record(verbs.REMOVED, subject=resource, actor=membership.pk, community=resource.community_id)
    return removal


def _locked(resource: Resource) -> Resource:
    return Resource.objects.select_for_update(of=("self",)).select_related("community").get(pk=resource.pk)


def _require_may_change(membership: Membership, resource: Resource) -> None:
    require_active(membership)
    if membership.community_id != resource.community_id or not may_change(membership, resource):
        raise Refused(_("Only the person who added it, or a steward, can do this."))


def _checked(**facts: str) -> dict[str, Any]:
    """The facts, stripped and rendered. Raises Refused beside the field that its kind needs."""
    found: dict[str, Any] = {name: value.strip().replace("\x00", "") for name, value in facts.items()}
    kind = found["kind"]
    if not found["title"]:
        raise Refused(_("Give it a title, so that others find it."), field="title")
    if kind == Resource.Kind.LINK and not found["url"]:
        raise Refused(_("A link needs its address on the web."), field="url")
    if kind == Resource.Kind.PAGE and not found["text"]:
        raise Refused(_("A page needs some words."), field="text")
    if kind == Resource.Kind.SERVICE and not (found["phone"] or found["url"] or found["place"]):
        raise Refused(_("Say how to reach it: a phone number, a place, or an address on the web."), field="phone")
    if len(found["text"]) > LONGEST_TEXT:
        raise Refused(_("This is too long; the most is %(most)s characters.") % {"most": LONGEST_TEXT}, field="text")
    found["html"] = markdown.render(found["text"]) if found["text"] else ""
    return found


def _words(tags: Iterable[str]) -> list[str]:
    words = sorted({" ".join(tag.casefold().split())[:40] for tag in tags} - {""})
    if len(words) > MOST_TAGS:
        raise Refused(_("Eight words are enough."), field="tags")
    return words


def _search_key(facts: dict[str, Any], words: list[str]) -> str:
    return folded(" ".join([facts["title"], facts["text"], facts["place"], *words]))
