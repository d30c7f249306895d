"""Help lines and emergency numbers by country, with where each comes from and who checked it last.

The data is `data/lines.json`. No entry is from memory: each names the pages it was copied from and the day they were
looked up. A steward's check counts for ninety days; without one the page says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from commonweal.communities.access import require_steward
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from . import verbs
from .countries import COUNTRIES
from .models import CHECK_HOLDS_FOR, LineCheck

_DATA = Path(__file__).parent / "data" / "lines.json"

HOURS = {"always": _("Day and night, every day")}
NOTES = {
    "free": _("Free to call or write"),
    "option-2": _("Choose option 2"),
}
TITLES = {"phone-list": _("the list of emergency numbers that Android phones carry")}
NUMBER_FOR = {"any": _("Emergency"), "ambulance": _("Ambulance"), "police": _("Police")}
LANGUAGES = {"en": _("English"), "es": _("Spanish"), "fr": _("French")}


@dataclass(frozen=True)
class Source:
    """A page that states what an entry says. `dated` is the page's own date as far as it gives one."""

    url: str
    dated: str | None
    looked_up: date
    title: Any = ""

    @property
    def site(self) -> str:
        return urlsplit(self.url).netloc.removeprefix("www.")


@dataclass(frozen=True)
class Line:
    """A help line. `checked_at` is the last steward's check that still holds; `doubted_at` says it was found wrong."""

    key: str
    country: str
    name: str
    phone: str
    text: str
    web: str
    hours: Any
    languages: list[Any]
    note: Any
    sources: list[Source]
    checked_at: datetime | None = field(default=None, compare=False)
    doubted_at: datetime | None = field(default=None, compare=False)

    @property
    def dial(self) -> str:
        return re.sub(r"[^0-9+]", "", self.phone)

    @property
    def dial_text(self) -> str:
        return re.sub(r"[^0-9+]", "", self.text)


@dataclass(frozen=True)
class EmergencyNumber:
    label: Any
    number: str


@dataclass(frozen=True)
class Directory:
    """An international directory, for countries without a line here and for everybody else."""

    name: str
    web: str
    sources: list[Source]


@dataclass(frozen=True)
class Help:
    """What the help page shows for one country ("" when none was chosen)."""

    country: str
    lines: list[Line]
    numbers: list[EmergencyNumber]
    number_sources: list[Source]
    directories: list[Directory]


def _sources(raw: list[dict[str, Any]]) -> list[Source]:
    return [
        Source(s["url"], s["dated"], date.fromisoformat(s["looked_up"]), TITLES.get(s.get("title", ""), ""))
        for s in raw
    ]


def _line(raw: dict[str, Any]) -> Line:
    return Line(
        key=raw["key"],
        country=raw["country"],
        name=raw["name"],
        phone=raw["phone"],
        text=raw["text"],
        web=raw["web"],
        hours=HOURS.get(raw["hours"], raw["hours"]),
        languages=[LANGUAGES[code] for code in raw["languages"]],
        note=NOTES.get(raw["note"], raw["note"]),
        sources=_sources(raw["sources"]),
    )


@cache
def data() -> dict[str, Any]:
    """The data file, read once per process."""
    raw = json.loads(_DATA.read_text(encoding="utf-8"))
    numbers = {
        entry["country"]: [EmergencyNumber(NUMBER_FOR[n["for"]], n["number"]) for n in entry["numbers"]]
        for entry in raw["emergency"]["countries"]
    }
    return {
        "lines": [_line(line) for line in raw["lines"]],
        "numbers": numbers,
        "number_sources": _sources(raw["emergency"]["sources"]),
        "directories": [Directory(d["name"], d["web"], _sources(d["sources"])) for d in raw["directories"]],
    }


def countries() -> list[tuple[str, str]]:
    """The countries there is anything for, by their name in the reader's language."""
    return sorted(((code, str(COUNTRIES[code])) for code in data()["numbers"]), key=lambda pair: pair[1])


def lines_of(country: str) -> list[Line]:
    """The lines of one country, with what stewards found. One query, none without lines."""
    return with_checks(line for line in data()["lines"] if line.country == country)


def with_checks(lines: Iterable[Line]) -> list[Line]:
    """The same lines with the newest check of each that still holds. One query."""
    lines = list(lines)
    if not lines:
        return []
    since = clock.now() - CHECK_HOLDS_FOR
    newest: dict[str, LineCheck] = {}
    for check in LineCheck.objects.filter(line__in=[line.key for line in lines], at__gte=since).order_by("at", "pk"):
        newest[check.line] = check
    return [_checked(line, newest.get(line.key)) for line in lines]


def _checked(line: Line, check: LineCheck | None) -> Line:
    if check is None:
        return line
    values = {**line.__dict__, ("checked_at" if check.right else "doubted_at"): check.at}
    return Line(**values)


def help_for(country: str) -> Help:
    """Everything the help page shows for a country code; unknown codes show the directories only. One query."""
    known = data()
    country = country.upper() if country.upper() in known["numbers"] else ""
    return Help(
        country=country,
        lines=lines_of(country),
        numbers=known["numbers"].get(country, []),
        number_sources=known["number_sources"],
        directories=known["directories"],
    )


def check_line(*, membership: Membership, key: str, right: bool) -> LineCheck:
    """A steward compared a line with its source (or called it). Raises Refused for others and for an unknown line."""
    require_steward(membership)
    if key not in {line.key for line in data()["lines"]}:
        raise Refused(_("This line is not in the list any more."))
    check = LineCheck.objects.create(line=key, checked_by=membership, right=right, at=clock.now())
    record(
        verbs.LINE_CHECKED,
        subject=check,
        actor=membership.pk,
        community=membership.community_id,
        data={"line": key, "right": right},
    )
    return check


def guess_country(accept_language: str) -> str:
    """The country named by a browser's first language ("en-GB" gives "GB"), or "". Nothing is stored."""
    found = re.match(r"\s*[a-zA-Z]{2,3}[-_]([a-zA-Z]{2})\b", accept_language or "")
    code = found.group(1).upper() if found else ""
    return code if code in data()["numbers"] else ""
