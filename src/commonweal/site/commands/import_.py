"""Bring in a community from another system."""

from __future__ import annotations

import argparse

from commonweal.interchange import command

from .prepare import migrate_if_needed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    command.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    migrate_if_needed()
    return command.run(arguments)
