"""Bring the database up to this version."""

from __future__ import annotations

import argparse

from django.core.management import call_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    call_command("migrate", interactive=False, verbosity=1)
    return 0
