"""An instance without a community is open to one browser only: the one in which the one-time link was opened.

The link carries a random token, of which only the hash is kept. It may be opened as often as wanted (mail programs look
at links, too) and is used up when the community is founded.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonweal.kit import clock
from commonweal.kit.ids import link_token

from .models import Community, FirstStartLink

SESSION_KEY = "first_start_link"

_founded = False


def is_founded() -> bool:
    """Whether a community exists here. Asks the database until one does, and never again in this process."""
    global _founded
    if not _founded:
        _founded = Community.objects.exists()
    return _founded


def forget() -> None:
    """Ask the database again the next time. For tests."""
    global _founded
    _founded = False


def waits_for_founder() -> bool:
    """Whether this instance is still closed to everybody but its founder. No query once it is not."""
    return settings.FIRST_START and not is_founded()


@transaction.atomic
def make_first_start_link() -> str:
    """A new one-time link to the founding wizard. The one before stops working; answers already given are kept."""
    token = link_token()
    FirstStartLink.objects.filter(used_at__isnull=True).delete()
    FirstStartLink.objects.create(token_hash=_hash(token))
    return settings.SITE_URL + reverse("communities:first_start", args=[token])


def open_link(request: HttpRequest, token: str) -> bool:
    """Remember in the session that this browser opened the link. False when it does not work (any more)."""
    link = FirstStartLink.objects.filter(token_hash=_hash(token), used_at__isnull=True).first()
    if link is None or is_founded():
        return False
    request.session[SESSION_KEY] = link.token_hash
    return True


def has_opened(request: HttpRequest) -> bool:
    """Whether this browser opened the link that works now. One query, none without a mark in the session."""
    mark = request.session.get(SESSION_KEY)
    return bool(mark) and FirstStartLink.objects.filter(token_hash=mark, used_at__isnull=True).exists()


def use_link(request: HttpRequest) -> bool:
    """Use the link up, in the founding's transaction. False when another browser was faster."""
    mark = request.session.get(SESSION_KEY, "")
    return bool(FirstStartLink.objects.filter(token_hash=mark, used_at__isnull=True).update(used_at=clock.now()))


def not_open_yet(request: HttpRequest) -> HttpResponse:
    """The page for everybody but the founder. 503 with Retry-After: search engines and monitors come again later."""
    response = render(request, "communities/not_open.html", status=503)
    response.headers["Retry-After"] = "600"
    return response


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
