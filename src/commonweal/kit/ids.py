"""Identifiers: time-ordered ones for records, unguessable ones for links."""

from __future__ import annotations

import os
import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, then 74 random bits. Sorts by time of creation."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76 | (random_bits >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | random_bits & 0x3FFFFFFFFFFFFFFF
    return uuid.UUID(int=value)


def link_token() -> str:
    """A token for invitation and one-time links: 128 random bits, safe in a URL."""
    return secrets.token_urlsafe(16)
