"""The few places that must know which database they are on."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
FOR EACH ROW {when} EXECUTE FUNCTION {table}_append_only();
"""
_NOW = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')", "postgresql": "now()"}


class AppendOnly(Operation):
    """Migration operation: forbid, by trigger, changing the rows of a table, and deleting them before their time.

    `until` names the column that says when a row may go; a row without that moment stays for good.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, table: str, *, until: str) -> None:
        self.table = table
        self.until = until

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        vendor = schema_editor.connection.vendor
        sql = _SQLITE if vendor == "sqlite" else _POSTGRESQL
        early = f"WHEN (OLD.{self.until} IS NULL OR OLD.{self.until} > {_NOW[vendor]})"
        for verb, when in (("update", ""), ("delete", early)):
            schema_editor.execute(sql.format(table=self.table, verb=verb, event=verb.upper(), when=when), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        on_table = "" if schema_editor.connection.vendor == "sqlite" else f" ON {self.table}"
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{verb}{on_table}", params=None)

    def describe(self) -> str:
        return f"Make {self.table} append-only"
