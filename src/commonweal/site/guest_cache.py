"""Pages that are the same for every guest, kept for one second, compressed once.

A page that many read at once is rendered once a second per process, whoever asks (single flight): the others wait for
that one rendering. So a change is seen within a second and no stampede reaches the database. Only answers that say
`X-Guest-Cache: 1` to a request without a session are kept; they hold no token and nothing personal.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from .compression import Collected, collect, compressed, send_collected

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SECONDS = 1.0
MOST_PAGES = 400
KEYED_BY = (b"host", b"accept-language", b"accept-encoding", b"hx-request", b"x-forwarded-proto")


@dataclass
class Kept:
    answer: Collected
    until: float


class GuestCache:
    """ASGI layer that answers guests from memory where it may, and compresses everything else on its way out."""

    def __init__(self, app: Application, *, session_cookie: str, language_cookie: str) -> None:
        self.app = app
        self.session = session_cookie.encode() + b"="
        self.language = language_cookie.encode() + b"="
        self.kept: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()
        self.in_flight: dict[tuple[Any, ...], asyncio.Future[Collected | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/live/", "/static/")):
            return await self.app(scope, receive, send)
        headers = dict(scope["headers"])
        if scope["method"] != "GET" or not self._is_guest(headers):
            answer = compressed(await collect(self.app, scope, receive), headers)
        else:
            answer = await self._shared(self._key(scope, headers), headers, scope, receive)
        return await send_collected(answer, send)

    def _is_guest(self, headers: dict[bytes, bytes]) -> bool:
        cookies = headers.get(b"cookie", b"")
        return self.session not in cookies and b"messages=" not in cookies and b"authorization" not in headers

    def _key(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[Any, ...]:
        chosen = b""
        cookies = headers.get(b"cookie", b"")
        if self.language in cookies:
            chosen = cookies.split(self.language, 1)[1][:12].split(b";")[0]
        return (scope["path"], scope["query_string"], chosen, *(headers.get(name, b"")[:80] for name in KEYED_BY))

    async def _shared(
        self, key: tuple[Any, ...], headers: dict[bytes, bytes], scope: Scope, receive: Receive
    ) -> Collected:
        now = time.monotonic()
        kept = self.kept.get(key)
        if kept is not None and kept.until > now:
            return kept.answer
        waiting = self.in_flight.get(key)
        if waiting is not None:
            shared = await asyncio.shield(waiting)
            if shared is not None:
                return shared
            return compressed(await collect(self.app, scope, receive), headers)
        flight: asyncio.Future[Collected | None] = asyncio.get_running_loop().create_future()
        self.in_flight[key] = flight
        shareable: Collected | None = None
        try:
            answer = compressed(await collect(self.app, scope, receive), headers)
            if answer.may_be_shared:
                shareable = answer
                self._keep(key, Kept(answer, now + SECONDS))
            return answer
        finally:
            del self.in_flight[key]
            flight.set_result(shareable)

    def _keep(self, key: tuple[Any, ...], kept: Kept) -> None:
        self.kept[key] = kept
        self.kept.move_to_end(key)
        while len(self.kept) > MOST_PAGES:
            self.kept.popitem(last=False)
