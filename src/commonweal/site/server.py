"""What the web processes run: Django behind the guest cache, with live updates beside it, on one port.

One port, so that a founder needs no proxy and no second address (docs/decisions/0003-one-port.md).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.site.settings")
os.environ["COMMONWEAL_SERVING"] = "1"

#: Threads that run Django in each process. More than a few only wait for each other on one core.
THREADS = 3


def build() -> Any:
    """The ASGI application: guest cache → live updates → Django."""
    django = _with_coroutines(WSGIMiddleware(get_wsgi_application(), workers=THREADS))  # type: ignore[arg-type]

    from django.conf import settings

    from .guest_cache import GuestCache
    from .live import Live

    # What is loaded by now stays for good: collecting garbage need not look through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    return GuestCache(
        Live(django), session_cookie=settings.SESSION_COOKIE_NAME, language_cookie=settings.LANGUAGE_COOKIE_NAME
    )


def _with_coroutines(app: Callable[..., Any]) -> Callable[..., Any]:
    """Granian's `receive` gives an awaitable that is no coroutine; a2wsgi hands it to a thread and needs a coroutine."""

    async def call(scope: Any, receive: Callable[[], Any], send: Any) -> None:
        async def hear() -> Any:
            return await receive()

        await app(scope, hear, send)

    return call


application = build()
