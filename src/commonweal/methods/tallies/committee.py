"""Committees from approvals: a board in which every group of a size finds somebody it chose.

Sequential proportional approval (Thiele 1895): seat by seat, the option whose approvers weigh most, where somebody who
already has r of theirs on the board weighs 1/(r+1).

Method of equal shares (Peters and Skowron 2020): everybody gets seats/people of money, a seat costs 1; the option is
bought whose approvers can pay with the lowest highest payment ρ; when nobody can be bought any more, the open seats are
filled by sequential Phragmén starting from the money that is left (everybody earns at the same speed; the option whose
approvers first hold 1 together is bought and their money is spent). Extended justified representation holds for what is
bought; the filling is always said.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .profile import Ranked, Scored, Whole
from .results import Number, Round, Tally, in_figures
from .simple import approvals
from .ties import Breaker

Money = list[Fraction]
#: What the numbers of a board by equal shares are: 1 ÷ ρ while seats are bought, money when they are filled.
SUPPORT = "Support (people who share the price; when filling, seats they can pay)"


def sequential_pav(ballots: Ranked | Scored, seats: int, breaker: Breaker | None = None) -> Tally:
    """A board by sequential proportional approval."""
    marks, breaker = _ready(ballots, seats, breaker)
    names, chosen = marks.options, marks.scores > 0
    base = lcm(*range(1, min(seats, len(names)) + 1))
    content = np.zeros(len(chosen), np.int64)  # how many of theirs are on the board
    board: list[int] = []
    rounds: list[Round] = []
    while len(board) < min(seats, len(names)):
        weights = {option: _pav_weight(chosen[:, option], content, marks.weight, base) for option in range(len(names))}
        tally: dict[str, Number] = {
            names[option]: Fraction(weights[option], base) for option in range(len(names)) if option not in board
        }
        best = max(tally.values())
        tied = [name for name, weight in tally.items() if weight == best]
        number = len(rounds) + 1
        name = breaker.choose(tied, number, f"for seat {number}")
        board.append(names.index(name))
        content += chosen[:, board[-1]]
        said = f"Round {number}: {name} weighs most ({in_figures(best)}) and takes seat {number} of {seats}."
        rounds.append(Round(number, tally, said, (name,)))
    return _board("sequential proportional approval", marks, board, rounds, breaker, {}, "Weight of the approvals")


def _pav_weight(approves: NDArray[np.bool_], content: Whole, weight: Whole, base: int) -> int:
    people = weight[approves]
    have = content[approves]
    return sum(base // (r + 1) * int(people[have == r].sum()) for r in np.unique(have).tolist())


def equal_shares(ballots: Ranked | Scored, seats: int, breaker: Breaker | None = None) -> Tally:
    """A board by the method of equal shares, its last seats filled by sequential Phragmén."""
    marks, breaker = _ready(ballots, seats, breaker)
    people = int(marks.weight.sum())
    size = min(seats, len(marks.options))
    purse: Money = [Fraction(seats, people)] * len(marks.weight)
    backers = [np.flatnonzero(marks.scores[:, option] > 0).tolist() for option in range(len(marks.options))]
    weight = marks.weight.tolist()
    board: list[int] = []
    rounds: list[Round] = []
    while len(board) < size:
        prices = {option: _price(backers[option], weight, purse) for option in _open(marks, board)}
        payable = {option: rho for option, rho in prices.items() if rho is not None}
        if not payable:
            break
        _buy(marks, payable, backers, purse, board, rounds, breaker)
    bought = [marks.options[option] for option in board]
    while len(board) < size:
        _fill(marks, backers, weight, purse, board, rounds, breaker)
    more = {
        "bought": bought,
        "filled": [marks.options[option] for option in board if marks.options[option] not in bought],
    }
    return _board(
        "the method of equal shares",
        marks,
        board,
        rounds,
        breaker,
        more,
        SUPPORT,
    )


def _open(marks: Scored, board: list[int]) -> list[int]:
    return [option for option in range(len(marks.options)) if option not in board]


def _price(backers: list[int], weight: list[int], purse: Money) -> Fraction | None:
    """The lowest ρ at which the backers, each paying at most ρ and at most what they have, raise 1. None: they cannot."""
    if sum((purse[group] * weight[group] for group in backers), Fraction(0)) < 1:
        return None
    paid, heads = Fraction(0), sum(weight[group] for group in backers)
    for group in sorted(backers, key=lambda group: purse[group]):
        rho = (1 - paid) / heads
        if purse[group] >= rho:
            return rho
        paid += purse[group] * weight[group]
        heads -= weight[group]
    return None


def _buy(
    marks: Scored,
    payable: dict[int, Fraction],
    backers: list[list[int]],
    purse: Money,
    board: list[int],
    rounds: list[Round],
    breaker: Breaker,
) -> None:
    rho = min(payable.values())
    tied = [marks.options[option] for option, price in payable.items() if price == rho]
    number = len(rounds) + 1
    name = _most_approved(marks, tied, number, breaker)
    chosen = marks.options.index(name)
    for group in backers[chosen]:
        purse[group] -= min(purse[group], rho)
    board.append(chosen)
    tally: dict[str, Number] = {marks.options[option]: 1 / price for option, price in payable.items()}
    said = (
        f"Round {number}: the approvers of {name} can pay its seat with at most {in_figures(rho)} of a seat each, the "
        f"least of all; they pay, and {name} is elected."
    )
    rounds.append(Round(number, tally, said, (name,)))


def _fill(
    marks: Scored,
    backers: list[list[int]],
    weight: list[int],
    purse: Money,
    board: list[int],
    rounds: list[Round],
    breaker: Breaker,
) -> None:
    waits: dict[int, Fraction] = {}
    held: dict[str, Number] = {}
    for option in _open(marks, board):
        heads = sum(weight[group] for group in backers[option])
        if heads:
            have = sum((purse[group] * weight[group] for group in backers[option]), Fraction(0))
            waits[option] = (1 - have) / heads
            held[marks.options[option]] = have
    number = len(rounds) + 1
    if not waits:  # nobody approves any of those left: only the lot is fair between them
        left = [marks.options[option] for option in _open(marks, board)]
        name = breaker.choose(left, number, "for a seat that nobody's approvals reach")
        board.append(marks.options.index(name))
        rounds.append(Round(number, dict.fromkeys(left, 0), f"Round {number}: {name} is elected by lot.", (name,)))
        return
    wait = min(waits.values())
    name = _most_approved(marks, [marks.options[o] for o, time in waits.items() if time == wait], number, breaker)
    chosen = marks.options.index(name)
    for group in range(len(purse)):
        purse[group] += wait
    for group in backers[chosen]:
        purse[group] = Fraction(0)
    board.append(chosen)
    said = (
        f"Round {number}: nobody's approvers can pay a whole seat any more, so everybody earns a little; those of {name} "
        f"have enough first (after {in_figures(wait)} each), and {name} is elected."
    )
    rounds.append(Round(number, held, said, (name,)))


def _most_approved(marks: Scored, tied: list[str], number: int, breaker: Breaker) -> str:
    if len(tied) == 1:
        return tied[0]
    votes = {name: int(marks.weight[marks.scores[:, marks.options.index(name)] > 0].sum()) for name in tied}
    most = [name for name in tied if votes[name] == max(votes.values())]
    return breaker.choose(most, number, f"for seat {number}")


def _ready(ballots: Ranked | Scored, seats: int, breaker: Breaker | None) -> tuple[Scored, Breaker]:
    if seats < 1:
        raise BadInput(f"{seats} seats cannot be filled; at least one is needed")
    marks = approvals(ballots)
    if not int(marks.weight.sum()) or not (marks.scores > 0).any():
        raise BadInput("nobody approves of anything, so there is nothing to count")
    return marks, breaker or Breaker(ballot_root=ballots.ballot_root)


def _board(
    method: str,
    marks: Scored,
    board: list[int],
    rounds: list[Round],
    breaker: Breaker,
    more: dict[str, Any],
    counts: str,
) -> Tally:
    winners = tuple(marks.options[option] for option in board)
    votes = {name: int(marks.weight[marks.scores[:, n] > 0].sum()) for n, name in enumerate(marks.options)}
    rest = sorted((name for name in marks.options if name not in winners), key=lambda name: (-votes[name], name))
    return Tally(
        method=method,
        options=marks.options,
        winners=winners,
        order=(*winners, *rest),
        rounds=tuple(rounds),
        valid=int(marks.weight.sum()),
        blank=marks.blank,
        ties=tuple(breaker.record),
        more={"approvals": votes, **more},
        counts=counts,
    )
