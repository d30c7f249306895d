"""The small vocabulary of our templates: icons, faces, times, deadlines and meters.

Everything returns escaped, ready markup without inline styles; colours come as classes (`hue-0` … `hue-11`).
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from commonweal.kit import clock
from commonweal.kit.icons import icon_reference, icon_svg, mark_svg, sprite
from commonweal.kit.kept import Kept

register = template.Library()

HUES = 12

#: What a browser does not need of a template's layout. Pieces hold nothing in which a line's start counts.
_INDENTS = re.compile(r"\n\s+")

#: Pieces of the shell: the same for everybody who stands in the same place in the same role.
PIECES: Kept[SafeString] = Kept(most=2000, seconds=300)


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """`{% icon "talk" %}`: an icon as decoration. `{% icon "lock" label %}`: as an image with that name."""
    return icon_svg(name, str(label), extra)


@register.simple_tag(takes_context=True)
def kept_piece(context: template.Context, name: str, *key: Any) -> SafeString:
    """`{% kept_piece "site/_rail.html" shell.key %}`: include a template, rendered once per key and language.

    Everything the template shows must follow from the key, and it may hold no token of one reader.
    """

    def render() -> SafeString:
        piece = get_template(name).template.render(context)  # type: ignore[attr-defined]
        return mark_safe(_INDENTS.sub("\n", piece))  # noqa: S308 — the template escaped what it shows

    return PIECES.get((name, get_language(), *key), render)


@register.simple_tag
def icon_ref(name: str) -> SafeString:
    """`{% icon_ref "reply" %}`: an icon that stands many times on a page which has a `{% sprite "reply …" %}`."""
    return icon_reference(name)


@register.simple_tag(name="sprite")
def sprite_of(names: str) -> SafeString:
    """`{% sprite "reply more flag" %}`: the drawings for `icon_ref`, once per page."""
    return sprite(names)


@register.simple_tag
def mark() -> SafeString:
    """The mark of Commonweal, coloured by its surroundings."""
    return mark_svg()


def hue_of(key: Any) -> int:
    """Which of the twelve face colours belongs to `key`: stable over restarts, so a persona keeps its colour."""
    return crc32(str(key).encode()) % HUES


@register.simple_tag
def face(who: Any, key: Any = None, size: str = "m") -> SafeString:
    """`{% face membership %}` or `{% face name key size="s" %}`: an initial on the colour of its key.

    Takes a name, or anything with `display_name` and `pk`. No name (somebody anonymous) gives a neutral figure.
    Decoration only: the name must stand beside it. Sizes: s, m, l.
    """
    name = str(getattr(who, "display_name", who) or "")
    if key is None:
        key = getattr(who, "pk", None) or name
    initial = next((letter.upper() for letter in name if letter.isalnum()), "")
    return format_html(
        '<span class="face face-{} hue-{}" aria-hidden="true">{}</span>',
        size,
        hue_of(key) if initial else 2,
        initial or icon_svg("person"),
    )


@register.filter
def hue(key: Any) -> str:
    """The class of the colour that belongs to a key, for anything that should match a face."""
    return f"hue-{hue_of(key)}"


def _time_of(moment: datetime) -> str:
    return date_format(moment, pgettext("time format", "H:i"))


def _day_of(moment: date, today: date) -> str:
    if moment.year == today.year:
        return date_format(moment, pgettext("date format without year", "j F"))
    return date_format(moment, pgettext("date format", "j F Y"))


def _full(moment: datetime) -> str:
    day = date_format(moment, pgettext("full date format", "l j F Y"))
    return f"{day}, {_time_of(moment)} {moment.tzname() or ''}".strip()


def _tag(moment: datetime, text: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), _full(moment), text
    )


def _near(moment: datetime, now: datetime) -> str | None:
    """The relative wording within the hour, or None beyond it."""
    minutes = round((moment - now).total_seconds() / 60)
    if minutes == 0:
        return _("just now")
    if -60 < minutes < 0:
        return ngettext("%(n)d min ago", "%(n)d min ago", -minutes) % {"n": -minutes}
    if 0 < minutes < 60:
        return ngettext("in %(n)d min", "in %(n)d min", minutes) % {"n": minutes}
    return None


def _by_day(moment: datetime, now: datetime) -> str:
    """The wording by day: today, yesterday, tomorrow, a weekday within six days, or the date."""
    days = (moment.date() - now.date()).days
    at = {"time": _time_of(moment)}
    if days == 0:
        return _("today %(time)s") % at
    if days == -1:
        return _("yesterday %(time)s") % at
    if days == 1:
        return _("tomorrow %(time)s") % at
    if abs(days) < 7:
        return _("%(weekday)s %(time)s") % {**at, "weekday": date_format(moment, "l")}
    return _day_of(moment, now) if days < 0 else _("%(day)s, %(time)s") % {**at, "day": _day_of(moment, now)}


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """When something happened or will, in the reader's zone: relative for the near, absolute for the rest."""
    if not moment:
        return ""
    now = clock.now()
    if abs((moment - now).total_seconds()) < 3660:
        local, here = timezone.localtime(moment), timezone.localtime(now)
        return _tag(local, _near(local, here) or _by_day(local, here))
    return _when_by_day(moment, timezone.localdate(now), timezone.get_current_timezone_name(), get_language())


@lru_cache(maxsize=4096)
def _when_by_day(moment: datetime, today: date, zone: str, language: str) -> SafeString:
    """The same all day long for readers of one zone and language, and lists show many. The arguments are the key."""
    local = timezone.localtime(moment)
    return _tag(
        local, _by_day(local, timezone.localtime(datetime.combine(today, time(12), timezone.get_current_timezone())))
    )


@register.filter
def moment(value: datetime | None, zone: str = "") -> SafeString | str:
    """An appointment, always absolute: `{{ gathering.starts_at|moment:gathering.time_zone }}`.

    With the zone of the place, the time is the time there, and the zone is named when it differs from the reader's.
    """
    if not value:
        return ""
    here, now = timezone.localtime(value), timezone.localtime(clock.now())
    there = value.astimezone(ZoneInfo(zone)) if zone else here
    same_year = pgettext("appointment format", "l j F, H:i")
    text = date_format(
        there, same_year if there.year == now.year else pgettext("appointment format with year", "l j F Y, H:i")
    )
    if there.utcoffset() != here.utcoffset():
        text = _("%(time)s (%(zone)s time)") % {"time": text, "zone": zone_name(zone)}
    return _tag(there, text)


@register.filter
def zone_name(zone: str) -> str:
    """A zone as people know it: "Europe/London" becomes "London"."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def day(value: date | None, form: str = "") -> str:
    """A day without its hour: "25 December", with the year if it is another one. A moment is taken in the reader's zone.

    `|day:"weekday"` names the weekday before it, `|day:"month"` says only the month and year.
    """
    if not value:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    if form == "weekday":
        return date_format(local, pgettext("weekday and date format", "l j F"))
    if form == "month":
        return date_format(local, pgettext("month format", "F Y"))
    return _day_of(local, timezone.localtime(clock.now()))


def _span(span: timedelta) -> str:
    """A stretch of time in one unit, rounded down: minutes to two hours, hours to two days, then days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


@register.filter
def until(deadline: datetime | None) -> SafeString | str:
    """Time left to a deadline: "40 min left"; after it: "3 hours late"."""
    if not deadline:
        return ""
    left = deadline - clock.now()
    words = _("%(span)s left") if left >= timedelta(0) else _("%(span)s late")
    text = words % {"span": _span(abs(left))}
    return _tag(timezone.localtime(deadline), text)


@register.filter
def percent(share: float | None) -> str:
    """A share between 0 and 1 as a whole per cent; a dash when there is nothing to share."""
    if share is None or math.isnan(share):
        return "–"
    return _("%(number)s%%") % {"number": number_format(round(share * 100))}


@register.inclusion_tag("kit/_meter.html")
def meter(value: float, goal: float, label: str, tone: str = "") -> dict[str, Any]:
    """`{% meter 32 40 "32 of 40 have pledged" %}`: a bar with its words underneath. Tone "wait" is amber."""
    return {"value": min(value, goal), "goal": goal or 1, "label": label, "tone": tone}
