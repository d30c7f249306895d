"""Live updates: pages subscribe to channels; the server says only that something changed, never what.

A page holds a signed token per channel ("topic:12") that was made for a reader with access, and that names the version
the page shows. When the channel's version is another, the server sends the number, and the page fetches the new part
through the ordinary, access-checked URL. A change between the page and its subscription is so never missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core import signing

from .registry import Registry

#: How long a page may stay subscribed before it has to be loaded anew, in seconds.
LONGEST = 12 * 60 * 60

#: kind of channel ("topic") -> function(ids) returning {id: version}; one query for all listened ids.
CHANNELS: Registry[Callable[[set[int]], dict[int, int]]] = Registry("live channels")


def token(kind: str, pk: int, version: int) -> str:
    """A token for the channel `kind:pk`, to be put in a page that shows this version to a reader who may see it."""
    return signing.dumps([kind, pk, version], salt="live", compress=False)


def subscribed(tokens: Iterable[str]) -> dict[tuple[str, int], int]:
    """The channels of the valid tokens with the version each page shows; forged and expired ones are left out."""
    channels = {}
    for one in list(tokens)[:10]:
        try:
            kind, pk, version = signing.loads(one, salt="live", max_age=LONGEST)
        except (signing.BadSignature, ValueError):
            continue
        if kind in CHANNELS:
            channels[(kind, int(pk))] = int(version)
    return channels


def versions(channels: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The current version of each channel. One query per kind of channel, however many listeners."""
    found: dict[tuple[str, int], int] = {}
    for kind in {kind for kind, _pk in channels}:
        read = CHANNELS[kind]
        for pk, version in read({pk for k, pk in channels if k == kind}).items():
            found[(kind, pk)] = version
    return found
