"""Lints every migration of the project: named, linear, complete, and safe to run beside the version before it.

Run as `python -m tests.architecture.migrations`; exit code 1 when something is wrong.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

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
    )
    linter.lint_all_migrations()
    if linter.has_errors:
        problems.append("the migration linter found unsafe operations")
    print("\n".join(problems) or "migrations: named, linear, complete, safe")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
