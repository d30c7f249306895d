"""Who is left waiting, with the one thing a steward can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .shown import SMALLEST


@dataclass(frozen=True)
class Waiting:
    """One group of people who wait. `url` and `action` are for stewards; members read the number only."""

    icon: str
    text: str
    detail: str
    url: str = ""
    action: str = ""


def waiting(data: dict[str, Any], slug: str, *, steward: bool) -> list[Waiting]:
    """The groups in which anybody waits, the most pressing first."""
    requests, newcomers, introductions = (
        data["requests_waiting"],
        data["newcomers_waiting"],
        data["introductions_waiting"],
    )
    rows = []
    if requests:
        few = _("Fewer than five requests are past their promise")
        text = ngettext("%(n)d request is past its promise", "%(n)d requests are past their promise", requests)
        rows.append(
            ("support", text, few, requests, _("Two people have not answered in time."), "support:queue", _("Answer"))
        )
    if newcomers:
        few = _("Fewer than five newcomers have not been greeted")
        text = ngettext("%(n)d newcomer has not been greeted", "%(n)d newcomers have not been greeted", newcomers)
        rows.append(
            ("door", text, few, newcomers, _("They joined over a day ago."), "communities:people", _("Say hello"))
        )
    if introductions:
        few = _("Fewer than five introductions did not open")
        text = ngettext("%(n)d introduction did not open", "%(n)d introductions did not open", introductions)
        detail = _("They ran out without two yeses in these eight weeks.")
        rows.append(("introduction", text, few, introductions, detail, "circles:introductions", _("Introduce again")))
    return [
        Waiting(
            icon,
            text % {"n": n} if steward or n >= SMALLEST else few,
            detail,
            reverse(url, args=[slug]) if steward else "",
            action if steward else "",
        )
        for icon, text, few, n, detail, url, action in rows
    ]
