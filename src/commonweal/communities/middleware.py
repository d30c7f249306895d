"""What happens when a page needs more than the person has: sign in, or join, and come back to where one was."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from .access import NeedsMembership, NeedsSignIn


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
