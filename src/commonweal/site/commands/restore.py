"""Put a backup back: into an empty instance, or over an existing one when told so."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
import tarfile
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from .backup import FORMAT, backed_up_models


class Unusable(Exception):
    """The file is not a backup that this version can read; the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="a file that `commonweal backup` wrote")
    parser.add_argument(
        "--replace", action="store_true", help="remove what is here now; without it, nothing is overwritten"
    )


def run(arguments: argparse.Namespace) -> int:
    source = Path(arguments.file)
    if not source.exists():
        print(f"{source} is not there. Check the path.", file=sys.stderr)
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    if not arguments.replace and not is_empty():
        print(
            "This instance already holds people or uploads; nothing was changed.\n"
            "To put the backup in their place: stop Commonweal, then run restore with --replace.",
            file=sys.stderr,
        )
        return 1
    try:
        rows, files = read_backup(source)
    except (Unusable, tarfile.TarError) as problem:
        print(f"{source} cannot be restored: {problem} Nothing was changed.", file=sys.stderr)
        return 1
    print(f"Restored {rows:,} rows and {files:,} uploaded files.")
    return 0


def is_empty() -> bool:
    from commonweal.people.models import Person

    uploads = Path(settings.MEDIA_ROOT)
    return not Person.objects.exists() and not (uploads.exists() and any(uploads.rglob("*.*")))


def read_backup(source: Path) -> tuple[int, int]:
    """Replace everything by the backup's rows and files. Rows in one transaction. Raises Unusable. Returns (rows, files)."""
    with tarfile.open(source) as archive:
        _check_readable(archive)
        with transaction.atomic():
            _remove_rows()
            count = sum(_put_table(archive, model) for model in backed_up_models())
            _reset_sequences()
        files = _put_uploads(archive)
    call_command("rebuild_modelsearch_index", verbosity=0)
    return count, files


def _check_readable(archive: tarfile.TarFile) -> None:
    try:
        about = json.load(_open(archive, "about.json"))
    except (KeyError, ValueError) as error:
        raise Unusable("it is not a Commonweal backup.") from error
    if about.get("format") != FORMAT:
        raise Unusable("it was written by another version. Restore it with that version, then upgrade.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = [f"{app}.{name}" for app, name in about["migrations"] if f"{app}.{name}" not in known]
    if unknown:
        raise Unusable(f"it comes from a newer version (it knows {unknown[0]}). Upgrade first.")


def _open(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    handle = archive.extractfile(name)
    if handle is None:
        raise Unusable(f"{name} is missing in it.")
    return handle


def _remove_rows() -> None:
    """Empty every table we are about to fill, triggers and all: an operator's restore is above the append-only rule."""
    tables = [model._meta.db_table for model in backed_up_models()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            quoted = ", ".join(connection.ops.quote_name(table) for table in tables)
            cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
            return
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only%'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        for table in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for _name, sql in triggers:
            cursor.execute(sql)


def _put_table(archive: tarfile.TarFile, model: type[models.Model]) -> int:
    name = f"tables/{model._meta.label_lower}.jsonl"
    if name not in archive.getnames():
        return 0
    lines = io.TextIOWrapper(_open(archive, name), encoding="utf-8")
    objects = (found.object for found in serializers.deserialize("jsonl", lines, handle_forward_references=False))
    count = 0
    while batch := list(islice(objects, 1000)):
        model._base_manager.bulk_create(batch)
        count += len(batch)
    return count


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), backed_up_models()):
            cursor.execute(statement)


def _put_uploads(archive: tarfile.TarFile) -> int:
    root = Path(settings.MEDIA_ROOT)
    if root.exists():
        shutil.rmtree(root)
    root.mkdir(parents=True)
    members = [member for member in archive.getmembers() if member.isfile() and member.name.startswith("uploads/")]
    for member in members:
        member.name = member.name.removeprefix("uploads/")
        archive.extract(member, root, filter="data")
    key = Path(settings.DATA) / "secret-key"
    if "secret-key" in archive.getnames():
        key.write_bytes(_open(archive, "secret-key").read())
        key.chmod(0o600)
    return len(members)
