"""Times as people say them: a day and an hour in the zone of the place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.tz import datetime_exists
from django.utils.formats import date_format
from django.utils.translation import pgettext

from .models import Gathering


def moment_of(day: date, hour: time, zone: str) -> datetime:
    """That hour of that day in `zone`. Raises ValueError for an hour that the change to summer time leaves out."""
    moment = datetime.combine(day, hour, tzinfo=ZoneInfo(zone))
    if not datetime_exists(moment):
        raise ValueError(moment)
    return moment


def end_of(day: date, begins: time, ends: time, zone: str) -> datetime:
    """When something ends that begins at one hour and ends at another: past midnight when the second is earlier."""
    return moment_of(day if ends > begins else day + timedelta(days=1), ends, zone)


def end_label(gathering: Gathering) -> str:
    """The end in the zone of the place: the hour alone on the same day, with its day otherwise."""
    zone = ZoneInfo(gathering.time_zone)
    start, end = gathering.starts_at.astimezone(zone), gathering.ends_at.astimezone(zone)
    if start.date() == end.date() or end - start < timedelta(hours=12):
        return date_format(end, pgettext("time format", "H:i"))
    return date_format(end, pgettext("appointment format", "l j F, H:i"))


def zone_label(zone: str) -> str:
    """The name of a zone as people know it: "Europe/London" becomes "London"."""
    return zone.rpartition("/")[2].replace("_", " ")
