"""The start page: Today for those who are signed in, what this place is for everybody else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonweal.kit import clock
from commonweal.kit.access import public_page
from commonweal.kit.guests import same_for_guests

from ..access import person_of
from ..queries import listed_communities, memberships_of, requests_of
from ..today import farewell, first_steps, greeting, groups_of, newest

MOST_LISTED = 12


@public_page
def today(request: HttpRequest) -> HttpResponse:
    """Everything here is the reader's own; a guest gets the landing page."""
    person = person_of(request)
    request.shell_here = "today"  # type: ignore[attr-defined]
    if person is None:
        communities = list(listed_communities()[:MOST_LISTED])
        return same_for_guests(request, render(request, "communities/landing.html", {"communities": communities}))
    memberships = memberships_of(person)
    waiting = requests_of(person)
    new = newest(memberships)
    name = new or min(memberships or waiting, key=lambda m: m.joined_at, default=None)
    context = {
        "now": clock.now(),
        "greeting": greeting() % {"name": name.display_name} if name else "",
        "farewell": farewell(),
        "memberships": memberships,
        "waiting": waiting,
        "first": first_steps(new) if new else None,
        "groups": groups_of(person, memberships) if memberships else [],
        "communities": list(listed_communities()[:MOST_LISTED]) if not memberships else [],
    }
    return render(request, "communities/today.html", context)
