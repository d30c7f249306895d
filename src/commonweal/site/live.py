"""Server-sent events: one connection a page, one look at the database a second for all pages of a process together."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from django.db import close_old_connections

from commonweal.kit import live

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
BREATHE_EVERY = 20.0
MOST_LISTENERS = 2000
Channel = tuple[str, int]


class Listener:
    """One open page: the channels it holds tokens for, the version it knows of each, and what waits to be sent to it."""

    def __init__(self, known: dict[Channel, int]) -> None:
        self.known = known
        self.waiting: asyncio.Queue[tuple[Channel, int]] = asyncio.Queue(maxsize=50)


class Live:
    """ASGI layer that answers /live/ and passes everything else on."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app
        self.listeners: set[Listener] = set()
        self.watcher: asyncio.Task[None] | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/live/":
            return await self.app(scope, receive, send)
        tokens = parse_qs(scope["query_string"].decode("latin-1")).get("t", [])
        channels = live.subscribed(tokens)
        if not channels or len(self.listeners) >= MOST_LISTENERS:
            # 204 tells an EventSource not to come back: the page goes on without live updates.
            await send({"type": "http.response.start", "status": 204, "headers": []})
            return await send({"type": "http.response.body", "body": b""})
        return await self._serve(Listener(channels), receive, send)

    async def _serve(self, listener: Listener, receive: Any, send: Any) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 5000\n\n", "more_body": True})
        self.listeners.add(listener)
        if self.watcher is None or self.watcher.done():
            self.watcher = asyncio.create_task(self._watch())
        gone = asyncio.create_task(_disconnected(receive))
        try:
            while not gone.done():
                text = await self._next(listener, gone)
                await send({"type": "http.response.body", "body": text, "more_body": True})
        except (OSError, RuntimeError):  # the page was closed while we wrote
            pass
        finally:
            gone.cancel()
            self.listeners.discard(listener)

    async def _next(self, listener: Listener, gone: asyncio.Task[None]) -> bytes:
        waiting = asyncio.create_task(listener.waiting.get())
        done, _rest = await asyncio.wait({waiting, gone}, timeout=BREATHE_EVERY, return_when=asyncio.FIRST_COMPLETED)
        if waiting not in done:
            waiting.cancel()
            return b": still here\n\n"
        (kind, pk), version = waiting.result()
        return f"event: change\ndata: {json.dumps({'channel': f'{kind}:{pk}', 'version': version})}\n\n".encode()

    async def _watch(self) -> None:
        """Look once a second while anybody listens, and tell those whose channel moved."""
        while self.listeners:
            wanted = {channel for listener in self.listeners for channel in listener.known}
            try:
                found = await asyncio.get_running_loop().run_in_executor(None, _look, wanted)
            except Exception:
                log.exception("live: could not look; will try again")
                found = {}
            for listener in self.listeners:
                _tell(listener, found)
            await asyncio.sleep(LOOK_EVERY)


def _tell(listener: Listener, found: dict[Channel, int]) -> None:
    """Queue what the page does not know yet; a page that cannot keep up is told at a later look."""
    for channel, known in listener.known.items():
        version = found.get(channel, known)
        if version != known and not listener.waiting.full():
            listener.known[channel] = version
            listener.waiting.put_nowait((channel, version))


def _look(wanted: set[Channel]) -> dict[Channel, int]:
    close_old_connections()
    try:
        return live.versions(wanted)
    finally:
        close_old_connections()


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
