"""Lints every migration of the project: named, linear, complete, and safe to run beside the version before it.

Run as `python -m tests.architecture.migrations`; exit code 1 when something is wrong.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

NAMED = re.compile(r"^\d{4}_(?!auto)[a-z][a-z0-9_]+$")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.site.settings")
    os.environ.setdefault("DATA", tempfile.mkdtemp())
    import django
    from django.apps import apps
    from django.core.management import call_command
    from django.db.migrations.loader import MigrationLoader
    from django_migration_linter import MigrationLinter

    django.setup()
    problems = []
    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("commonweal.")}
    for label, name in loader.disk_migrations:
        if label in ours and not NAMED.match(name):
            problems.append(f"{label}.{name}: name it after what it does")
    for label in ours & {label for label, _name in loader.disk_migrations}:
        if len(loader.graph.leaf_nodes(label)) != 1:
            problems.append(f"{label}: more than one last migration; make them linear")
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        problems.append("models and migrations differ; run makemigrations")
    linter = MigrationLinter(
        str(Path(__file__).resolve().parents[2]),
        include_apps=sorted(ours),
        no_cache=True,
        ignore_initial_migrations=True,
        # SQLite changes a table by making it anew, which the linter takes for a new NOT NULL: we look ourselves.
        exclude_migration_tests=["NOT_NULL"],
    )
    linter.lint_all_migrations()
    problems += suddenly_required(loader, ours)
    if linter.has_errors:
        problems.append("the migration linter found unsafe operations")
    print("\n".join(problems) or "migrations: named, linear, complete, safe")
    return bool(problems)


def suddenly_required(loader: Any, ours: set[str]) -> list[str]:
    """Columns that the version before would leave empty: added or made required without a default in the database."""
    from django.db import migrations
    from django.db.models import NOT_PROVIDED, ManyToManyField

    found = []
    for label, name in sorted(loader.disk_migrations):
        migration = loader.disk_migrations[label, name]
        if label not in ours or migration.initial or not migration.dependencies or name.startswith("0001"):
            continue
        state = loader.project_state((label, name), at_end=False)
        for operation in migration.operations:
            if isinstance(operation, migrations.AddField | migrations.AlterField):
                field = operation.field
                before = state.models[label, operation.model_name_lower].fields.get(operation.name)
                required = (
                    not field.null and field.db_default is NOT_PROVIDED and not isinstance(field, ManyToManyField)
                )
                if required and (before is None or before.null):
                    found.append(f"{label}.{name}: {operation.name} is required; give it a db_default or null=True")
            operation.state_forwards(label, state)
    return found


if __name__ == "__main__":
    sys.exit(main())
