"""`commonweal import polis FOLDER`. Imports nothing of Django before it runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .polis import Report

STAGES = {"people": "people", "statements": "statements", "votes": "people’s votes"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    sources = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
    polis = sources.add_parser("polis", help="A Polis export: summary.csv, comments.csv, participants-votes.csv")
    polis.add_argument("folder", type=Path, metavar="FOLDER", help="The folder that holds the three files")
    polis.add_argument(
        "--community", metavar="SLUG", help="Address of the new community, /c/SLUG/ (default: made from its title)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Bring it in, show how far it is, report. Exit code 1, with the reason, when nothing was brought in."""
    from .polis import CannotImport, import_polis
    from .polis_files import BadExport

    try:
        with Bar() as bar:
            report = import_polis(arguments.folder, slug=arguments.community, progress=bar)
    except BadExport as error:
        return _refused(f"{error}\nNothing was brought in.")
    except CannotImport as error:
        return _refused(f"{error}\nNothing was changed.")
    _print_report(report)
    return 0


def _refused(message: str) -> int:
    sys.stderr.write(f"commonweal: {message}\n")
    return 1


class Bar:
    """A moving bar on a terminal; on anything else one plain line for every tenth of a stage."""

    def __init__(self) -> None:
        self.stage = ""
        self.bar: Any = None
        self.told = -1

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *problem: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, stage: str, done: int, all: int) -> None:
        if stage != self.stage:
            self.stage, self.told = stage, -1
            if self.bar is not None:
                self.bar.close()
            self.bar = self._bar(stage, all) if sys.stderr.isatty() else None
        if self.bar is not None:
            self.bar.update(done - self.bar.n)
        elif 10 * done // max(1, all) > self.told:
            self.told = 10 * done // max(1, all)
            sys.stderr.write(f"{STAGES[stage]}: {done} of {all}\n")
            sys.stderr.flush()

    def _bar(self, stage: str, all: int) -> Any:
        from tqdm import tqdm

        return tqdm(total=all, desc=STAGES[stage], unit="", file=sys.stderr)


def _print_report(report: Report) -> None:
    lines = []
    if report.unchanged:
        lines.append("This export was brought in before; nothing was changed.")
    elif report.resumed:
        lines.append("Went on where an earlier run had stopped.")
    lines.append(
        f"{report.name}: {report.people} people, {report.statements} statements "
        f"({report.withheld} withheld by its moderators), {report.votes} votes."
    )
    if not report.unchanged:
        lines.append(
            f"New: {report.added_people} people, {report.added_statements} statements, {report.added_votes} votes."
        )
    lines += (
        ["Skipped or worth knowing:", *(f"- {line}" for line in report.skipped)]
        if report.skipped
        else ["Nothing was skipped."]
    )
    lines.append(f"Read it at /c/{report.community}/")
    lines.append(f"Nobody looks after it yet? commonweal createfounder EMAIL --community {report.community}")
    sys.stdout.write("\n".join(lines) + "\n")
