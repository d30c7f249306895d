"""What stands before a page: an instance nobody has founded yet, and what to do when one has to sign in or join first."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from . import first_start
from .access import NeedsMembership, NeedsSignIn

#: What may be reached before a community exists: founding itself, help, languages, and what pages are made of.
ALWAYS = ("/found/", "/help-now", "/language", "/static/", "/manifest", "/service-worker", "/health")


class FirstStart:
    """Until a community exists, everything but the founding answers "not open yet". Costs no query from then on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not first_start.waits_for_founder() or request.path.startswith(ALWAYS):
            return self.get_response(request)
        if first_start.has_opened(request) and request.path == "/":
            return redirect("communities:found")
        return first_start.not_open_yet(request)


class Acted:
    """Marks a browser in which something was just done, so that its Today is made anew at once (see views.start)."""

    COOKIE = "acted"
    SECONDS = 120

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS") and settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.set_cookie(
                self.COOKIE,
                get_random_string(12),
                max_age=self.SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


class Thresholds:
    """Turns NeedsSignIn and NeedsMembership into the step that the person can take."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")
        if isinstance(exception, NeedsSignIn):
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
        if isinstance(exception, NeedsMembership):
            messages.info(
                request, _("Join %(community)s first; then you can do this.") % {"community": exception.community}
            )
            return redirect("communities:front", slug=exception.community.slug)
        return None
