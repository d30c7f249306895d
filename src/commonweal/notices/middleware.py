"""Lets the shell ask how many notices wait, at the price of one query and only when it shows the number."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse

from .queries import unread_count


class UnreadNotices:
    """Sets `request.unread_notices`, a function that counts to a hundred, once per request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        @lru_cache(maxsize=1)
        def count() -> int:
            return unread_count(request.user.pk) if request.user.is_authenticated else 0

        request.unread_notices = count  # type: ignore[attr-defined]
        return self.get_response(request)
