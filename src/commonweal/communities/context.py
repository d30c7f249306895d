"""What the shell around every page needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _

from .first_start import has_opened, waits_for_founder
from .models import Community, Door, Membership, State
from .registries import DOOR_PAGES


@dataclass(frozen=True)
class ShellDoor:
    """A door as the rail and the bar show it."""

    key: str
    label: Any
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class DoorLine:
    """A door on the front page: what stands behind it, in one line."""

    key: str
    label: Any
    line: Any
    url: str


def door_pages(community: Community) -> list[DoorLine]:
    """The open doors that lead somewhere, in their fixed order. No query."""
    from .forms import ABOUT_DOORS

    found = []
    for key in community.open_doors:
        page = DOOR_PAGES.get(key)
        if page is not None:
            url = reverse(page.url_name, args=[community.slug])
            found.append(DoorLine(key, Door(key).label, ABOUT_DOORS[Door(key)], url))
    return found


class Shell:
    """Everything the shell shows besides the page. Lazy: a page that does not show the shell pays nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.community: Community | None = getattr(request, "community", None)
        self.membership: Membership | None = getattr(request, "membership", None)
        self.here: str = getattr(request, "shell_here", None) or ""
        self.demonstration: bool = settings.DEMO
        self.languages = settings.LANGUAGES

    @property
    def first_start(self) -> bool:
        """Whether this is the founder's browser on an instance that nobody else can reach yet."""
        return waits_for_founder() and has_opened(self._request)

    @property
    def closed(self) -> bool:
        """Whether nobody can sign in here yet, because nothing has been founded."""
        return waits_for_founder()

    @property
    def loud(self) -> bool:
        """Whether a line over the page must say where one is: in a demonstration, or before the founding."""
        return self.demonstration or self.first_start

    @property
    def key(self) -> tuple[Any, ...] | None:
        """What the rail, the bar and the foot show follows from this: the place, its doors, and who stands in it."""
        place, role = self.community, self.membership and self.membership.role
        signed_in = self.person is not None
        if place is None:
            # Outside a community the rail lists one's own, so it is nobody else's.
            return (None, tuple(self.communities), signed_in, self.here)
        return (place.pk, place.slug, place.name, place.access, tuple(place.closed_doors), role, signed_in, self.here)

    @property
    def own_key(self) -> tuple[Any, ...]:
        """What the end of the top bar shows follows from this: who is signed in, under which name, and what waits."""
        me = self.membership
        who = (me.pk, me.display_name) if me else self.person and (self.person.pk, self.person.email)
        return (bool(me), who, self.unread, self.closed)

    @property
    def person(self) -> Any:
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def unread(self) -> int:
        """How many unread notices, filled in by `notices` on the request when it is installed. At most 100 are counted."""
        count = getattr(self._request, "unread_notices", 0)
        return count() if callable(count) else count

    @cached_property
    def doors(self) -> list[ShellDoor]:
        """The doors this reader may open, in their fixed order, then Pulse and, for stewards, Desk."""
        community = self.community
        if community is None or not (community.readable_by_all or self.membership):
            return []
        keys = [(key, Door(key).label) for key in community.open_doors]
        keys.append(("pulse", _("Pulse")))
        if self.membership is not None and self.membership.is_steward:
            keys.append(("desk", _("Desk")))
        found = []
        for key, label in keys:
            page = DOOR_PAGES.get(key)
            if page is not None:
                url = reverse(page.url_name, args=[community.slug])
                found.append(ShellDoor(key, label, url, key, self.here == key))
        return found

    @cached_property
    def communities(self) -> list[tuple[str, str]]:
        """One's communities by name, for the switcher. One query."""
        if self.person is None:
            return []
        mine = Community.objects.filter(memberships__person=self.person, memberships__state=State.ACTIVE)
        return [(c.name, reverse("communities:front", args=[c.slug])) for c in mine.order_by("name")[:20]]

    @property
    def today_url(self) -> str:
        try:
            return reverse("today")
        except NoReverseMatch:
            return "/"


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "shell": SimpleLazyObject(lambda: Shell(request)),
        "community": getattr(request, "community", None),
        "membership": getattr(request, "membership", None),
    }
