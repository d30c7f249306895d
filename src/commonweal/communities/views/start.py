"""The start page: Today for those who are signed in, what this place is for everybody else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from commonweal.kit import clock
from commonweal.kit.access import public_page
from commonweal.kit.guests import same_for_guests
from commonweal.kit.kept import Kept
from commonweal.people.models import Person

from ..access import person_of
from ..middleware import Acted
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
    page = _todays(request, person)
    # The form that its one-tap buttons send stands beside what is kept, with this request's token.
    return render(request, "communities/today.html", {"page": page, "taps": 'form="tap"' in page})


#: What somebody's Today shows, for a moment. Their own doing (the cookie of middleware.Acted) and every notice that
#: reaches them make it anew at once; what only others see of theirs may be these seconds old.
TODAYS: Kept[SafeString] = Kept(most=1000, seconds=settings.TODAY_SECONDS)


def _todays(request: HttpRequest, person: Person) -> SafeString:
    acted = request.COOKIES.get(Acted.COOKIE, "")[:20]
    unread = request.unread_notices()  # type: ignore[attr-defined]
    here = (translation.get_language(), timezone.get_current_timezone_name())
    key = (person.pk, person.joined_at, acted, unread, *here)
    return TODAYS.get(key, lambda: _made_today(request, person))


def _made_today(request: HttpRequest, person: Person) -> SafeString:
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
    return render_to_string("communities/_today.html", context, request)
