"""`commonweal`: the one command that operators use.

The parts that serve (`run`) are kept free of Django, so that the process that supervises the others stays small.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

#: command -> (module with `add_arguments(parser)` and `run(arguments) -> exit code`, one line of help)
COMMANDS: dict[str, tuple[str, str | None]] = {
    "run": ("commonweal.site.commands.run", "Serve: prepare the database, then web and worker until Ctrl-C"),
    "migrate": ("commonweal.site.commands.migrate", "Bring the database up to this version"),
    "demo": ("commonweal.site.commands.demo", "Build the living demonstration community in an empty database"),
    "import": ("commonweal.site.commands.import_", "Bring in a community from another system"),
    "backup": ("commonweal.site.commands.backup", "Write one consistent file with database and uploads, while running"),
    "restore": ("commonweal.site.commands.restore", "Put a backup back"),
    "check": ("commonweal.site.commands.check", "Look at configuration and health, and say what to do"),
    "createfounder": (
        "commonweal.site.commands.createfounder",
        "Print a one-time link to found a community, or name a founder",
    ),
    "methods": (
        "commonweal.site.commands.methods",
        "Count ballots, draw maps, test paths: the methods, without a database",
    ),
    "prepare": ("commonweal.site.commands.prepare", None),
    "worker": ("commonweal.site.commands.worker", None),
}
WITHOUT_DJANGO = {"run", "methods"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 0 on success, 1 when something is wrong, 2 for a wrong command line."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.site.settings")
    if words[:1] and words[0] in COMMANDS and words[0] not in WITHOUT_DJANGO:
        _set_up_django()  # before the command's module is imported: it may import models
    parser = argparse.ArgumentParser(
        prog="commonweal", description="Community software whose work is done when something good happens offline."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, help_text) in COMMANDS.items():
        # Only the chosen command's module is imported, so that `run` never pays for the others.
        # Without `help` a command is left out of the list: it is for `run` alone.
        added = commands.add_parser(name) if help_text is None else commands.add_parser(name, help=help_text)
        if words[:1] == [name]:
            importlib.import_module(module).add_arguments(added)
    chosen = parser.parse_args(words)
    try:
        return int(importlib.import_module(COMMANDS[chosen.command][0]).run(chosen) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output, such as `head`, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _set_up_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"commonweal: {error}")


if __name__ == "__main__":
    sys.exit(main())
