"""One consistent file with the whole instance: every row of the database at one moment, and the uploads.

The rows are portable JSON, so a backup of the embedded database can be restored into PostgreSQL and back.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from tqdm import tqdm

FORMAT = 1
#: Tables that are derived or belong to Django's own bookkeeping: made anew by `migrate` and `restore`.
LEFT_OUT = {"contenttypes", "auth", "modelsearch"}


class WholeMoments(DjangoJSONEncoder):
    """Django's encoder cuts moments to milliseconds; a backup keeps them as they are, or orders and keys would move."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", help="where to write it (default: commonweal-DATE.tar in the current folder)"
    )


def run(arguments: argparse.Namespace) -> int:
    name = arguments.file or f"commonweal-{datetime.now(UTC):%Y-%m-%d-%H%M}.tar"
    target = Path(name)
    if target.exists():
        print(f"{target} is already there. Name another file; nothing was written.", file=sys.stderr)
        return 1
    rows, files = write_backup(target)
    print(f"Wrote {target}: {rows:,} rows and {files:,} uploaded files. Keep it safe: it holds everything people said.")
    return 0


def backed_up_models() -> list[type[models.Model]]:
    """Every table with rows of its own, in a fixed order."""
    return [
        m for m in apps.get_models(include_auto_created=True) if m._meta.app_label not in LEFT_OUT and m._meta.managed
    ]


def write_backup(target: Path) -> tuple[int, int]:
    """Write the backup beside its final name and rename it when it is whole. Returns (rows, files)."""
    unfinished = target.with_suffix(".unfinished")
    count = 0
    with tarfile.open(unfinished, "w") as archive:
        with snapshot():
            applied = sorted(MigrationRecorder(connection).applied_migrations())
            _add(archive, "about.json", json.dumps({"format": FORMAT, "migrations": applied}).encode())
            for model in tqdm(backed_up_models(), desc="Database", unit="table", disable=not sys.stderr.isatty()):
                count += _add_table(archive, model)
        files = _add_uploads(archive)
        key = Path(settings.DATA) / "secret-key"
        if key.exists():
            archive.add(key, "secret-key")
    unfinished.chmod(0o600)
    os.replace(unfinished, target)
    return count, files


@contextmanager
def snapshot() -> Iterator[None]:
    """See the database as it is at this moment, while others go on writing."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
    else:
        begin = "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _add_table(archive: tarfile.TarFile, model: type[models.Model]) -> int:
    with tempfile.TemporaryFile("w+b") as lines:
        text = io.TextIOWrapper(lines, encoding="utf-8", write_through=True)
        rows = model._base_manager.order_by("pk")
        count = 0
        last = None
        while True:  # by key rather than by cursor: server-side cursors need a transaction of Django's own
            batch = list((rows if last is None else rows.filter(pk__gt=last))[:2000])
            if not batch:
                break
            serializers.serialize("jsonl", batch, stream=text, cls=WholeMoments)
            count, last = count + len(batch), batch[-1].pk
        text.flush()
        entry = tarfile.TarInfo(f"tables/{model._meta.label_lower}.jsonl")
        entry.size = lines.tell()
        lines.seek(0)
        archive.addfile(entry, lines)
        text.detach()
    return count


def _add_uploads(archive: tarfile.TarFile) -> int:
    root = Path(settings.MEDIA_ROOT)
    count = 0
    for file in sorted(root.rglob("*")) if root.exists() else []:
        try:
            if file.is_file():
                archive.add(file, f"uploads/{file.relative_to(root)}")
                count += 1
        except FileNotFoundError:  # deleted by its author since we looked
            continue
    return count


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))
