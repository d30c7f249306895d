"""Finding rows by how a text begins, along an index on both databases.

Django's `startswith` is a LIKE, which PostgreSQL follows along an index of the pattern operator class but SQLite, whose
LIKE ignores case, never does. There the same question is asked as a range.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Lookup

#: The last character there is: nothing that begins with a word sorts behind the word followed by it.
LAST = "\U0010ffff"


class Begins(Lookup[Any]):
    """`name_key__begins="eli"`. Register it on the field class that is searched so."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, given = self.process_lhs(compiler, connection)
        escaped = "".join(f"\\{char}" if char in "\\%_" else char for char in str(self.rhs))
        return f"{left} LIKE %s", [*given, f"{escaped}%"]

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        left, given = self.process_lhs(compiler, connection)
        return f"({left} >= %s AND {left} < %s)", [*given, str(self.rhs), *given, f"{self.rhs}{LAST}"]
