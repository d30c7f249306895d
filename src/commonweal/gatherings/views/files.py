"""Gatherings in one's own calendar: a file for one, and a feed for all one comes to."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from commonweal.communities.access import enter
from commonweal.communities.models import Membership
from commonweal.kit.access import own_page
from commonweal.kit.answers import see_other
from commonweal.kit.ids import link_token
from commonweal.people.models import Person

from ..access import get_feed_for, get_gathering_for, hosts_it, may_see_address
from ..calendar import calendar_of
from ..models import Feed, Rsvp
from ..queries import coming_of


def _file(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


@require_safe
@cache_control(private=True, no_store=True)
def one(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """One gathering; with its address only for those who may see it on the page at this moment."""
    community = enter(request, slug, door="meet")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found = get_gathering_for(membership, community, gathering_id)
    rsvp = Rsvp.objects.filter(gathering=found, membership=membership).first() if membership else None
    shown = may_see_address(found, is_host=hosts_it(membership, found), rsvp=rsvp)
    return _file(calendar_of([found], with_address=shown), f"gathering-{found.pk}")


@require_safe
@cache_control(private=True, max_age=900)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Everything a person comes to, under a secret address. Never with an exact address: other machines fetch it."""
    person = get_feed_for(token).person
    return _file(calendar_of(coming_of(person.pk), name=_("Gatherings")), "gatherings")


@own_page
def feed_settings(request: HttpRequest) -> HttpResponse:
    """One's own calendar address: make it, renew it, or take it away."""
    person: Person = request.user  # type: ignore[assignment]
    if request.method == "POST":
        Feed.objects.filter(person=person).delete()
        if request.POST.get("step") != "remove":
            Feed.objects.create(person=person, token=link_token())
            messages.success(request, _("Here is your new address. The old one no longer works."))
        return see_other("gatherings:feed_settings")
    own = Feed.objects.filter(person=person).first()
    address = settings.SITE_URL + reverse("gatherings:feed", args=[own.token]) if own else ""
    return render(request, "gatherings/feed.html", {"address": address})
