"""Gatherings for calendar programs (RFC 5545). An exact address leaves only to somebody who may see it at that moment."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from .access import is_cancelled
from .models import Gathering


def calendar_of(gatherings: Iterable[Gathering], *, with_address: bool = False, name: str = "") -> bytes:
    """The iCalendar file of these gatherings, whose community is loaded.

    Without `with_address` it holds only the coarse area, so it may end up in a shared calendar without harm.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Commonweal//Gatherings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
    for gathering in gatherings:
        calendar.add_component(_event(gathering, with_address))
    return bytes(calendar.to_ical())


def _event(gathering: Gathering, with_address: bool) -> Event:
    zone = ZoneInfo(gathering.time_zone)
    page = settings.SITE_URL + reverse("gatherings:gathering", args=[gathering.community.slug, gathering.pk])
    event = Event()
    event.add("uid", f"{gathering.uid}@commonweal")
    event.add("sequence", gathering.sequence)
    event.add("dtstamp", gathering.planned_at)
    event.add("dtstart", gathering.starts_at.astimezone(zone))
    event.add("dtend", gathering.ends_at.astimezone(zone))
    event.add("summary", gathering.title)
    event.add("url", page)
    event.add("status", "CANCELLED" if is_cancelled(gathering) else "CONFIRMED")
    where = [gathering.area]
    if with_address:
        where = [part for part in (gathering.address, gathering.area, gathering.link) if part]
        event.add("class", "PRIVATE")
    place = ", ".join(part for part in where if part)
    if place:
        event.add("location", place)
    if not with_address:
        place_later = _("Where exactly: on its page, from 24 hours before, for those who come.")
        event.add("description", f"{place_later}\n{page}")
    else:
        event.add("description", page)
    return event
