"""Queries that are composed once and asked many times.

Composing a query costs the ORM several times what SQLite takes to answer it. The few that every page asks keep their
SQL; only the values change. What comes back is what the queryset itself would give: instances, or values.

    _community = Prepared(lambda slug: Community.objects.filter(slug=slug)[:1])
    community = _community.first(slug="riverside")
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = int | str


class Prepared(Generic[Row]):
    """A queryset whose filters compare with whole numbers and texts that are given later, by the names of `build`.

    Only exact comparisons: a value that a lookup would change on its way to the database (the start of a text, a date,
    None) is refused with a TypeError, at the first use.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._names = tuple(inspect.signature(build).parameters)
        self._plans: dict[str, _Plan] = {}

    def rows(self, **values: Value) -> list[Row]:
        """All rows. One query."""
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        if (plan := self._plans.get(vendor)) is None:
            plan = self._plans[vendor] = _Plan(self._build, self._names, values)
        return plan.rows(values)

    def first(self, **values: Value) -> Row | None:
        """The first row, or None. Limit the queryset to one. One query."""
        return next(iter(self.rows(**values)), None)


class _Plan:
    """The SQL of one queryset on one kind of database, and which of its parameters are which values."""

    def __init__(self, build: Callable[..., QuerySet[Any]], names: tuple[str, ...], values: dict[str, Value]) -> None:
        stand_ins = {name: _stand_in(number, values[name]) for number, name in enumerate(names)}
        self.queryset = build(**stand_ins)
        self.compiler = self.queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        self.sql, params = self.compiler.as_sql()
        names_of = {value: name for name, value in stand_ins.items()}
        self.params = [(names_of.get(param) if isinstance(param, int | str) else None, param) for param in params]
        if missing := set(names) - {name for name, _param in self.params}:
            raise TypeError(f"{', '.join(missing)}: not compared exactly in this query; ask it without preparing")

    def rows(self, values: dict[str, Value]) -> list[Any]:
        params = tuple(param if name is None else values[name] for name, param in self.params)
        if None in params:
            raise TypeError("a prepared query compares with values only, not with nothing")
        if any(isinstance(param, int) and not -(2**63) <= param < 2**63 for param in params):
            return []  # no row has a number that no database can hold; the databases would fail over it
        compiler: Any = copy.copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        compiler.as_sql = lambda *_args, **_options: (self.sql, params)
        query: Any = copy.copy(self.queryset.query)
        query.get_compiler = lambda *_args, **_options: compiler
        asked: Any = QuerySet(self.queryset.model, query=query, using=DEFAULT_DB_ALIAS)
        asked._fields = self.queryset._fields  # type: ignore[attr-defined]
        iterable: Any = self.queryset._iterable_class  # type: ignore[attr-defined]
        return list(iterable(asked))


def _stand_in(number: int, value: Value) -> Value:
    """A value that occurs nowhere else in the query, of the same type."""
    return f"\ue000stand-in {number}\ue000" if isinstance(value, str) else 2_000_000_011 + number
