"""Proof that every answer passed an access check.

An access function (`get_topic_for`, `get_community_for`, …) is marked `@audited`. A view that answers with success
without having passed one, and that is not marked `@public_page` or `@own_page`, is a hole: `AccessAudit` refuses to
send its answer. So forgetting a check is loud in every test and closed in production.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseServerError

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

_passed: ContextVar[bool] = ContextVar("access_passed", default=False)

#: Views of other packages that guard themselves: account pages, static files, the language switch.
SELF_GUARDED = ("allauth.", "django.views.", "django.conf.")


def audited(function: Callable[P, R]) -> Callable[P, R]:
    """Mark an access function: once it returns (and does not raise), the request counts as checked."""

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        result = function(*args, **kwargs)
        _passed.set(True)
        return result

    return checked


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that shows the same to everybody: help lines, landing page, about."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that shows a signed-in person only what is theirs. Guests are sent to sign in."""
    guarded = login_required(view)
    guarded.access_rule = "own"  # type: ignore[attr-defined]
    return guarded


class AccessAudit:
    """Middleware: a success that passed no access function is replaced by an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _passed.set(False)
        try:
            response = self.get_response(request)
            checked = _passed.get()
        finally:
            _passed.reset(token)
        if response.status_code < 300 and not checked and not self._excused(request):
            name = getattr(request.resolver_match, "view_name", request.path)
            if settings.DEBUG or getattr(settings, "TESTING", False):
                raise ImproperlyConfigured(f"{name} answered without passing an access function")
            log.error("access audit: %s answered without passing an access function", name)
            return HttpResponseServerError()
        return response

    @staticmethod
    def _excused(request: HttpRequest) -> bool:
        match: Any = request.resolver_match
        if match is None:  # answered by middleware: static files, redirects
            return True
        if getattr(match.func, "access_rule", None):
            return True
        return str(match.func.__module__).startswith(SELF_GUARDED)
