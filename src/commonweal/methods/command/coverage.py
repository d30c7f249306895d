"""`commonweal methods coverage`: do intervals cover, and do the traps stay without a verdict?"""

from __future__ import annotations

import argparse

from ..errors import BadInput
from ..progress import Bar
from . import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--worlds", metavar="NAMES", help="worlds to simulate, with commas between; all by default")
    parser.add_argument("--runs", type=int, default=200, metavar="N", help="communities per world (200)")
    parser.add_argument("--people", type=int, default=1000, metavar="N", help="people in each community (1000)")
    parser.add_argument("--replicates", type=int, default=1000, metavar="N", help="resamples per interval (1000)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="same seed, same report (0)")


def run(arguments: argparse.Namespace) -> Report:
    from ..mediation.coverage import coverage
    from ..population import WORLDS

    if arguments.seed < 0:
        raise BadInput("the seed is 0 or more")
    names = [name.strip() for name in arguments.worlds.split(",")] if arguments.worlds else list(WORLDS)
    with Bar("coverage") as bar:
        found = coverage(
            names,
            runs=arguments.runs,
            people=arguments.people,
            replicates=arguments.replicates,
            seed=arguments.seed,
            progress=bar,
        )
    return Report(found.as_json(), found.sentence, found.tables(), found.picture)
