"""Pages that every guest sees the same may be kept for a moment by the serving layer."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def is_guest(request: HttpRequest) -> bool:
    """Whether this request carries no session at all, so that nothing in its answer can be personal."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES


def same_for_guests(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say that an answer to a guest may be shared, unless a form's secret token or a message slipped into it."""
    token_used = request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    if request.method == "GET" and is_guest(request) and not token_used and "messages" not in request.COOKIES:
        response["X-Guest-Cache"] = "1"
    return response
