"""What the library contributes to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.communities.models import Door, Membership
from commonweal.communities.registries import (
    DESK,
    DOOR_PAGES,
    FURNISHINGS,
    NEED_YOU,
    REPORTABLES,
    DoorPage,
    Reportable,
    Row,
)
from commonweal.conversations.registries import SEARCHES
from commonweal.kit import clock
from commonweal.people.registries import EXPORT_SECTIONS

from . import queries
from .access import get_resource_for
from .actions import add_resource
from .models import STALE_AFTER, Resource

if TYPE_CHECKING:
    from commonweal.people.models import Person


def _url(resource: Resource) -> str:
    return reverse("library:resource", args=[resource.community.slug, resource.pk])


def desk(steward: Membership) -> Iterable[Row]:
    """What nobody has looked at for half a year, the oldest first, three at most. One query."""
    stale = Resource.objects.filter(
        community=steward.community_id, removed_at__isnull=True, checked_at__lt=clock.now() - STALE_AFTER
    ).select_related("community")
    for resource in stale.order_by("checked_at", "pk")[:3]:
        yield Row(
            title=resource.title,
            detail=_("Nobody has checked this page of the library for half a year"),
            url=_url(resource),
            action=_("Check it"),
            group=NEED_YOU,
            due=resource.checked_at + STALE_AFTER,
            icon="library",
        )


def furnish(founder: Membership) -> None:
    """A first page, so that the library says what it is for and asks for the one thing everybody may need."""
    if Door.LIBRARY in founder.community.closed_doors:
        return
    add_resource(
        membership=founder,
        kind=Resource.Kind.PAGE,
        title=_("Help near here"),
        text=_(
            "Places and people that help near here. **This page is a start: please add what you know.**\n\n"
            "- A doctor’s surgery or clinic, and when it is open\n"
            "- Where to get food, advice or a warm room without questions\n"
            "- Who to call when something breaks, floods or burns\n\n"
            "Add each as a local service, with its hours and a number. Look now and then whether it is still right.\n\n"
            "If somebody is in danger, do not look here: use **Help now** at the top of every page."
        ),
        tags=[_("start here")],
    )


def export(person: Person) -> list[dict[str, Any]]:
    """What a person added. One query. It helps others, so it stays when they go, beside a name that leads to nobody."""
    rows = Resource.objects.filter(added_by__person=person)
    names = ("kind", "title", "text", "url", "phone", "hours", "place", "added_at", "removed_at")
    return [dict(zip(names, row, strict=True)) for row in rows.values_list(*names)]


def _withhold(resource: Resource, steward: Membership) -> None:
    Resource.objects.filter(pk=resource.pk).update(withheld_at=clock.now())


def _restore(resource: Resource, steward: Membership) -> None:
    Resource.objects.filter(pk=resource.pk).update(withheld_at=None)


DOOR_PAGES.add("library", DoorPage("library", "library:list"))
DESK.add("library", desk)
SEARCHES.add("library", queries.search)
FURNISHINGS.add("library", furnish)
REPORTABLES.add(
    "resource",
    Reportable(
        key="resource",
        label=gettext_lazy("something in the library"),
        get=lambda viewer, pk: get_resource_for(viewer, viewer.community, pk),
        community=lambda resource: resource.community,
        author=lambda resource: resource.added_by,
        excerpt=lambda resource: f"{resource.title}\n\n{resource.text}"[:600],
        url=_url,
        withhold=_withhold,
        restore=_restore,
    ),
)
EXPORT_SECTIONS.add("library", export)
