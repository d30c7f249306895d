"""Everything that must be true before pages can be served. Quick when it already is."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    for folder in (settings.DATA, settings.MEDIA_ROOT, settings.EMAIL_FILE_PATH):
        Path(folder).mkdir(parents=True, exist_ok=True)
    try:
        migrate_if_needed()
        gather_static_files()
        open_the_doors()
    except OperationalError as error:
        print(_what_to_do(error), file=sys.stderr)
        return 1
    return 0


def _what_to_do(error: OperationalError) -> str:
    if "locked" in str(error):
        return (
            f"Another program keeps the database in {settings.DATA} to itself, perhaps a second Commonweal that is "
            "being prepared.\nWait until it is ready, or stop it, and start again."
        )
    return f"The database cannot be reached: {error}\nCheck DATABASE_URL and that it is running."


def migrate_if_needed() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def gather_static_files() -> None:
    """Hash and compress the static files, only when one of them changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            state.update(f"{name}:{file.st_mtime_ns}:{file.st_size}\n".encode())
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state.hexdigest())


def open_the_doors() -> None:
    """An empty database gets the demonstration, or a one-time link for its founder. Interrupted jobs are put back."""
    from commonweal.communities.models import Community
    from commonweal.kit.jobs import recover_interrupted

    recover_interrupted()
    if Community.objects.exists():
        return
    if settings.DEMO:
        from commonweal.demo.build import build_demonstration

        build_demonstration()
    else:
        from commonweal.communities.first_start import make_first_start_link

        print("\n  This place has no community yet. Found it here, once, with this link:\n")
        print(f"  {make_first_start_link()}\n\n  Until then nothing else is open.\n", flush=True)
