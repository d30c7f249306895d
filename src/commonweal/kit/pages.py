"""Keyset pagination: the same cost on the first page and on the ten-thousandth, and no row is skipped or shown twice.

A cursor is the sort key of a row, signed together with the order it belongs to, so that a forged one, or one of another
list, is refused with a 404 rather than a stray query.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest

Row = TypeVar("Row", bound=Model)


@dataclass
class Page(Generic[Row]):
    """One page of rows in display order. `next_url` and `previous_url` are None at the ends."""

    rows: list[Row]
    next_url: str | None = None
    previous_url: str | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _encode(row: Model, keys: tuple[str, ...]) -> str:
    values = [getattr(row, key.lstrip("-")) for key in keys]
    plain = [v.isoformat() if isinstance(v, datetime) else v for v in values]
    return signing.dumps(plain, salt=_salt(keys), compress=False)


def _salt(keys: tuple[str, ...]) -> str:
    return f"page:{','.join(keys)}"


def _decode(cursor: str, keys: tuple[str, ...]) -> list[Any]:
    try:
        return list(signing.loads(cursor, salt=_salt(keys)))
    except signing.BadSignature as error:
        raise Http404("This page does not exist any more.") from error


def _beyond(keys: tuple[str, ...], values: list[Any], forward: bool) -> Q:
    """Rows after (or before) `values` in the order `keys`: a < x, or a = x and b < y, …"""
    condition = Q()
    same: dict[str, Any] = {}
    for key, value in zip(keys, values, strict=True):
        name, descending = key.lstrip("-"), key.startswith("-")
        comparison = "lt" if descending == forward else "gt"
        condition |= Q(**same, **{f"{name}__{comparison}": value})
        same[name] = value
    return condition


def _flipped(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key[1:] if key.startswith("-") else f"-{key}" for key in keys)


def page(request: HttpRequest, rows: QuerySet[Row], *keys: str, size: int = 20) -> Page[Row]:
    """The page of `rows` that the request's `after` or `before` cursor asks for, `size` rows long. One query.

    `keys` is the display order, ending in a unique column, for example ("-last_post_at", "-id").
    Raises Http404 for a cursor that this site did not make.
    """
    after, before = request.GET.get("after"), request.GET.get("before")
    forward = not before
    cursor = after or before
    if cursor:
        rows = rows.filter(_beyond(keys, _decode(cursor, keys), forward))
    found = list(rows.order_by(*(keys if forward else _flipped(keys)))[: size + 1])
    more = len(found) > size
    found = found[:size]
    if not forward:
        found.reverse()
    result = Page(rows=found, keys=keys)
    if found and (more if forward else True):
        result.next_url = _url(request, "after", _encode(found[-1], keys))
    if found and ((forward and cursor) or (not forward and more)):
        result.previous_url = _url(request, "before", _encode(found[0], keys))
    return result


def asked_words(request: HttpRequest, name: str, longest: int = 100) -> str:
    """The words that the address asks for under `name`, tidied: no NUL, which PostgreSQL refuses; single spaces."""
    return " ".join(request.GET.get(name, "").replace("\x00", " ").split())[:longest]


def _url(request: HttpRequest, name: str, cursor: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[name] = cursor
    return f"?{query.urlencode()}"
