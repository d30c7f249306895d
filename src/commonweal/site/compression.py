"""Collecting an answer, compressing it, and sending it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from zlib_ng import zlib_ng

COMPRESSIBLE = (b"text/", b"application/json", b"application/atom+xml", b"image/svg+xml", b"application/manifest+json")
SMALLEST = 600
LEVEL = 6
MARK = b"x-guest-cache"


@dataclass
class Collected:
    """A whole answer: status, headers and body in memory. Pages are small; downloads pass through in their own size."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    may_be_shared: bool = False

    def header(self, name: bytes) -> bytes:
        return next((value for key, value in self.headers if key.lower() == name), b"")


async def collect(
    app: Callable[..., Awaitable[None]], scope: MutableMapping[str, Any], receive: Callable[..., Any]
) -> Collected:
    """Run the application and keep what it sends."""
    answer = Collected()
    parts: list[bytes] = []

    async def keep(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(bytes(k), bytes(v)) for k, v in message.get("headers", [])]
        elif message["type"] == "http.response.body":
            parts.append(bytes(message.get("body", b"")))

    await app(scope, receive, keep)
    answer.body = b"".join(parts)
    return answer


def compressed(answer: Collected, request_headers: dict[bytes, bytes]) -> Collected:
    """The answer as it goes out: gzip where the reader takes it and it pays, and our own mark taken off."""
    sets_cookie = bool(answer.header(b"set-cookie"))
    answer.may_be_shared = answer.status == 200 and bool(answer.header(MARK)) and not sets_cookie
    answer.headers = [(k, v) for k, v in answer.headers if k.lower() != MARK]
    kind = answer.header(b"content-type")
    worth_it = len(answer.body) >= SMALLEST and kind.startswith(COMPRESSIBLE) and not answer.header(b"content-encoding")
    if worth_it:
        vary = answer.header(b"vary")
        answer.headers = [(k, v) for k, v in answer.headers if k.lower() != b"vary"]
        answer.headers.append((b"vary", vary + b", Accept-Encoding" if vary else b"Accept-Encoding"))
    if worth_it and b"gzip" in request_headers.get(b"accept-encoding", b""):
        packer = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, zlib_ng.MAX_WBITS | 16)
        answer.body = packer.compress(answer.body) + packer.flush()
        answer.headers = [(k, v) for k, v in answer.headers if k.lower() != b"content-length"]
        answer.headers.append((b"content-length", str(len(answer.body)).encode()))
        answer.headers.append((b"content-encoding", b"gzip"))
    return answer


async def send_collected(answer: Collected, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})
