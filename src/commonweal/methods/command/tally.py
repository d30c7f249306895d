"""`commonweal methods tally FILE`: count ballots from a file by any rule."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..errors import BadInput
from . import Report, naming

if TYPE_CHECKING:
    from ..tallies.profile import Ranked, Scored
    from ..tallies.results import Tally
    from ..tallies.ties import Breaker

METHODS = ("irv", "stv", "schulze", "approval", "score", "plurality", "quadratic", "pav", "equal-shares")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="ballots: CSV, or PrefLib .soc .soi .toc .toi .cat")
    # `arguments.method` is the subcommand itself.
    parser.add_argument("--method", dest="rule", choices=METHODS, required=True, help="how to count")
    parser.add_argument("--seats", type=int, default=1, help="how many are elected (default 1)")
    parser.add_argument("--decimals", type=int, help="decimals of a transfer value in stv: 5 Scottish, 4 American")
    parser.add_argument("--quota", choices=("droop", "hare"), default="droop", help="votes enough for a seat in stv")
    parser.add_argument("--rules", choices=("scottish", "american"), help="of stv; default by --decimals (4: American)")
    parser.add_argument(
        "--elimination",
        choices=("batch", "single"),
        default="batch",
        help="irv: together who cannot win, or one by one",
    )
    parser.add_argument(
        "--skips", metavar="N|any", help="skipped ranks in a row before a ballot ends (default 1 in irv, else any)"
    )
    parser.add_argument(
        "--overvote", choices=("skip", "exhaust"), default="skip", help="what a doubly marked rank does"
    )
    parser.add_argument("--mean", choices=("all", "scorers"), default="all", help="score: the mean that decides")
    parser.add_argument("--highest", type=int, help="score: the top of the scale; higher scores are refused")
    parser.add_argument("--credits", type=int, default=100, help="quadratic: credits of each ballot (default 100)")
    parser.add_argument("--election", default="", help="name of the vote, for the public lot")
    parser.add_argument("--beacon", default="", help="public number named beforehand, for the public lot")


def run(arguments: argparse.Namespace) -> Report:
    from ..progress import Bar
    from ..tallies import reading
    from ..tallies.ties import Breaker

    rules = reading.Rules(_skips(arguments), arguments.overvote)
    with Bar("counting") as bar:
        ballots = reading.read(arguments.file, rules, lambda share: bar(0.8 * share))
        bar(0.8)
        with naming(arguments.file):
            tally = _count(arguments, ballots, Breaker(arguments.election, arguments.beacon, ballots.ballot_root))
    notes = [*ballots.notes]
    if (empty := arguments.seats - len(tally.winners)) > 0:
        notes.append(f"There are not enough options: {empty:,} of {arguments.seats:,} seats stay empty.")
    figures = {**tally.as_json(), "notes": notes}
    return Report(figures, " ".join([tally.sentence, *notes]), tally.tables(), tally.picture)


def _skips(arguments: argparse.Namespace) -> int | None:
    text = arguments.skips
    if text is None:
        return 1 if arguments.rule == "irv" else None
    if text == "any":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadInput(f"--skips takes a number or “any”, not “{text}”")
    return int(text)


def _count(arguments: argparse.Namespace, ballots: Ranked | Scored, breaker: Breaker) -> Tally:
    from ..tallies import committee, simple

    seats = arguments.seats
    if arguments.rule in {"irv", "stv", "schulze"}:
        return _ranked(arguments, ballots, breaker)
    if arguments.rule == "plurality":
        return simple.plurality(ballots, seats, breaker)
    if arguments.rule == "approval":
        return simple.approval(ballots, seats, breaker)
    if arguments.rule == "score":
        return simple.score(ballots, seats, breaker, over=arguments.mean, highest=arguments.highest)
    if arguments.rule == "quadratic":
        return simple.quadratic(ballots, seats, breaker, credits_each=arguments.credits)
    if arguments.rule == "pav":
        return committee.sequential_pav(ballots, seats, breaker)
    return committee.equal_shares(ballots, seats, breaker)


def _ranked(arguments: argparse.Namespace, ballots: Ranked | Scored, breaker: Breaker) -> Tally:
    from ..tallies import irv, schulze, stv
    from ..tallies.profile import Ranked

    if not isinstance(ballots, Ranked):
        raise BadInput(f"{arguments.rule} needs columns choice_1, choice_2, … or a PrefLib order", file=arguments.file)
    if arguments.rule == "irv":
        if arguments.seats != 1:
            raise BadInput("irv elects one; use stv for several seats")
        return irv.count(ballots, batch=arguments.elimination == "batch", breaker=breaker)
    if arguments.rule == "schulze":
        return schulze.count(ballots, arguments.seats, breaker=breaker)
    rules: stv.Rules = arguments.rules or ("american" if arguments.decimals == 4 else "scottish")
    return stv.count(
        ballots, arguments.seats, rules=rules, decimals=arguments.decimals, quota=arguments.quota, breaker=breaker
    )
