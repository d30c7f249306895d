"""Codes before there is mail: who may see on the page what would have been sent to them.

In demonstration mode everybody, because everything there is made up. Where a mail server is set up, nobody. On a real
instance without one, only the founder: the browser in which the one-time founding link was opened carries a signed
cookie. Until somebody signs in there it shows codes for new accounts only; then it is bound to that person, and shows
codes for no account but theirs. See docs/decisions/0001-codes-on-the-page.md.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from commonweal.kit import clock

from .models import Person

COOKIE = "founders_browser"
SALT = "commonweal.people.founder"
UNBOUND_SECONDS = 24 * 3600
BOUND_SECONDS = 365 * 24 * 3600
SHOWN_SECONDS = 15 * 60
SESSION_KEY = "shown_code"


def mail_is_sent() -> bool:
    """Whether mail leaves this machine."""
    return str(settings.MAIL) == "smtp"


def trust_founders_browser(response: HttpResponseBase, person: Person | None = None) -> None:
    """Remember that this browser opened the founding link (call it in the view of that link), or bind it to a person."""
    response.set_cookie(
        COOKIE,
        signing.dumps({"person": person.pk if person else None}, salt=SALT),
        max_age=BOUND_SECONDS if person else UNBOUND_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def bind_founders_browser(request: HttpRequest, response: HttpResponseBase, person: Person) -> None:
    """After signing in: a founder's browser that is bound to nobody yet is bound to this person."""
    found = _founders_cookie(request)
    if found is not None and found["person"] is None:
        trust_founders_browser(response, person)


def may_see_codes(request: HttpRequest, email: str) -> bool:
    """Whether a code for `email` may stand on the page in this browser."""
    if settings.DEMO:
        return True
    if mail_is_sent():
        return False
    found = _founders_cookie(request)
    if found is None:
        return False
    person = Person.objects.filter(email__iexact=email).only("pk", "last_login").first()
    if person is None:
        return False
    return found["person"] == person.pk if found["person"] else person.last_login is None


def show_on_page(request: HttpRequest, email: str, code: str) -> None:
    """Keep the newest code in the session, if this browser may see it."""
    if may_see_codes(request, email):
        request.session[SESSION_KEY] = {"code": code, "email": email, "at": clock.now().timestamp()}
    else:
        request.session.pop(SESSION_KEY, None)


def code_on_page(request: HttpRequest) -> str:
    """The code to show now, or nothing. Asked by the page on which codes are typed."""
    kept = request.session.get(SESSION_KEY) or {}
    fresh = clock.now().timestamp() - kept.get("at", 0) < SHOWN_SECONDS
    return kept["code"] if fresh and may_see_codes(request, kept["email"]) else ""


def forget_code(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def _founders_cookie(request: HttpRequest) -> dict[str, Any] | None:
    raw = request.COOKIES.get(COOKIE)
    if not raw:
        return None
    try:
        found: dict[str, Any] = signing.loads(raw, salt=SALT, max_age=BOUND_SECONDS)
        if found["person"] is None:
            found = signing.loads(raw, salt=SALT, max_age=UNBOUND_SECONDS)
    except (signing.BadSignature, KeyError):
        return None
    return found
