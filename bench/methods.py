"""The methods beside what people would use otherwise, measured in one run on this machine.

    python bench/methods.py                 every comparison, full size (about twenty minutes)
    python bench/methods.py --quick         the same comparisons, small
    python bench/methods.py tallies bridging   only these

Prints one table: ours, the peer, the ratio, the agreement. A peer that is not installed is named as missing; `pip
install -e ".[peers]"` brings them (and torch for bridging, which is installed separately). One JSON line follows each row.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from commonweal.methods.results import Table

PARTS = sorted(file.stem for file in (Path(__file__).parent / "peers").glob("*.py"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all without")
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look or a smoke run")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"{', '.join(sorted(unknown))}: there is {', '.join(PARTS)}")
    sys.path.insert(0, str(Path(__file__).parent))
    rows = []
    for part in chosen.parts or PARTS:
        for found in importlib.import_module(f"peers.{part}").measure(chosen.quick):
            print(json.dumps({"part": part, **found}, ensure_ascii=False), flush=True)
            rows.append(_cells(part, found))
    columns = ("part", "what", "ours, s", "peer", "peer, s", "times faster", "agreement", "target")
    print(f"\n{Table('The methods and their peers', columns, tuple(rows)).as_text()}")
    return 0


def _cells(part: str, found: dict[str, Any]) -> tuple[Any, ...]:
    ours, theirs = found["ours_seconds"], found["peer_seconds"]
    ratio = f"{theirs / ours:.3g}" if ours and theirs else None
    return (part, found["what"], ours, found["peer"] or "none", theirs, ratio, str(found["agreement"]), found["target"])


if __name__ == "__main__":
    sys.exit(main())
