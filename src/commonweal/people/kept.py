"""Nothing typed is lost when the sign-in ran out: the form waits in the session and is sent after signing in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from commonweal.kit import clock
from commonweal.kit.errors import TooMany
from commonweal.kit.limits import spend

SESSION_KEY = "kept_form"
MOST_BYTES = 50_000
KEPT_FOR = timedelta(hours=2)
SECRET = re.compile("password|csrf|credential|code|secret", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """A form that came in after the session had ended: where it was going, its fields, and what did not fit."""

    path: str
    fields: list[tuple[str, str]]
    cut: bool = False

    @property
    def words(self) -> list[str]:
        """What the person typed, for reading: the longer texts, without ids and choices."""
        return [value for _name, value in self.fields if len(value.split()) > 1 or not value.isascii()]


class KeptForms:
    """Middleware: a guest's form that is answered with "sign in first" is kept, and shown again afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or request.path.startswith(reverse("account_login").removesuffix("login/")):
            return response
        if request.user.is_authenticated:
            _forget_when_sent(request, response)
            return response
        if response.status_code // 100 == 3 and urlsplit(response.headers["Location"]).path == resolve_url(
            settings.LOGIN_URL
        ):
            return _ask_to_sign_in(request, response)
        return response


def kept_form(request: HttpRequest) -> Kept | None:
    """The form that waits in this session, if it is not too old."""
    found = request.session.get(SESSION_KEY)
    if not found or clock.now().timestamp() - found["at"] > KEPT_FOR.total_seconds():
        return None
    return Kept(path=found["path"], fields=[(name, value) for name, value in found["fields"]], cut=found["cut"])


def forget_form(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def _ask_to_sign_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":  # a draft saved by script: say no, it stays on the device
        return HttpResponse(status=401)
    url = response.headers["Location"]
    if _keep(request):
        url = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('people:kept')})}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    response.headers["Location"] = url
    return response


def _keep(request: HttpRequest) -> bool:
    """Put the form into the session. Returns False when there is nothing worth keeping, or too often from one address."""
    fields: list[tuple[str, str]] = []
    size, cut = 0, bool(request.FILES)
    for name, values in request.POST.lists():
        for value in values:
            size += len(name.encode()) + len(str(value).encode())
            if SECRET.search(name) or size > MOST_BYTES:
                cut = cut or size > MOST_BYTES
                continue
            fields.append((name, str(value)))
    if not fields:
        return False
    try:
        spend("keep-form", get_adapter().get_client_ip(request), limit=60, window=timedelta(hours=1))
    except TooMany:
        return False
    now = clock.now().timestamp()
    request.session[SESSION_KEY] = {"path": request.get_full_path(), "fields": fields, "cut": cut, "at": now}
    return True


def _forget_when_sent(request: HttpRequest, response: HttpResponse) -> None:
    """A kept form that was sent and taken (answered with a redirect) need not wait any longer."""
    found = request.session.get(SESSION_KEY)
    if found and found["path"] == request.get_full_path() and response.status_code // 100 == 3:
        forget_form(request)
