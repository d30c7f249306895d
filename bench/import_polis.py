"""How long it takes to open a community from a real Polis export: `python bench/import_polis.py FOLDER`.

Uses a new SQLite database of its own. Prints one JSON line and one sentence.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[1] / "../shared/data/opinions/american-assembly.bowling-green"


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else DEFAULT).resolve()
    if not folder.is_dir():
        print(
            f"There is no export in {folder.name}; give a folder with summary.csv, comments.csv, participants-votes.csv."
        )
        return 1
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(DATA=data, DJANGO_SETTINGS_MODULE="commonweal.site.settings")
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from commonweal.interchange.polis import import_polis

        began = time.perf_counter()
        report = import_polis(folder)
        first = time.perf_counter() - began
        began = time.perf_counter()
        import_polis(folder)
        again = time.perf_counter() - began
    found = {
        "bench": "import_polis",
        "people": report.people,
        "statements": report.statements,
        "votes": report.votes,
        "seconds": round(first, 2),
        "seconds_again": round(again, 2),
    }
    print(json.dumps(found))
    print(
        f"{report.votes} votes of {report.people} people on {report.statements} statements came in within {first:.1f} s; "
        f"bringing them in again took {again:.1f} s and changed nothing."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
