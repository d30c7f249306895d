"""Bring in a community from another system."""

from __future__ import annotations

import argparse

from commonweal.interchange import command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    command.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    return command.run(arguments)
