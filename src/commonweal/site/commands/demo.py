"""Build the living demonstration community in an empty database."""

from __future__ import annotations

import argparse
import sys

from commonweal.communities.models import Community

from .prepare import migrate_if_needed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    migrate_if_needed()
    if Community.objects.exists():
        print("There is a community in this database already. Choose an empty one with DATA=.", file=sys.stderr)
        return 1
    from commonweal.demo.build import build_demonstration

    build_demonstration()
    return 0
