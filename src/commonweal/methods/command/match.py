"""`commonweal methods match`: how good matching is in a simulated world whose truth is known."""

from __future__ import annotations

import argparse

from ..progress import Bar
from . import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--simulate", type=int, required=True, metavar="N", help="how many people the world has")
    parser.add_argument(
        "--supporters", type=float, default=0.2, metavar="SHARE", help="share of them who support (default 0.2)"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same worlds (default 0)")
    parser.add_argument("--seeds", type=int, metavar="K", help="how many worlds (default 20, fewer above 1,000 people)")
    parser.add_argument("--rounds", type=int, default=8, metavar="R", help="rounds played in each world (default 8)")


def run(arguments: argparse.Namespace) -> Report:
    from ..errors import BadInput
    from ..matching.report import evaluate

    if arguments.seed < 0 or (arguments.seeds is not None and not 1 <= arguments.seeds <= 1000):
        raise BadInput("--seed must not be negative, and --seeds goes from 1 to 1000")
    with Bar("Playing rounds") as bar:
        found = evaluate(
            arguments.simulate,
            supporters=arguments.supporters,
            seed=arguments.seed,
            rounds=arguments.rounds,
            seeds=arguments.seeds,
            progress=bar,
        )
    return Report(found.figures, found.sentence, found.tables(), found.picture)
