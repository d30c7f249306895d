"""`commonweal methods …`: every method from a terminal, without a database.

Each subcommand is a module with `add_arguments(parser)` and `run(arguments) -> Report`. It prints a readable report, or
one JSON object with `--json`; writes its picture with `--svg FILE`; ends with 0, or with 2 and one clear line on bad
input. numpy and what stands on it are imported inside `run`, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BadInput
from ..results import Table

#: subcommand -> (module in this package, one line of help)
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "coverage": ("coverage", "check on simulated communities that intervals cover and traps stay without a verdict"),
    "mediation": ("mediation", "does X lead to Y by way of M: effects, intervals, and what a hidden cause would undo"),
    "bridging": ("bridging", "what people who usually differ both find helpful, where people differ at all"),
    "networks": ("networks", "signals of echo, exclusion and concentration in who answers whom"),
    "tally": ("tally", "count ballots by any rule, every round in words"),
    "budget": ("budget", "spend a budget by votes, everybody with an equal share"),
    "opinions": ("opinions", "the groups of an opinion map, what sets each apart and what all share"),
    "match": ("match", "how well, how fairly and how fast people are matched, in a simulated world"),
}


@dataclass(frozen=True)
class Report:
    """What a subcommand found: the JSON object, the sentence, the tables, and how to draw it."""

    figures: dict[str, Any]
    sentence: str
    tables: Sequence[Table] = field(default=())
    picture: Callable[[], str] | None = None

    def as_text(self) -> str:
        return "\n\n".join([self.sentence, *(table.as_text() for table in self.tables)])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    methods = parser.add_subparsers(dest="method", required=True, metavar="METHOD")
    for name, (module, help_text) in SUBCOMMANDS.items():
        added = methods.add_parser(name, help=help_text, description=help_text)
        added.add_argument("--json", action="store_true", help="print one JSON object instead of the report")
        added.add_argument("--svg", metavar="FILE", help="write the picture of the result here")
        _module(module).add_arguments(added)


def run(arguments: argparse.Namespace) -> int:
    try:
        if getattr(arguments, "seed", 0) < 0:
            raise BadInput("--seed is a whole number from 0")
        report: Report = _module(SUBCOMMANDS[arguments.method][0]).run(arguments)
        if arguments.svg:
            _draw(report, Path(arguments.svg))
    except BadInput as wrong:
        print(f"commonweal methods {arguments.method}: {wrong}", file=sys.stderr)
        return 2
    text = json.dumps(report.figures, ensure_ascii=False, allow_nan=False) if arguments.json else report.as_text()
    if arguments.svg and not arguments.json:
        text += f"\n\nPicture: {arguments.svg}"
    _say(text)
    return 0


def _say(text: str) -> None:
    """Print, whatever the terminal can show, and quietly when the reader (`head`, `less`) has seen enough."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except UnicodeEncodeError:
        sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def naming(file: str) -> Iterator[None]:
    """What is wrong with the numbers in a file is said with the name of the file, also where a method does not know it."""
    try:
        yield
    except BadInput as wrong:
        if wrong.file:
            raise
        raise BadInput(wrong.message, file=file, row=wrong.row, column=wrong.column) from None


def _draw(report: Report, file: Path) -> None:
    if report.picture is None:
        raise BadInput("this method has no picture; leave --svg away")
    try:
        file.write_text(report.picture(), encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"cannot be written ({error.strerror}); choose another place for the picture", file=str(file)
        ) from None


def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")
