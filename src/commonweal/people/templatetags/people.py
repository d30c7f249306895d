"""What the sign-in pages ask of this package."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext

from commonweal.people import codes

register = template.Library()


@register.inclusion_tag("people/_code_on_page.html", takes_context=True)
def code_on_page(context: dict[str, Any]) -> dict[str, Any]:
    """The code itself while there is no mail and this browser may see it; else where the mail is to be found."""
    return {
        "code": codes.code_on_page(context["request"]),
        "demonstration": settings.DEMO,
        "mail_is_sent": codes.mail_is_sent(),
    }


@register.filter
def kind_of(data: Any) -> str:
    """ "object", "list" or "value": what a piece of JSON is, for showing any of it."""
    return "object" if isinstance(data, dict) else "list" if isinstance(data, list) else "value"


BROWSERS = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari")]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
]


@register.filter
def device(agent: str) -> str:
    """What a browser says of itself, in words: "Firefox, Android". The whole of it when we do not know it."""
    found = [next((name for mark, name in names if mark in agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or agent[:80] or gettext("Unknown browser")
